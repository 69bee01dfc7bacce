"""What healthy clusters do differently: service meshes, policies, zones and caches, which break no promise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from stsconf.cluster.embedded import readiness
from stsconf.cluster.preflight import DNS_NAMESPACE
from stsconf.cluster.system_images import PAUSE
from stsconf.kube.client import Kube
from stsconf.model import objects
from stsconf.model.history import ADDED, MODIFIED
from stsconf.mutants.fault import EMBEDDED, SIMULATED, Fault, Harm, Site
from stsconf.mutants.faults.identity import of_pods
from stsconf.mutants.faults.meddling import meddling
from stsconf.mutants.faults.policy import admission, changing

Json = dict[str, Any]

_ZONE, _REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"
_MARK = "stsconf-fault.example/mark"
_MARK_PATH = _MARK.replace("/", "~1")


@contextmanager
def zoned(site: Site) -> Iterator[None]:
    """Put every node into a zone of its own, for as long as the block lasts."""
    names = [objects.name(node) for node in site.kube.list("Node")["items"]]
    with ExitStack() as undo:
        for name in names:
            undo.callback(_label, site.kube, name, None, None)
            _label(site.kube, name, f"zone-of-{name}", "region")
        yield


def _label(kube: Kube, node: str, zone: str | None, region: str | None) -> None:
    kube.patch("Node", node, {"metadata": {"labels": {_ZONE: zone, _REGION: region}}})


_DNS, _COREFILE = "coredns", "Corefile"
_TTL, _CACHED = "ttl 1\n", "ttl 30\n"


@contextmanager
def remembering(site: Site) -> Iterator[None]:
    """Have two DNS servers keep answers, for as long as the block lasts."""
    usual = site.kube.get("ConfigMap", _DNS, DNS_NAMESPACE)["data"][_COREFILE]
    cached = usual.replace(_TTL, _CACHED).replace("ready\n", "ready\n    cache 30\n")
    try:
        _serve(site.kube, cached, 2)
        yield
    finally:
        _serve(site.kube, usual, 1)


def _serve(kube: Kube, corefile: str, replicas: int) -> None:
    """Start the DNS servers anew with a configuration, and wait until all others are gone."""
    kube.patch("ConfigMap", _DNS, {"data": {_COREFILE: corefile}}, DNS_NAMESPACE)
    template = {"metadata": {"annotations": {_MARK: f"servers: {replicas}"}}}
    patched = kube.patch("Deployment", _DNS, {"spec": {"replicas": replicas, "template": template}}, DNS_NAMESPACE)
    generation = patched["metadata"]["generation"]

    def serving(deployment: Json) -> bool:
        status = objects.status(deployment)
        counts = {status.get(key, 0) for key in ("replicas", "updatedReplicas", "readyReplicas")}
        return bool(status.get("observedGeneration", 0) >= generation) and counts == {replicas}

    readiness.await_object(kube, "Deployment", _DNS, DNS_NAMESPACE, serving)


_CONTAINER = f"name: 'sidecar', image: '{PAUSE}', imagePullPolicy: 'Never'"
_SAFE = """securityContext: Object.spec.{0}.securityContext{{
  allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 1000,
  capabilities: Object.spec.{0}.securityContext.capabilities{{drop: ['ALL']}},
  seccompProfile: Object.spec.{0}.securityContext.seccompProfile{{type: 'RuntimeDefault'}}}}"""
_SIDECAR = f"""[
  JSONPatch{{op: 'add', path: '/spec/containers/0', value: Object.spec.containers{{
    {_CONTAINER}, {_SAFE.format("containers")}}}}},
  JSONPatch{{op: 'add', path: '/spec/tolerations/-', value: Object.spec.tolerations{{
    key: 'mesh', operator: 'Exists'}}}}]
+ (has(object.metadata.labels) ? [
  JSONPatch{{op: 'add', path: '/metadata/labels/{_MARK_PATH}', value: 'mesh'}}] : [])
+ (has(object.metadata.annotations) ? [] : [
  JSONPatch{{op: 'add', path: '/metadata/annotations', value: {{'{_MARK}': 'mesh'}}}}])"""


def annotate(kube: Kube, happened: str, pod: Json) -> None:
    """Note on a pod that has just been given a node what a network plugin notes: its address there."""
    unmarked = _MARK not in pod["metadata"].get("annotations", ())
    if happened == MODIFIED and unmarked and objects.spec(pod).get("nodeName") and not objects.is_terminating(pod):
        patch = {"metadata": {"annotations": {_MARK: objects.uid(pod)}}}
        kube.patch("Pod", objects.name(pod), patch, pod["metadata"]["namespace"])


def furnish(kube: Kube, happened: str, account: Json) -> None:
    """Give a new namespace limits and a quota, and its account credentials for images, as landlords of tenants do."""
    if happened == ADDED and objects.name(account) == "default":
        namespace = account["metadata"]["namespace"]
        small = {"cpu": "1m", "memory": "1Mi"}
        limits = {"limits": [{"type": "Container", "defaultRequest": small}]}
        for group, plural, kind, spec in (
            ("v1", "limitranges", "LimitRange", limits),
            ("v1", "resourcequotas", "ResourceQuota", {"hard": {"pods": "100", "persistentvolumeclaims": "100"}}),
        ):
            obj = {"apiVersion": group, "kind": kind, "metadata": {"name": "of-the-house"}, "spec": spec}
            kube.call("POST", f"/api/{group}/namespaces/{namespace}/{plural}", obj)
        kube.patch("ServiceAccount", "default", {"imagePullSecrets": [{"name": "of-the-house"}]}, namespace)


def _marking(resource: str, operations: tuple[str, ...], group: str = "") -> Harm:
    """Return what a policy does that labels and annotates all objects of a resource."""
    patch = " + ".join(
        f"[has(object.metadata.{part})"
        f" ? JSONPatch{{op: 'add', path: '/metadata/{part}/{_MARK_PATH}', value: 'house'}}"
        f" : JSONPatch{{op: 'add', path: '/metadata/{part}', value: {{'{_MARK}': 'house'}}}}]"
        for part in ("labels", "annotations")
    )
    return admission(changing(f"{resource}-marked", resource, patch, operations, group=group))


def _healthy(name: str, does: str, harm: Harm, kinds: tuple[str, ...] = (SIMULATED, EMBEDDED)) -> Fault:
    return Fault(name, f"Nothing: {does}", harm, kinds)


FAULTS = (
    _healthy(
        "nodes-in-zones", "each node is in a zone of its own, and pods are labelled with it.", zoned, (SIMULATED,)
    ),
    _healthy(
        "sidecars-injected",
        "pods are given another container before their own, a label and a toleration.",
        admission(of_pods("sidecars-injected", _SIDECAR)),
    ),
    _healthy("pods-annotated", "each pod is annotated once it has a node.", meddling("Pod", annotate)),
    _healthy("claims-marked", "claims are labelled and annotated.", _marking("persistentvolumeclaims", ("CREATE",))),
    _healthy(
        "sets-marked",
        "sets are labelled and annotated.",
        _marking("statefulsets", ("CREATE", "UPDATE"), group="apps"),
    ),
    _healthy(
        "namespaces-furnished",
        "each namespace is given limits, a quota, and credentials for images.",
        meddling("ServiceAccount", furnish),
    ),
    _healthy(
        "dns-remembers",
        "two DNS servers keep answers for half a minute, each its own.",
        remembering,
        (EMBEDDED,),
    ),
)
"""The faults that are none."""
