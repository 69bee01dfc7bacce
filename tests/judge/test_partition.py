"""Judges of updates of a part of the pods."""

from __future__ import annotations

from typing import Any

import pytest

from stsconf.judge import partition
from stsconf.judge.base import Judge
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared


def rolling(first: int) -> dict[str, Any]:
    """Return the strategy with a partition."""
    return {"type": "RollingUpdate", "rollingUpdate": {"partition": first}}


def held_back(first: int = 3, **spec: Any) -> Script:
    """Three pods on web-a, and a template that leads to web-b, from the partition on."""
    return Script(updateStrategy=rolling(first), **spec).start("web-0", "web-1", "web-2").update()


def lowered(to: int = 1, **spec: Any) -> Script:
    """The same with a partition that is lowered."""
    return held_back(**spec).act("lower").alter("StatefulSet", "web", {"spec.updateStrategy": rolling(to)})


def switched(updated: int = 2) -> Script:
    """Three pods of which one was updated by hand under OnDelete, and then by a partition of 2: web-2, or another."""
    script = Script(updateStrategy={"type": "OnDelete"}).start("web-0", "web-1", "web-2").update().replace("web-0")
    script.act("switch").alter("StatefulSet", "web", {"spec.updateStrategy": rolling(2)})
    return script.replace(f"web-{updated}").act("settled")


def done() -> Script:
    """The update from the lowered partition on as it should be."""
    return lowered().replace("web-2", "web-1").act("settled")


OLD = {"revision": "web-a"}

CASES = (
    spared(partition.below_untouched, "none of them", done().history(since="lower")),
    spared(partition.below_untouched, "after OnDelete", switched().history(since="switch")),
    condemned(partition.below_untouched, "after OnDelete, too", switched(1).history(since="switch"), "web-1"),
    spared(partition.above_updated, "after OnDelete", switched().history(since="switch")),
    condemned(partition.above_updated, "not after OnDelete", switched(1).history(since="switch"), "web-2"),
    spared(
        partition.below_untouched,
        "the test deletes one",
        lowered().replace("web-2").kill("web-0").start("web-0", **OLD).act("settled").history(since="lower"),
    ),
    condemned(
        partition.below_untouched,
        "one updated",
        lowered().replace("web-2", "web-1", "web-0").act("settled").history(since="lower"),
        "web-0",
    ),
    condemned(
        partition.below_untouched,
        "one returns updated",
        lowered().kill("web-0").start("web-0").act("settled").history(since="lower"),
        "web-0",
    ),
    spared(partition.not_done_yet, "while pods are replaced", done().history(since="lower")),
    condemned(
        partition.not_done_yet,
        "promoted for a moment",
        lowered()
        .replace("web-2", "web-1")
        .status(currentRevision="web-b")
        .status(currentRevision="web-a")
        .history(since="lower"),
        "web",
    ),
    spared(partition.above_updated, "all of them", done().history(since="lower")),
    spared(
        partition.above_updated,
        "while the partition was lowered twice",
        lowered(2)
        .replace("web-2")
        .alter("StatefulSet", "web", {"spec.updateStrategy": rolling(1)})
        .replace("web-1")
        .history(since="lower"),
    ),
    condemned(partition.above_updated, "one left out", lowered().replace("web-2").history(since="lower"), "web-1"),
    condemned(
        partition.above_updated,
        "one not Ready",
        lowered().replace("web-2").stop("web-1").pending("web-1").history(since="lower"),
        "web-1",
    ),
    condemned(
        partition.above_updated, "one missing", lowered().replace("web-2").stop("web-1").history(since="lower"), "web-1"
    ),
    spared(
        partition.made_on_its_side,
        "both sides",
        lowered().kill("web-0").start("web-0", **OLD).replace("web-2").history(since="lower"),
    ),
    spared(
        partition.made_on_its_side,
        "between two partitions",
        lowered().start("web-3").kill("web-1").start("web-1").history(since="lower"),
    ),
    condemned(
        partition.made_on_its_side,
        "new below",
        lowered().kill("web-0").start("web-0").history(since="lower"),
        "web-0",
    ),
    condemned(
        partition.made_on_its_side,
        "old above",
        held_back(2).act("loss").kill("web-2").start("web-2", **OLD).history(since="loss"),
        "web-2",
    ),
    condemned(
        partition.made_on_its_side,
        "new below, and the status follows",
        held_back().act("up").status(currentRevision="web-b").kill("web-0").start("web-0").history(since="up"),
        "web-0",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Each pod is held to its side of the partition."""
    assert_judged(case)


JUDGES = (
    partition.below_untouched,
    partition.above_updated,
    partition.made_on_its_side,
    partition.not_done_yet,
)


@pytest.mark.parametrize("one", JUDGES)
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (lowered(0, ordinals={"start": 2}), "does not start at 0"),
        (Script().start("web-0").act("lower").update(), "there is no partition"),
        (held_back().status(updateRevision="web-a").act("lower").replace("web-2"), "no update was under way"),
    ],
    ids=["elsewhere", "none", "idle"],
)
def test_nothing_to_judge(one: Judge, script: Script, reason: str) -> None:
    """Without a partition, or without an update, there are no sides."""
    with pytest.raises(NothingToJudge, match=reason):
        one(script.act("settled").history(since="lower"))


@pytest.mark.parametrize(
    ("one", "script", "reason"),
    [
        (partition.below_untouched, lowered(), "no event closed the window"),
        (partition.below_untouched, lowered(0).act("settled"), "no pod below"),
        (partition.above_updated, lowered(5), "no pod from the partition on"),
        (partition.made_on_its_side, lowered().stop("web-2"), "no pod was made"),
        (partition.not_done_yet, lowered(0), "the partition was taken away"),
        (partition.not_done_yet, lowered().scale(0), "the set was to have no pods"),
    ],
)
def test_nothing_on_a_side(one: Judge, script: Script, reason: str) -> None:
    """A side without pods, or without an event that closes the window, says nothing."""
    with pytest.raises(NothingToJudge, match=reason):
        one(script.history(since="lower"))
