"""More pods and fewer."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import order, parallel, pods, scaling, service, status
from stsconf.model.history import History
from stsconf.scenario.shape import GONE, READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload

OTHER = "other"


class TestScaling(Invariants):
    """Two pods become four, then one, with Ready and Gone held."""

    @scenario()
    def history(stage: Stage) -> None:
        """Release each new pod by hand, and let go of each removed one, the first when it is no longer Ready."""
        web = Workload(stage, Shape(replicas=2, hold=[READY, GONE]))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        old = [web.uid(0), web.uid(1)]
        web.scale(4, mark="scale-up")
        web.release_each(2, replaced=old)
        web.await_status(replicas=4, readyReplicas=4)
        stage.reached("scaled-up", "four pods are Ready")
        web.scale(1, mark="scale-down")
        web.unready_at_last(3)
        web.await_status(replicas=4, readyReplicas=3)  # a pod that goes is still one of the set's
        web.settle()
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

    @guarantee("POD-4")
    def test_removed_pods_are_asked_to_end(self, history: History) -> None:
        """The containers of removed pods MUST be asked to end, and MUST NOT be killed before their time is over."""
        expect(history.since("scale-down"), pods.asked_to_end)


class TestUnreadyStopsScalingDown(Invariants):
    """Three pods, of which one is not Ready when the set is scaled down: one that stays, then one that is to go."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Scale down with pod 0 unready, give Ready back; scale up and down again with pod 1 unready."""
        web = Workload(stage, Shape(hold=[READY]))
        web.release_each(3)
        web.await_status(readyReplicas=3)
        web.unready(0)
        web.scale(1, mark="scale-down")
        web.settle()
        stage.reached("held", "the controller has seen it")
        web.release(0)
        web.await_gone(2)
        web.await_gone(1)
        web.await_status(replicas=1)
        web.scale(3, mark="scale-up")
        web.release(1)
        web.release(2)
        web.await_status(readyReplicas=3)
        web.unready(1)
        web.scale(1, mark="scale-below")
        web.settle()

    @guarantee("ORD-7")
    def test_an_unready_pod_that_stays_stops_it(self, history: History) -> None:
        """Scaling down MUST stop while a pod that stays is not Ready."""
        expect(history.between("scale-down", "held"), scaling.unready_halts)

    @guarantee("ORD-7")
    def test_it_goes_on_once_the_pod_is_ready(self, history: History) -> None:
        """Scaling down MUST go on once the pod that stays is Ready again."""
        expect(history.between("scale-down", "scale-up"), scaling.reaches_size, scaling.down_descending)

    @guarantee("ORD-13")
    def test_an_unready_pod_that_goes_stops_it(self, history: History) -> None:
        """Scaling down MUST NOT remove a pod while a lower one that is to go as well is not Ready."""
        expect(history.since("scale-below"), scaling.unready_condemned_halts)


class TestUnreadyPodGoes(Invariants):
    """Two pods, of which the higher one is not Ready when it is to go."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Scale down to one."""
        web = Workload(stage, Shape(replicas=2, hold=[READY]))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        web.unready(1)
        web.scale(1, mark="scale-top")
        web.settle()

    @guarantee("ORD-14")
    def test_an_unready_pod_that_is_next_goes(self, history: History) -> None:
        """An unready pod that is the next to go SHOULD go, if all below it are Ready."""
        expect(history.since("scale-top"), scaling.next_goes)


class TestNoPodReady(Invariants):
    """Two pods that are both not Ready when they are to go."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Scale to 0, have the controller look, and give the lower one Ready back."""
        web = Workload(stage, Shape(replicas=2, hold=[READY]))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        web.unready(0)
        web.unready(1)
        web.scale(0)
        web.settle()
        stage.reached("waiting", "the controller has seen it")
        web.ready_again(0)
        web.await_gone(1)
        web.await_gone(0)
        web.await_status(replicas=0)

    @guarantee("ORD-4")
    def test_no_pod_is_skipped(self, history: History) -> None:
        """Scaling down MUST NOT remove a pod before a higher one, though neither is Ready."""
        expect(history.since("scale"), scaling.none_skipped)

    @guarantee("ORD-15")
    def test_a_set_without_ready_pods_goes_to_zero(self, history: History) -> None:
        """A set none of whose pods is Ready MAY be scaled to 0."""
        expect(history.between("scale", "waiting"), scaling.next_goes)

    @guarantee("ORD-14")
    def test_it_goes_on_once_those_below_are_ready(self, history: History) -> None:
        """An unready pod that is the next to go SHOULD go as soon as all below it are Ready."""
        expect(history.since("waiting"), scaling.next_goes, status.ends_at_zero)


