"""A StatefulSet whose template, strategy and history a scenario changes, in other ways than by a new image."""

from __future__ import annotations

from typing import Any

from stsconf.kube.client import STRATEGIC
from stsconf.model import objects
from stsconf.model.objects import Object
from stsconf.record import View
from stsconf.scenario.labels import GATE, NOWHERE
from stsconf.scenario.shape import Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.waits import is_running
from stsconf.scenario.workload import Workload

Json = dict[str, Any]

_RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
_TIMES = 3
"""So many pods per ordinal are released in one rollout at most: a cluster that never ends with it stalls."""


def rolling(**fields: Any) -> Json:
    """Return the part of a StatefulSet's spec that makes a rolling update go so: `partition`, `maxUnavailable`."""
    return {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": fields}}


def strategy(kind: str) -> Json:
    """Return the part of a StatefulSet's spec that names another update strategy."""
    return {"updateStrategy": {"type": kind, "rollingUpdate": None}}


class Rollout(Workload):
    """One StatefulSet, deployed on a stage, whose template is changed more than once."""

    def __init__(self, stage: Stage, shape: Shape) -> None:
        """Deploy it."""
        super().__init__(stage, shape)
        self._restarts = 0

    # ------------------------------------------------------------------ changing

    def restart(self, mark: str = "restart", **spec: Any) -> None:
        """Annotate the template, as `kubectl rollout restart` does, without waiting; `spec` changes with it."""
        self._restarts += 1
        moment = f"{self.stage.context.clock.utc().isoformat(timespec='seconds')} #{self._restarts}"
        template = {"metadata": {"annotations": {_RESTARTED_AT: moment}}}
        self.stage.act(mark, f"restart {self.name}{' with ' * bool(spec)}{', '.join(spec)}")
        self.patch({"template": template, **spec}, STRATEGIC)

    def misplace(self, mark: str = "broken") -> None:
        """Break the template: its pods ask for a node that there is not, and never run."""
        self.stage.act(mark, f"let the pods of {self.name} ask for a node that does not exist")
        self.patch({"template": {"spec": {"nodeSelector": {NOWHERE: "true"}}}}, STRATEGIC)

    def undo(self, revision: str, mark: str = "undo") -> None:
        """Return to an earlier revision, as `kubectl rollout undo` does: its data is a patch of the StatefulSet."""
        known = self.stage.recorder.now(lambda view: view.get("ControllerRevision", revision) or {})
        self.stage.act(mark, f"return {self.name} to {revision}", revision=revision)
        self.patch(dict(objects.spec(known.get("data") or {})), STRATEGIC)

    def fail(self, ordinal: int) -> None:
        """Let a pod end in failure, as an eviction by its node does."""
        pod = self.pod(ordinal)
        self.stage.act("fail", f"let {pod} fail", pods=[pod])
        patch = {"status": {"phase": "Failed", "reason": "Evicted"}}
        self.stage.kube.patch("Pod", pod, patch, self.stage.namespace, subresource="status", content_type=STRATEGIC)

    # ------------------------------------------------------------------ waiting

    def revision(self) -> str:
        """Return the revision that the set's status leads to now, once it is of the current generation."""
        self.await_status()
        return str(objects.status(self._set()).get("updateRevision", ""))

    def _set(self) -> Object:
        return self.stage.recorder.now(lambda view: view.get("StatefulSet", self.name) or {})

    def release_next(self, count: int = 1) -> None:
        """Release `count` held pods that run, whichever comes next."""
        for number in range(count):
            which = f"held pod {number + 1} of {count}"
            pod = self.await_any(_held, (), f"running containers of {which}", self._turn_deadline)
            self._let_be_ready(pod)

    def finish(self, mark: str = "rolled-out") -> None:
        """Release every held pod, whichever comes next, until all pods are Ready and updated and the status says so."""
        self.await_status()
        for _ in range(_TIMES * int(objects.spec(self._set())["replicas"])):

            def next_one(view: View) -> Object | None:
                own = (pod for name, pod in view.all("Pod").items() if objects.set_name(name) == self.name)
                return self._complete(view) or next(filter(_held, own), None)

            awaited = "the end of the update, or another held pod"
            found = self.stage.until("StatefulSet", self.name, next_one, awaited, self._turn_deadline)
            if objects.name(found) == self.name:
                break
            self._let_be_ready(found)
        size = int(objects.spec(self._set())["replicas"])
        self.await_status(replicas=size, readyReplicas=size, updatedReplicas=size)
        self.stage.reached(mark, "the update is complete")

    def _complete(self, view: View) -> Object | None:
        """Return the set if its status, of the current generation, counts every pod as Ready and updated."""
        obj = view.get("StatefulSet", self.name) or {}
        status, size = objects.status(obj), objects.spec(obj).get("replicas")
        counters = ("replicas", "readyReplicas", "updatedReplicas")
        done = all(status.get(counter, 0) == size for counter in counters)
        return obj if done and self.seen(obj) else None

    def _let_be_ready(self, pod: Object) -> None:
        """Release a held pod; returns when it was Ready. It may be gone by then: an outdated one goes at once."""
        name, uid = objects.name(pod), objects.uid(pod)
        self._set_gate(objects.ordinal(name), "True")

        def was_ready(view: View) -> bool:
            now = view.get("Pod", name) or {}
            return objects.uid(now) != uid or objects.is_ready(now) or objects.is_terminating(now)

        self.stage.until("Pod", name, was_ready, "Ready", self.start_deadline)

    @property
    def _turn_deadline(self) -> float:
        """Seconds until a pod that is replaced has gone, and its successor was made and runs."""
        return self.creation_deadline(["any"]) + self.start_deadline


def _held(pod: Object) -> bool:
    """Tell whether a pod waits for us: one without our gate becomes Ready by itself."""
    gates = objects.spec(pod).get("readinessGates") or []
    return {"conditionType": GATE} in gates and is_running(pod) and not objects.is_ready(pod)
