"""Who owns the pods, how many have one identity, and whether their end was called for."""

from __future__ import annotations

from stsconf.judge import claims, revisions, sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, announced, born, lives, removed, within
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import ADDED, DELETED, Event, History, Step
from stsconf.model.objects import POD_INDEX_LABEL, Object


def _set_uids(history: History) -> set[str]:
    """Return the UIDs that the set had; more than one if it was made anew."""
    return {event.uid for event in sets.versions(history)}


def _belongs(history: History, pod: Object) -> bool:
    """Tell whether a pod is the set's, by its name or by its owner."""
    return history.own(objects.name(pod)) or objects.controller(pod).get("uid") in _set_uids(history)


@judge("ownership.controller", "Pod", "StatefulSet")
def controlled_by_set(history: History) -> Offences:
    """Each pod is made with the StatefulSet as its one controller, by UID, blocking the owner's deletion."""
    uids = _set_uids(history)
    require(uids, "the StatefulSet was not recorded")
    created = [life for life in born(history) if life.uid not in announced(history) or _owner(life)]
    require(created, "no pod was created")
    for life in created:
        owner = _owner(life)
        facts = (owner.get("kind"), owner.get("name"), owner.get("uid") in uids)
        if facts != (sets.KIND, history.subject.name, True):
            controller = " ".join(str(owner.get(key, "")) for key in ("kind", "name", "uid")).strip()
            yield found(f"{life.name} is controlled by {controller or 'nothing'}", life.birth)
        elif not owner.get("blockOwnerDeletion"):
            yield found(f"{life.name} does not block the deletion of its owner", life.birth)


def _owner(life: Life) -> Object:
    return objects.controller(life.birth.object)


@judge("ownership.range", "Pod", "StatefulSet")
def created_in_range(history: History) -> Offences:
    """No pod is created outside of the set's range of ordinals."""
    uids = _set_uids(history)
    made = [
        life
        for life in lives(history, own=lambda _: True)
        if life.birth.type == ADDED and within(history, life.birth) and _owner(life).get("uid") in uids
    ]
    require(made, "no pod was created")
    names = {sets.pod_name(history, ordinal) for ordinal in sets.allowed(history)}
    for life in made:
        if life.name not in names:
            yield found(f"{life.name} was created though the StatefulSet has no such ordinal", life.birth)


def _meetings(history: History) -> list[tuple[Event, list[Object]]]:
    """Return each version of a pod of the set with the other pods of the set that lived at that time."""
    meetings = [(step.event, _others(history, step)) for step in history.steps("Pod") if _lives(history, step.event)]
    require(meetings, "the StatefulSet had no pods")
    return meetings


def _lives(history: History, event: Event) -> bool:
    return event.type != DELETED and _belongs(history, event.object) and not objects.has_ended(event.object)


def _others(history: History, step: Step) -> list[Object]:
    return [
        pod
        for pod in step.before.values()
        if objects.uid(pod) != step.event.uid and _belongs(history, pod) and not objects.has_ended(pod)
    ]


@judge("ownership.at-most-one", "Pod", "StatefulSet")
def at_most_one(history: History) -> Offences:
    """At any time at most one live pod has a given identity."""
    told: set[tuple[str, str]] = set()
    for event, others in _meetings(history):
        for other in others:
            shared = sorted(_identity(event.object) & _identity(other))
            pair = (event.uid, objects.uid(other))
            if shared and pair not in told:
                told.add(pair)
                yield found(f"{event.name} lived beside another pod with the {', '.join(shared)}", event)


def _identity(pod: Object) -> set[str]:
    """Return what only one pod may have at a time."""
    facts = {
        "name": objects.name(pod),
        "hostname": objects.spec(pod).get("hostname"),
        "pod-index": objects.labels(pod).get(POD_INDEX_LABEL),
    }
    return {f"{key} {value}" for key, value in facts.items() if value}


@judge("ownership.claim-shared", "Pod", "StatefulSet")
def claims_exclusive(history: History) -> Offences:
    """A claim is never used by two live pods."""
    meetings = _meetings(history)
    require(any(claims.mounted(event.object) for event, _ in meetings), "no pod uses a claim")
    told: set[tuple[str, str]] = set()
    for event, others in meetings:
        for other in others:
            shared = sorted(claims.mounted(event.object) & claims.mounted(other))
            pair = (event.uid, objects.uid(other))
            if shared and pair not in told:
                told.add(pair)
                yield found(f"{event.name} used {', '.join(shared)} while {objects.name(other)} did", event)


@judge("ownership.explained", "Pod", "StatefulSet", revisions.KIND)
def removal_explained(history: History) -> Offences:
    """The controller removes a pod only to scale down, to update it, to replace a failed one, or with the set."""
    require(born(history), "no pod was created")
    foreign = announced(history)
    known = sets.versions(history)
    require(known, "the StatefulSet was not recorded")
    deleted = _deleted(history)
    targets = {str(objects.status(event.object).get("updateRevision") or "") for event in known} - {""}
    # a revision leads to updates before the status says so; whether it should be there, others judge
    targets |= {event.name for event in revisions.known(history)}
    for life, event in removed(history):
        called_for = (
            life.uid in foreign
            or _owner(life).get("uid") in deleted
            or life.forced
            or life.ordinal not in sets.lasting(history)
            or _outdated(life, targets)
            or _failed(life, event)
        )
        if not called_for:
            yield found(f"{life.name} was removed though nothing called for it", event)


def _deleted(history: History) -> set[str]:
    """Return the UIDs of the sets that were deleted, or are being deleted."""
    events = (event for event in history.events[: history.end] if event.kind == sets.KIND)
    return {event.uid for event in events if event.type == DELETED or objects.is_terminating(event.object)}


def _failed(life: Life, leaving: Event) -> bool:
    """Tell whether the pod had ended by itself, or was sent away by the cluster (node lost, drained or full).

    A pod whose containers end because it is being deleted has a phase of the ended, too: only what was before counts.
    """
    sent_away = (objects.condition(event.object, "DisruptionTarget") for event in (*life.before(leaving), leaving))
    return any(objects.has_ended(event.object) for event in life.before(leaving)) or any(
        condition.get("status") == "True" for condition in sent_away
    )


def _outdated(life: Life, targets: set[str]) -> bool:
    """Tell whether there ever was another revision of the set than one that the pod was labelled with."""
    return any(target != objects.revision(event.object) for event in life.events for target in targets)
