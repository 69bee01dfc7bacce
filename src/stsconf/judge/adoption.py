"""Pods that come to a StatefulSet, leave it, or have nothing to do with it."""

from __future__ import annotations

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, born, lives, made, removed
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import ADDED, DELETED, Event, History
from stsconf.model.objects import Object

REVISION = "ControllerRevision"


def _owner(obj: Object) -> str:
    return str(objects.controller(obj).get("uid") or "")


def _own(history: History, obj: Object) -> bool:
    """Tell whether nobody else controls an object."""
    return objects.controller(obj).get("name") in {None, history.subject.name}


def _of_set(history: History) -> set[str]:
    """Return the UIDs that the set had up to the window's end."""
    return {event.uid for event in sets.versions(history)}


def _orphaned(history: History) -> list[Life]:
    """Return the set's own pods that had no owner at some time in the window or just before it."""
    known = [one for one in lives(history) if _matches(history, one.pod)]
    return [life for life in known if any(not _owner(event.object) for event in _shown(history, life))]


def _shown(history: History, life: Life) -> list[Event]:
    """Return a pod's versions in the window, and the one at its start."""
    earlier = [event for event in life.events if event.index < history.begin][-1:]
    return [e for e in (*earlier, *life.events) if e in earlier or e.index >= history.begin]


def _matches(history: History, pod: Object) -> bool:
    return sets.claims_labels(sets.current(history), objects.labels(pod))


@judge("adoption.adopted", "Pod", "StatefulSet")
def orphan_adopted(history: History) -> Offences:
    """A pod without owner that the set would have made is adopted: the same object, with the set as its controller."""
    orphans = _orphaned(history)
    require(orphans, "no matching pod was without owner")
    uid = sets.last_version(history).uid
    for life in orphans:
        if life.leaving:
            yield found(f"{life.name} was removed instead of adopted", life.leaving)
        elif _owner(life.pod) != uid:
            yield found(f"{life.name} was not adopted", life.last)


def _released(history: History) -> list[tuple[Life, Event]]:
    """Return the set's pods whose labels ceased to match in the window, each with that event."""
    statefulset = sets.current(history)
    changes = [
        (life, event)
        for life in lives(history)
        for event in life.events
        if event.index >= history.begin and not sets.claims_labels(statefulset, objects.labels(event.object))
    ]
    first: dict[str, tuple[Life, Event]] = {}
    for life, event in changes:
        first.setdefault(life.uid, (life, event))
    return list(first.values())


@judge("adoption.released", "Pod", "StatefulSet")
def released_and_left_running(history: History) -> Offences:
    """A pod whose labels cease to match loses its owner and runs on; its name is not given away."""
    released = _released(history)
    require(released, "no pod ceased to match the selector")
    for life, event in released:
        if life.leaving:
            yield found(f"{life.name} was removed when its labels ceased to match", life.leaving, event)
        elif _owner(life.pod) in _of_set(history):
            yield found(f"{life.name} was not released when its labels ceased to match", life.last, event)
        for other in born(history):
            if other.name == life.name and other.birth.index > event.index:
                yield found(f"{other.name} was created beside the released one", other.birth, event)


@judge("adoption.replaced", "Pod", "StatefulSet")
def name_taken_again(history: History) -> Offences:
    """Once a released pod is gone, the set creates the pod that its name kept out."""
    gone = [(life, event) for life, event in removed(history) if not _matches(history, life.pod)]
    require(gone, "no released pod was removed")
    for life, event in gone:
        heirs = [one for one in born(history) if one.name == life.name and _owner(one.pod) in _of_set(history)]
        if not heirs:
            yield found(f"{life.name} was not created again", event, about=life.name)


def _strangers(history: History, *, named: bool) -> list[Life]:
    """Return the pods that an act made with the set's labels: with a name like the set's, or with another."""
    mine = made(history)
    everyone = [one for one in lives(history, own=lambda _: True) if one.uid in mine]
    return [one for one in everyone if history.own(one.name) is named and _matches(history, one.birth.object)]


def _left_alone(history: History, strangers: list[Life], why: str) -> Offences:
    for life in strangers:
        if life.leaving:
            yield found(f"{life.name}, {why}, was removed", life.leaving)
        adopted = [e for e in life.events if _owner(e.object) in _of_set(history)]
        if adopted:
            yield found(f"{life.name}, {why}, was adopted", adopted[0])


