"""Taking the suite's namespaces away: at the end of a scenario, and after a run that was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import requests

from stsconf.errors import StsconfError
from stsconf.kube.client import STRATEGIC, Kube
from stsconf.kube.errors import ApiError, gone_is_fine
from stsconf.model import objects
from stsconf.scenario.follow import follow
from stsconf.scenario.labels import EXPIRES, FINALIZER, NAMESPACE_PREFIX, NOBODY_PREFIX, RUN, UNHELD
from stsconf.scenario.marked_nodes import give_back, marked_nodes
from stsconf.wait import Clock

Json = dict[str, Any]

_HELD = ("Pod", "PersistentVolumeClaim", "StatefulSet")
"""The kinds that a scenario holds by our finalizer."""
_PROVISIONED = "pv.kubernetes.io/provisioned-by"
"""What a volume says that was made for a claim."""
_OBSTACLES = {
    "NamespaceContentRemaining",
    "NamespaceFinalizersRemaining",
    "NamespaceDeletionContentFailure",
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
}
"""What Kubernetes reports on a namespace whose deletion does not get on."""


def remove_namespace(kube: Kube, name: str) -> None:
    """Have a namespace deleted, and let go of the pods and claims in it that only we hold.

    Sets first: Kubernetes removes pods before them, and one that is still there tries in vain to make its pods again.
    Then the namespace, for nothing new can appear in it from then on. Does not wait; gone already is fine.
    """
    with suppress(ApiError):  # whoever may not do that leaves it to Kubernetes
        for found in kube.list("StatefulSet", name)["items"]:
            kube.delete("StatefulSet", objects.name(found), name)
    kube.delete("Namespace", name)
    _let_go(kube, name)


def clear_namespace(kube: Kube, name: str) -> None:
    """End what runs in a namespace, where all else in it goes with the cluster.

    To take a namespace apart costs Kubernetes some 70 requests and, for every volume, a pod that empties it.
    """
    for kind in ("StatefulSet", "Pod"):
        kube.delete_all(kind, name, gracePeriodSeconds=0)


def await_gone(kube: Kube, name: str, clock: Clock, seconds: float) -> str:
    """Wait until a namespace that is being deleted is gone; return what holds it up, nothing if it is gone.

    Kubernetes leaves a namespace alone for its first five seconds, and reports on it afterwards. At every report our
    pods and claims are let go once more: one may have been in creation when we looked first.
    """
    conditions: list[Json] = []
    for found in follow(kube, "Namespace", seconds, clock, fieldSelector=f"metadata.name={name}"):
        if not found:
            return ""
        conditions = found[0].get("status", {}).get("conditions", [])
        _let_go(kube, name)
    told = [f"{found['type']}: {found['message']}" for found in conditions if _is_obstacle(found)]
    return "; ".join([*told, *_remaining_pods(kube, name)]) or "the cluster gives no reason"


def _is_obstacle(condition: Json) -> bool:
    return condition["type"] in _OBSTACLES and condition["status"] == "True"


def _remaining_pods(kube: Kube, namespace: str) -> list[str]:
    """Name the pods that are still there: while there are any, the conditions claim that all content is gone."""
    remaining = [pod["metadata"] for pod in kube.list("Pod", namespace)["items"]]
    return [
        f"pod {pod['name']} remains, held by {', '.join(pod.get('finalizers', [])) or 'its node'}" for pod in remaining
    ]


def sweep(
    kube: Kube,
    clock: Clock,
    say: Callable[[str], None],
    run: str | None = None,
    *,
    seconds: float,
    force: bool = False,
    dry_run: bool = False,
) -> list[str]:
    """Remove the namespaces that runs left behind, and return the names of those that are gone.

    Without more, those that have expired; with `run`, those of that run, expired or not; with `force`, all. A
    `dry_run` returns what would be removed. All together get `seconds`; what is still there then is told, with the
    reason. Nodes that a run took out of service are given back by the same rule, and told. Volumes of ours that
    were retained are told, never deleted. A refusal is told and keeps nothing else from being swept; at the end it
    raises `StsconfError`.
    """
    selector = RUN if run is None else f"{RUN}={run}"

    def due(obj: Json) -> bool:
        return force or run is not None or _expired(obj, clock.utc(), say)

    attempts = _Attempts(say)
    found = kube.list("Namespace", labelSelector=selector)["items"]
    doomed = [namespace["metadata"]["name"] for namespace in found if _ours(namespace) and due(namespace)]
    if not dry_run:
        doomed = _remove(kube, doomed, clock, seconds, attempts)
    for node in filter(due, marked_nodes(kube, selector)):
        name = f"node {node['metadata']['name']}"
        with attempts.at(name):
            say(f"would give back {name}" if dry_run else give_back(kube, node))
    _report_volumes(kube, say)
    attempts.end()
    return doomed


class _Attempts:
    """Lets what is refused keep nothing else from being swept: tells each refusal, and all of them at the end."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self._refused: list[str] = []

    @contextmanager
    def at(self, what: str) -> Iterator[None]:
        """Begin with one thing, and go on after it if it is refused."""
        try:
            yield
        except ApiError as error:
            self.say(f"{what} cannot be swept: {error.why}")
            self._refused.append(what)

    def end(self) -> None:
        """Raise `StsconfError` if anything was refused."""
        if self._refused:
            raise StsconfError(
                "not everything could be swept",
                f"the API server refused: {', '.join(self._refused)}",
                "sweep again as somebody who may: docs/targets.md lists the rights",
            )


