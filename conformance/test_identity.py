"""Who a pod is, before and after it was lost."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import data, identity, order, ownership, rollout
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.shape import Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestLostPod(Invariants):
    """One of three pods is deleted."""

    @scenario()
    def history(stage: Stage) -> None:
        """Delete pod 1 and wait until it is back; ask for hostnames before and after."""
        web = Workload(stage, Shape())
        web.await_ready()
        web.await_status(readyReplicas=3)
        web.ask_hostname(1)
        web.replace(1)
        web.ask_hostname(1)
        web.await_status(readyReplicas=3)
        web.settle()

    @guarantee("IDN-3", shows=[14])
    def test_it_returns_under_its_name(self, history: History) -> None:
        """A deleted pod MUST come back under the same name as another object."""
        expect(history.since("kill"), identity.comes_back)

    @guarantee("IDN-3")
    def test_it_has_the_identity_it_had(self, history: History) -> None:
        """A pod that comes back MUST have the same hostname, subdomain and labels."""
        expect(history.since("kill"), identity.same_after_return)

    @guarantee("IDN-3", shows=[17], needs=[Capability.CONTAINERS])
    def test_it_answers_with_the_hostname_it_had(self, history: History) -> None:
        """A pod that comes back MUST answer with the hostname it had."""
        expect(history, data.names_itself_again)

    @guarantee("IDN-13", "OWN-15", shows=[15])
    def test_the_other_pods_are_left_alone(self, history: History) -> None:
        """The loss of one pod MUST leave the others as they are."""
        expect(history.since("kill"), identity.others_untouched)

    @guarantee("OWN-7", "ORD-11", shows=[18])
    def test_it_is_replaced_only_after_it_is_gone(self, history: History) -> None:
        """A pod MUST NOT be replaced before the former one is gone."""
        expect(history.since("kill"), order.replaced_after_gone, ownership.at_most_one)

    @guarantee("UPD-9", shows=[20])
    def test_it_starts_no_rollout(self, history: History) -> None:
        """The loss of a pod MUST NOT start a rolling update."""
        expect(history.since("kill"), rollout.none_started)
