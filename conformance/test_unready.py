"""What a pod that is not Ready is to the outside: no endpoint, no name."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import dns, service
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.names import Names
from stsconf.scenario.shape import READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestUnreadyEndpoint(Invariants):
    """One of two pods runs and is not Ready: the API's half."""

    @scenario()
    def history(stage: Stage) -> None:
        """Take Ready from pod 1 and wait for the endpoints, then give it back."""
        web = Workload(stage, Shape(replicas=2, hold=[READY]))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        web.unready(1)
        web.await_endpoints()
        stage.reached("left-out", "pod 1 is no endpoint")
        web.release(1)
        web.await_endpoints()

    @guarantee("DNS-15")
    def test_it_is_no_ready_endpoint(self, history: History) -> None:
        """An unready pod MUST NOT be a ready endpoint."""
        expect(history.until("left-out"), service.endpoints_are_ready_pods)

    @guarantee("DNS-15")
    def test_it_is_one_again(self, history: History) -> None:
        """A pod that is Ready again MUST be a ready endpoint again."""
        expect(history.since("left-out"), service.endpoints_are_ready_pods)


class TestUnreadyNames(Invariants):
    """One of two pods runs and is not Ready: what DNS says."""

    @scenario(needs=[Capability.DNS])
    def history(stage: Stage) -> None:
        """Take Ready from pod 1 and wait until its name is gone, then give it back."""
        web = Workload(stage, Shape(replicas=2, hold=[READY]))
        names = Names(stage)
        web.release_each(2)
        web.await_status(readyReplicas=2)
        names.watch(0, 1)
        names.await_all()
        web.unready(1)
        web.await_endpoints()
        names.await_service()
        names.await_absent(1)
        names.ask(0, 1)
        stage.reached("left-out", "pod 1 has no name")
        web.release(1)
        names.await_all()
        names.ask(0, 1)

    @guarantee("DNS-2")
    def test_the_service_name_leaves_it_out(self, history: History) -> None:
        """The headless Service's name MUST NOT have the address of an unready pod."""
        expect(history.until("left-out"), dns.all_ready_addresses)

    @guarantee("DNS-1", "DNS-3")
    def test_it_has_no_name(self, history: History) -> None:
        """An unready pod MUST have no name of its own."""
        expect(history.until("left-out"), dns.own_address)

    @guarantee("DNS-2", "DNS-3")
    def test_names_are_back_once_it_is_ready(self, history: History) -> None:
        """A pod that is Ready again MUST be found by both names again."""
        expect(history.since("left-out"), dns.all_ready_addresses, dns.own_address)
