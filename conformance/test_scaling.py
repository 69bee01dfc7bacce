"""More pods and fewer."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import scaling, status
from stsconf.model.history import History
from stsconf.scenario.shape import GONE, READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestScaling(Invariants):
    """Two pods become four, then one, with Ready and Gone held."""

    @scenario()
    def history(stage: Stage) -> None:
        """Release each new pod by hand, and let go of each removed one by hand."""
        web = Workload(stage, Shape(replicas=2, hold=[READY, GONE]))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        old = [web.uid(0), web.uid(1)]
        web.scale(4, mark="scale-up")
        web.release_each(2, replaced=old)
        web.await_status(replicas=4, readyReplicas=4)
        stage.reached("scaled-up", "four pods are Ready")
        web.scale(1, mark="scale-down")
        web.let_go_each(3)
        web.await_status(replicas=1)

    @guarantee("ORD-3", shows=[55])
    def test_scaling_up_appends_in_order(self, history: History) -> None:
        """Scaling up MUST add the missing ordinals in ascending order."""
        expect(history.between("scale-up", "scaled-up"), scaling.up_appends)

    @guarantee("ORD-3", shows=[55])
    def test_scaling_up_leaves_old_pods_alone(self, history: History) -> None:
        """Scaling up MUST leave the existing pods as they are."""
        expect(history.between("scale-up", "scaled-up"), scaling.survivors_stay)

    @guarantee("ORD-3")
    def test_scaling_up_reaches_its_size(self, history: History) -> None:
        """Scaling up MUST end with as many pods as were asked for."""
        expect(history.between("scale-up", "scaled-up"), scaling.reaches_size, status.ends_complete)

    @guarantee("ORD-4", shows=[56])
    def test_scaling_down_removes_the_highest_first(self, history: History) -> None:
        """Scaling down MUST remove the highest ordinal first."""
        expect(history.since("scale-down"), scaling.down_descending)

    @guarantee("ORD-5", shows=[56])
    def test_scaling_down_waits_for_each_to_be_gone(self, history: History) -> None:
        """Scaling down MUST NOT remove a pod before the former one is completely gone."""
        expect(history.since("scale-down"), scaling.down_one_by_one)

    @guarantee("ORD-4")
    def test_scaling_down_leaves_the_rest_alone(self, history: History) -> None:
        """Scaling down MUST leave the lower ordinals as they are, and end with the size asked for."""
        expect(history.since("scale-down"), scaling.survivors_stay, scaling.reaches_size)
