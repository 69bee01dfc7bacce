"""Somebody else in the cluster who means well: what is done to the objects of runs as soon as something happens."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import requests

from stsconf.kube.client import Kube, lines
from stsconf.kube.errors import ApiError, UnreachableError
from stsconf.model import objects
from stsconf.model.history import ADDED, DELETED, MODIFIED
from stsconf.mutants.fault import Expected, Fault, Harm, Site
from stsconf.mutants.faults.policy import namespaces
from stsconf.scenario.labels import NAMESPACE_PREFIX

Json = dict[str, Any]
_TURNED = "stsconf-fault-turned"
Act = Callable[[Kube, str, Json], None]
"""Does something about an object of a run, by what became of it: ADDED, MODIFIED or DELETED."""


class Meddler(threading.Thread):
    """Follows the objects of one kind in the namespaces of runs from the beginning on, and acts, until it is ended."""

    def __init__(self, kube: Kube, kind: str, act: Act) -> None:
        """Take what it does; nothing that follows this call is missed."""
        super().__init__(name="meddler")
        self._kube, self._kind, self._act = kube, kind, act
        self._version = kube.list_metadata(kind)["metadata"]["resourceVersion"]
        self._watches, self._over, self._lock = list[requests.Response](), threading.Event(), threading.Lock()

    def run(self) -> None:
        """Watch, and watch again where a watch has ended: the API server ends each after a minute."""
        while not self._over.is_set():
            for response in self._kube.watch(self._kind, "", self._version):
                with self._lock:
                    self._watches[:] = [response]
                    if self._over.is_set():  # too late for end() to see it
                        return
                with suppress(UnreachableError):
                    for event in lines(response):
                        self._meet(event["type"], event["object"])

    def _meet(self, happened: str, obj: Json) -> None:
        self._version = objects.resource_version(obj)
        if objects.metadata(obj).get("namespace", "").startswith(NAMESPACE_PREFIX):
            with suppress(ApiError):  # it is gone, or its namespace is
                self._act(self._kube, happened, obj)

    def end(self) -> None:
        """Leave everybody alone from now on."""
        with self._lock:
            self._over.set()
            for response in self._watches:
                with suppress(Exception):  # it may have ended by itself
                    response.raw.shutdown()
        self.join()


def meddling(kind: str, act: Act) -> Harm:
    """Return the harm of somebody who acts whenever something happens to objects of this kind."""

    @contextmanager
    def harm(site: Site) -> Iterator[None]:
        meddler = Meddler(site.kube, kind, act)
        meddler.start()
        try:
            yield
        finally:
            meddler.end()

    return harm


def during(scenario: str, act: Act) -> Act:
    """Limit what is done to the namespaces of one scenario, which is called as its namespaces are."""
    namespace = re.compile(namespaces(scenario))

    def limited(kube: Kube, happened: str, obj: Json) -> None:
        if namespace.search(obj["metadata"]["namespace"]):
            act(kube, happened, obj)

    return limited


def take_claims(kube: Kube, happened: str, pod: Json) -> None:
    """Delete the claims of a pod that is gone: nobody uses them."""
    if happened == DELETED:
        for claim in objects.claim_names(pod).values():
            kube.delete("PersistentVolumeClaim", claim, pod["metadata"]["namespace"])


def turn_back(kube: Kube, happened: str, pod: Json) -> None:
    """Report a pod that is Ready for the first time as Pending, and then again as what it is."""
    name, namespace = objects.name(pod), pod["metadata"]["namespace"]
    new = _TURNED not in pod["metadata"].get("annotations", ())
    if happened == MODIFIED and objects.is_running_and_ready(pod) and new:
        for patch, part in (
            ({"metadata": {"annotations": {_TURNED: ""}}}, ""),
            ({"status": {"phase": "Pending"}}, "status"),
            ({"status": {"phase": "Running"}}, "status"),
        ):
            kube.patch("Pod", name, patch, namespace, subresource=part)


def follow_up(kube: Kube, happened: str, pod: Json) -> None:
    """Where the second pod of a set was lost, make a revision of the same template, and delete the first pod too."""
    name, namespace = objects.name(pod), pod["metadata"]["namespace"]
    if happened == DELETED and objects.ordinal(name) == 1:
        repeat_revision(kube, namespace, objects.set_name(name))
        kube.delete("Pod", f"{objects.set_name(name)}-0", namespace)


def repeat_revision(kube: Kube, namespace: str, statefulset: str) -> None:
    """Make another revision of the template that the latest one of a set has."""
    known = kube.list("ControllerRevision", namespace)["items"]
    own = [one for one in known if objects.controller(one).get("name") == statefulset]
    last = max(own, key=lambda one: int(one["revision"]))
    kept = {key: last["metadata"][key] for key in ("labels", "ownerReferences")}
    again = {"metadata": {**kept, "name": f"{objects.name(last)}-again"}, "revision": last["revision"] + 1}
    kube.create({"apiVersion": "apps/v1", "kind": "ControllerRevision", "data": last["data"], **again}, namespace)


def add_stranger(kube: Kube, happened: str, statefulset: Json) -> None:
    """Create one more pod from the template of a set, under a name of its own."""
    if happened == ADDED:
        template, namespace = statefulset["spec"]["template"], statefulset["metadata"]["namespace"]
        claims = (one["metadata"]["name"] for one in statefulset["spec"].get("volumeClaimTemplates", ()))
        volumes = [*template["spec"].get("volumes", ()), *({"name": name, "emptyDir": {}} for name in claims)]
        metadata = {"name": f"stranger-{objects.uid(statefulset)}", "labels": template["metadata"]["labels"]}
        spec = {**template["spec"], "volumes": volumes}
        kube.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}, namespace)


FAULTS = (
    Fault(
        "claims-taken",
        "Somebody deletes the claims of every pod that is gone.",
        meddling("Pod", take_claims),
        kills=(
            Expected("STO-4", "storage.sticky"),
            Expected("STO-5", "storage.sticky"),
            Expected("STO-6", "storage.kept"),
            Expected("STO-7", "storage.kept"),
        ),
        may_fail=frozenset({"RET-2", "RET-3", "RET-5", "RET-6", "RET-7"}),  # no policy asks for that
    ),
    Fault(
        "phases-turned-back",
        "Pods that have just become Ready are reported as Pending for a moment, where a scenario looks at that.",
        meddling("Pod", during("ordered-startup", turn_back)),
        kills=(Expected("POD-1", "pods.phases"),),
        may_fail=frozenset({"STA-2"}),  # what was Ready a moment ago is not counted when it is looked at
    ),
    Fault(
        "losses-followed-up",
        "When a pod is lost, somebody deletes another one and makes a revision, where a scenario looks at that.",
        meddling("Pod", during("lost-pod", follow_up)),
        kills=(
            Expected("IDN-13", "identity.others"),
            Expected("UPD-9", "rollout.uncalled"),
        ),
        may_fail=frozenset({"IDN-3", "OWN-7", "STA-2"}),  # the pods go once more, which nothing explains
    ),
    Fault(
        "strange-pods",
        "Somebody adds a pod with the labels of every set.",
        meddling("StatefulSet", add_stranger),
        kills=(Expected("IDN-12", "identity.selection"),),
        may_fail=frozenset({"RUN-2"}),  # nobody takes strangers away again
        withholds=("used pods",),  # they are counted as well
    ),
)
"""The faults of what others do."""
