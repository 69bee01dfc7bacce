"""What the set's status says, and what its Events tell."""

from __future__ import annotations

import re

from stsconf.judge import revisions, sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import born, lives, made, released
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


@judge("status.conditions", "StatefulSet")
def keeps_conditions(history: History) -> Offences:
    """Conditions of others that the status had at any time are still in it at the end."""
    known = _versions(history)
    start = history.at_start("StatefulSet").get(history.subject.name) or {}
    before = {kind for one in (start, *(event.object for event in known)) for kind in _conditions(one) if "/" in kind}
    require(before, "the status had no condition of others")
    for kind in sorted(before - _conditions(known[-1].object)):
        yield found(f"{history.subject.name} lost its condition {kind}", known[-1])


def _conditions(statefulset: Object) -> set[str]:
    return {str(condition["type"]) for condition in objects.status(statefulset).get("conditions") or []}


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
    """No counter is negative, larger than the number of pods, or larger than what was asked for.

    A pod that was made by hand is counted, too, from its adoption on.
    """
    asked = {ordinal for event in sets.versions(history) for ordinal in sets.ordinals(event.object)}
    asked |= {objects.ordinal(life.name) for life in lives(history) if life.uid in made(history)}
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


@judge("status.collisions", "StatefulSet", revisions.KIND)
def no_collision(history: History) -> Offences:
    """The status counts no collision of revision names but with others' revisions: nobody meets one by chance."""
    taken = revisions.taken(history)
    for event in _versions(history):
        count = _count(event.object, "collisionCount")
        if count > len(taken):
            yield found(f"{event.name} counts {count} collisions of revision names, of which {len(taken)} taken", event)
            return


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


@judge("status.generation", "StatefulSet")
def follows_generation(history: History) -> Offences:
    """ObservedGeneration never runs ahead of the generation nor back, and ends at it."""
    known = _versions(history)
    observed = [_count(event.object, "observedGeneration") for event in known]
    require(any(observed), "no generation was observed")
    for former, (event, latter) in zip([0, *observed], zip(known, observed, strict=True), strict=False):
        if latter < former and event.uid == known[0].uid:
            yield found(f"{event.name} observed generation {latter} after {former}", event)
        elif latter > _generation(event.object) and not _inherited(history, event, latter):
            yield found(f"{event.name} observed generation {latter} of {_generation(event.object)}", event)


def _inherited(history: History, event: Event, observed: int) -> bool:
    """Tell whether a former set of that name had this generation.

    The controller's last write about a set that is gone may hit its successor: on a conflict it takes whatever has the
    name now. That is set right with the successor's first status, and comes about by chance.
    """
    earlier = (one for one in sets.versions(history) if one.index < event.index and one.uid != event.uid)
    return any(_generation(one.object) >= observed for one in earlier)


def _generation(statefulset: Object) -> int:
    return int(objects.metadata(statefulset).get("generation") or 0)


@judge("status.seen", "StatefulSet", "Pod")
def seen_before_done(history: History) -> Offences:
    """A new generation is observed while its pods are still missing or not Ready: seen is not done."""
    last = sets.last_version(history)
    require(_count(last.object, "replicas"), "the StatefulSet had no pods")
    present = history.at_end("Pod")
    names = [sets.pod_name(history, ordinal) for ordinal in sets.ordinals(last.object)]
    require(not all(objects.is_running_and_ready(present.get(name, {})) for name in names), "all pods were Ready")
    if _count(last.object, "observedGeneration") != _generation(last.object):
        yield found(f"{last.name} was not observed while its pods were not Ready", last)


@judge("status.exact", "StatefulSet", "Pod")
def counts_what_is_there(history: History) -> Offences:
    """Once the controller has seen everything, each counter is the number of the pods that it counts."""
    last = sets.last_version(history)
    status = objects.status(last.object)
    pods = [pod for pod in history.at_end("Pod").values() if objects.controller(pod).get("uid") == last.uid]
    require(pods, "the StatefulSet had no pods")
    staying = [pod for pod in pods if not objects.is_terminating(pod)]
    ready = sum(objects.is_ready(pod) for pod in staying)
    counted = _count(last.object, "readyReplicas")
    if not ready <= counted <= ready + len(pods) - len(staying):  # one that goes may be Ready a moment longer
        yield found(f"{last.name} has readyReplicas {counted} of {ready}", last)
    expected = {
        "replicas": len(pods),
        "currentReplicas": sum(objects.revision(pod) == status.get("currentRevision") for pod in staying),
        "updatedReplicas": sum(objects.revision(pod) == status.get("updateRevision") for pod in staying),
    }
    for counter, number in expected.items():
        if _count(last.object, counter) != number:
            yield found(f"{last.name} has {counter} {_count(last.object, counter)} of {number}", last)


@judge("status.zero", "StatefulSet", "Pod")
def ends_at_zero(history: History) -> Offences:
    """A set of no replicas has no pods, and its counters are zero."""
    last = sets.last_version(history)
    require(sets.replicas(last.object) == 0, "the StatefulSet asks for pods")
    require(any(event.kind == "Pod" for event in history.events[: history.end]), "the StatefulSet never had pods")
    for name in history.at_end("Pod"):
        if history.own(name):
            yield found(f"{name} is there though no pod is asked for", last, about=name)
    for counter in ("replicas", *_COUNTERS):
        if _count(last.object, counter):
            yield found(f"{last.name} ends with {counter} {_count(last.object, counter)}", last)


@judge("status.two-revisions", "StatefulSet", "Pod")
def names_both_revisions(history: History) -> Offences:
    """While a partition holds pods back, the status names two revisions and the pods of each."""
    last = sets.last_version(history)
    strategy = objects.spec(last.object).get("updateStrategy") or {}
    partition = int((strategy.get("rollingUpdate") or {}).get("partition") or 0)
    require(0 < partition < sets.replicas(last.object), "no partition holds a part of the pods back")
    revisions = {objects.revision(pod) for name, pod in history.at_end("Pod").items() if history.own(name)}
    require(len(revisions) > 1, "the pods are of one revision")
    status = objects.status(last.object)
    if {status.get("currentRevision"), status.get("updateRevision")} != revisions:
        current, update = status.get("currentRevision"), status.get("updateRevision")
        yield found(f"{last.name} names {current} and {update} where its pods are of {sorted(revisions)}", last)
    expected = {"currentReplicas": partition, "updatedReplicas": sets.replicas(last.object) - partition}
    for counter, number in expected.items():
        if _count(last.object, counter) != number:
            yield found(f"{last.name} has {counter} {_count(last.object, counter)}, not {number}", last)
