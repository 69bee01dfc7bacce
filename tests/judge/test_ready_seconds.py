"""Judges of minReadySeconds."""

from typing import Any

import pytest

from stsconf.judge import ready_seconds
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import NAME, Script
from tests.judge.cases import Case, assert_judged, condemned, spared


def slow(replicas: int = 2, **spec: Any) -> Script:
    """A set whose pods have to be Ready for three seconds, the first of which is."""
    return Script(replicas=replicas, minReadySeconds=3, **spec).start("web-0")


def lost(after: float) -> Script:
    """An available pod loses Ready, gets it back, and is counted again after these seconds."""
    script = slow(1).wait(3).status(availableReplicas=1).unready("web-0").status(availableReplicas=0)
    return script.ready("web-0").wait(after).status(availableReplicas=1)


def updated(after: float) -> Script:
    """An update of two pods, the second of which is taken these seconds after the first was Ready again."""
    script = slow().wait(3).start("web-1").wait(3).update().replace("web-1").wait(after).leaving("web-0")
    return script.gone("web-0").start("web-0")


def changed() -> Script:
    """Another minReadySeconds for one available pod."""
    script = slow(1).wait(3).status(availableReplicas=1).act("change")
    return script.alter("StatefulSet", NAME, {"spec.minReadySeconds": 60}).status(availableReplicas=0)


def promoted(available: int) -> Script:
    """An update ends with this many of two pods available."""
    script = slow().wait(3).start("web-1").status(updateRevision="web-b").replace("web-1", "web-0").wait(3)
    return script.status(currentRevision="web-b", availableReplicas=available)


CASES = (
    spared(ready_seconds.creation_waits, "long enough", slow().wait(3).start("web-1").history()),
    spared(ready_seconds.creation_waits, "a second may be lost to rounding", slow().wait(2).start("web-1").history()),
    condemned(ready_seconds.creation_waits, "at once", slow().start("web-1").history(), "web-1"),
    condemned(
        ready_seconds.creation_waits,
        "long enough, but with a gap",
        slow().wait(3).unready("web-0").ready("web-0").start("web-1").history(),
        "web-1",
    ),
    condemned(
        ready_seconds.creation_waits, "not Ready", slow().wait(3).unready("web-0").start("web-1").history(), "web-1"
    ),
    spared(ready_seconds.update_waits, "long enough", updated(3).history(since="rollout")),
    condemned(ready_seconds.update_waits, "at once", updated(0).history(since="rollout"), "web-0"),
    spared(ready_seconds.counted_when_ripe, "long enough", slow(1).wait(3).status(availableReplicas=1).history()),
    spared(
        ready_seconds.counted_when_ripe,
        "lost a moment ago",
        slow(1).wait(3).unready("web-0").status(availableReplicas=1).history(),
    ),
    condemned(ready_seconds.counted_when_ripe, "at once", slow(1).status(availableReplicas=1).history(), NAME),
    condemned(
        ready_seconds.counted_when_ripe,
        "one too many",
        slow().wait(3).start("web-1").status(availableReplicas=2).history(),
        NAME,
    ),
    spared(ready_seconds.counted_anew, "long enough", lost(3).history()),
    condemned(ready_seconds.counted_anew, "as if nothing had been", lost(0).history(), NAME),
    spared(ready_seconds.change_touches_no_pod, "counters only", changed().history(since="change")),
    condemned(
        ready_seconds.change_touches_no_pod,
        "a revision",
        changed().add("ControllerRevision", "web-b", {}).history(since="change"),
        "web-b",
    ),
    condemned(
        ready_seconds.change_touches_no_pod, "a pod", changed().replace("web-0").history(since="change"), "web-0"
    ),
    condemned(
        ready_seconds.change_touches_no_pod,
        "nothing",
        slow(1).act("change").alter("StatefulSet", NAME, {"spec.minReadySeconds": 60}).history(since="change"),
        NAME,
    ),
    spared(ready_seconds.promoted_when_available, "all", promoted(2).history()),
    condemned(ready_seconds.promoted_when_available, "one", promoted(1).history(), NAME),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Ready for long enough, without a gap, by the servers' own times."""
    assert_judged(case)


@pytest.mark.parametrize("seconds", [0, 2])
def test_what_whole_seconds_cannot_tell(seconds: int) -> None:
    """A time that rounding can hide is not judged."""
    with pytest.raises(NothingToJudge, match="too short"):
        ready_seconds.creation_waits(Script(minReadySeconds=seconds).start("web-0", "web-1").history())
