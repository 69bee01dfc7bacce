"""In which order pods come, and what they wait for."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import data, identity, order, pods, scaling, status
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.beside import Quota
from stsconf.scenario.ends import end_by_itself
from stsconf.scenario.shape import GONE, READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestOrderedStartup(Invariants):
    """Three replicas that become Ready only when told to."""

    @scenario()
    def history(stage: Stage) -> None:
        """Deploy with Ready held, and release one pod after the other."""
        web = Workload(stage, Shape(hold=[READY]))
        web.release_each(3)
        web.await_status(replicas=3, readyReplicas=3, currentReplicas=3)
        for ordinal in range(3):
            web.ask_hostname(ordinal)
        web.await_told()

    @guarantee("ORD-1", shows=[2])
    def test_pods_are_created_in_ordinal_order(self, history: History) -> None:
        """Pods MUST be created in the order 0..N-1."""
        expect(history, order.created_ascending)

    @guarantee("ORD-2", shows=[3])
    def test_each_waits_for_its_predecessor(self, history: History) -> None:
        """A pod MUST NOT be created before all lower ordinals are Running and Ready."""
        expect(history, order.waits_for_ready)

    @guarantee("IDN-1", "OWN-16", shows=[1])
    def test_names_are_set_and_ordinal(self, history: History) -> None:
        """Pods MUST be named set-ordinal, from 0, without gap or repetition."""
        expect(history, identity.named_by_ordinal)

    @guarantee("IDN-12", shows=[10])
    def test_the_label_selects_exactly_the_pods(self, history: History) -> None:
        """The set's selector MUST match the set's pods and no others."""
        expect(history, identity.selected_exactly)

    @guarantee("IDN-11", shows=[12])
    def test_pods_differ_in_identity_only(self, history: History) -> None:
        """All pods MUST come from one template and differ in their identity only."""
        expect(history, identity.same_but_for_identity)

    @guarantee("IDN-6")
    def test_pods_are_labelled_with_their_revision(self, history: History) -> None:
        """Each pod MUST carry the name of the ControllerRevision it was made from."""
        expect(history, identity.labelled_with_revision)

    @guarantee("IDN-2", "APP-4", shows=[8, 50])
    def test_hostname_is_the_pods_name(self, history: History) -> None:
        """The hostname inside a pod MUST be the pod's name."""
        expect(history, data.names_itself)

    @guarantee("POD-1", shows=[5])
    def test_phases_follow_one_another(self, history: History) -> None:
        """Each pod MUST go from Pending to Running to Ready."""
        expect(history, pods.phases_in_order)

    @guarantee("POD-2", shows=[9])
    def test_no_container_restarts(self, history: History) -> None:
        """No container SHOULD be restarted."""
        expect(history, pods.no_restarts)

    @guarantee("STA-2", shows=[6])
    def test_status_shows_the_set_part_way(self, history: History) -> None:
        """The status MUST show the pods that are there while others are still missing."""
        expect(history, status.seen_part_way)

    @guarantee("STA-2", "STA-3", shows=[7])
    def test_status_ends_complete(self, history: History) -> None:
        """The status MUST end with n of n pods Ready."""
        expect(history, status.ends_complete)

    @guarantee("STA-2")
    def test_held_pods_are_not_counted_as_ready(self, history: History) -> None:
        """The status MUST NOT count a pod as Ready that is not."""
        expect(history, status.counts_released_only)

    @guarantee("STA-14", shows=[11])
    def test_events_tell_the_order(self, history: History) -> None:
        """The order of creation MAY be read in the set's Events."""
        expect(history, status.told_in_events)


class TestUnreadyPredecessor(Invariants):
    """The lower of two pods ran and was Ready, and is not Ready any more, when the set is scaled up."""

    @scenario()
    def history(stage: Stage) -> None:
        """Take Ready from pod 0, scale up, let the controller see it, then give Ready back."""
        web = Workload(stage, Shape(replicas=2, hold=[READY]))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        web.unready(0)
        web.scale(3)
        web.settle()
        web.release(0)
        web.release(2)

    @guarantee("ORD-6", shows=[4])
    def test_an_unready_pod_holds_back_the_next(self, history: History) -> None:
        """Scaling up MUST stop while any lower ordinal is not Ready."""
        expect(history.since("scale"), order.unready_blocks)

    @guarantee("ORD-6", shows=[4])
    def test_scaling_goes_on_once_it_is_ready(self, history: History) -> None:
        """Scaling up MUST go on once the lower ordinal is Ready again."""
        expect(history.since("scale"), order.resumes)


