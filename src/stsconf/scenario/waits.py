"""What a scenario waits for about one StatefulSet: its pods, its status, its endpoints, and a window's end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from typing import Any

from stsconf.model import objects
from stsconf.model.objects import Object
from stsconf.record import StalledError, View
from stsconf.scenario.shape import Shape
from stsconf.scenario.stage import Stage

Json = dict[str, Any]

_BYSTANDER = "bystander"
_CREATED = "SuccessfulCreate"
"""The reason of the Events that tell of a pod's creation."""


class Waits:
    """One StatefulSet on a stage, seen through its record; every wait ends with an event or with a stall."""

    def __init__(self, stage: Stage, shape: Shape, manifest: Json) -> None:
        """Stand for the StatefulSet of a manifest, which need not exist yet."""
        self.stage, self.shape, self.manifest = stage, shape, manifest
        self.name, self.service = objects.name(manifest), str(objects.spec(manifest).get("serviceName", ""))
        self.generation = 0

    def pod(self, ordinal: int) -> str:
        """Return a pod's name."""
        return f"{self.name}-{ordinal}"

    def uid(self, ordinal: int) -> str:
        """Return the UID of the pod that has this ordinal now, empty if there is none."""
        return objects.uid(self.now(self.pod(ordinal)))

    def own(self, view: View) -> dict[str, Object]:
        """Return the pods that are called like the set's, by name, whoever made them."""
        return {name: pod for name, pod in view.all("Pod").items() if objects.set_name(name) == self.name}

    def now(self, pod: str) -> Object:
        """Return a pod as it is on record now, empty if it does not exist."""
        return self.stage.recorder.now(lambda view: view.get("Pod", pod) or {})

    def await_created(self, ordinal: int, replaced: Iterable[str] = (), *, refused: bool = False) -> None:
        """Wait until a pod exists whose UID is none of the `replaced` ones, which may have to be gone before.

        What was `refused` before takes longer to be tried again.
        """
        old = set(replaced)

        def created(view: View) -> bool:
            pod = view.get("Pod", self.pod(ordinal))
            return pod is not None and objects.uid(pod) not in old

        again = "again " if old else ""
        awaited = f"creation {again}by the StatefulSet"
        deadline = self.stage.deadlines.retry if refused else self.creation_deadline(old)
        self.stage.until("Pod", self.pod(ordinal), created, awaited, deadline)

    def await_running(self, ordinal: int) -> None:
        """Wait until the containers of a pod that is not being deleted are ready, whatever gates hold it."""

        def running(view: View) -> bool:
            pod = view.get("Pod", self.pod(ordinal))
            return pod is not None and is_running(pod)

        self.stage.until("Pod", self.pod(ordinal), running, "running containers", self.start_deadline)

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

            self.stage.until("Pod", self.pod(ordinal), ready, "Running and Ready", self.start_deadline)

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

        self.stage.until("Pod", self.pod(ordinal), asked, "deletion by the StatefulSet", self.controller_deadline)

    def await_label(self, ordinal: int, key: str, value: str) -> None:
        """Wait until a pod carries a label with this value."""

        def labelled(view: View) -> bool:
            return objects.labels(view.get("Pod", self.pod(ordinal)) or {}).get(key) == value

        self.stage.until("Pod", self.pod(ordinal), labelled, f"label {key}={value}", self.controller_deadline)

    def await_status(self, **counters: int) -> None:
        """Wait until the status of the current generation shows these counters, and nothing else is awaited."""

        def shown(view: View) -> bool:
            obj = view.get("StatefulSet", self.name)
            return obj is not None and self.seen(obj) and all(_count(obj, k) == v for k, v in counters.items())

        what = ", ".join(f"{key} {value}" for key, value in counters.items()) or "the current generation"
        self.stage.until("StatefulSet", self.name, shown, f"status with {what}", self.controller_deadline)

    def seen(self, obj: Object) -> bool:
        """Tell whether the status is of the generation that our last change made: the record lags behind its answer."""
        return _observed(obj) and generation_of(obj) >= self.generation

    def await_endpoints(self, *, unready: bool = False) -> None:
        """Wait until the EndpointSlices of the Service hold the Ready pods of the set, and no other of its pods.

        With `unready` they are to hold all pods of the set.
        """

        def listed(view: View) -> bool:
            own = self.own(view)
            ready = {objects.uid(pod) for pod in own.values() if unready or objects.is_running_and_ready(pod)}
            return _ready_endpoints(view, self.service) & {objects.uid(pod) for pod in own.values()} == ready

        awaited = f"exactly the {'' if unready else 'Ready '}pods as endpoints"
        self.stage.until("Service", self.service, listed, awaited, self.controller_deadline)

    def await_told(self) -> None:
        """Wait until Events tell the creation of all pods; nobody promises that they do, so it is no stall if not."""

        def told(view: View) -> bool:
            events = [obj for obj in view.all("Event").values() if obj.get("reason") == _CREATED]
            words = {word for event in events for word in str(event.get("message")).split()}
            return words >= {self.pod(ordinal) for ordinal in range(self.shape.replicas)}

        with suppress(StalledError):
            self.stage.until("StatefulSet", self.name, told, "Events about its pods", self.controller_deadline)

    def settle(self) -> None:
        """Close a window in which something must not happen: the controller has seen the set, and later another.

        First the set's status shows its current generation; then a bystander, created after that, is seen by the
        same controller. What it had to do about the set by then is on record.
        """
        self.await_status()
        self.stage.reached("settled", f"the controller has seen {self.await_bystander()}, created later")

    def await_bystander(self) -> str:
        """Create another set, wait until the controller has seen it, and return its name.

        What was there before it was created is then known to the controller, too, as far as one watch tells of another.
        """
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

        self.stage.until("StatefulSet", name, seen, "being seen by the controller", self.controller_deadline)
        return name

    @property
    def controller_deadline(self) -> float:
        """Seconds that the controller has to act."""
        return self.stage.deadlines.controller

    def creation_deadline(self, replaced: Collection[str]) -> float:
        """Return the deadline for a pod to be created, after those it replaces are gone."""
        return self.controller_deadline + (self.stage.deadlines.gone if replaced else 0.0)

    @property
    def start_deadline(self) -> float:
        """Seconds that a created pod has until it is Ready."""
        deadlines = self.stage.deadlines
        return deadlines.pod + (deadlines.claim if self.shape.storage else 0.0)

    def await_any(self, good: Callable[[Object], bool], done: Collection[str], awaited: str, deadline: float) -> Object:
        """Wait for a pod of the set that is good and has none of these UIDs."""

        def first(view: View) -> Object | None:
            own = self.own(view).values()
            return next((pod for pod in own if objects.uid(pod) not in done and good(pod)), None)

        return self.stage.until("StatefulSet", self.name, first, awaited, deadline)


def _observed(obj: Object) -> bool:
    return bool(objects.status(obj).get("observedGeneration") == generation_of(obj))


def generation_of(obj: Object) -> int:
    """Return the generation of an object, 0 if it has none."""
    return int(objects.metadata(obj).get("generation", 0))


def is_running(pod: Object) -> bool:
    """Tell whether a pod's containers are ready and it is not being deleted, whatever gates hold it."""
    containers = objects.condition(pod, "ContainersReady").get("status") == "True"
    return containers and objects.phase(pod) == "Running" and not objects.is_terminating(pod)


def _ready_endpoints(view: View, service: str) -> set[str]:
    """Return the UIDs of the pods that are ready endpoints of a Service."""
    slices = view.all("EndpointSlice").values()
    own = (one for one in slices if objects.labels(one).get("kubernetes.io/service-name") == service)
    ends = (end for one in own for end in one.get("endpoints") or [])
    return {str(e.get("targetRef", {}).get("uid")) for e in ends if (e.get("conditions") or {}).get("ready", True)}


def _count(obj: Object, counter: str) -> int:
    return int(objects.status(obj).get(counter, 0))
