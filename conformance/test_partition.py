"""Updates of some pods only: those from a partition on."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import identity, partition, rollout
from stsconf.model.history import History
from stsconf.scenario.ends import end_by_itself
from stsconf.scenario.rollout import Rollout, rolling
from stsconf.scenario.shape import READY, Shape
from stsconf.scenario.stage import Stage


class TestPartition(Invariants):
    """A partition beyond all pods, lowered to some of them, raised again, and taken away."""

    @scenario(apps=["nginx"], long=True)
    def history(stage: Stage) -> None:
        """Change the template once, and nothing but the partition and the size afterwards."""
        web = Rollout(stage, Shape(hold=[READY], spec=rolling(partition=4)))
        web.release_each(3)
        web.await_status(readyReplicas=3)
        web.restart("beyond")
        web.settle()
        stage.reached("beyond-all", "the partition is beyond all pods")
        web.scale(4, mark="grow")
        web.release_next(1)
        web.await_status(readyReplicas=4)
        web.change(rolling(partition=2), "lower")
        web.release_next(2)
        web.await_status(readyReplicas=4, updatedReplicas=2)
        web.settle()
        web.change(rolling(partition=4), "raise")
        web.settle()
        web.change(rolling(partition=0), "finish")
        web.finish()

    @guarantee("UPD-6")
    def test_a_partition_beyond_all_pods_changes_none(self, history: History) -> None:
        """A partition beyond all pods MUST keep every pod as it is when the template changes."""
        expect(history.between("beyond", "grow"), rollout.untouched)

    @guarantee("UPD-6")
    def test_a_pod_added_below_is_of_the_old_revision(self, history: History) -> None:
        """A pod that scaling adds below the partition MUST be made from the old revision."""
        expect(history.between("grow", "lower"), partition.made_on_its_side)

    @guarantee("UPD-5")
    def test_only_pods_from_the_partition_on_change(self, history: History) -> None:
        """An update MUST replace the pods from the partition on, and no other."""
        expect(history.between("beyond", "raise"), partition.above_updated, partition.below_untouched)

    @guarantee("UPD-2", "UPD-3")
    def test_the_part_is_updated_in_order(self, history: History) -> None:
        """The pods from the partition on MUST be replaced from the highest down, one by one."""
        expect(history.between("lower", "raise"), rollout.descending, rollout.waits_for_replacement)

    @guarantee("UPD-7")
    def test_raising_the_partition_takes_nothing_back(self, history: History) -> None:
        """A raised partition MUST NOT take pods back to the old revision."""
        expect(history.between("raise", "finish"), rollout.untouched)

    @guarantee("UPD-7")
    def test_lowering_the_partition_goes_on(self, history: History) -> None:
        """A lowered partition MUST go on with the update, to its end at 0, without touching what is done."""
        expect(history.since("finish"), rollout.ends_on_one_version, rollout.replaces_once)


class TestLossBesidePartition(Invariants):
    """Pods on both sides of a partition that are deleted, and one that fails."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Update one of two pods twice, labels and all, lose both, let the outdated one fail, and lose it once more."""
        web = Rollout(stage, Shape(replicas=2, spec=rolling(partition=1)))
        web.await_ready()
        web.await_status(readyReplicas=2)
        for mark in ("first", "restart"):
            web.await_ready(1, replaced=web.restart(mark, labels={"round": mark}))
            web.await_status(readyReplicas=2, updatedReplicas=1)
        web.replace(0, 1)
        web.await_status(readyReplicas=2)
        stage.reached("returned", "both pods came back")
        web.await_ready(0, replaced=[end_by_itself(web, 0, "Failed")])
        web.await_status(readyReplicas=2)
        stage.reached("failed", "the failed pod came back")
        web.replace(0)
        web.await_status(readyReplicas=2)

    @guarantee("UPD-5")
    def test_a_deleted_pod_returns_on_its_side(self, history: History) -> None:
        """A deleted pod MUST come back on the old revision below the partition, on the new one from it on."""
        expect(history.between("restart", "returned"), partition.made_on_its_side, identity.comes_back)

    @guarantee("UPD-5")
    def test_a_failed_pod_returns_on_its_side(self, history: History) -> None:
        """A failed pod below the partition MUST come back on the old revision."""
        expect(history.between("returned", "failed"), partition.made_on_its_side, identity.comes_back)

    @guarantee("UPD-5")
    def test_the_update_stays_behind_its_partition(self, history: History) -> None:
        """However often pods are lost, the update MUST NOT pass its partition, nor be taken for done."""
        expect(history.since("restart"), partition.made_on_its_side, partition.not_done_yet)
        expect(history.since("failed"), identity.comes_back)


class TestScaledFromZero(Invariants):
    """A set with an update that its partition holds back, scaled to nothing and up again."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Change the template, scale to 0, and scale up again."""
        web = Rollout(stage, Shape(replicas=2, spec=rolling(partition=2)))
        web.await_ready()
        web.await_status(readyReplicas=2)
        web.restart()
        web.settle()
        stage.reached("held-back", "the partition keeps both pods as they are")
        web.scale(0, mark="down")
        web.await_gone(1)
        web.await_gone(0)
        web.await_status(replicas=0)
        web.scale(2, mark="up")
        web.await_ready()
        web.await_status(readyReplicas=2)

    @guarantee("UPD-25")
    def test_pods_below_the_partition_return_as_they_were(self, history: History) -> None:
        """Pods that scaling up from 0 makes below the partition MUST be made from the old revision."""
        expect(history.since("held-back"), partition.made_on_its_side)
