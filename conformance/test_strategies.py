"""Update strategies other than the plain rolling update."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import identity, partition, rollout, strategies
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.rollout import Rollout, rolling, strategy
from stsconf.scenario.shape import GONE, READY, Shape
from stsconf.scenario.stage import Stage


class TestOnDelete(Invariants):
    """A set that leaves it to its owner when a pod is updated."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Change the template while one of two pods is not Ready, wait, and delete the other."""
        parallel = {"podManagementPolicy": "Parallel"}
        web = Rollout(stage, Shape(replicas=2, hold=[READY], spec={**strategy("OnDelete"), **parallel}))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        web.unready(1)
        web.restart()
        web.settle()
        web.await_created(0, replaced=web.kill(0))
        web.release(0)
        web.release(1)
        web.await_status(readyReplicas=2, updatedReplicas=1)
        web.settle()

    @guarantee("UPD-10")
    def test_a_new_template_touches_no_pod(self, history: History) -> None:
        """Under OnDelete a change of the template MUST NOT touch any pod, Ready or not."""
        expect(history.between("restart", "kill"), rollout.untouched)

    @guarantee("UPD-10")
    def test_a_deleted_pod_returns_updated(self, history: History) -> None:
        """Under OnDelete a pod that was deleted MUST come back on the new revision, and the others stay."""
        expect(history.since("kill"), strategies.returns_updated, identity.comes_back, identity.others_untouched)


class TestSwitchedStrategy(Invariants):
    """A set that goes over from OnDelete to a rolling update, with a partition, in the midst of an update."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Change the template, delete pod 0, go over to a partition of 2, and lower it to 1."""
        web = Rollout(stage, Shape(spec=strategy("OnDelete")))
        web.await_ready()
        web.await_status(readyReplicas=3)
        old = web.restart()
        web.settle()
        web.replace(0)
        web.change(rolling(partition=2), "switch")
        web.await_ready(2, replaced=old)
        web.await_status(readyReplicas=3, updatedReplicas=2)
        web.settle()
        web.change(rolling(partition=1), "lower")
        web.await_ready(1, replaced=old)
        web.await_status(readyReplicas=3, updatedReplicas=3)

    @guarantee("UPD-5", "UPD-7")
    def test_the_partition_holds_from_then_on(self, history: History) -> None:
        """From then on the pods from the partition on MUST be updated, and no other, whoever was updated before."""
        expect(history.between("switch", "lower"), partition.above_updated, partition.below_untouched)
        expect(history.since("lower"), partition.above_updated)


class TestMaxUnavailable(Invariants):
    """A rolling update that may take several pods at a time."""

    @scenario(apps=["nginx"], needs=[Capability.MAX_UNAVAILABLE], long=True)
    def history(stage: Stage) -> None:
        """Update four pods of which less than one may be away, then with a percentage in between, then half of them."""
        web = Rollout(stage, Shape(replicas=4, hold=[READY], spec=rolling(maxUnavailable="10%")))
        web.release_each(4)
        web.await_status(availableReplicas=4)
        web.restart("little")
        web.finish("little-out")
        web.restart("rounded", **rolling(maxUnavailable="40%"))
        web.settle()
        stage.reached("seen", "the controller has seen it")
        web.finish("rounded-out")
        old = web.restart("half", **rolling(maxUnavailable="50%", partition=2))  # of all pods, not of those above
        for ordinal in (3, 2):
            web.await_gone(ordinal, old[ordinal])
        web.settle()

    @guarantee("UPD-14")
    def test_no_more_pods_are_away_than_allowed(self, history: History) -> None:
        """A rolling update MUST NOT have more pods away than maxUnavailable."""
        expect(history.since("half"), strategies.within_budget)

    @guarantee("UPD-26")
    def test_as_many_pods_are_away_as_allowed(self, history: History) -> None:
        """A rolling update SHOULD take as many pods at a time as maxUnavailable allows."""
        expect(history.since("half"), strategies.uses_budget)

    @guarantee("UPD-4", "UPD-20")
    def test_every_pod_is_replaced_exactly_once(self, history: History) -> None:
        """Every pod MUST be replaced exactly once, several at a time or not."""
        expect(history.between("little", "little-out"), rollout.replaces_once, rollout.each_made_once)
        expect(history.between("rounded", "rounded-out"), rollout.replaces_once, rollout.each_made_once)

    @guarantee("UPD-15")
    def test_a_percentage_is_rounded_up(self, history: History) -> None:
        """A maxUnavailable in percent MAY be rounded up to whole pods, or down: it is documented both ways."""
        expect(history.between("rounded", "seen"), strategies.rounds_up)

    @guarantee("UPD-14")
    def test_no_more_than_the_percentage_are_away(self, history: History) -> None:
        """A rolling update MUST NOT have more pods away than maxUnavailable in percent, be it rounded up."""
        expect(history.between("rounded", "rounded-out"), strategies.within_budget)

    @guarantee("UPD-26")
    def test_less_than_one_pod_is_one(self, history: History) -> None:
        """A rolling update SHOULD go on, one pod at a time, where maxUnavailable in percent is less than one pod."""
        expect(history.between("little", "little-out"), strategies.within_budget)


