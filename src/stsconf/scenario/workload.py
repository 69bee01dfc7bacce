"""A deployed StatefulSet and what a scenario does to it: hold, release, kill, scale, update, delete, write, read."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable
from typing import Any

import requests

from stsconf.errors import StsconfError
from stsconf.kube.client import STRATEGIC
from stsconf.kube.errors import ApiError
from stsconf.model import objects
from stsconf.model.objects import Object
from stsconf.record import View
from stsconf.scenario.labels import FINALIZER, GATE
from stsconf.scenario.shape import Shape, image, shape_set
from stsconf.scenario.stage import Stage

Json = dict[str, Any]

_BYSTANDER = "bystander"


class Workload:
    """One StatefulSet with its Service, deployed on a stage."""

    def __init__(self, stage: Stage, shape: Shape) -> None:
        """Create the manifest's objects, the StatefulSet last."""
        self.stage, self.shape = stage, shape
        self.name, self.service = stage.app.set_name, stage.app.service
        objs = [obj for obj in stage.app.manifest() if shape.service or obj["kind"] != "Service"]
        self.manifest = next(obj for obj in objs if obj["kind"] == "StatefulSet")
        shape_set(self.manifest, stage.app.name, stage.context.run, stage.context.images, shape)
        for obj in objs:
            if obj is not self.manifest:
                stage.create(obj)
        self.create()

    def create(self, mark: str = "deploy") -> None:
        """Create the StatefulSet itself: at the beginning, or again after it was deleted."""
        self.stage.act(mark, f"create StatefulSet {self.name} with {self.shape.replicas} replicas")
        self._generation = _generation(self.stage.create(self.manifest))

    def pod(self, ordinal: int) -> str:
        """Return a pod's name."""
        return f"{self.name}-{ordinal}"

    def uid(self, ordinal: int) -> str:
        """Return the UID of the pod that has this ordinal now, empty if there is none."""
        return objects.uid(self._now(self.pod(ordinal)))

    def _now(self, pod: str) -> Object:
        """Return a pod as it is on record now, empty if it does not exist."""
        return self.stage.recorder.now(lambda view: view.get("Pod", pod) or {})

    # ------------------------------------------------------------------ waiting

    def await_created(self, ordinal: int, replaced: Iterable[str] = ()) -> None:
        """Wait until a pod exists whose UID is none of the `replaced` ones, which may have to be gone before."""
        old = set(replaced)

        def created(view: View) -> bool:
            pod = view.get("Pod", self.pod(ordinal))
            return pod is not None and objects.uid(pod) not in old

        again = "again " if old else ""
        awaited = f"creation {again}by the StatefulSet"
        self.stage.until("Pod", self.pod(ordinal), created, awaited, self._creation(old))

    def await_running(self, ordinal: int) -> None:
        """Wait until the containers of a pod that is not being deleted are ready, whatever gates hold it."""

        def running(view: View) -> bool:
            pod = view.get("Pod", self.pod(ordinal))
            return pod is not None and _is_running(pod)

        self.stage.until("Pod", self.pod(ordinal), running, "running containers", self._start)

    def await_ready(self, *ordinals: int, replaced: Iterable[str] = ()) -> None:
        """Wait until pods are Running and Ready, all of them by default, in none of the `replaced` UIDs.

        The deadlines are those of one pod, counted anew for each.
        """
        old = set(replaced)
        for ordinal in ordinals or range(self.shape.replicas):
            self.await_created(ordinal, old)

            def ready(view: View, name: str = self.pod(ordinal)) -> bool:
                pod = view.get("Pod", name)
                return pod is not None and objects.uid(pod) not in old and objects.is_running_and_ready(pod)

            self.stage.until("Pod", self.pod(ordinal), ready, "Running and Ready", self._start)

    def await_gone(self, ordinal: int, uid: str = "") -> None:
        """Wait until a pod, or that object of its name, is gone."""

        def gone(view: View) -> bool:
            pod = view.get("Pod", self.pod(ordinal))
            return pod is None or (uid != "" and objects.uid(pod) != uid)

        self.stage.until("Pod", self.pod(ordinal), gone, "being gone", self.stage.deadlines.gone)

    def await_deletion(self, ordinal: int) -> None:
        """Wait until somebody has asked for a pod's deletion."""

        def asked(view: View) -> bool:
            pod = view.get("Pod", self.pod(ordinal))
            return pod is None or objects.is_terminating(pod)

        self.stage.until("Pod", self.pod(ordinal), asked, "deletion by the StatefulSet", self._controller)

    def await_status(self, **counters: int) -> None:
        """Wait until the status of the current generation shows these counters, and nothing else is awaited."""

        def shown(view: View) -> bool:
            obj = view.get("StatefulSet", self.name)
            return obj is not None and self._seen(obj) and all(_count(obj, k) == v for k, v in counters.items())

        what = ", ".join(f"{key} {value}" for key, value in counters.items()) or "the current generation"
        self.stage.until("StatefulSet", self.name, shown, f"status with {what}", self._controller)

    def _seen(self, obj: Object) -> bool:
        """Tell whether the status is of the generation that our last change made: the record lags behind its answer."""
        return _observed(obj) and _generation(obj) >= self._generation

    def await_endpoints(self) -> None:
        """Wait until the EndpointSlices of the Service hold the Ready pods of the set, and no other of its pods."""

        def listed(view: View) -> bool:
            own = {n: p for n, p in view.all("Pod").items() if objects.set_name(n) == self.name}
            ready = {objects.uid(pod) for pod in own.values() if objects.is_running_and_ready(pod)}
            return _endpoints(view, self.service) & {objects.uid(pod) for pod in own.values()} == ready

        awaited = "exactly the Ready pods as endpoints"
        self.stage.until("Service", self.service, listed, awaited, self._controller)

    def settle(self) -> None:
        """Close a window in which something must not happen: the controller has seen the set, and later another.

        First the set's status shows its current generation; then a bystander, created after that, is seen by the
        same controller. What it had to do about the set by then is on record.
        """
        self.await_status()
        bystander: Json = {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"generateName": f"{_BYSTANDER}-"},
            "spec": {**self.manifest["spec"], "replicas": 0, "serviceName": _BYSTANDER},
        }
        labels = {"app": _BYSTANDER}
        bystander["spec"]["selector"] = {"matchLabels": labels}
        bystander["spec"]["template"] = {**self.manifest["spec"]["template"], "metadata": {"labels": labels}}
        name = objects.name(self.stage.create(bystander))

        def seen(view: View) -> bool:
            obj = view.get("StatefulSet", name)
            return obj is not None and _observed(obj)

        self.stage.until("StatefulSet", name, seen, "being seen by the controller", self._controller)
        self.stage.reached("settled", f"the controller has seen {name}, created later")

    @property
    def _controller(self) -> float:
        return self.stage.deadlines.controller

    def _creation(self, replaced: Collection[str]) -> float:
        """Return the deadline for a pod to be created, after those it replaces are gone."""
        return self._controller + (self.stage.deadlines.gone if replaced else 0.0)

    @property
    def _start(self) -> float:
        deadlines = self.stage.deadlines
        return deadlines.pod + (deadlines.claim if self.shape.storage else 0.0)

    # ------------------------------------------------------------------ holding

    def release(self, ordinal: int) -> None:
        """Let a held pod become Ready once its containers run; returns when it is on record as Ready."""
        self.await_running(ordinal)
        self._set_gate(ordinal, "True")
        self.await_ready(ordinal)

    def release_each(self, count: int, replaced: Iterable[str] = ()) -> None:
        """Release `count` held pods, whichever comes next: a cluster with an order of its own is seen to the end.

        Pods whose UID is in `replaced` are none of them.
        """
        done = set(replaced)
        creation = self._creation(done)
        for number in range(1, count + 1):
            which = f"pod {number} of {count}"
            self._await_any(bool, done, f"creation of {which}", creation)
            pod = self._await_any(_is_running, done, f"running containers of {which}", self._start)
            done.add(objects.uid(pod))
            self._set_gate(objects.ordinal(objects.name(pod)), "True")
            self.await_ready(objects.ordinal(objects.name(pod)))

    def _await_any(
        self, good: Callable[[Object], bool], done: Collection[str], awaited: str, deadline: float
    ) -> Object:
        """Wait for a pod of the set that is good and has none of these UIDs."""

        def first(view: View) -> Object | None:
            own = (pod for name, pod in view.all("Pod").items() if objects.set_name(name) == self.name)
            return next((pod for pod in own if objects.uid(pod) not in done and good(pod)), None)

        return self.stage.until("StatefulSet", self.name, first, awaited, deadline)

    def unready(self, ordinal: int) -> None:
        """Make a released pod not Ready; returns when the StatefulSet's status counts it no more."""
        ready = self.stage.recorder.now(self._ready_count)
        self._set_gate(ordinal, "False")
        self.await_status(readyReplicas=ready - 1)

    def _ready_count(self, view: View) -> int:
        return sum(objects.is_ready(p) for n, p in view.all("Pod").items() if objects.set_name(n) == self.name)

    def _set_gate(self, ordinal: int, value: str) -> None:
        pod = self.pod(ordinal)
        gates = objects.spec(self._now(pod)).get("readinessGates") or []
        _assume({"conditionType": GATE} in gates, f"{pod} does not have the readiness gate of its template")
        self.stage.act("release" if value == "True" else "unready", f"set the gate of {pod} to {value}", pods=[pod])
        patch = {"status": {"conditions": [{"type": GATE, "status": value}]}}
        self.stage.kube.patch("Pod", pod, patch, self.stage.namespace, subresource="status", content_type=STRATEGIC)

    def let_go(self, ordinal: int) -> None:
        """Take our finalizer off a pod that is being deleted; returns when it is on record as gone."""
        self.await_deletion(ordinal)
        uid, pod = self.uid(ordinal), self.pod(ordinal)
        held = FINALIZER in (objects.metadata(self._now(pod)).get("finalizers") or [])
        _assume(held or not uid, f"{pod} does not have the finalizer of its template")
        self.stage.act("let-go", f"let {pod} go", pods=[pod])
        patch = {"metadata": {"$deleteFromPrimitiveList/finalizers": [FINALIZER]}}
        try:
            self.stage.kube.patch("Pod", pod, patch, self.stage.namespace, content_type=STRATEGIC)
        except ApiError as error:
            if error.status != requests.codes.not_found:
                raise
        self.await_gone(ordinal, uid)

    def let_go_each(self, count: int) -> None:
        """Let go of `count` pods that are being deleted, whichever is next."""
        for number in range(count):

            def leaving(view: View) -> Object | None:
                own = (pod for name, pod in view.all("Pod").items() if objects.set_name(name) == self.name)
                return next(filter(objects.is_terminating, own), None)

            awaited = f"deletion of pod {number + 1} of {count}"
            pod = self.stage.until("StatefulSet", self.name, leaving, awaited, self._controller)
            self.let_go(objects.ordinal(objects.name(pod)))

    # ------------------------------------------------------------------ acting

    def kill(self, *ordinals: int) -> list[str]:
        """Delete pods as a person would, all at once; returns their UIDs without waiting."""
        pods = [self.pod(ordinal) for ordinal in ordinals]
        uids = [self.uid(ordinal) for ordinal in ordinals]
        self.stage.act("kill", f"delete {', '.join(pods)}", pods=pods, uids=uids)
        for pod in pods:
            self.stage.kube.delete("Pod", pod, self.stage.namespace)
        return uids

    def replace(self, *ordinals: int) -> None:
        """Delete pods and wait until their replacements are Ready."""
        uids = self.kill(*ordinals)
        self.await_ready(*ordinals, replaced=uids)
        self.stage.reached("killed", f"{', '.join(map(self.pod, ordinals))} came back")

    def scale(self, replicas: int, mark: str = "scale") -> None:
        """Change the number of replicas without waiting."""
        self.stage.act(mark, f"scale {self.name} to {replicas}", replicas=replicas)
        self.patch({"replicas": replicas})

    def update(self, version: int = 2, mark: str = "rollout") -> list[str]:
        """Change the app's image, as `kubectl set image` does; returns the old pods' UIDs without waiting."""
        uids = [self.uid(ordinal) for ordinal in range(self.shape.replicas)]
        name = self.stage.app.name
        reference = image(self.stage.context.images, name, version)
        self.stage.act(mark, f"set the image of {self.name} to {reference}", uids=uids, version=version)
        container = self.manifest["spec"]["template"]["spec"]["containers"][0]["name"]
        patch = {"template": {"spec": {"containers": [{"name": container, "image": reference}]}}}
        self.patch(patch, STRATEGIC)
        return uids

    def await_updated(self, uids: Iterable[str], mark: str = "rolled-out") -> None:
        """Wait until no pod of an update is left and its status says so."""
        self.await_ready(replaced=uids)
        self.await_status(readyReplicas=self.shape.replicas, updatedReplicas=self.shape.replicas)
        self.stage.reached(mark, "the update is complete")

    def patch(self, spec: Json, content_type: str = "application/merge-patch+json") -> None:
        """Patch the StatefulSet's spec."""
        namespace = self.stage.namespace
        obj = self.stage.kube.patch("StatefulSet", self.name, {"spec": spec}, namespace, content_type=content_type)
        self._generation = _generation(obj)

    def delete(self, propagation: str = "Background", mark: str = "delete") -> None:
        """Delete the StatefulSet; returns when it and its pods are gone."""
        self.stage.act(mark, f"delete StatefulSet {self.name} ({propagation})")
        self.stage.kube.delete("StatefulSet", self.name, self.stage.namespace, propagationPolicy=propagation)

        def gone(view: View) -> bool:
            return view.get("StatefulSet", self.name) is None

        self.stage.until("StatefulSet", self.name, gone, "being gone", self.stage.deadlines.gone)
        for ordinal in range(self.shape.replicas):
            self.await_gone(ordinal)

    def delete_service(self) -> None:
        """Delete the governing Service; returns when it and its EndpointSlices are gone."""
        self.stage.kube.delete("Service", self.service, self.stage.namespace)

        def gone(view: View) -> bool:
            return view.get("Service", self.service) is None and not view.all("EndpointSlice")

        self.stage.until("Service", self.service, gone, "being gone", self.stage.deadlines.controller)

    # ------------------------------------------------------------------ data

    def write_token(self, ordinal: int) -> None:
        """Store a text in a pod's volume, over HTTP, that nobody could have stored before or elsewhere."""
        app = self.stage.app
        token = f"token {secrets.token_hex(8)} of {self.pod(ordinal)}"
        self.stage.ask(self.pod(ordinal), app.write_method, app.data_path, token)

    def read(self, ordinal: int) -> None:
        """Ask a pod for its stored text."""
        self.stage.ask(self.pod(ordinal), "GET", self.stage.app.data_path)

    def ask_hostname(self, ordinal: int) -> None:
        """Ask a pod for its hostname."""
        self.stage.ask(self.pod(ordinal), "GET", self.stage.app.name_path)

    def look_up_volumes(self) -> None:
        """Record the PersistentVolumes that the set's claims are bound to, as they are now."""
        claims = self.stage.recorder.now(lambda view: list(view.all("PersistentVolumeClaim").values()))
        for claim in claims:
            volume = objects.spec(claim).get("volumeName")
            if volume:
                self.stage.look_up("PersistentVolume", volume)