class TestScaleToZero(Invariants):
    """Three pods become none, with Gone held."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Scale to 0, let the controller see the first pod going, then let go of each."""
        web = Workload(stage, Shape(hold=[GONE]))
        web.await_ready()
        web.await_status(readyReplicas=3)
        web.scale(0)
        web.await_deletion(2)
        web.settle()
        web.await_status(replicas=3, currentReplicas=2)  # of what it sees after it acted, which comes later
        stage.reached("going", "the first pod is going")
        web.let_go_each(3)
        web.await_status(replicas=0)
        web.await_endpoints()

    @guarantee("ORD-9")
    def test_all_pods_go_in_order(self, history: History) -> None:
        """Scaling to 0 MUST remove the highest ordinal first, one by one."""
        expect(history.since("scale"), scaling.down_descending, scaling.down_one_by_one)

    @guarantee("STA-2", "STA-3")
    def test_a_pod_that_goes_is_counted(self, history: History) -> None:
        """The status MUST count a pod until it is gone, and among no revision's pods once it is going."""
        expect(history.until("going"), status.counts_what_is_there)

    @guarantee("STA-7", "DNS-18")
    def test_nothing_is_left(self, history: History) -> None:
        """A set of no replicas MUST have no pods, only zeros in its status, and no endpoints behind its Service."""
        expect(history.since("scale"), status.ends_at_zero, service.endpoints_are_ready_pods)


class TestGrowthFromZero(Invariants):
    """Two sets that are made without pods: one in order, one Parallel."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Scale both to two, with Ready held."""
        web = Workload(stage, Shape(replicas=0, hold=[READY]))
        other = Workload(stage, Shape(name=OTHER, replicas=0, hold=[READY], spec={"podManagementPolicy": "Parallel"}))
        web.await_status()
        other.await_status()
        other.scale(2, mark="scale-other")
        other.await_created(0)
        other.await_created(1)
        stage.reached("created", "the Parallel set has two pods, none is Ready")
        web.scale(2)
        web.await_created(0)
        web.settle()
        web.release_each(2)
        web.await_status(replicas=2, readyReplicas=2)

    @guarantee("ORD-2", "ORD-3")
    def test_pods_are_created_in_order(self, history: History) -> None:
        """A set that had no pods MUST create them in order, each after the one below is Ready."""
        expect(history.since("scale"), scaling.up_appends, order.waits_for_ready, scaling.reaches_size)

    @guarantee("PAR-1")
    def test_a_parallel_set_does_not_wait(self, history: History) -> None:
        """A Parallel set that had no pods MUST create them without waiting for any of them to be Ready."""
        expect(history.between("scale-other", "created").concerning(OTHER), parallel.created_at_once)


class TestQuickScaling(Invariants):
    """A set that is given one size after the other."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Ask for five, one and three pods without waiting in between."""
        web = Workload(stage, Shape(replicas=2))
        web.await_ready()
        web.await_status(readyReplicas=2)
        for replicas in (5, 1, 3):
            web.scale(replicas)
        web.settle()  # whoever is to go for an earlier size is going, and no longer counted as one of the three
        web.await_ready(0, 1, 2)
        web.await_status(replicas=3, readyReplicas=3)

    @guarantee("ORD-12")
    def test_the_last_size_is_reached(self, history: History) -> None:
        """Sizes asked for in quick succession SHOULD lead to the last of them."""
        expect(history.since("scale"), scaling.reaches_size, status.ends_complete)
