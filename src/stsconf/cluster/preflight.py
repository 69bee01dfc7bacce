"""What a cluster lets us do and can do, found by asking and by dry runs, before anything is kept in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from stsconf.cluster import rights
from stsconf.cluster.embedded.components import RELEASES
from stsconf.cluster.server import Server, meet
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.kube.errors import ApiError
from stsconf.model import objects
from stsconf.model.capability import Absence, Capability

Json = dict[str, Any]

DNS_NAMESPACE, DNS_SERVICE = "kube-system", "kube-dns"
"""Where every distribution keeps its DNS add-on's Service; the label `k8s-app` carries the same word."""
_PROBE = "stsconf-preflight"
_VERSION = re.compile(r"v?(\d+\.\d+)")
_DRY = {"dryRun": "All"}
_STRATEGIES: Mapping[Capability, Json] = {
    Capability.MAX_UNAVAILABLE: {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2, "partition": 0}},
    Capability.RECREATE: {"type": "Recreate"},
}
"""Update strategies that a feature gate may switch off: the server then refuses them, or drops what it ignores."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a run knows of its cluster before it starts.

    `capabilities` maps what the cluster can do to how that was found, `absences` tells what it cannot do and why.
    `nodes` counts those that take pods, None if they may not be listed; `storage_class` is the default one, empty
    if there is none. `warnings` do not stop a run, but explain what may come of it.
    """

    kubernetes_version: str
    nodes: int | None
    storage_class: str
    capabilities: Mapping[Capability, str]
    absences: tuple[Absence, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """Whether the cluster can, and how we know."""

    can: bool
    how: str


_SIMULATED = _Answer(can=False, how="simulated nodes run no containers")


def begin(kube: Kube) -> Server:
    """Meet a cluster; raises `StsconfError` when the suite lacks a right in it, or no node takes pods."""
    server = meet(kube)
    if server.nodes == 0:
        raise StsconfError(
            "no node takes pods", "every node is cordoned, tainted or not Ready", "kubectl describe nodes says which"
        )
    rights.require(kube, server.identity)
    return server


def look(kube: Kube, server: Server, pod: Json, namespace: str, *, simulated: bool = False) -> Facts:
    """Ask a cluster everything that a run has to know; creates nothing.

    `pod` is one of the suite's own. It and others go through the cluster's admission in dry runs, in a namespace of the
    run: policies may treat others differently, and many clusters allow nobody anything in `default`.
    """
    storage_class, storage = _storage(kube, namespace)
    answers = {
        Capability.CONTAINERS: _Answer(can=True, how="to be tried: no node says that it is simulated"),
        Capability.DNS: _dns(kube),
        Capability.STORAGE: storage,
        Capability.DATA: storage,
        Capability.SEVERAL_NODES: _several(server),
        **{capability: _allowed(kube, capability) for capability in rights.OPTIONAL},
        **{capability: _strategy(kube, pod, namespace, strategy) for capability, strategy in _STRATEGIES.items()},
    }
    if simulated or server.simulated:
        answers |= dict.fromkeys((Capability.CONTAINERS, Capability.DNS, Capability.DATA), _SIMULATED)
    return Facts(
        kubernetes_version=server.version,
        nodes=server.nodes,
        storage_class=storage_class,
        capabilities={capability: answer.how for capability, answer in answers.items() if answer.can},
        absences=tuple(Absence(capability, answer.how) for capability, answer in answers.items() if not answer.can),
        warnings=(*_untried_release(server), *_unknown_nodes(server), *_refusals(kube, pod, namespace)),
    )


def _storage(kube: Kube, namespace: str) -> tuple[str, _Answer]:
    """Return the class that admission writes into a claim without one: that needs no right to list the classes."""
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"generateName": f"{_PROBE}-"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}},
    }
    try:
        name = str(kube.create(claim, namespace, **_DRY)["spec"].get("storageClassName", ""))
    except ApiError as error:
        return "", _Answer(can=False, how=f"a claim would be refused: {error.message}")
    if not name:
        return "", _Answer(can=False, how="no StorageClass is the default: a claim that names none stays unbound")
    return name, _Answer(can=True, how=f"to be tried: a claim that names no class is given {name!r}")


