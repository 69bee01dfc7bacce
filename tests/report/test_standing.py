"""How a guarantee stands in a run."""

from __future__ import annotations

import pytest

from stsconf.model.guarantee import Level
from stsconf.model.result import CheckResult
from stsconf.model.verdict import Verdict
from stsconf.report.standing import by_guarantee, decisive, place, standings
from stsconf.report.tally import Outcome
from tests.report.samples import check, run

PASSED, FAILED, OPEN = check(0), check(1, Verdict.FAILED), check(2, Verdict.INCONCLUSIVE)
NOTED = check(3, Verdict.FAILED, level=Level.REPORT)
ABSENT, SKIPPED = check(4, Verdict.NOT_SUPPORTED), check(5, Verdict.SKIPPED)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([PASSED, OPEN, NOTED, FAILED], FAILED),
        ([PASSED, NOTED, OPEN], OPEN),
        ([PASSED, NOTED, ABSENT], NOTED),
        ([SKIPPED, ABSENT, PASSED], PASSED),
        ([SKIPPED, ABSENT], ABSENT),
        ([SKIPPED], SKIPPED),
    ],
)
def test_the_worst_check_decides(checks: list[CheckResult], expected: CheckResult) -> None:
    """What counts beats what does not, and what was looked at beats what was not."""
    assert decisive(checks) is expected


def test_a_check_stands_for_each_guarantee_that_it_names() -> None:
    """A guarantee is as bad as the worst check that names it; areas and numbers give the order."""
    result = run(
        check(0, guarantees=("STO-10", "STO-9")),
        check(1, Verdict.FAILED, guarantees=("STO-9", "ORD-2")),
        check(2, guarantees=("XYZ-1",)),
    )
    assert standings(result) == {
        "ORD-2": Outcome.FAILED,
        "STO-9": Outcome.FAILED,
        "STO-10": Outcome.PASSED,
        "XYZ-1": Outcome.PASSED,
    }
    assert list(standings(result)) == ["ORD-2", "STO-9", "STO-10", "XYZ-1"]
    assert [one.id for one in by_guarantee(result)["STO-9"]] == [one.id for one in result.checks[:2]]


def test_an_id_of_another_shape_has_its_place() -> None:
    """Whatever a stream names can be sorted."""
    assert sorted(["odd", "ORD-x", "", "ORD-1"], key=place) == ["ORD-x", "ORD-1", "", "odd"]
