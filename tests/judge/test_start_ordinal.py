"""Judges of the start ordinal."""

import pytest

from stsconf.judge import start_ordinal
from tests.judge.builder import NAME, Script
from tests.judge.cases import Case, assert_judged, condemned, spared


def moved() -> Script:
    """Two pods from 3 on, which are to start at 4."""
    script = Script(replicas=2, ordinals={"start": 3}).start("web-3", "web-4").act("increase")
    return script.alter("StatefulSet", NAME, {"spec.ordinals.start": 4})


def partitioned(*updated: str) -> Script:
    """Pods 3 and 4 under a partition of 4, of which these were updated."""
    strategy = {"rollingUpdate": {"partition": 4}}
    script = Script(replicas=2, ordinals={"start": 3}, updateStrategy=strategy).start("web-3", "web-4")
    return script.update().replace(*updated)


CASES = (
    spared(start_ordinal.range_followed, "moved", moved().start("web-5").stop("web-3").history(since="increase")),
    condemned(start_ordinal.range_followed, "one is left", moved().start("web-5").history(since="increase"), "web-3"),
    condemned(start_ordinal.range_followed, "one is missing", moved().stop("web-3").history(since="increase"), "web-5"),
    condemned(
        start_ordinal.range_followed,
        "the common one is replaced",
        moved().start("web-5").stop("web-3").replace("web-4").history(since="increase"),
        "web-4",
    ),
    spared(start_ordinal.partition_is_ordinal, "the upper one", partitioned("web-4").history()),
    condemned(start_ordinal.partition_is_ordinal, "none", partitioned().history(), "web-4"),
    condemned(start_ordinal.partition_is_ordinal, "both", partitioned("web-4", "web-3").history(), "web-3"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """The range moves, and what is in both stays."""
    assert_judged(case)