def _remove(kube: Kube, names: list[str], clock: Clock, seconds: float, attempts: _Attempts) -> list[str]:
    """Have namespaces removed all at once, and return those that are gone in time."""
    removed, gone = list[str](), list[str]()
    for name in names:
        with attempts.at(f"namespace {name}"):
            remove_namespace(kube, name)
            removed.append(name)
    end = clock.now() + seconds
    for name in removed:
        with attempts.at(f"namespace {name}"):
            if _gone(kube, name, clock, end, attempts.say):
                gone.append(name)
    return gone


def _ours(namespace: Json) -> bool:
    """Ask for both marks: a label alone can be copied, a prefix alone is anybody's."""
    metadata = namespace["metadata"]
    return metadata["name"].startswith(NAMESPACE_PREFIX) and RUN in metadata.get("labels", {})


def _expired(namespace: Json, now: datetime, say: Callable[[str], None]) -> bool:
    metadata = namespace["metadata"]
    expires = metadata.get("annotations", {}).get(EXPIRES, "")
    try:
        expired = datetime.fromisoformat(expires) <= now
    except (TypeError, ValueError):  # TypeError: a time without a zone cannot be compared
        say(f"kept {metadata['name']}: its annotation {EXPIRES} is {expires!r}, no time; remove it with force")
        return False
    if not expired:
        say(f"kept {metadata['name']}: it expires at {expires}")
    return expired


def _gone(kube: Kube, name: str, clock: Clock, end: float, say: Callable[[str], None]) -> bool:
    holds = await_gone(kube, name, clock, max(end - clock.now(), 1.0))
    say(f"namespace {name} is still there: {holds}" if holds else f"removed namespace {name}")
    return not holds


def _let_go(kube: Kube, namespace: str) -> None:
    """Take our finalizer off every pod, claim and set; the patch names it alone, so that no other is lost.

    A pod on a node that nobody is behind is removed by force: nobody else will ever say that it is gone.
    """
    for kind in _HELD:
        for obj in kube.list(kind, namespace)["items"]:
            metadata = obj["metadata"]
            if obj.get("spec", {}).get("nodeName", "").startswith(NOBODY_PREFIX):
                kube.delete(kind, metadata["name"], namespace, gracePeriodSeconds=0)
            if FINALIZER in metadata.get("finalizers", []):
                patch = {"metadata": UNHELD}
                with gone_is_fine():
                    kube.patch(kind, metadata["name"], patch, namespace, content_type=STRATEGIC)


def _report_volumes(kube: Kube, say: Callable[[str], None]) -> None:
    try:
        volumes = kube.list("PersistentVolume")["items"]
    except ApiError as error:
        if error.status != requests.codes.forbidden:
            raise
        say("retained volumes are not looked for: persistentvolumes may not be listed")
        return
    for volume in volumes:
        spec = volume.get("spec", {})
        claim = spec.get("claimRef", {})
        # one whose policy is Delete is Released, too, until its provisioner has got to it
        kept = spec.get("persistentVolumeReclaimPolicy") != "Delete"
        released = volume.get("status", {}).get("phase") == "Released"
        if released and kept and claim.get("namespace", "").startswith(NAMESPACE_PREFIX):
            say(_advice(volume["metadata"], f"{claim['namespace']}/{claim.get('name')}"))


def _advice(volume: Json, claim: str) -> str:
    """Tell what to do about a volume that is left: one that nobody made for a claim may hold a user's data."""
    name = volume["name"]
    if _PROVISIONED in volume.get("annotations", {}):
        return f"volume {name} of {claim} was retained: kubectl delete pv {name}"
    return (
        f"volume {name} was there before and was bound by {claim}: look at its data, then make it available again: "
        f'kubectl patch pv {name} -p \'{{"spec": {{"claimRef": null}}}}\''
    )
