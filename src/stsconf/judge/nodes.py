"""What nodes have to do with it: pods that keep apart, a node that is drained, one that does not answer."""

from __future__ import annotations

from dataclasses import dataclass

from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, lives
from stsconf.model import objects
from stsconf.model.finding import NothingToJudge, require
from stsconf.model.history import ACT, Event, History

_CORDON, _UNCORDON, _KILL, _FORCE = "cordon", "uncordon", "kill", "force"
_COLLECTED = "DeletionByPodGC"
"""Why a pod goes whose node is no longer there, as where a cloud provider removes nodes that it does not know."""


def _everybody(name: str) -> bool:
    """Mean the pods of every set of the scenario; its other pods have no ordinal."""
    return bool(objects.set_name(name))


def _node(event: Event) -> str:
    return str(objects.spec(event.object).get("nodeName") or "")


def _placed(life: Life) -> Event | None:
    """Return the event by which a pod was given a node, None if it never was."""
    return next((event for event in life.events if _node(event)), None)


@judge("nodes.apart", "Pod")
def on_different_nodes(history: History) -> Offences:
    """Pods of the set that keep off each other's node are on as many nodes as there are pods."""
    placed = {name: pod for name, pod in history.at_end("Pod").items() if history.own(name)}
    nodes = {name: str(objects.spec(pod).get("nodeName") or "") for name, pod in sorted(placed.items())}
    require(len([node for node in nodes.values() if node]) > 1, "fewer than two pods had a node at the end")
    for name, node in nodes.items():
        other = next((one for one in nodes if one < name and nodes[one] == node), None)
        if node and other:
            yield found(f"{name} and {other} are both on {node}", about=name)


@dataclass(frozen=True, slots=True)
class _Outage:
    """A node that was out of service, the event that ended it, and the lives of the pods created in that time."""

    node: str
    end: int
    created: tuple[Life, ...]


def _outages(history: History) -> list[_Outage]:
    """Tell of every node that was cordoned; what no pod was created in allows no judgement."""
    events = history.events[: history.end]
    acts = [event for event in events if event.kind == ACT and event.type in {_CORDON, _UNCORDON}]
    outages = []
    for place, act in enumerate(acts):
        if act.type == _CORDON:
            ends = (a.index for a in acts[place:] if a.type == _UNCORDON and a.object["node"] == act.object["node"])
            end = next(ends, len(events))
            pods = tuple(life for life in lives(history, _everybody) if act.index < life.birth.index < end)
            outages.append(_Outage(str(act.object["node"]), end, pods))
    require(any(outage.created for outage in outages), "no pod was created while a node was cordoned")
    return outages


@judge("nodes.cordoned", "Pod")
def cordoned_takes_no_pod(history: History) -> Offences:
    """A node that was cordoned is given no pod before it is uncordoned."""
    for outage in _outages(history):
        for life in outage.created:
            placed = _placed(life)
            if placed and _node(placed) == outage.node and placed.index < outage.end:
                yield found(f"{life.name} was put on {outage.node}, which was cordoned", placed)


@judge("nodes.pending", "Pod")
def waits_with_a_reason(history: History) -> Offences:
    """A pod that no node took while one was out of service says that it is not scheduled, and why."""
    for outage in _outages(history):
        for life in outage.created:
            seen = [event for event in life.events if event.index < outage.end][-1]
            told = objects.condition(seen.object, "PodScheduled")
            waits = told.get("status") == "False" and told.get("reason") and told.get("message")
            if not _node(seen) and not waits:
                yield found(f"{life.name} has no node, and does not say why", seen)


@judge("nodes.unreachable", "Pod")
def kept_until_known_to_be_gone(history: History) -> Offences:
    """A pod whose node cannot say that it ended is not replaced before somebody has said so by force."""
    acts = [event for event in history.events[history.begin : history.end] if event.kind == ACT]
    killed = next((act for act in acts if act.type == _KILL), None)
    forced = next((act for act in acts if act.type == _FORCE and killed and act.index > killed.index), None)
    if killed is None or forced is None:
        raise NothingToJudge("no pod was deleted, and later deleted by force")
    victims = [life for life in lives(history) if life.uid in killed.object["uids"]]
    require(victims, "the pods that were deleted are not on record")
    collected = [objects.condition(life.pod, "DisruptionTarget").get("reason") == _COLLECTED for life in victims]
    require(not any(collected), "somebody removed the node, and with it what was known of its pods")
    for life in victims:
        if life.gone and life.gone.index < forced.index:
            yield found(f"{life.name} was gone before anybody could know that it had ended", life.gone)
        elif not any(one.name == life.name and one.birth.index > forced.index for one in lives(history)):
            yield found(f"{life.name} was not replaced after it was known to be gone", about=life.name)
