"""The life of single pods, what a Deployment's pods do otherwise, and that nothing is left behind."""

from __future__ import annotations

from itertools import pairwise

from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import STALE_VIEW, Life, announced, born, lives, removed, within
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import ACT, ADDED, DELETED, Event, History
from stsconf.model.objects import Object

_PHASES = ("Pending", "Running", "Succeeded", "Failed")


@judge("pods.phases", "Pod")
def phases_in_order(history: History) -> Offences:
    """A pod goes from Pending to Running, and is Ready only when it runs."""
    created = born(history)
    require([life for life in created if life.ready], "no pod that was created became Ready")
    written = {name: phase for act in history.of(ACT) for name, phase in act.object.get("wrote", {}).items()}
    for life in created:
        if objects.phase(life.birth.object) != "Pending":
            yield found(f"{life.name} began as {objects.phase(life.birth.object) or 'nothing'}", life.birth)
        for former, latter in pairwise(life.events):
            before, after = objects.phase(former.object), objects.phase(latter.object)
            if before == written.get(life.name):  # by the test: the kubelet may know better
                continue
            if before in _PHASES and after in _PHASES and _PHASES.index(after) < _PHASES.index(before):
                yield found(f"{life.name} went from {before} back to {after}", latter, former)
        early = [e for e in life.events if objects.is_ready(e.object) and objects.phase(e.object) == "Pending"]
        if early:
            yield found(f"{life.name} was Ready before it ran", early[0])


@judge("pods.restarts", "Pod")
def no_restarts(history: History) -> Offences:
    """No container of a pod is restarted."""
    seen = False
    for life in lives(history):
        if not within(history, life.last):
            continue
        statuses = objects.status(life.pod).get("containerStatuses") or []
        seen = seen or bool(statuses)
        restarts = sum(int(one.get("restartCount", 0)) for one in statuses)
        if restarts:
            yield found(f"{life.name}'s containers were restarted {restarts} times", life.last)
    require(seen, "no container was reported")


@judge("pods.ended-first", "Pod")
def ended_first(history: History) -> Offences:
    """A pod's object is gone only when its containers have ended: until then its identity is in use."""
    ends = [life.gone for life in lives(history) if life.gone and within(history, life.gone)]
    ran = [event for event in ends if objects.status(event.object).get("containerStatuses")]
    require(ran, "no pod that had run was gone")
    for event in ran:
        statuses = objects.status(event.object)["containerStatuses"]
        running = sorted(str(one["name"]) for one in statuses if "running" in (one.get("state") or {}))
        if running:
            yield found(f"{event.name} was gone while {', '.join(running)} still ran", event)


@judge("pods.grace", "Pod")
def given_time(history: History) -> Offences:
    """A pod that is removed is given the time that it asks for, and nobody takes it back."""
    mine = announced(history)
    asked = [pair for pair in removed(history) if pair[0].uid not in mine and _asks_for_time(*pair)]
    require(asked, "no pod that runs was removed")
    for life, leaving in asked:
        granted = [grace for event in life.events if (grace := _granted(event.object)) is not None]
        wanted = objects.spec(life.pod)["terminationGracePeriodSeconds"]
        if granted[0] < wanted:
            yield found(f"{life.name} was given {granted[0]} s to end, not {wanted}", leaving)
        elif shortened := [grace for grace in granted if 0 < grace < wanted]:  # 0 is how a kubelet says that it ended
            yield found(f"{life.name} was given {shortened[0]} s to end after it had {granted[0]}", life.last)


def _asks_for_time(life: Life, leaving: Event) -> bool:
    """Tell whether a pod has to be given what it asks for when its removal begins.

    To pods without a node, and to those that ended, the API server gives none. It may know an older state than the
    record, and an eviction may bring its own.
    """
    ran = [v for v in life.before(leaving) if objects.phase(v.object) == "Running" and leaving.at - v.at > STALE_VIEW]
    runs = objects.phase(leaving.object) == "Running" and _granted(leaving.object) is not None
    evicted = objects.condition(life.pod, "DisruptionTarget")
    return bool(ran) and runs and bool(objects.spec(life.pod).get("terminationGracePeriodSeconds")) and not evicted


