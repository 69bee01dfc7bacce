"""minReadySeconds, held against the servers' own times: whole seconds, so a second is granted."""

from __future__ import annotations

from itertools import pairwise

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, born, lives, taken
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import ADDED, DELETED, Event, History

GRAIN = 1.0
"""Seconds that may be missing: times are cut to seconds, by clocks of two machines."""


def _wait(history: History) -> int:
    """Return how long a pod has to be Ready in this window.

    Raises:
        NothingToJudge: the set was not recorded, or the time is not the same all along, or too short to be told.
    """
    times = {int(objects.spec(one).get("minReadySeconds") or 0) for one in sets.in_force(history)}
    require(len(times) == 1, "minReadySeconds was changed")
    seconds = times.pop()
    require(seconds > 2 * GRAIN, "minReadySeconds is too short to be told from whole seconds")
    return seconds


def _ready_since(life: Life, event: Event) -> float | None:
    """Return since when a pod was Ready at an event of its kind, None if it was not."""
    versions = life.before(event)
    if not versions or versions[-1].type == DELETED or not objects.is_ready(versions[-1].object):
        return None
    return objects.since(versions[-1].object, "Ready")


@judge("ready-seconds.create", "Pod", "StatefulSet")
def creation_waits(history: History) -> Offences:
    """A pod is created only when the one below it was Ready for all of minReadySeconds."""
    sets.require_ordered(history)
    seconds = _wait(history)
    known = lives(history)
    due = [life for life in born(history) if life.ordinal > sets.lowest(history)]
    require(due, "no pod above the first ordinal was created")
    for life in due:
        below = [one for one in known if one.ordinal == life.ordinal - 1 and one.birth.index < life.birth.index]
        since = _ready_since(below[-1], life.birth) if below else None
        passed = objects.created(life.birth.object) - since if since is not None else 0.0
        if passed < seconds - GRAIN:
            name = sets.pod_name(history, life.ordinal - 1)
            yield found(f"{life.name} was created when {name} was Ready for {passed:.0f} s", life.birth)


@judge("ready-seconds.update", "Pod", "StatefulSet")
def update_waits(history: History) -> Offences:
    """The next pod of an update is removed only when the former's replacement was Ready for all of minReadySeconds."""
    seconds = _wait(history)
    target = str(objects.status(sets.current(history)).get("updateRevision", ""))
    outdated = [(life, event) for life, event in taken(history) if life.revision != target]
    require(len(outdated) > 1, "fewer than two outdated pods were replaced")
    for (former, _), (latter, event) in pairwise(outdated):
        heirs = [one for one in born(history) if one.name == former.name and one.birth.index < event.index]
        since = _ready_since(heirs[-1], event) if heirs else None
        passed = objects.deletion_asked(event.object) - since if since is not None else 0.0
        if passed < seconds - GRAIN:
            yield found(f"{latter.name} was removed when the new {former.name} was Ready for {passed:.0f} s", event)


def _counted_early(history: History, versions: list[Event], late: float) -> Offences:
    """Name the versions of the status that count more pods than were Ready for long enough when it was written.

    For `late` seconds after a pod ceased to be Ready it may still be counted.
    """
    seconds = _wait(history)
    for event in versions:
        written = objects.status_written(event.object)
        counted = int(objects.status(event.object).get("availableReplicas") or 0)
        ripe = sum(_ripe(life, written, seconds, late) for life in lives(history))
        if counted > ripe:
            yield found(f"{event.name} counts {counted} available pods where {ripe} could be", event)


def _ripe(life: Life, when: float, seconds: int, late: float) -> bool:
    """Tell whether a pod can have been Ready for long enough at a time."""
    stretches = [
        (objects.since(event.object, "Ready"), _lost(life, event))
        for event in life.events
        if objects.is_ready(event.object)
    ]
    return any(begin + seconds - GRAIN <= when < end + late for begin, end in stretches)


def _lost(life: Life, event: Event) -> float:
    """Return when a pod ceased to be Ready after an event, for ever away if it did not."""
    later = (one for one in life.events if one.index > event.index and not objects.is_ready(one.object))
    return next((objects.since(one.object, "Ready") for one in later), float("inf"))


def _written(history: History) -> list[Event]:
    """Return the window's versions of the set whose status was written at a known time."""
    known = [event for event in history.of(sets.KIND) if event.type != DELETED and event.name == history.subject.name]
    return [event for event in known if objects.status_written(event.object)]


@judge("ready-seconds.count", "Pod", "StatefulSet")
def counted_when_ripe(history: History) -> Offences:
    """The status counts a pod as available only once it was Ready for all of minReadySeconds."""
    versions = _written(history)
    require(any(objects.status(event.object).get("availableReplicas") for event in versions), "no pod was available")
    yield from _counted_early(history, versions, 2 * GRAIN)


@judge("ready-seconds.reset", "Pod", "StatefulSet")
def counted_anew(history: History) -> Offences:
    """A pod that was available and lost Ready is not available again before it was Ready for all of the time."""
    versions = _written(history)
    counts = [int(objects.status(event.object).get("availableReplicas") or 0) for event in versions]
    fell = next((place for place, (a, b) in enumerate(pairwise(counts), start=1) if b < a), len(counts))
    require(any(counts[fell:]), "no pod was available, then was not, and then was again")
    yield from _counted_early(history, versions[fell:], 0.0)  # the loss is known: the counter fell


@judge("ready-seconds.change", "Pod", "StatefulSet", "ControllerRevision")
def change_touches_no_pod(history: History) -> Offences:
    """Another minReadySeconds makes no revision and replaces no pod; the counters follow it."""
    times = [int(objects.spec(one).get("minReadySeconds") or 0) for one in sets.in_force(history)]
    require(len(set(times)) > 1, "minReadySeconds was not changed")
    for event in history.of("ControllerRevision"):
        if event.type == ADDED:
            yield found(f"{event.name} was made for another minReadySeconds", event)
    for life, event in taken(history):
        yield found(f"{life.name} was removed for another minReadySeconds", event)
    counts = {int(objects.status(event.object).get("availableReplicas") or 0) for event in _written(history)}
    if len(counts) < 2:  # noqa: PLR2004 -- two, because one is no change
        yield found("availableReplicas did not follow minReadySeconds", sets.last_version(history))


@judge("ready-seconds.promotion", "StatefulSet")
def promoted_when_available(history: History) -> Offences:
    """The status names the new revision as the current one only when all pods are available."""
    require(_wait(history), "minReadySeconds is not set")
    versions = _written(history)
    mixed = [e for e in versions if _revisions(e)[0] != _revisions(e)[1]]
    after = [e for e in versions if mixed and e.index > mixed[-1].index]
    require(after, "the update did not end")
    counted = int(objects.status(after[0].object).get("availableReplicas") or 0)
    if counted < sets.replicas(after[0].object):
        of = sets.replicas(after[0].object)
        yield found(f"{after[0].name} took over the new revision with {counted} of {of} pods available", after[0])


def _revisions(event: Event) -> tuple[object, object]:
    status = objects.status(event.object)
    return status.get("currentRevision"), status.get("updateRevision")
