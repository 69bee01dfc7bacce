"""How long a pod has to be Ready before anything follows from it."""

from __future__ import annotations

from typing import Any

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import ready_seconds, scaling
from stsconf.model.history import History
from stsconf.scenario.shape import READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload

SECONDS = 3
"""The shortest time that can be told from none, where servers tell the time in whole seconds."""
LONG = 3600
"""Longer than any scenario."""


class TestMinReadySeconds(Invariants):
    """Two pods that have to be Ready for a while; the first loses Ready in between."""

    @scenario(apps=["nginx"], long=True)
    def history(stage: Stage) -> None:
        """Release the first; once it is available take Ready from it and give it back; then change the time."""
        web = Workload(stage, Shape(replicas=2, hold=[READY], spec={"minReadySeconds": SECONDS}))
        web.release(0)
        web.await_created(1)
        web.await_status(availableReplicas=1)
        web.unready(0)
        web.await_status(availableReplicas=0)
        web.release(0)
        web.release(1)
        web.await_status(availableReplicas=2)
        stage.act("change", f"let minReadySeconds be {LONG}")
        web.patch({"minReadySeconds": LONG})
        web.await_status(availableReplicas=0)
        web.patch({"minReadySeconds": 0})
        web.await_status(availableReplicas=2)

    @guarantee("MRS-1")
    def test_pods_are_counted_when_their_time_is_over(self, history: History) -> None:
        """The status MUST count a pod as available only once it was Ready for all of minReadySeconds."""
        expect(history.until("change"), ready_seconds.counted_when_ripe)

    @guarantee("MRS-2")
    def test_the_next_pod_waits_for_the_time(self, history: History) -> None:
        """A pod MUST NOT be created before the one below it was Ready for all of minReadySeconds."""
        expect(history.until("change"), ready_seconds.creation_waits)

    @guarantee("MRS-4")
    def test_the_time_begins_anew(self, history: History) -> None:
        """A pod that was not Ready in between MUST be Ready for all of minReadySeconds anew."""
        expect(history.until("change"), ready_seconds.counted_anew)

    @guarantee("MRS-5")
    def test_the_time_is_changed_on_a_live_set(self, history: History) -> None:
        """Another minReadySeconds MUST change counters, and neither pods nor revisions."""
        expect(history.since("change"), ready_seconds.change_touches_no_pod)


def update_slowly(stage: Stage, **spec: Any) -> None:
    """Update two available pods of a set, releasing each new one at once."""
    web = Workload(stage, Shape(replicas=2, hold=[READY], spec=spec))
    web.release_each(2)
    web.await_status(readyReplicas=2)
    web.patch({"minReadySeconds": SECONDS})
    web.await_status(availableReplicas=2)
    old = web.update()
    web.release_each(2, replaced=old)
    web.await_updated(old)
    web.await_status(availableReplicas=2)


class TestSlowUpdate(Invariants):
    """A rolling update of pods that have to be Ready for a while."""

    @scenario(apps=["nginx"], long=True)
    def history(stage: Stage) -> None:
        """Update two pods."""
        update_slowly(stage)

    @guarantee("MRS-3")
    def test_the_next_pod_waits_for_the_time(self, history: History) -> None:
        """An update MUST NOT take the next pod before the former was Ready for all of minReadySeconds."""
        expect(history.since("rollout"), ready_seconds.update_waits)

    @guarantee("MRS-8")
    def test_the_revision_waits_for_the_time(self, history: History) -> None:
        """The new revision SHOULD NOT become the current one before all pods are available."""
        expect(history.since("rollout"), ready_seconds.promoted_when_available)


class TestSlowParallelUpdate(Invariants):
    """The same under the policy Parallel."""

    @scenario(apps=["nginx"], long=True)
    def history(stage: Stage) -> None:
        """Update two pods of a Parallel set."""
        update_slowly(stage, podManagementPolicy="Parallel")

    @guarantee("MRS-3")
    def test_the_next_pod_waits_for_the_time(self, history: History) -> None:
        """An update MUST wait for minReadySeconds under Parallel, too."""
        expect(history.since("rollout"), ready_seconds.update_waits)


class TestScaleDownBeforeTime(Invariants):
    """Pods that are Ready, and will not have been for long enough."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Scale two such pods to none; then, in a set of one, remove the only one."""
        web = Workload(stage, Shape(replicas=2, hold=[READY]))
        web.release_each(2)
        web.await_status(availableReplicas=2)
        web.patch({"minReadySeconds": LONG})
        web.await_status(readyReplicas=2, availableReplicas=0)
        web.scale(0, mark="scale-down")
        web.settle()
        stage.reached("waited", "the controller has seen it")
        web.patch({"minReadySeconds": 0})
        web.await_gone(0)
        web.await_status(replicas=0)
        web.patch({"minReadySeconds": LONG, "replicas": 1})
        web.release(0)
        web.await_status(readyReplicas=1, availableReplicas=0)
        web.scale(0, mark="scale-top")
        web.await_deletion(0)

    @guarantee("MRS-6")
    def test_ready_pods_go_though_their_time_is_not_over(self, history: History) -> None:
        """Scaling down SHOULD go on while all pods are Ready, however long minReadySeconds is."""
        expect(history.between("scale-down", "waited"), scaling.next_goes)

    @guarantee("MRS-7")
    def test_the_only_pod_goes_before_its_time(self, history: History) -> None:
        """A pod that is the next to go SHOULD go before its minReadySeconds are over."""
        expect(history.since("scale-top"), scaling.next_goes)