class TestEndedPredecessor(Invariants):
    """A pod that ends by itself while the one above it is still missing."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Let pod 0 fail before it is Ready, then release its replacement and the next."""
        web = Workload(stage, Shape(replicas=2, hold=[READY]))
        web.await_running(0)
        uid = end_by_itself(web, 0, "Failed")
        web.release_each(2, replaced=[uid])
        web.await_status(readyReplicas=2)

    @guarantee("ORD-2", "ORD-10")
    def test_the_next_waits_for_the_replacement(self, history: History) -> None:
        """A pod MUST NOT be created before the replacement of a lower one that ended is Running and Ready."""
        expect(history.since("end"), order.waits_for_ready, order.ended_replaced_once)


class TestRefusedPod(Invariants):
    """A set that a quota keeps from creating its next pod, for a while."""

    @scenario(apps=["nginx"], needs=[Capability.QUOTAS])
    def history(stage: Stage) -> None:
        """Allow one pod, scale to two, let the controller be refused, then lift the quota."""
        web = Workload(stage, Shape(replicas=1))
        web.await_ready()
        web.await_status(readyReplicas=1)
        quota = Quota(stage, 1, used=1)
        web.scale(2)
        web.await_status()
        stage.reached("refused", "it was refused")
        quota.lift()
        web.await_created(1, refused=True)
        web.await_ready(1)
        web.await_status(readyReplicas=2)

    @guarantee("ORD-17")
    def test_a_refused_pod_is_tried_again(self, history: History) -> None:
        """A pod whose creation was refused SHOULD be created once nothing refuses it any more."""
        expect(history.since("scale"), scaling.reaches_size)


class TestLostBelowUnready(Invariants):
    """A pod that is lost while the one above it is not Ready."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Take Ready from pod 1, delete pod 0, and release it once it is back."""
        web = Workload(stage, Shape(replicas=2, hold=[READY]))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        web.unready(1)
        uids = web.kill(0)
        web.release_each(1, replaced=[*uids, web.uid(1)])
        web.await_status(readyReplicas=1)

    @guarantee("ORD-8")
    def test_a_lost_pod_waits_for_none_above_it(self, history: History) -> None:
        """A lost pod SHOULD be made again while a pod above it is not Ready."""
        expect(history.since("kill"), identity.comes_back)


class TestTerminatingPredecessor(Invariants):
    """Two pods are deleted, and the upper one is gone first."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Hold both from being gone, let the upper one go and have the controller look; then let the lower one go."""
        web = Workload(stage, Shape(replicas=2, hold=[GONE]))
        web.await_ready()
        uids = web.kill(0, 1)
        web.await_deletion(0)
        web.let_go(1)
        web.settle()
        web.let_go(0)
        web.await_ready(replaced=uids)

    @guarantee("ORD-2")
    def test_the_upper_one_waits(self, history: History) -> None:
        """A pod MUST NOT be created again while a lower one is terminating."""
        expect(history.since("kill"), order.waits_for_ready)


class TestAllDeleted(Invariants):
    """All pods deleted at once."""

    @scenario(long=True)
    def history(stage: Stage) -> None:
        """Delete every pod with Ready held, then release the new ones as they come."""
        web = Workload(stage, Shape(hold=[READY]))
        web.release_each(3)
        web.await_status(readyReplicas=3)
        uids = web.kill(0, 1, 2)
        web.release_each(3, replaced=uids)
        web.await_status(readyReplicas=3)

    @guarantee("ORD-1", shows=[16])
    def test_pods_come_back_in_ordinal_order(self, history: History) -> None:
        """Pods that were all deleted MUST be created again in the order 0..N-1."""
        expect(history.since("kill"), order.created_ascending)

    @guarantee("ORD-2", shows=[16])
    def test_each_waits_for_its_predecessor_again(self, history: History) -> None:
        """A pod MUST NOT be created again before all lower ordinals are Running and Ready."""
        expect(history.since("kill"), order.waits_for_ready)

    @guarantee("IDN-3", shows=[14])
    def test_every_pod_returns_under_its_name(self, history: History) -> None:
        """Each deleted pod MUST come back under the same name as another object."""
        expect(history.since("kill"), identity.comes_back)
