"""Updates of a part of the pods: those from the partition on. Where it changes in the window, both count."""

from __future__ import annotations

from stsconf.judge import revisions, sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import born, taken
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import History
from stsconf.model.objects import Object


def _of(statefulset: Object) -> int:
    """Return the first ordinal that a set's updates touch; sets that start elsewhere than at 0 are not judged."""
    return int((_strategy(statefulset).get("rollingUpdate") or {}).get("partition") or 0)


def _strategy(statefulset: Object) -> Object:
    return objects.spec(statefulset).get("updateStrategy") or {}


def _partitions(history: History) -> list[int]:
    """Return the partitions that were in force in the window, in their order; under OnDelete there is none.

    Raises:
        NothingToJudge: there was none, or the set does not start at 0.
    """
    versions = [one for one in sets.in_force(history) if _strategy(one).get("type") != "OnDelete"]
    values = [_of(one) for one in versions]
    require(any(values), "there is no partition")
    require(all(sets.ordinals(one).start == 0 for one in versions), "the StatefulSet does not start at 0")
    return values


def _old(history: History) -> str:
    """Return the revision that the pods below the partition are to keep.

    Raises:
        NothingToJudge: no update is under way.
    """
    old = str(objects.status(sets.in_force(history)[0]).get("currentRevision") or "")
    require(old and old != revisions.target(history), "no update was under way at the start")
    return old


@judge("partition.below", "Pod", "StatefulSet")
def below_untouched(history: History) -> Offences:
    """No pod below the partition is removed for an update."""
    partition, old = min(_partitions(history)), _old(history)
    sets.require_settled(history)
    before, pods = history.at_start("Pod"), history.at_end("Pod")
    names = [sets.pod_name(history, ordinal) for ordinal in sorted(sets.lasting(history)) if ordinal < partition]
    require(names, "there was no pod below the partition")
    removed = {life.name: event for life, event in taken(history)}
    for name in names:
        if name in removed:
            yield found(f"{name} was removed though it is below the partition {partition}", removed[name])
        elif name in pods and objects.revision(pods[name]) not in {old, objects.revision(before.get(name, {}))}:
            yield found(f"{name} is of revision {objects.revision(pods[name])}, not {old}", about=name)


@judge("partition.above", "Pod", "StatefulSet")
def above_updated(history: History) -> Offences:
    """Every pod from the partition on ends Ready on the new revision."""
    partition, goal = _partitions(history)[-1], revisions.target(history)
    _old(history)
    pods = history.at_end("Pod")
    names = [sets.pod_name(history, ordinal) for ordinal in sets.ordinals(sets.current(history))[partition:]]
    require(names, "there was no pod from the partition on")
    for name in names:
        pod = pods.get(name, {})
        if objects.revision(pod) != goal:
            yield found(f"{name} is of revision {objects.revision(pod) or '(none)'} at the end, not {goal}", about=name)
        elif not objects.is_running_and_ready(pod):
            yield found(f"{name} is not Ready at the end", about=name)


@judge("partition.side", "Pod", "StatefulSet")
def made_on_its_side(history: History) -> Offences:
    """A pod that is made below the partition is of the old revision, one from the partition on is of the new."""
    partitions = _partitions(history)
    low, high = min(partitions), max(partitions)
    old, goal = _old(history), revisions.target(history)
    made = [life for life in born(history) if not low <= life.ordinal < high]
    require(made, "no pod was made on one side of the partition")
    for life in made:
        expected, side = (old, f"below {low}") if life.ordinal < low else (goal, f"from {high} on")
        if life.revision != expected:
            sentence = f"{life.name}, {side} by the partition, was made from {life.revision}, not {expected}"
            yield found(sentence, life.birth)


@judge("partition.promoted", "StatefulSet")
def not_done_yet(history: History) -> Offences:
    """As long as a partition keeps pods from an update, the status names the old revision as the current one."""
    require(min(_partitions(history)), "the partition was taken away")
    old, goal = _old(history), revisions.target(history)
    require(objects.spec(sets.current(history)).get("replicas"), "the set was to have no pods")
    for event in history.of(sets.KIND, history.subject.name):
        if objects.status(event.object).get("currentRevision") == goal:
            yield found(f"{event.name} named {goal} as its current revision while the partition keeps {old}", event)
            return
