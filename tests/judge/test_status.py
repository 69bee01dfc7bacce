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


def noticed() -> Script:
    """A set with a condition, about to be scaled."""
    return Script(replicas=1).status(conditions=[{"type": "example.org/Noticed", "status": "True"}]).scale(2)


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


def observed(*generations: int, of: int = 2) -> Script:
    """A set of this generation, and what its status observed one after the other."""
    script = Script(replicas=2).alter("StatefulSet", NAME, {"metadata.generation": of})
    for generation in generations:
        script.status(observedGeneration=generation)
    return script


def half_ready(seen: int) -> Script:
    """One of two pods is Ready, and this generation is observed."""
    return Script(replicas=2).start("web-0").pending("web-1").status(replicas=2, observedGeneration=seen)


def counted(**changes: int) -> Script:
    """Three pods of two revisions, one of which is going, and their counters."""
    script = Script().start("web-0").start("web-1", "web-2", revision="web-b").leaving("web-2")
    counters = {"replicas": 3, "readyReplicas": 3, "currentReplicas": 1, "updatedReplicas": 1}
    return script.status(**{"updateRevision": "web-b", **counters, **changes})


def emptied(**changes: int) -> Script:
    """A set that was scaled to nothing."""
    zeros = {"replicas": 0, "readyReplicas": 0, "availableReplicas": 0}
    return Script(replicas=1).start("web-0").scale(0).stop("web-0").status(**{**zeros, **changes})


def partitioned(current: str = "web-a", **changes: int) -> Script:
    """Three pods, the upper two of which a partition of 1 let be updated."""
    script = Script(updateStrategy={"rollingUpdate": {"partition": 1}}).start("web-0")
    script.start("web-1", "web-2", revision="web-b")
    counters = {"currentReplicas": 1, "updatedReplicas": 2}
    return script.status(**{"currentRevision": current, "updateRevision": "web-b", **counters, **changes})


def taken(script: Script, count: int) -> Script:
    """Have somebody's revision under a name like those of the set's, and so many collisions counted."""
    return script.add("ControllerRevision", "web-x", {}).status(collisionCount=count)


CASES = (
    spared(status.follows_generation, "one after the other", observed(1, 2).history()),
    condemned(status.follows_generation, "backwards", observed(2, 1).history(), NAME),
    spared(
        status.follows_generation,
        "the last word about a former set",
        observed(2)
        .drop("StatefulSet", NAME)
        .remade()
        .status(observedGeneration=2)
        .status(observedGeneration=1)
        .history(),
    ),
    condemned(
        status.follows_generation,
        "ahead of all sets of the name",
        observed(2).drop("StatefulSet", NAME).remade().status(observedGeneration=3).history(),
        NAME,
    ),
    condemned(status.follows_generation, "ahead", observed(3).history(), NAME),
    spared(status.seen_before_done, "observed", half_ready(1).history()),
    condemned(status.seen_before_done, "not observed", half_ready(0).history(), NAME),
    spared(status.counts_what_is_there, "each once", counted().history()),
    spared(status.counts_what_is_there, "the one that goes is not Ready", counted(readyReplicas=2).history()),
    condemned(status.counts_what_is_there, "without the one that goes", counted(replicas=2).history(), NAME),
    condemned(status.counts_what_is_there, "the wrong revision", counted(currentReplicas=2).history(), NAME),
    condemned(status.counts_what_is_there, "too few updated", counted(updatedReplicas=0).history(), NAME),
    condemned(status.counts_what_is_there, "too few Ready", counted(readyReplicas=1).history(), NAME),
    spared(status.ends_at_zero, "zeros", emptied().history()),
    condemned(status.ends_at_zero, "one is counted", emptied(replicas=1).history(), NAME),
    condemned(status.ends_at_zero, "one is there", Script(replicas=0).start("web-0").history(), "web-0"),
    spared(status.names_both_revisions, "both", partitioned().history()),
    condemned(status.names_both_revisions, "one", partitioned("web-b").history(), NAME),
    condemned(status.names_both_revisions, "counted wrongly", partitioned(updatedReplicas=3).history(), NAME),
    spared(status.seen_part_way, "one, then two", Script(replicas=2).status(replicas=1).status(replicas=2).history()),
    condemned(status.seen_part_way, "two at once", Script(replicas=2).status(replicas=2).history(), NAME),
    spared(status.keeps_conditions, "they stay", noticed().status(replicas=2).history(since="scale")),
    condemned(status.keeps_conditions, "one is lost", noticed().status(conditions=None).history(since="scale"), NAME),
    spared(status.ends_complete, "two of two", complete().history()),
    condemned(status.ends_complete, "one Ready", complete(readyReplicas=1).history(), NAME),
    condemned(status.ends_complete, "none available", complete(availableReplicas=None).history(), NAME),
    condemned(status.ends_complete, "too many", complete(replicas=3).history(), NAME),
    condemned(status.ends_complete, "outdated", complete(observedGeneration=0).history(), NAME),
    spared(status.no_collision, "none", complete(collisionCount=0).history()),
    condemned(status.no_collision, "one", complete(collisionCount=1).history(), NAME),
    spared(status.no_collision, "with somebody's", taken(complete(), 1).history()),
    condemned(status.no_collision, "and another", taken(complete(), 2).history(), NAME),
    spared(status.counters_sane, "two of two", complete().history()),
    condemned(status.counters_sane, "more Ready than there are", complete(readyReplicas=3).history(), NAME),
    spared(
        status.counters_sane,
        "one made by hand",
        complete().act("stray", makes=["web-2"]).start("web-2").status(replicas=3).history(),
    ),
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
