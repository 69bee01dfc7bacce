"""Judges of the start ordinal."""

import pytest

from stsconf.judge import start_ordinal
from stsconf.model.finding import NothingToJudge
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


def returned(pod: str, revision: str) -> Script:
    """Pod 3 on the old revision and pod 4 on the new one, of which the test deletes one, which comes back on this."""
    return partitioned("web-4").kill(pod).start(pod, revision=revision)


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
    spared(start_ordinal.returns_to_its_side, "as it was", returned("web-3", "web-a").history(since="kill")),
    spared(start_ordinal.returns_to_its_side, "updated before", returned("web-4", "web-b").history(since="kill")),
    condemned(start_ordinal.returns_to_its_side, "updated", returned("web-3", "web-b").history(since="kill"), "web-3"),
    condemned(start_ordinal.returns_to_its_side, "set back", returned("web-4", "web-a").history(since="kill"), "web-4"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """The range moves, and what is in both stays."""
    assert_judged(case)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (partitioned("web-4"), "no pod that the test removed came back"),
        (Script(replicas=2).start("web-0", "web-1").kill("web-0").start("web-0"), "there is no partition"),
    ],
)
def test_no_side_to_judge(script: Script, reason: str) -> None:
    """An update is no loss, and without a partition there are no sides."""
    with pytest.raises(NothingToJudge, match=reason):
        start_ordinal.returns_to_its_side(script.history())
