"""What a template change leaves behind: ControllerRevisions, their names and numbers, and how many are kept."""

from __future__ import annotations

from collections.abc import Mapping

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import ADDED, DELETED, Event, History
from stsconf.model.objects import Object

KIND = "ControllerRevision"
_DEFAULT_LIMIT = 10
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""What kubectl keeps for itself."""


def target(history: History) -> str:
    """Return the revision that the window's update leads to.

    Raises:
        NothingToJudge: the status names no update revision.
    """
    name = _named(sets.current(history), "updateRevision")
    require(name, "the status names no update revision")
    return name


def _named(statefulset: Object, field: str) -> str:
    return str(objects.status(statefulset).get(field) or "")


def of_set(history: History, revision: Object) -> bool:
    """Tell whether a ControllerRevision is the set's."""
    return objects.controller(revision).get("name") == history.subject.name


def known(history: History) -> list[Event]:
    """Return the versions of the set's revisions up to the window's end."""
    return [event for event in history.events[: history.end] if event.kind == KIND and of_set(history, event.object)]


def made(history: History) -> list[Event]:
    """Return the events by which revisions of the set were made in the window."""
    return [event for event in history.of(KIND) if event.type == ADDED and of_set(history, event.object)]


def number(revision: Object) -> int:
    """Return a revision's number: the one that was asked for last has the highest."""
    return int(revision.get("revision") or 0)


def taken(history: History) -> set[str]:
    """Return the names that revisions of the set could have, and that had nobody for an owner at some time."""
    there = (event for event in history.events[: history.end] if event.kind == KIND)
    nobodys = (event.name for event in there if not objects.controller(event.object))
    return {name for name in nobodys if name.startswith(f"{history.subject.name}-")}


def at_start(history: History) -> Mapping[str, Object]:
    """Return the set's revisions at the window's start, by name."""
    return {name: one for name, one in history.at_start(KIND).items() if of_set(history, one)}


def at_end(history: History) -> Mapping[str, Object]:
    """Return the set's revisions at the window's end, by name."""
    return {name: one for name, one in history.at_end(KIND).items() if of_set(history, one)}


def template(statefulset: Object) -> object:
    """Return the pod template of the set."""
    return objects.spec(statefulset).get("template")


def _in_use(history: History) -> set[str]:
    """Return the names of the revisions that the status or a pod names at the window's end."""
    pods = (objects.revision(pod) for name, pod in history.at_end("Pod").items() if history.own(name))
    last = sets.current(history)
    return {_named(last, "currentRevision"), _named(last, "updateRevision"), *pods}


def _other_fields(statefulset: Object) -> dict[str, object]:
    return {key: value for key, value in objects.spec(statefulset).items() if key != "template"}


@judge("revisions.uncalled", "StatefulSet", KIND)
def none_made(history: History) -> Offences:
    """A change of anything but the template makes no revision and leads to none."""
    versions = sets.in_force(history)
    require(all(template(one) == template(versions[0]) for one in versions), "the template was changed")
    require(any(_other_fields(one) != _other_fields(versions[0]) for one in versions), "nothing else was changed")
    sets.require_settled(history)
    for event in made(history):
        yield found(f"{event.name} was made though the template is as it was", event)
    before, after = _named(versions[0], "updateRevision"), _named(versions[-1], "updateRevision")
    if before != after:
        yield found(f"{history.subject.name} went from {before} to {after}", sets.last_version(history))


@judge("revisions.reused", "StatefulSet", KIND)
def reused(history: History) -> Offences:
    """The return to an earlier template leads to its revision, by name, under the highest number of all."""
    versions = sets.in_force(history)
    require(template(versions[0]) != template(versions[-1]), "the template was not changed")
    known, goal = at_start(history), target(history)
    require(known, "no revision was known")
    for event in made(history):
        yield found(f"{event.name} was made for a template that had a revision", event)
    if goal not in known:
        yield found(f"{goal} is none of the revisions that were known", sets.last_version(history), about=goal)
        return
    numbers = {name: number(one) for name, one in at_end(history).items()}
    higher = sorted(name for name, value in numbers.items() if name != goal and value >= numbers.get(goal, 0))
    for name in higher:
        yield found(f"{goal} has the number {numbers.get(goal)}, not above {numbers[name]} of {name}", about=goal)