def _assume(holds: bool, what: str) -> None:  # noqa: FBT001 -- the condition is the sentence's first half
    """Raise `StsconfError` when the cluster changed what the scenario relies on: nothing can be judged then."""
    if not holds:
        raise StsconfError("the scenario's assumption does not hold", what, "does an admission webhook change pods?")


def _observed(obj: Object) -> bool:
    return bool(objects.status(obj).get("observedGeneration") == _generation(obj))


def _generation(obj: Object) -> int:
    return int(objects.metadata(obj).get("generation", 0))


def _is_running(pod: Object) -> bool:
    """Tell whether a pod's containers are ready and it is not being deleted, whatever gates hold it."""
    containers = objects.condition(pod, "ContainersReady").get("status") == "True"
    return containers and objects.phase(pod) == "Running" and not objects.is_terminating(pod)


def _endpoints(view: View, service: str) -> set[str]:
    """Return the UIDs of the pods that are ready endpoints of a Service."""
    slices = view.all("EndpointSlice").values()
    own = (one for one in slices if objects.labels(one).get("kubernetes.io/service-name") == service)
    ends = (end for one in own for end in one.get("endpoints") or [])
    return {str(e.get("targetRef", {}).get("uid")) for e in ends if (e.get("conditions") or {}).get("ready", True)}


def _count(obj: Object, counter: str) -> int:
    return int(objects.status(obj).get(counter, 0))
