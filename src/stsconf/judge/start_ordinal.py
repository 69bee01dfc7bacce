"""Sets whose ordinals start elsewhere than at 0."""

from __future__ import annotations

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import announced, removed, returned
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import History


@judge("start-ordinal.range", "Pod", "StatefulSet")
def range_followed(history: History) -> Offences:
    """After the start ordinal was changed the pods are those of the new range; those of both ranges are the same."""
    ranges = [sets.ordinals(one) for one in sets.in_force(history)]
    require(len({one.start for one in ranges}) > 1, "the start ordinal was not changed")
    wanted = {sets.pod_name(history, ordinal) for ordinal in ranges[-1]}
    present = {name for name in history.at_end("Pod") if history.own(name)}
    for name in sorted(wanted - present):
        yield found(f"{name} is missing in the new range", about=name)
    for name in sorted(present - wanted):
        yield found(f"{name} is there outside of the new range", about=name)
    before = {objects.uid(pod) for pod in history.at_start("Pod").values()}
    for life, event in removed(history):
        if life.uid in before - announced(history) and life.ordinal in sets.lasting(history):
            yield found(f"{life.name} was removed though both ranges have it", event)


@judge("start-ordinal.partition", "Pod", "StatefulSet")
def partition_is_ordinal(history: History) -> Offences:
    """An update takes the pods whose ordinal is the partition or higher, and no other."""
    last = sets.last_version(history)
    strategy = objects.spec(last.object).get("updateStrategy") or {}
    partition = int((strategy.get("rollingUpdate") or {}).get("partition") or 0)
    require(partition and sets.ordinals(last.object).start, "there is no partition, or the ordinals start at 0")
    target = objects.status(last.object).get("updateRevision")
    pods = {name: pod for name, pod in history.at_end("Pod").items() if history.own(name)}
    require(pods and target != objects.status(last.object).get("currentRevision"), "nothing was to be updated")
    for name, pod in sorted(pods.items()):
        due = objects.ordinal(name) >= partition
        if due != (objects.revision(pod) == target):
            yield found(f"{name} was {'not ' * due}updated under a partition of {partition}", about=name)


@judge("start-ordinal.side", "Pod", "StatefulSet")
def returns_to_its_side(history: History) -> Offences:
    """Under a partition a pod that the test removed comes back on the revision that it had, wherever ordinals start."""
    last = sets.current(history)
    rolling = (objects.spec(last).get("updateStrategy") or {}).get("rollingUpdate") or {}
    require(rolling.get("partition") and sets.ordinals(last).start, "there is no partition, or the ordinals start at 0")
    pairs = [(former, latter) for former, latter in returned(history) if former.uid in announced(history)]
    require(pairs, "no pod that the test removed came back")
    for former, latter in pairs:
        if latter.revision != former.revision:
            sentence = f"{latter.name} came back on {latter.revision}, not on {former.revision}, which it had"
            yield found(sentence, latter.birth, former.birth)