class TestUnavailableBeforeUpdate(Invariants):
    """A Parallel set of which as many pods as may be away are not available when it is updated."""

    @scenario(apps=["nginx"], needs=[Capability.MAX_UNAVAILABLE])
    def history(stage: Stage) -> None:
        """Take Ready from two of four pods, where two may be away; change the template for the others, then for all."""
        spec = rolling(maxUnavailable=2) | {"podManagementPolicy": "Parallel"}
        web = Rollout(stage, Shape(replicas=4, hold=[READY], spec=spec))
        web.release_each(4)
        web.await_status(availableReplicas=4)
        web.unready(0)
        web.unready(1)
        web.await_status(availableReplicas=2)
        web.restart("for-others", **rolling(maxUnavailable=2, partition=2))
        web.await_status()
        web.settle()
        stage.reached("held", "the controller has seen it")
        old = web.uids()
        web.change(rolling(maxUnavailable=2, partition=0), "for-all")
        web.await_begun(old)
        web.settle()

    @guarantee("UPD-14")
    def test_pods_below_the_partition_are_away_too(self, history: History) -> None:
        """A rolling update MUST NOT take a pod while as many are away as may be, below the partition or not."""
        expect(history.between("for-others", "held"), strategies.none_taken)

    @guarantee("UPD-14")
    def test_no_available_pod_goes(self, history: History) -> None:
        """A rolling update MUST NOT take another pod while as many are away as may be."""
        expect(history.since("for-all"), strategies.within_budget)


class TestLeavingDuringUpdate(Invariants):
    """A Parallel set whose update took a pod that is not gone yet, and may be Ready still."""

    @scenario(apps=["nginx"], needs=[Capability.MAX_UNAVAILABLE])
    def history(stage: Stage) -> None:
        """Change the template where one pod may be away, and hold the first that goes."""
        spec = rolling(maxUnavailable=1) | {"podManagementPolicy": "Parallel"}
        web = Rollout(stage, Shape(replicas=2, hold=[GONE], spec=spec))
        web.await_ready()
        web.await_status(availableReplicas=2)
        web.restart()
        web.await_deletion(1)
        web.settle()

    @guarantee("UPD-14")
    def test_a_pod_that_goes_is_away(self, history: History) -> None:
        """A rolling update MUST NOT take another pod while the former is going, Ready or not."""
        expect(history.since("restart"), strategies.within_budget)


class TestRecreate(Invariants):
    """A set whose pods are all replaced at once."""

    @scenario(apps=["nginx"], needs=[Capability.RECREATE])
    def history(stage: Stage) -> None:
        """Change the template of a set with the strategy Recreate."""
        web = Rollout(stage, Shape(replicas=2, spec=strategy("Recreate")))
        web.await_ready()
        web.await_status(readyReplicas=2)
        web.await_updated(web.restart())

    @guarantee("UPD-24")
    def test_all_old_pods_are_gone_before_a_new_one(self, history: History) -> None:
        """Under Recreate every old pod SHOULD be gone before a new one is made, and each is made once."""
        expect(history.since("restart"), strategies.all_go_first, rollout.each_made_once)
