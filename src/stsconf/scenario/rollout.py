"""A StatefulSet whose template, strategy and history a scenario changes, in other ways than by a new image."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stsconf.kube.client import STRATEGIC
from stsconf.kube.errors import gone_is_fine
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
_FORMER = "the former pod"
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

    def uids(self) -> list[str]:
        """Return the UIDs of the pods that there are now, by ordinal."""
        return [self.uid(ordinal) for ordinal in range(self.shape.replicas)]

    def restart(self, mark: str = "restart", labels: Mapping[str, str] | None = None, **spec: Any) -> list[str]:
        """Annotate the template, as `kubectl rollout restart` does; its `labels` and the set's `spec` change with it.

        Returns the old pods' UIDs without waiting.
        """
        old = self.uids()
        self._restarts += 1
        moment = f"{self.stage.context.clock.utc().isoformat(timespec='seconds')} #{self._restarts}"
        template = {"metadata": {"annotations": {_RESTARTED_AT: moment}, "labels": labels or {}}}
        self.stage.act(mark, f"restart {self.name}{' with ' * bool(spec)}{', '.join(spec)}")
        self.patch({"template": template, **spec}, STRATEGIC)
        return old

    def misplace(self, mark: str = "broken") -> list[str]:
        """Break the template: its pods ask for a node that there is not, and never run.

        Returns the old pods' UIDs without waiting.
        """
        sentence = f"let the pods of {self.name} ask for a node that does not exist"
        return self.reshape({"nodeSelector": {NOWHERE: "true"}}, mark, sentence)

    def reshape(self, pod: Json, mark: str, sentence: str) -> list[str]:
        """Change the template's spec in a part; returns the old pods' UIDs without waiting."""
        old = self.uids()
        self.stage.act(mark, sentence)
        self.patch({"template": {"spec": pod}}, STRATEGIC)
        return old

    def undo(self, revision: str, mark: str = "undo") -> list[str]:
        """Return to an earlier revision, as `kubectl rollout undo` does: its data is a patch of the StatefulSet.

        Returns the old pods' UIDs without waiting.
        """
        old = self.uids()
        known = self.stage.recorder.now(lambda view: view.get("ControllerRevision", revision) or {})
        self.stage.act(mark, f"return {self.name} to {revision}", revision=revision)
        self.patch(dict(objects.spec(known.get("data") or {})), STRATEGIC)
        return old

    # ------------------------------------------------------------------ waiting

    def revision(self) -> str:
        """Return the revision that the set's status leads to now, once it is of the current generation."""
        self.await_status()
        return str(objects.status(self._set()).get("updateRevision", ""))

    def _set(self) -> Object:
        return self.stage.recorder.now(lambda view: view.get("StatefulSet", self.name) or {})

    def await_forgotten(self) -> None:
        """Wait until the set has no revision but those that a pod of it or its status uses."""

        def forgotten(view: View) -> bool:
            found = view.get("StatefulSet", self.name) or {}
            told = (objects.status(found).get(key) for key in ("currentRevision", "updateRevision"))
            used = {*told, *map(objects.revision, self.own(view).values())}
            every = view.all("ControllerRevision").items()
            own = {name for name, one in every if objects.controller(one).get("uid") == objects.uid(found)}
            return own <= used

        awaited = "removal of all revisions that nothing uses"
        self.stage.until("StatefulSet", self.name, forgotten, awaited, self.controller_deadline)

    def await_begun(self, old: list[str]) -> None:
        """Wait until a first pod was made that is none of the old ones, whichever it is."""
        self.await_any(bool, old, "creation of a first new pod", self.creation_deadline(old))

    def release_next(self, count: int = 1) -> None:
        """Release `count` held pods, whichever comes next."""
        for number in range(count):
            awaited = f"creation of held pod {number + 1} of {count}"
            self._let_be_ready(self.await_any(_held, (), awaited, self.creation_deadline([_FORMER])))

    def finish(self, mark: str = "rolled-out") -> None:
        """Release every held pod, whichever comes next, until all pods are Ready and updated and the status says so."""
        self.await_status()
        for _ in range(_TIMES * int(objects.spec(self._set())["replicas"])):

            def next_one(view: View) -> Object | None:
                return self._complete(view) or next(filter(_held, self.own(view).values()), None)

            awaited = "the end of the update, or another held pod"
            found = self.stage.until("StatefulSet", self.name, next_one, awaited, self.creation_deadline([_FORMER]))
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
        """Release a held pod once it runs; returns when it was Ready, or is no more: an outdated one goes at once."""
        name, uid = objects.name(pod), objects.uid(pod)
        self._until_lost(name, uid, is_running, "running containers")
        if self.uid(objects.ordinal(name)) == uid:
            with gone_is_fine():
                self._set_gate(objects.ordinal(name), "True")
            self._until_lost(name, uid, objects.is_ready, "Ready")

    def _until_lost(self, pod: str, uid: str, good: Callable[[Object], bool], awaited: str) -> None:
        """Wait until a pod is good, or is being deleted, or another one has its name."""

        def done(view: View) -> bool:
            now = view.get("Pod", pod) or {}
            return objects.uid(now) != uid or good(now) or objects.is_terminating(now)

        self.stage.until("Pod", pod, done, awaited, self.start_deadline)


def _held(pod: Object) -> bool:
    """Tell whether a pod waits for us, or will: one without our gate becomes Ready by itself."""
    gates = objects.spec(pod).get("readinessGates") or []
    return {"conditionType": GATE} in gates and not objects.is_ready(pod) and not objects.is_terminating(pod)