def _granted(pod: Object) -> int | None:
    """Return the seconds that a pod was given to end, None while it may stay."""
    return objects.metadata(pod).get("deletionGracePeriodSeconds")


_KILLED = 137
"""The exit code of a container that did not end when it was asked to."""


@judge("pods.killed", "Pod")
def asked_to_end(history: History) -> Offences:
    """The containers of a pod that is removed are asked to end, and not killed before their time is over."""
    ran = [(life, begun) for life, begun in removed(history) if life.ready and life.gone and _codes(life.gone)]
    require(ran, "no pod that had run was gone")
    for life, begun in ran:
        time = _granted(begun.object) or 0
        ended = next((event for event in life.events if _KILLED in _codes(event).values()), None)
        if ended is not None and ended.at - begun.at < time:
            killed = ", ".join(name for name, code in _codes(ended).items() if code == _KILLED)
            took = f"{ended.at - begun.at:.1f} of {time} s"
            yield found(f"{killed} of {life.name} was killed after {took}", ended)


def _codes(event: Event) -> dict[str, int]:
    """Return the exit codes of a pod's containers that ended, but for those that had no memory left."""
    statuses = objects.status(event.object).get("containerStatuses") or []
    ends = {str(one["name"]): (one.get("state") or {}).get("terminated") or {} for one in statuses}
    return {
        name: int(end["exitCode"])
        for name, end in ends.items()
        if "exitCode" in end and end.get("reason") != "OOMKilled"
    }


def _of_replica_sets(history: History) -> list[Life]:
    """Return the lives of pods that a ReplicaSet controls."""
    everyone = lives(history, own=lambda _: True)
    return [life for life in everyone if objects.controller(life.birth.object).get("kind") == "ReplicaSet"]


@judge("contrast.order", "Pod")
def deployment_unordered(history: History) -> Offences:
    """A Deployment's pods are created without waiting for one another and are not numbered."""
    created = [one for one in _of_replica_sets(history) if one.birth.type == ADDED and within(history, one.birth)]
    require(len(created) > 1, "a Deployment created fewer than two pods")
    losses = [life.leaving.index for life in created if life.leaving]
    first = [life for life in created if life.birth.index < min(losses, default=len(history.events))]
    for former, latter in pairwise(first):
        if former.ready and former.ready.index < latter.birth.index:
            yield found(f"{latter.name} was created after {former.name} was Ready", latter.birth, former.birth)
    numbers = {objects.ordinal(life.name) for life in created}
    if numbers == set(range(len(created))):
        yield found("the Deployment's pods are numbered", *(life.birth for life in created))


@judge("contrast.name", "Pod")
def deployment_renames(history: History) -> Offences:
    """A deleted pod of a Deployment is replaced by one of another name."""
    pods = _of_replica_sets(history)
    lost = {life.name: life.leaving.index for life in pods if life.leaving and within(history, life.leaving)}
    require(lost, "no pod of a Deployment was lost")
    heirs = [life for life in pods if life.birth.type == ADDED and life.birth.index > min(lost.values())]
    require(heirs, "no pod of a Deployment was replaced")
    for life in heirs:
        if life.name in lost:
            yield found(f"{life.name} came back under its old name", life.birth)


_OURS = ("Pod", "StatefulSet", "Service", "PersistentVolumeClaim")


@judge("run.left-behind", *_OURS)
def nothing_left(history: History) -> Offences:
    """After the clean-up no object of the test is left."""
    known = [event for event in history.events[: history.end] if event.kind in _OURS]
    require(known, "no object was recorded")
    for kind in _OURS:
        for name in sorted(history.at_end(kind)):
            last = [event for event in known if event.kind == kind and event.name == name][-1]
            if last.type != DELETED:
                yield found(f"the {kind} {name} is left", last)