@judge("revisions.annotated", "StatefulSet", KIND)
def annotated_like_set(history: History) -> Offences:
    """A revision is made with the annotations that the set has by then, such as the cause of a change."""
    wanted = {key: text for key, text in objects.annotations_of(sets.in_force(history)[0]).items() if key != _APPLIED}
    require(wanted, "the set had no annotation")
    require(made(history), "no revision was made")
    for event in made(history):
        for key in sorted(key for key, text in wanted.items() if objects.annotations_of(event.object).get(key) != text):
            yield found(f"{event.name} was made without the annotation {key} of {history.subject.name}", event)


@judge("revisions.taken", "StatefulSet", KIND)
def given_another_name(history: History) -> Offences:
    """A revision whose name somebody else's has is given another one, and the status counts the collision."""
    names = taken(history)
    require(names, "no name of a revision was taken")
    goal, count = target(history), objects.status(sets.current(history)).get("collisionCount")
    require(goal not in at_start(history), "the template was not changed to one without a revision")
    if goal in names:
        yield found(f"{history.subject.name} leads to {goal}, which is somebody else's", about=goal)
    if not count:
        sentence = f"{history.subject.name} counts no collision of names, though {', '.join(sorted(names))} was taken"
        yield found(sentence, sets.last_version(history))


@judge("revisions.current-kept", "StatefulSet", "Pod", KIND)
def current_kept(history: History) -> Offences:
    """As long as an update waits for a pod, the revision that it comes from is kept, and named as the current one."""
    old, goal = _named(sets.in_force(history)[0], "currentRevision"), target(history)
    require(old and old != goal, "no update began")
    pods = {name: pod for name, pod in history.at_end("Pod").items() if history.own(name)}
    require(any(not objects.is_ready(pod) for pod in pods.values()), "no pod was waited for at the end")
    sets.require_settled(history)
    if old not in at_end(history):
        yield found(f"{old} was removed though the update from it is not complete", about=old)
    if _named(sets.current(history), "currentRevision") != old:
        sentence = f"{history.subject.name} no longer names {old} though the update from it is not complete"
        yield found(sentence, sets.last_version(history))


@judge("revisions.limit", "StatefulSet", "Pod", KIND)
def kept_to_limit(history: History) -> Offences:
    """Of the revisions that nothing uses no more are kept than the limit allows."""
    sets.require_settled(history)
    limit = int(objects.spec(sets.current(history)).get("revisionHistoryLimit", _DEFAULT_LIMIT))
    unused = sorted(at_end(history).keys() - _in_use(history))
    ever = {*at_start(history), *(event.name for event in made(history))}
    require(len(ever - _in_use(history)) > limit, "there were never more unused revisions than are kept")
    if len(unused) > limit:
        yield found(f"{len(unused)} unused revisions are kept, not {limit}: {', '.join(unused)}", about=unused[0])


@judge("revisions.oldest", KIND, "Pod", "StatefulSet")
def oldest_go_first(history: History) -> Offences:
    """Revisions are removed from the oldest on, and as few as the limit asks for."""
    removed = [event for event in history.of(KIND) if event.type == DELETED and of_set(history, event.object)]
    require(removed, "no revision was removed")
    sets.require_settled(history)
    kept = {name: number(one) for name, one in at_end(history).items() if name not in _in_use(history)}
    for event in removed:
        older = sorted(name for name, value in kept.items() if value < number(event.object))
        if older:
            yield found(f"{event.name} was removed and the older {', '.join(older)} was kept", event)
    limit = int(objects.spec(sets.current(history)).get("revisionHistoryLimit", _DEFAULT_LIMIT))
    if len(kept) < limit:
        yield found(f"{len(kept)} unused revisions are left where {limit} may be kept", removed[-1])


@judge("revisions.in-use", KIND, "Pod", "StatefulSet")
def kept_in_use(history: History) -> Offences:
    """A revision that a pod was made from, or that the status names, is never removed."""
    used = _in_use(history) - {""}
    require(used & {*at_start(history), *(event.name for event in made(history))}, "no revision was in use")
    require([event for event in history.of(KIND) if event.type == DELETED], "no revision was removed")
    for name in sorted(used - at_end(history).keys()):
        yield found(f"{name} was removed though it is in use", about=name)
