"""Which cluster answers, and as whom: what a person wants to see before anything is created in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.kube.errors import ApiError, UnreachableError, root_cause

Json = dict[str, Any]

DO_NOT_TEST = "stsconf.dev/do-not-test"
"""Label or annotation on the namespace kube-system: whoever owns the cluster wants no test in it."""
_NOT_TOLD = {requests.codes.forbidden, requests.codes.not_found}
_KWOK_NODE = "kwok.x-k8s.io/node"


@dataclass(frozen=True, slots=True)
class Server:
    """One API server: URL, version (`v1.37.1`), its nodes and who we are to it.

    `nodes` counts those that would take a pod, `simulated` says that none of them runs containers; `nodes` is
    None where the nodes may not be listed.
    """

    url: str
    version: str
    nodes: int | None
    simulated: bool
    identity: str

    def __str__(self) -> str:
        """Describe the cluster in one line."""
        nodes = "nodes unknown" if self.nodes is None else f"{self.nodes} node{'' if self.nodes == 1 else 's'}"
        return f"{self.url}, Kubernetes {self.version}, {nodes}, as {self.identity}"


def meet(kube: Kube) -> Server:
    """Ask a cluster who it is and who we are; raises `StsconfError` when it does not answer."""
    version = _version(kube)
    nodes = _nodes(kube)
    ready = [node for node in nodes or [] if _takes_pods(node)]
    return Server(
        url=kube.credentials.server,
        version=version,
        nodes=None if nodes is None else len(ready),
        simulated=bool(ready) and all(_KWOK_NODE in node["metadata"].get("annotations", {}) for node in ready),
        identity=_identity(kube),
    )


def is_ready(node: Json) -> bool:
    """Tell whether a node says that it is ready."""
    conditions = node.get("status", {}).get("conditions", [])
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)


def refuse_protected(kube: Kube) -> None:
    """Raise `StsconfError` when the cluster's owner has marked it as not to be tested."""
    try:
        metadata = kube.get("Namespace", "kube-system")["metadata"]
    except ApiError as error:
        if error.status not in _NOT_TOLD:
            raise
        return
    marks = {**metadata.get("labels", {}), **metadata.get("annotations", {})}
    if marks.get(DO_NOT_TEST, "false") != "false":
        raise StsconfError(
            "this cluster is not to be tested",
            f"its namespace kube-system carries {DO_NOT_TEST}={marks[DO_NOT_TEST]}",
            "test another one, or ask its owner to take the mark away",
        )


def _version(kube: Kube) -> str:
    """Return gitVersion; major and minor are no numbers on every provider ("33+")."""
    try:
        return str(kube.call("GET", "/version")["gitVersion"])
    except ApiError as error:
        raise StsconfError(
            "the cluster turns us away",
            f"{kube.credentials.server}/version: {error.status} {error.message}",
            "log in again: the credentials in this kubeconfig are not accepted",
        ) from error
    except (UnreachableError, KeyError, ValueError) as error:
        raise StsconfError(
            "the cluster does not answer",
            f"{kube.credentials.server}/version: {root_cause(error)}",
            "is it running, and does kubectl reach it with this kubeconfig?",
        ) from error


def _identity(kube: Kube) -> str:
    try:
        review = kube.create({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})
    except ApiError as error:
        if error.status not in _NOT_TOLD:
            raise
        return "(the cluster does not tell)"
    return str(review.get("status", {}).get("userInfo", {}).get("username", "(unnamed)"))


def _nodes(kube: Kube) -> list[Json] | None:
    try:
        nodes: list[Json] = kube.list("Node")["items"]
    except ApiError as error:
        if error.status != requests.codes.forbidden:
            raise
        return None
    return nodes


def _takes_pods(node: Json) -> bool:
    spec = node.get("spec", {})
    tainted = any(taint["effect"] in {"NoSchedule", "NoExecute"} for taint in spec.get("taints", []))
    return is_ready(node) and not tainted and not spec.get("unschedulable", False)
