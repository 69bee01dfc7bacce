"""Judges of the set's status and Events."""

import pytest

from stsconf.judge import status
from tests.judge.builder import NAME, Script
from tests.judge.cases import Case, assert_judged, condemned, spared


def complete(**changes: object) -> Script:
    """Two of two, everywhere, on one revision."""
    names = ("replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas")
    counters: dict[str, object] = dict.fromkeys(names, 2)
    return Script(replicas=2).status(**{**counters, "observedGeneration": 1, **changes})


def told(*names: str) -> Script:
    """Two pods, and Events that tell the creation of these."""
    script = Script(replicas=2).start("web-0", "web-1")
    for name in names:
        script.add("Event", f"{name}.event", {"message": f"Create Pod {name} in StatefulSet web successful"})
    return script


def held(counted: int) -> Script:
    """web-0 is held while the status counts this many Ready pods, then both are released."""
    script = Script(replicas=2).pending("web-0").running("web-0").status(replicas=1, readyReplicas=counted)
    script.act("release", pods=["web-0"]).ready("web-0").status(readyReplicas=1)
    return script.start("web-1").act("release", pods=["web-1"]).status(replicas=2, readyReplicas=2)


CASES = (
    spared(status.seen_part_way, "one, then two", Script(replicas=2).status(replicas=1).status(replicas=2).history()),
    condemned(status.seen_part_way, "two at once", Script(replicas=2).status(replicas=2).history(), NAME),
    spared(status.ends_complete, "two of two", complete().history()),
    condemned(status.ends_complete, "one Ready", complete(readyReplicas=1).history(), NAME),
    condemned(status.ends_complete, "none available", complete(availableReplicas=None).history(), NAME),
    condemned(status.ends_complete, "too many", complete(replicas=3).history(), NAME),
    condemned(status.ends_complete, "outdated", complete(observedGeneration=0).history(), NAME),
    spared(status.counters_sane, "two of two", complete().history()),
    condemned(status.counters_sane, "more Ready than there are", complete(readyReplicas=3).history(), NAME),
    condemned(status.counters_sane, "more than asked for", complete(replicas=3).history(), NAME),
    condemned(status.counters_sane, "negative", complete(currentReplicas=-1).history(), NAME),
    condemned(status.counters_sane, "counted twice", complete(updateRevision="web-b").history(), NAME),
    spared(
        status.counters_sane,
        "each counted once on the way",
        complete(updateRevision="web-b", currentReplicas=1, updatedReplicas=1).history(),
    ),
    spared(
        status.counters_sane,
        "scaling down still goes on",
        complete()
        .scale(1)
        .status(replicas=2)
        .status(replicas=1, readyReplicas=1, availableReplicas=1, currentReplicas=1, updatedReplicas=1)
        .history(since="scale"),
    ),
    spared(status.counts_released_only, "after the release", held(0).history()),
    condemned(status.counts_released_only, "before the release", held(1).history(), NAME),
    spared(status.ends_on_one_revision, "one", complete().history()),
    condemned(status.ends_on_one_revision, "two", complete(updateRevision="web-b").history(), NAME),
    condemned(status.ends_on_one_revision, "not all are of it", complete(updatedReplicas=1).history(), NAME),
    spared(status.told_in_events, "both, in order", told("web-0", "web-1").history()),
    condemned(status.told_in_events, "one", told("web-0").history(), "web-1"),
    condemned(status.told_in_events, "swapped", told("web-1", "web-0").history(), "web-1"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Counters may lag, and may never claim what cannot be."""
    assert_judged(case)