def _allowed(kube: Kube, capability: Capability) -> _Answer:
    """Tell whether the rights are there that some checks need and others do not."""
    missing = rights.missing_of(kube, rights.OPTIONAL[capability])
    if not missing:
        return _Answer(can=True, how="; ".join(map(rights.spoken, rights.OPTIONAL[capability])) + " is allowed")
    lacking, rules = "; ".join(map(rights.spoken, missing)), ", ".join(map(str, missing))
    return _Answer(can=False, how=f"not allowed: {lacking}; to change that grant {rules}")


def _strategy(kube: Kube, pod: Json, namespace: str, strategy: Json) -> _Answer:
    """Find out by a dry run whether the server takes an update strategy, and keeps all of it."""
    labels = {"app": _PROBE}
    statefulset = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": _PROBE},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod["spec"]},
            "updateStrategy": strategy,
        },
    }
    try:
        kept = objects.spec(kube.create(statefulset, namespace, **_DRY)).get("updateStrategy")
    except ApiError as error:
        return _Answer(can=False, how=f"the update strategy {strategy} is refused: {error.message}")
    return _Answer(can=kept == strategy, how=f"the update strategy {strategy} was taken as {kept}")


def _several(server: Server) -> _Answer:
    """Tell whether pods can be kept off each other's node."""
    if server.nodes is None:
        return _Answer(can=False, how="the nodes may not be listed")
    return _Answer(can=server.nodes > 1, how=f"nodes that take pods: {server.nodes}")


def _untried_release(server: Server) -> list[str]:
    """Return a warning for a release that is older than all that the suite was tried with; newer ones are expected."""
    found, known = _VERSION.match(server.version), sorted(map(_minor, RELEASES))
    if found is None or _minor(found[1]) >= known[0]:
        return []
    tried = " to ".join(f"{major}.{minor}" for major, minor in (known[0], known[-1]))
    bugs = "what fails may be a bug that was mended since"
    return [f"Kubernetes {server.version} is older than any that the suite was tried with ({tried}): {bugs}"]


def _minor(version: str) -> tuple[int, int]:
    major, minor = version.split(".")
    return int(major), int(minor)


def _unknown_nodes(server: Server) -> list[str]:
    return ["the nodes may not be listed: whether one of them takes pods is unknown"] if server.nodes is None else []


def _refusals(kube: Kube, pod: Json, namespace: str) -> list[str]:
    """Return what admission says against a pod of the suite.

    Only a warning: the suite goes on and judges, because a cluster that refuses every pod keeps no promise.
    """
    probe = {**pod, "metadata": {**pod.get("metadata", {}), "name": _PROBE}}
    try:
        kube.create(probe, namespace, **_DRY)
    except ApiError as error:
        return [f"a pod of the suite would be refused: {error.message}"]
    return []


def _dns(kube: Kube) -> _Answer:
    """Look for the add-on; where that is forbidden the checks are tried all the same."""
    try:
        service = _dns_service(kube)
        if not service:
            how = f"no Service in {DNS_NAMESPACE} is named {DNS_SERVICE} or labelled k8s-app={DNS_SERVICE}"
            return _Answer(can=False, how=how)
        query = {"labelSelector": f"kubernetes.io/service-name={service}"}
        slices = kube.list("EndpointSlice", DNS_NAMESPACE, **query)["items"]
    except ApiError as error:
        if error.status != requests.codes.forbidden:
            raise
        return _Answer(can=True, how=f"to be tried: {DNS_NAMESPACE} may not be looked into")
    ready = any(has_ready_endpoint(piece) for piece in slices)
    how = f"the Service {DNS_NAMESPACE}/{service} has {'a' if ready else 'no'} ready endpoint"
    return _Answer(can=True, how=how)  # installed and not working is broken, which the checks will say, not absent


def _dns_service(kube: Kube) -> str:
    labelled = kube.list("Service", DNS_NAMESPACE, labelSelector=f"k8s-app={DNS_SERVICE}")["items"]
    named = kube.list("Service", DNS_NAMESPACE, fieldSelector=f"metadata.name={DNS_SERVICE}")["items"]
    return next((service["metadata"]["name"] for service in (*labelled, *named)), "")


def has_ready_endpoint(piece: Json) -> bool:
    """Tell whether an EndpointSlice holds an endpoint that is ready; no condition means that it is."""
    return any((end.get("conditions") or {}).get("ready", True) for end in piece.get("endpoints") or [])
