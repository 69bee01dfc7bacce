"""Objects that no recorder watches: quotas and disruption budgets, made, awaited and put on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stsconf.model import objects
from stsconf.model.history import ADDED, Stall
from stsconf.record import StalledError
from stsconf.scenario.api import ask
from stsconf.scenario.follow import follow
from stsconf.scenario.stage import Stage
from stsconf.scenario.waits import Waits, generation_of

Json = dict[str, Any]

BUDGET, QUOTA = "PodDisruptionBudget", "ResourceQuota"
_POLICY = "policy/v1"
_PLENTY = 99


def await_object(  # noqa: PLR0917 -- which object, what is awaited of it, and how it is told
    stage: Stage, kind: str, name: str, good: Callable[[Json], bool], awaited: str, told: Callable[[Json], str]
) -> Json:
    """Wait until an object is as it should be, and return it.

    Raises `StalledError` when time is up, with what is `told` of the object as it was last seen.
    """
    deadline = stage.deadlines.controller
    last: Json = {}
    only = f"metadata.name={name}"
    for items in follow(stage.kube, kind, deadline, stage.context.clock, stage.namespace, fieldSelector=only):
        last = next((item for item in items if objects.name(item) == name), {})
        if last and good(last):
            return last
    raise StalledError(Stall(awaited, f"{kind} {name}", deadline, deadline, told(last)))


def _await(stage: Stage, kind: str, name: str, good: Callable[[Json], bool], awaited: str) -> None:
    """Do so, and put the object on record."""
    seen = await_object(stage, kind, name, good, awaited, lambda obj: f"status {objects.status(obj)}")
    stage.recorder.note(kind, ADDED, seen)


class Quota:
    """A limit to the number of pods in the namespace, or of objects of another kind, by the quota's name for it."""

    def __init__(self, stage: Stage, number: int, used: int, kind: str = "pods") -> None:
        """Make it, with so many `used` already; returns when the cluster has counted them."""
        self._stage, self._kind = stage, kind
        stage.act("quota", f"allow {number} {kind} in the namespace")
        hard = {"hard": {kind: str(number)}}
        stage.create({"apiVersion": "v1", "kind": QUOTA, "metadata": {"name": kind}, "spec": hard})
        self._await("used", used)

    def lift(self) -> None:
        """Allow more than anybody asks for: of one that is deleted the API server may remember for half a minute."""
        self._stage.act("quota-lifted", "lift the quota")
        patch = {"spec": {"hard": {self._kind: str(_PLENTY)}}}
        self._stage.kube.patch(QUOTA, self._kind, patch, self._stage.namespace)
        self._await("hard", _PLENTY)

    def _await(self, part: str, number: int) -> None:
        def counted(quota: Json) -> bool:
            return bool((objects.status(quota).get(part) or {}).get(self._kind) == str(number))

        _await(self._stage, QUOTA, self._kind, counted, f"{part} {self._kind} of {number}")


class Budget:
    """A PodDisruptionBudget for a StatefulSet's pods, and evictions under it."""

    def __init__(self, web: Waits, **spec: Any) -> None:
        """Make it."""
        self._web, self._stage = web, web.stage
        spec["selector"] = web.manifest["spec"]["selector"]
        metadata = {"name": web.name}
        budget = {"apiVersion": _POLICY, "kind": BUDGET, "metadata": metadata, "spec": spec}
        self._stage.act("budget", f"limit the disruption of {web.name}")
        self._generation = generation_of(self._stage.create(budget))

    def change(self, **spec: Any) -> None:
        """Change it."""
        self._stage.act("budget", f"change the budget of {self._web.name}")
        changed = self._stage.kube.patch(BUDGET, self._web.name, {"spec": spec}, self._stage.namespace)
        self._generation = generation_of(changed)

    def await_status(self, **counters: int) -> None:
        """Wait until its status is of its newest generation and shows these counters."""

        def shown(budget: Json) -> bool:
            status = objects.status(budget)
            seen = int(status.get("observedGeneration") or 0) >= self._generation
            return seen and all(status.get(key) == value for key, value in counters.items())

        what = ", ".join(f"{key} {value}" for key, value in counters.items())
        _await(self._stage, BUDGET, self._web.name, shown, f"status with {what}")

    def evict(self, ordinal: int, status: int, mark: str = "evict") -> str:
        """Ask for a pod's eviction, which is to be answered with this status; returns the pod's UID."""
        return evict(self._web, ordinal, status, mark)


def evict(web: Waits, ordinal: int, status: int, mark: str = "evict", only: str = "") -> str:
    """Ask for a pod's eviction, which is to be answered with this status; returns the pod's UID.

    With `only`, for the eviction of the pod that has this UID and of no other.
    """
    pod, uid = web.pod(ordinal), web.uid(ordinal)
    web.stage.act(mark, f"evict {pod}", pods=[pod])
    body: Json = {"apiVersion": _POLICY, "kind": "Eviction", "metadata": {"name": pod}}
    if only:
        body["deleteOptions"] = {"preconditions": {"uid": only}}
    ask(web.stage, mark, "POST", "Pod", pod, body=body, subresource="eviction", status=status)
    return uid
