"""What the status says while there are pods of two revisions."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import order, status
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.ends import end_by_itself
from stsconf.scenario.rollout import Rollout, rolling
from stsconf.scenario.shape import Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestPartitionStatus(Invariants):
    """An update that a partition keeps from the lower of two pods."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Update above the partition only, and let the controller see it; change the template again, for none."""
        web = Rollout(stage, Shape(replicas=2, spec=rolling(partition=1)))
        web.await_ready()
        web.await_status(readyReplicas=2)
        old = web.update()
        web.await_ready(1, replaced=old)
        web.await_status(readyReplicas=2, updatedReplicas=1)
        web.settle()
        stage.reached("two", "there are pods of two revisions")
        web.restart("third", **rolling(partition=2))
        web.await_status(updatedReplicas=0)
        web.settle()

    @guarantee("STA-5")
    def test_both_revisions_are_named(self, history: History) -> None:
        """While a partition holds pods back, the status MUST name both revisions and count the pods of each."""
        expect(history.between("rollout", "two"), status.names_both_revisions)

    @guarantee("STA-2", "STA-3")
    def test_each_pod_is_counted(self, history: History) -> None:
        """The counters MUST be the numbers of the pods that are there."""
        expect(history.between("rollout", "two"), status.counts_what_is_there)

    @guarantee("STA-2", "STA-3")
    def test_a_pod_of_a_third_revision_is_none_of_the_first(self, history: History) -> None:
        """A pod that is neither of the current revision nor of the new one MUST be counted for neither."""
        expect(history.since("third"), status.counts_what_is_there)


class TestForeignCondition(Invariants):
    """A condition that somebody else has put into the status, as an operator may."""

    @scenario(apps=["nginx"], needs=[Capability.API])
    def history(stage: Stage) -> None:
        """Put it there, and have the controller write the status again."""
        web = Workload(stage, Shape(replicas=1))
        web.await_ready()
        web.await_status(readyReplicas=1)
        web.put_condition("stsconf.dev/Noticed")
        web.scale(2)
        web.await_ready(1)
        web.await_status(readyReplicas=2)

    @guarantee("STA-18")
    def test_it_stays(self, history: History) -> None:
        """A condition that somebody else has put into the status SHOULD stay there."""
        expect(history.since("condition"), status.keeps_conditions)


class TestFalseStatus(Invariants):
    """Counters that somebody else has written into the status."""

    @scenario(apps=["nginx"], needs=[Capability.API])
    def history(stage: Stage) -> None:
        """Write false ones while nothing else goes on, and wait for the right ones."""
        web = Workload(stage, Shape(replicas=2))
        web.await_ready()
        web.await_status(readyReplicas=2, availableReplicas=2)
        web.settle()
        web.falsify(readyReplicas=1, availableReplicas=1, currentReplicas=0)
        web.await_status(readyReplicas=2, availableReplicas=2, currentReplicas=2)

    @guarantee("STA-2")
    def test_it_is_put_right(self, history: History) -> None:
        """The status MUST count the pods that exist, whatever somebody else has written there."""
        expect(history.since("falsify"), status.counts_what_is_there)


class TestOnDeleteStatus(Invariants):
    """An update under OnDelete, whose pods are all deleted by hand."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Update, delete both pods, and wait until they are back; then let one of them fail."""
        web = Workload(stage, Shape(replicas=2, spec={"updateStrategy": {"type": "OnDelete"}}))
        web.await_ready()
        web.await_status(readyReplicas=2)
        web.update()
        web.replace(0, 1)
        web.await_status(readyReplicas=2, updatedReplicas=2)
        web.settle()
        stage.reached("updated", "both pods were replaced")
        web.await_ready(1, replaced=[end_by_itself(web, 1, "Failed")])

    @guarantee("STA-6")
    def test_it_ends_on_the_new_revision(self, history: History) -> None:
        """Under OnDelete the status SHOULD end on the new revision once every pod was replaced."""
        expect(history.between("rollout", "updated"), status.ends_on_one_revision)

    @guarantee("ORD-10")
    def test_a_pod_that_failed_is_replaced(self, history: History) -> None:
        """Under OnDelete, too, a pod that failed MUST be replaced under its name."""
        expect(history.since("updated"), order.ended_replaced_once)
