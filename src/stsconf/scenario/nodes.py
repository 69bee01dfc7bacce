"""What a scenario does to nodes: takes one out of service and gives it back, makes one that never answers.

Nodes belong to no namespace. Each that is touched carries the run's label and the time at which `make sweep` may
undo what was done to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from stsconf.errors import StsconfError
from stsconf.kube.client import STRATEGIC
from stsconf.model import objects
from stsconf.model.history import ADDED
from stsconf.model.objects import HOST
from stsconf.record import View
from stsconf.scenario.beside import await_object, evict
from stsconf.scenario.labels import EXPIRES, NOBODY_PREFIX, RUN, run_labels
from stsconf.scenario.marked_nodes import uncordon
from stsconf.scenario.namespaces import EXPIRY
from stsconf.scenario.stage import Stage
from stsconf.scenario.waits import Waits

Json = dict[str, Any]

_GRANTED = 201
_UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
"""The taint by which Kubernetes shows that it has seen a node cordoned."""


def apart(app: str, *, strictly: bool = True) -> Json:
    """Return the part of a pod's spec that keeps the pods of one app off each other's node, or as far as possible."""
    term = {"labelSelector": {"matchLabels": {"app": app}}, "topologyKey": HOST}
    if strictly:
        rules: Json = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
    else:
        rules = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": term}]}
    return {"affinity": {"podAntiAffinity": rules}}


def look_up_nodes(stage: Stage) -> None:
    """Record how the nodes are called as hosts: volumes that are held to a node name it so."""
    for node in stage.kube.list("Node")["items"]:
        name, uid = objects.name(node), objects.uid(node)
        marks = {"name": name, "uid": uid, "labels": {HOST: objects.labels(node).get(HOST, name)}}
        stage.recorder.note("Node", ADDED, {"metadata": marks})


@contextmanager
def drained(web: Waits, ordinal: int, *others: Waits) -> Iterator[str]:
    """Drain the node of a pod as `kubectl drain` does, of this set's pods and of the `others`'; uncordon it afterwards.

    Pods of anybody else stay where they are. Highest ordinals are evicted first, and the next one only when the
    evicted is back, or has been told that no node takes it. The body runs with the node out of service.
    """
    stage, node = web.stage, str(objects.spec(web.now(web.pod(ordinal))).get("nodeName"))
    _require_in_service(stage, node)
    stage.act("cordon", f"cordon {node}", node=node)
    try:
        _cordon(stage, node)
        for one in (*others, web):
            for which in reversed(range(one.shape.replicas)):
                if objects.spec(one.now(one.pod(which))).get("nodeName") == node:
                    _await_settled(one, which, evict(one, which, _GRANTED))
        stage.reached("drained", f"no pod of ours is left on {node}")
        yield node
    finally:
        stage.act("uncordon", f"uncordon {node}", node=node)
        uncordon(stage.kube, node)


def _require_in_service(stage: Stage, node: str) -> None:
    """Raise `StsconfError` for a node that somebody else cordoned: it is not ours to uncordon."""
    if objects.spec(stage.kube.get("Node", node)).get("unschedulable"):
        raise StsconfError(f"{node} is cordoned already", "somebody else is at work on it", "run this another time")


def _cordon(stage: Stage, node: str) -> None:
    """Cordon a node, and wait until Kubernetes shows that it has seen it."""
    marks = {"labels": {RUN: stage.context.run}, "annotations": _expiry(stage)}
    stage.kube.patch("Node", node, {"metadata": marks, "spec": {"unschedulable": True}}, content_type=STRATEGIC)

    def seen(obj: Json) -> bool:
        return any(taint.get("key") == _UNSCHEDULABLE for taint in objects.spec(obj).get("taints") or [])

    awaited = f"the taint {_UNSCHEDULABLE}"
    await_object(stage, "Node", node, seen, awaited, lambda obj: f"taints {objects.spec(obj).get('taints')}")


def _await_settled(web: Waits, ordinal: int, uid: str) -> None:
    """Wait until the successor of an evicted pod is Ready, or has been told that no node takes it."""
    web.await_created(ordinal, replaced=[uid])

    def settled(view: View) -> bool:
        pod = view.get("Pod", web.pod(ordinal)) or {}
        return objects.is_running_and_ready(pod) or objects.condition(pod, "PodScheduled").get("status") == "False"

    web.stage.until("Pod", web.pod(ordinal), settled, "Ready, or a reason why it is Pending", web.start_deadline)


@contextmanager
def unreachable_node(stage: Stage) -> Iterator[str]:
    """Make a Node that nobody is behind, as one whose machine was cut off; remove it afterwards.

    It is cordoned: only pods that name it come to it. It has no labels that a DaemonSet would choose it by.
    """
    name = f"{NOBODY_PREFIX}{stage.context.run}"
    stage.act("nobody", f"make a Node {name} that nobody is behind", node=name)
    metadata = {"name": name, "labels": run_labels(stage.context.run), "annotations": _expiry(stage)}
    stage.kube.create({"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {"unschedulable": True}})
    try:
        yield name
    finally:
        stage.kube.delete("Node", name)


def pinned(node: str) -> Json:
    """Return the part of a pod's spec that puts it on a node without asking the scheduler."""
    return {"nodeName": node, "terminationGracePeriodSeconds": 1, "tolerations": [{"operator": "Exists"}]}


def pretend_ready(web: Waits, ordinal: int) -> None:
    """Say of a pod what the kubelet of its node said last: that it is Running and Ready."""
    web.await_created(ordinal)
    pod = web.pod(ordinal)
    web.stage.act("pretend", f"report {pod} as Running and Ready")
    conditions = [{"type": kind, "status": "True"} for kind in ("ContainersReady", "Ready")]
    patch = {"status": {"phase": "Running", "conditions": conditions}}
    web.stage.kube.patch("Pod", pod, patch, web.stage.namespace, subresource="status", content_type=STRATEGIC)
    web.await_ready(ordinal)


def _expiry(stage: Stage) -> Mapping[str, str]:
    return {EXPIRES: (stage.context.clock.utc() + EXPIRY).isoformat(timespec="seconds")}
