"""Scaling up and down."""

from __future__ import annotations

from itertools import pairwise

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, announced, born, lives, removed, taken
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
    known = lives(history)
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
