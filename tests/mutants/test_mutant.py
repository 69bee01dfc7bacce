"""One fault: where it is, and how it is put into a source."""

from __future__ import annotations

import pytest

from stsconf.errors import StsconfError
from tests.mutants.golang import UTILS, mutants, package

CODE = "func f(a, b int) bool {\n\treturn a < b\n}"


def test_a_mutant_tells_where_and_what() -> None:
    """Everything that a report names is in it."""
    (mutant,) = mutants(CODE, "boundary")
    assert (mutant.id, mutant.file, mutant.function) == ("stateful_set_utils.f.boundary.1", UTILS, "f")
    assert (mutant.line, mutant.before, mutant.after) == (4, "<", "<=")
    assert mutant.diff == "- return a < b + return a <= b"


def test_it_changes_its_bytes_and_no_others() -> None:
    """What comes before and after the fault stays as it is."""
    (mutant,) = mutants(CODE, "boundary")
    source = package(CODE)[UTILS]
    assert mutant.apply(source) == source.replace(b"a < b", b"a <= b")


def test_another_source_is_refused() -> None:
    """The source of another release is not broken at a place that means something else there."""
    (mutant,) = mutants(CODE, "boundary")
    with pytest.raises(StsconfError) as refused:
        mutant.apply(b"package other")
    assert str(refused.value).splitlines() == [
        "stateful_set_utils.f.boundary.1 does not fit stateful_set_utils.go",
        f"its bytes {mutant.start} to {mutant.end} are not '<': the source is not the mutant's own",
        "generate the mutants anew from this source",
    ]
