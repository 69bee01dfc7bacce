"""What the set's status says, and what its Events tell."""

from __future__ import annotations

import re

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import born, released
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import Event, History
from stsconf.model.objects import Object

_COUNTERS = ("readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas")


def _count(statefulset: Object, counter: str) -> int:
    """Return a counter of the status; the API leaves out those that are 0."""
    return int(objects.status(statefulset).get(counter) or 0)


def _versions(history: History) -> list[Event]:
    """Return the window's versions of the set.

    Raises:
        NothingToJudge: there are none.
    """
    known = [event for event in sets.versions(history) if event.index >= history.begin]
    require(known, "the StatefulSet was not recorded")
    return known


@judge("status.part-way", "StatefulSet")
def seen_part_way(history: History) -> Offences:
    """On the way to n pods the status shows fewer."""
    known = _versions(history)
    wanted = sets.replicas(known[-1].object)
    require(wanted > 1, "the StatefulSet asks for fewer than two pods")
    require(_count(known[-1].object, "replicas") == wanted, "the StatefulSet did not get all its pods")
    if not any(0 < _count(event.object, "replicas") < wanted for event in known):
        yield found(f"{history.subject.name} went to {wanted} pods without being seen on the way", known[-1])


@judge("status.complete", "StatefulSet")
def ends_complete(history: History) -> Offences:
    """The status ends with all pods there, Ready, available and counted, for the newest generation."""
    last = sets.last_version(history)
    wanted = sets.replicas(last.object)
    require(wanted, "the StatefulSet asks for no pods")
    for counter in ("replicas", "readyReplicas", "availableReplicas"):
        if _count(last.object, counter) != wanted:
            actual = _count(last.object, counter)
            yield found(f"{history.subject.name} ends with {counter} {actual}, not {wanted}", last)
    generation = int(objects.metadata(last.object).get("generation") or 0)
    observed = _count(last.object, "observedGeneration")
    if observed != generation:
        yield found(f"{history.subject.name} ends with generation {observed} observed, not {generation}", last)


@judge("status.bounds", "StatefulSet")
def counters_sane(history: History) -> Offences:
    """No counter is negative, larger than the number of pods, or larger than what was asked for."""
    asked = {ordinal for event in sets.versions(history) for ordinal in sets.ordinals(event.object)}
    for event in _versions(history):
        counted = _count(event.object, "replicas")
        if not 0 <= counted <= len(asked):
            yield found(f"{event.name} counts {counted} pods where at most {len(asked)} were asked for", event)
        for counter in _COUNTERS:
            value = _count(event.object, counter)
            if not 0 <= value <= counted:
                yield found(f"{event.name} has {counter} {value} of {counted} pods", event)
        if _mixed(event.object) and _count(event.object, "currentReplicas") + _count(
            event.object, "updatedReplicas"
        ) > max(counted, 0):
            yield found(f"{event.name} counts pods of two revisions twice", event)


def _mixed(statefulset: Object) -> bool:
    status = objects.status(statefulset)
    return bool(status.get("currentRevision")) and status["currentRevision"] != status.get("updateRevision")


@judge("status.ready-count", "StatefulSet")
def counts_released_only(history: History) -> Offences:
    """The status counts no pod as Ready that the test still held back."""
    known = _versions(history)
    releases = {name: act.index for name, act in released(history).items()}
    require(releases, "no pod was held back")
    names = {sets.pod_name(history, ordinal) for ordinal in sets.allowed(history)}
    for event in known:
        free = sum(releases.get(name, -1) < event.index for name in names)
        ready = _count(event.object, "readyReplicas")
        if ready > free:
            yield found(f"{event.name} counts {ready} pods as Ready where {free} could be", event)


@judge("status.one-revision", "StatefulSet")
def ends_on_one_revision(history: History) -> Offences:
    """The status ends with one revision, of which all pods are."""
    last = sets.last_version(history)
    wanted = sets.replicas(last.object)
    status = objects.status(last.object)
    require(status.get("updateRevision"), "the status names no revision")
    if status.get("currentRevision") != status["updateRevision"]:
        current, update = status.get("currentRevision"), status["updateRevision"]
        yield found(f"{last.name} ends with the revisions {current} and {update}", last)
    for counter in ("currentReplicas", "updatedReplicas"):
        if _count(last.object, counter) != wanted:
            yield found(f"{last.name} ends with {counter} {_count(last.object, counter)}, not {wanted}", last)


_CREATED = re.compile(r"[Cc]reate Pod (\S+) in StatefulSet \S+ successful")


@judge("status.events", "Event", "Pod")
def told_in_events(history: History) -> Offences:
    """The set's Events tell the creation of each pod, in the order in which they were created."""
    created = list(dict.fromkeys(life.name for life in born(history)))
    require(created, "no pod was created")
    told = [match[1] for event in history.of("Event") if (match := _CREATED.search(event.object.get("message", "")))]
    told = list(dict.fromkeys(told))
    for name in created:
        if name not in told:
            yield found(f"no Event tells the creation of {name}", about=name)
    common = [name for name in created if name in told]
    for expected, actual in zip(common, [name for name in told if name in created], strict=True):
        if expected != actual:
            yield found(f"the Events tell {actual} where {expected} was created", about=actual)
            return
