"""What the API server answers by itself: refusals, defaults, subresources, collections, dry runs."""

from __future__ import annotations

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import ADDED, API, DELETED, Event, History
from stsconf.model.objects import Object

_TOO_MANY, _BROKEN = 429, 500
_DEFAULTS = {
    "replicas": 1,
    "podManagementPolicy": "OrderedReady",
    "revisionHistoryLimit": 10,
    "updateStrategy.type": "RollingUpdate",
    "updateStrategy.rollingUpdate.partition": 0,
    "persistentVolumeClaimRetentionPolicy.whenDeleted": "Retain",
    "persistentVolumeClaimRetentionPolicy.whenScaled": "Retain",
}


def asked(history: History, due: str = "") -> list[Event]:
    """Return the window's requests, or those whose right answer is known in this respect.

    Raises:
        NothingToJudge: there are none, or a server that was busy or broken answered something else than was asked.
    """
    requests = [event for event in history.of(API) if not due or due in event.object["due"]]
    require(requests, "the API server was not asked")
    for event in requests:
        status = int(event.object["status"])
        expected = status == event.object["due"].get("status", status if status < _TOO_MANY else None)
        require(expected or (status < _BROKEN and status != _TOO_MANY), f"the API server answered {_told(event)}")
    return requests


def _told(event: Event) -> str:
    return " ".join(str(event.object[part]) for part in ("status", "reason", "message") if event.object[part])


@judge("api.answer", API)
def answered_as_due(history: History) -> Offences:
    """Each request is answered with the status that is due, and a refusal names the field that is wrong."""
    for event in asked(history, "status"):
        due = event.object["due"]
        if event.object["status"] != due["status"]:
            yield found(f"{event.object['request']} was answered {_told(event)}, not {due['status']}", event)
        elif due.get("field") and due["field"] not in event.object["fields"]:
            blamed = ", ".join(event.object["fields"]) or "no field"
            yield found(f"{event.object['request']} was refused for {blamed}, not for {due['field']}", event)


@judge("api.unchanged", API, "StatefulSet")
def nothing_changed(history: History) -> Offences:
    """What is refused, or only tried, makes, changes and removes no set."""
    require(history.of(API), "the API server was not asked")
    for step in history.steps("StatefulSet"):
        event, before = step.event, step.before.get(step.event.name)
        if event.type == DELETED or before is None:
            verb = "removed" if event.type == DELETED else "made"
            yield found(f"{event.name} was {verb} by a request that was to leave nothing", event)
        elif objects.spec(before) != objects.spec(event.object):
            yield found(f"{event.name} was changed by a request that was to leave nothing", event)


@judge("api.defaults", API)
def defaults_filled_in(history: History) -> Offences:
    """What a manifest leaves out is filled in with the documented defaults."""
    answered = [e for e in asked(history, "defaults") if objects.spec(e.object["answer"])]
    require(answered, "no bare StatefulSet was accepted")
    for event in answered:
        for path, expected in _DEFAULTS.items():
            actual = _at(objects.spec(event.object["answer"]), path)
            if actual != expected:
                yield found(f"{path} is {actual} where nothing is said, not {expected}", event)


def _at(obj: Object, path: str) -> object:
    value: object = obj
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


@judge("api.status-apart", API)
def status_written_apart(history: History) -> Offences:
    """A write to the status changes no spec, and a write to the set no status; each does what it is for."""
    both = [e for e in asked(history, "part") if {"spec", "status"} <= (e.object["sent"] or {}).keys()]
    require(both, "nobody tried to write spec and status at once")
    for event in both:
        meant = event.object["due"]["part"]
        for part in ("spec", "status"):
            sent, kept = event.object["sent"][part], (event.object["answer"] or {}).get(part) or {}
            taken = [key for key, value in sent.items() if kept.get(key) == value]
            if part == meant and len(taken) != len(sent):
                yield found(f"{event.object['request']} did not write {', '.join(sent)} of the {part}", event)
            elif part != meant and taken:
                yield found(f"{event.object['request']} wrote {', '.join(taken)} of the {part} too", event)


@judge("api.scale", API, "StatefulSet")
def scale_tells_the_set(history: History) -> Offences:
    """The scale subresource tells the set's size and its selector, and takes another size."""
    through = [event for event in asked(history, "replicas") if event.object["answer"]]
    require(through, "the scale subresource was not asked")
    labels = (objects.spec(sets.current(history)).get("selector") or {}).get("matchLabels") or {}
    selector = {f"{key}={value}" for key, value in labels.items()}
    for event in through:
        answer = event.object["answer"]
        told, due = objects.spec(answer).get("replicas", 0), event.object["due"]["replicas"]
        if told != due:
            yield found(f"{event.object['request']} tells {told} replicas, not {due}", event)
        if set(str(objects.status(answer).get("selector", "")).split(",")) != selector:
            yield found(f"{event.object['request']} tells the selector {objects.status(answer).get('selector')}", event)
    if sets.replicas(sets.current(history)) != through[-1].object["due"]["replicas"]:
        yield found("the StatefulSet has not the size that its scale was given", sets.last_version(history))


@judge("api.collection", API, "StatefulSet")
def collection_by_label(history: History) -> Offences:
    """A list by label names the sets that carry it and no others; a deletion by label removes just those."""
    listed, removed = asked(history, "names"), asked(history, "kept")
    for event in listed:
        names = sorted(objects.name(item) for item in event.object["answer"].get("items") or [])
        if names != sorted(event.object["due"]["names"]):
            yield found(f"the label gives {', '.join(names) or 'nothing'}", event)
    present = history.at_end("StatefulSet")
    for event in removed:
        for name in event.object["due"]["gone"]:
            if name in present:
                yield found(f"{name} outlived the deletion of its collection", event, about=name)
        for name in event.object["due"]["kept"]:
            if name not in present:
                yield found(f"{name} was removed with a collection that it is not of", event, about=name)


@judge("api.made", API, "StatefulSet")
def made_for_real(history: History) -> Offences:
    """The same request without a dry run does what the dry run told."""
    tried = {e.name or str(e.object["name"]): e for e in asked(history, "dry")}
    made = {event.name: event for event in history.of("StatefulSet") if event.type == ADDED}
    both = tried.keys() & made.keys()
    require(both, "nothing was made that was tried before")
    for name in sorted(both):
        promised, real = objects.spec(tried[name].object["answer"]), objects.spec(made[name].object)
        if promised != real:
            different = sorted(key for key in {*promised, *real} if promised.get(key) != real.get(key))
            yield found(f"{name} became another than its dry run told: {', '.join(different)}", made[name])
