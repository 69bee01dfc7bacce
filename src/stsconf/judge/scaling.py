"""Scaling up and down."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, announced, born, lives, removed, taken, unready
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import Event, History


@judge("scaling.up-order", "Pod", "StatefulSet")
def up_appends(history: History) -> Offences:
    """Scaling up creates the missing ordinals above the existing ones, in ascending order."""
    sets.require_ordered(history)
    existing = [objects.ordinal(name) for name in history.at_start("Pod") if history.own(name)]
    highest = max(existing, default=sets.lowest(history) - 1)
    created = [life for life in born(history) if life.ordinal not in existing]
    require(created, "no ordinal was added")
    for expected, life in enumerate(created, start=highest + 1):
        if life.ordinal != expected:
            name = sets.pod_name(history, expected)
            yield found(f"{life.name} was created where {name} was due", life.birth)


@judge("scaling.survivors", "Pod", "StatefulSet")
def survivors_stay(history: History) -> Offences:
    """Scaling leaves the pods that both sizes have untouched."""
    require(len({sets.replicas(one) for one in sets.in_force(history)}) > 1, "the StatefulSet was not scaled")
    staying = {sets.pod_name(history, ordinal) for ordinal in sets.lasting(history)} & set(history.at_start("Pod"))
    require(staying, "no pod was there before and after")
    foreign = announced(history)
    for life, event in removed(history):
        if life.name in staying and life.uid not in foreign and life.uid in _uids_at_start(history):
            yield found(f"{life.name} was removed though both sizes have it", event)


def _uids_at_start(history: History) -> set[str]:
    return {objects.uid(pod) for pod in history.at_start("Pod").values()}


def _condemned(history: History) -> list[tuple[Life, Event]]:
    """Return the pods that scaling down removed, in that order, each with the event at which that began."""
    sets.require_ordered(history)
    wanted = sets.ordinals(sets.current(history))
    return [(life, event) for life, event in taken(history) if life.ordinal not in wanted]


@judge("scaling.down-order", "Pod", "StatefulSet")
def down_descending(history: History) -> Offences:
    """Scaling down removes the highest ordinal first, then the next lower."""
    condemned = _condemned(history)
    require(condemned, "no pod was removed by scaling down")
    yield from _skipped(history, condemned)


@judge("scaling.down-skipped", "Pod", "StatefulSet")
def none_skipped(history: History) -> Offences:
    """Scaling down removes no pod while a higher one is to go, whether that one is stuck or not."""
    condemned = _condemned(history)
    require(len(_surplus(history)) > 1, "fewer than two pods were to be removed")
    yield from _skipped(history, condemned)


def _skipped(history: History, condemned: Iterable[tuple[Life, Event]]) -> Offences:
    """Name the pods that scaling down removed while a higher one was there that was to go as well."""
    wanted = sets.ordinals(sets.current(history))
    known = [life for life in lives(history) if life.ordinal not in wanted]
    for life, event in condemned:
        higher = [one for one in known if one.ordinal > life.ordinal and _stays(one, event)]
        if higher:
            yield found(f"{life.name} was removed before {higher[-1].name}", event)


def _stays(life: Life, event: Event) -> bool:
    """Tell whether a pod existed at an event and nothing had begun to remove it."""
    return life.birth.index < event.index and (life.leaving is None or life.leaving.index > event.index)


@judge("scaling.down-overlap", "Pod", "StatefulSet")
def down_one_by_one(history: History) -> Offences:
    """When scaling down, a pod is removed only after the former one is completely gone."""
    condemned = _condemned(history)
    require(len(condemned) > 1, "fewer than two pods were removed by scaling down")
    for (former, start), (latter, event) in pairwise(condemned):
        if former.gone is None or former.gone.index > event.index:
            yield found(f"{latter.name} was removed before {former.name} was gone", event, former.gone or start)


@judge("scaling.size", "Pod", "StatefulSet")
def reaches_size(history: History) -> Offences:
    """Scaling ends with exactly the pods that were asked for."""
    require(len({sets.replicas(one) for one in sets.in_force(history)}) > 1, "the StatefulSet was not scaled")
    wanted = {sets.pod_name(history, ordinal) for ordinal in sets.ordinals(sets.current(history))}
    pods = {name for name in history.at_end("Pod") if history.own(name)}
    for name in sorted(wanted - pods):
        yield found(f"{name} is missing at the end", about=name)
    for name in sorted(pods - wanted):
        yield found(f"{name} is still there at the end", about=name)


def _unready_below(history: History, life: Life, event: Event, ordinals: Iterable[int]) -> Offences:
    """Name the lower ordinals among these that were not Running and Ready when a pod's removal began.

    The test scales only when the set's status tells the loss of Ready: the controller knew it by then.
    """
    known = lives(history)
    for ordinal in ordinals:
        name = sets.pod_name(history, ordinal)
        reason = unready(known, name, event, seen=history.begin) if ordinal < life.ordinal else ""
        if reason:
            yield found(f"{life.name} was removed while {name} {reason}", event)


def _was_unready(history: History, ordinals: Iterable[int]) -> bool:
    """Tell whether a pod of these ordinals was there and not Ready when the window began."""
    there = history.at_start("Pod")
    return any(not objects.is_ready(there[n]) for n in (sets.pod_name(history, o) for o in ordinals) if n in there)


@judge("scaling.down-halts", "Pod", "StatefulSet")
def unready_halts(history: History) -> Offences:
    """Scaling down removes no pod while one that stays is not Ready."""
    sets.require_ordered(history)
    staying = sets.ordinals(sets.current(history))
    require(_was_unready(history, staying), "no pod that stays was unready")
    require(any(o not in staying for o in _there(history)), "no pod was to be removed")
    for life, event in _condemned(history):
        yield from _unready_below(history, life, event, staying)


@judge("scaling.down-unready-below", "Pod", "StatefulSet")
def unready_condemned_halts(history: History) -> Offences:
    """Scaling down removes no pod while a lower one that is to go as well is not Ready."""
    sets.require_ordered(history)
    going = _surplus(history)
    require(_was_unready(history, going[:-1]), "no pod below the highest one to go was unready")
    for life, event in _condemned(history):
        yield from _unready_below(history, life, event, going)


@judge("scaling.down-top", "Pod", "StatefulSet")
def next_goes(history: History) -> Offences:
    """The highest pod goes when the set is scaled down, be it Ready or not."""
    sets.require_ordered(history)
    going = _surplus(history)
    require(going, "no pod was to be removed")
    name = sets.pod_name(history, going[-1])
    if name not in {life.name for life, _ in _condemned(history)}:
        yield found(f"{name} was not removed though it is surplus", sets.last_version(history), about=name)


def _there(history: History) -> list[int]:
    """Return the ordinals of the pods that were there when the window began, in order."""
    return sorted(objects.ordinal(name) for name in history.at_start("Pod") if history.own(name))


def _surplus(history: History) -> list[int]:
    """Return the ordinals that were there when the window began and are not asked for any more, in order."""
    return [ordinal for ordinal in _there(history) if ordinal not in sets.ordinals(sets.current(history))]
