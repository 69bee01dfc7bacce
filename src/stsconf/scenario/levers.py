"""Holding the pods of a StatefulSet: Ready by a readiness gate, gone by a finalizer, both through the API alone."""

from __future__ import annotations

from collections.abc import Iterable

from stsconf.errors import StsconfError
from stsconf.kube.client import STRATEGIC
from stsconf.kube.errors import gone_is_fine
from stsconf.model import objects
from stsconf.model.objects import Object
from stsconf.record import View
from stsconf.scenario.labels import FINALIZER, GATE, UNHELD
from stsconf.scenario.waits import Waits, is_running


class Levers(Waits):
    """One StatefulSet whose pods become Ready, and go, when told to."""

    def release(self, ordinal: int) -> None:
        """Let a held pod become Ready once its containers run; returns when it is on record as Ready."""
        self.await_running(ordinal)
        self._set_gate(ordinal, "True")
        self.await_ready(ordinal)

    def ready_again(self, ordinal: int) -> None:
        """Make a pod Ready that is not any more, unless it is gone by now."""
        if self.uid(ordinal):
            self.release(ordinal)

    def release_each(self, count: int, replaced: Iterable[str] = ()) -> None:
        """Release `count` held pods, whichever comes next: a cluster with an order of its own is seen to the end.

        Pods whose UID is in `replaced` are none of them.
        """
        done = set(replaced)
        creation = self.creation_deadline(done)
        for number in range(1, count + 1):
            which = f"pod {number} of {count}"
            self.await_any(bool, done, f"creation of {which}", creation)
            pod = self.await_any(is_running, done, f"running containers of {which}", self.start_deadline)
            done.add(objects.uid(pod))
            self._set_gate(objects.ordinal(objects.name(pod)), "True")
            self.await_ready(objects.ordinal(objects.name(pod)))

    def unready(self, ordinal: int) -> None:
        """Make a released pod not Ready; returns when that is on record, and the set's status counts it no more."""
        ready = self.stage.recorder.now(self._ready_count)
        self._set_gate(ordinal, "False")
        self.await_status(readyReplicas=ready - 1)
        self._await_unready(ordinal)

    def unready_at_last(self, ordinal: int) -> None:
        """Make a pod that is being deleted not Ready, as its end does; returns when that is on record."""
        self.await_deletion(ordinal)
        self._set_gate(ordinal, "False")
        self._await_unready(ordinal)

    def _await_unready(self, ordinal: int) -> None:
        def lost(view: View) -> bool:
            return not objects.is_ready(view.get("Pod", self.pod(ordinal)) or {})

        self.stage.until("Pod", self.pod(ordinal), lost, "loss of Ready", self.controller_deadline)

    def _ready_count(self, view: View) -> int:
        return sum(map(objects.is_ready, self.own(view).values()))

    def _set_gate(self, ordinal: int, value: str) -> None:
        pod = self.pod(ordinal)
        gates = objects.spec(self.now(pod)).get("readinessGates") or []
        _assume({"conditionType": GATE} in gates, f"{pod} does not have the readiness gate of its template")
        self.stage.act("release" if value == "True" else "unready", f"set the gate of {pod} to {value}", pods=[pod])
        patch = {"status": {"conditions": [{"type": GATE, "status": value}]}}
        self.stage.kube.patch("Pod", pod, patch, self.stage.namespace, subresource="status", content_type=STRATEGIC)

    def schedule(self, ordinal: int) -> None:
        """Let a pod that is held back from getting a node have one; returns without waiting."""
        pod = self.pod(ordinal)
        gates = objects.spec(self.now(pod)).get("schedulingGates") or []
        _assume({"name": GATE} in gates, f"{pod} does not have the scheduling gate of its template")
        self.stage.act("schedule", f"let {pod} be scheduled", pods=[])
        self.stage.kube.patch("Pod", pod, {"spec": {"schedulingGates": None}}, self.stage.namespace)

    def let_go(self, ordinal: int) -> None:
        """Take our finalizer off a pod that is being deleted; returns when it is on record as gone."""
        self.await_deletion(ordinal)
        uid, pod = self.uid(ordinal), self.pod(ordinal)
        held = FINALIZER in (objects.metadata(self.now(pod)).get("finalizers") or [])
        _assume(held or not uid, f"{pod} does not have the finalizer of its template")
        self.stage.act("let-go", f"let {pod} go", pods=[pod])
        patch = {"metadata": UNHELD}
        with gone_is_fine():
            self.stage.kube.patch("Pod", pod, patch, self.stage.namespace, content_type=STRATEGIC)
        self.await_gone(ordinal, uid)

    def let_go_each(self, count: int) -> None:
        """Let go of `count` pods that are being deleted, whichever is next."""
        for number in range(count):

            def leaving(view: View) -> Object | None:
                own = self.own(view).values()
                return next(filter(objects.is_terminating, own), None)

            awaited = f"deletion of pod {number + 1} of {count}"
            pod = self.stage.until("StatefulSet", self.name, leaving, awaited, self.controller_deadline)
            self.let_go(objects.ordinal(objects.name(pod)))


def _assume(holds: bool, what: str) -> None:  # noqa: FBT001 -- the condition is the sentence's first half
    """Raise `StsconfError` when the cluster changed what the scenario relies on: nothing can be judged then."""
    if not holds:
        raise StsconfError("the scenario's assumption does not hold", what, "does an admission webhook change pods?")