@judge("adoption.misnamed", "Pod", "StatefulSet")
def misnamed_left_alone(history: History) -> Offences:
    """A pod with the set's labels and another name is neither adopted nor removed."""
    strangers = _strangers(history, named=False)
    require(strangers, "no pod with the labels of the set had another name")
    yield from _left_alone(history, strangers, "which has another name")


@judge("adoption.foreign", "Pod", "StatefulSet")
def foreign_left_alone(history: History) -> Offences:
    """A pod that somebody else controls is neither adopted nor removed, whatever its name and labels are."""
    strangers = [life for life in _strangers(history, named=True) if _owner(life.birth.object)]
    require(strangers, "no pod with the name and labels of the set had another controller")
    yield from _left_alone(history, strangers, "which has another controller")


@judge("adoption.leftover", "Pod", "StatefulSet")
def leftovers_go(history: History) -> Offences:
    """Of the orphans that a new set finds, those that it has no room for are removed."""
    room = sets.ordinals(sets.current(history))
    found_there = [name for name in history.at_start("Pod") if history.own(name)]
    surplus = [name for name in found_there if objects.ordinal(name) not in room]
    require(surplus, "no orphan was more than the set asks for")
    for name in sorted(history.at_end("Pod").keys() & surplus):
        yield found(f"{name} is still there though it is surplus", sets.last_version(history), about=name)


@judge("adoption.surplus", "Pod", "StatefulSet")
def surplus_adopted(history: History) -> Offences:
    """A pod made by hand beyond the set's size becomes its own once its labels match, and is removed as surplus."""
    wanted = {sets.pod_name(history, ordinal) for ordinal in sets.ordinals(sets.current(history))}
    mine = made(history)
    surplus = [one for one in lives(history) if one.uid in mine and one.name not in wanted]
    require(surplus, "no pod was made by hand beyond the size of the set")
    for life in surplus:
        if not any(_owner(event.object) in _of_set(history) for event in life.events):
            yield found(f"{life.name} was never adopted", life.last)
        elif not life.leaving:
            yield found(f"{life.name} was adopted and not removed, though it is surplus", life.last)


def _orphaning(history: History) -> dict[str, Object]:
    """Return the set's pods when the window began, by name."""
    there = {name: pod for name, pod in history.at_start("Pod").items() if history.own(name)}
    require(there, "the StatefulSet had no pods")
    return there


@judge("adoption.orphans", "Pod", REVISION, "StatefulSet")
def orphans_kept(history: History) -> Offences:
    """What is orphaned stays: pods run on, revisions are kept, and both lose their owner."""
    there = _orphaning(history)
    require(any(e.type == DELETED for e in history.of(sets.KIND, history.subject.name)), "the set was not deleted")
    for kind, before in (("Pod", there), (REVISION, dict(history.at_start(REVISION)))):
        present = history.at_end(kind)
        for name, obj in before.items():
            if objects.uid(present.get(name, {})) != objects.uid(obj):
                yield found(f"{name} did not survive its set", about=name)
            elif _owner(present[name]):
                yield found(f"{name} still has an owner", about=name)


@judge("adoption.readopted", "Pod", REVISION, "StatefulSet")
def readopted_without_restart(history: History) -> Offences:
    """A new set of the same template takes over the pods and revisions that the former left, as they are."""
    there = _orphaning(history)
    anew = [event for event in history.of(sets.KIND, history.subject.name) if event.type == ADDED]
    require(anew, "the set was not created anew")
    revisions = {name: one for name, one in history.at_start(REVISION).items() if _own(history, one)}
    require(revisions, "no ControllerRevision was recorded")
    for kind, before in (("Pod", there), (REVISION, revisions)):
        present = history.at_end(kind)
        for name, obj in before.items():
            if objects.uid(present.get(name, {})) != objects.uid(obj):
                yield found(f"{name} was replaced by the new set", about=name)
            elif _owner(present[name]) != anew[-1].uid:
                yield found(f"{name} was not adopted by the new set", about=name)
        for event in history.of(kind):
            if event.type == ADDED and event.name not in before and _owner(event.object) == anew[-1].uid:
                yield found(f"{event.name} was made though the template is the same", event)
