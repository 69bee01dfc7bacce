"""Names: what the Service, its endpoints and the cluster's DNS say about the pods."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import data, dns, service
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.names import Names
from stsconf.scenario.observer import observer_container
from stsconf.scenario.shape import READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload

OTHER = "other"
"""The name of a second set."""


class TestEndpoints(Invariants):
    """The API's half of names: which endpoints a Service has."""

    @scenario()
    def history(stage: Stage) -> None:
        """Deploy two pods, wait for their endpoints, replace one."""
        web = Workload(stage, Shape(replicas=2))
        web.await_ready()
        web.await_endpoints()
        stage.reached("listed", "both pods are endpoints")
        web.replace(1)
        web.await_endpoints()

    @guarantee("SVC-3", shows=[21])
    def test_the_service_is_headless(self, history: History) -> None:
        """The governing Service MUST have no virtual address."""
        expect(history, service.no_virtual_address)

    @guarantee("SVC-4", shows=[39])
    def test_service_and_set_share_a_namespace(self, history: History) -> None:
        """The governing Service MUST be in the set's namespace and select its pods."""
        expect(history, service.found_beside_set)

    @guarantee("DNS-15", shows=[33])
    def test_endpoints_are_the_ready_pods(self, history: History) -> None:
        """The endpoints MUST be the Ready pods, each with its hostname, at the container's port."""
        expect(history.until("listed"), service.endpoints_are_ready_pods)

    @guarantee("DNS-15", shows=[34])
    def test_a_replacement_swaps_one_endpoint(self, history: History) -> None:
        """Replacing one pod MUST swap its endpoint and no other."""
        expect(history.since("kill"), service.only_one_swapped)


class TestNames(Invariants):
    """Two pods and their names, before and after one of them was replaced."""

    @scenario(needs=[Capability.DNS])
    def history(stage: Stage) -> None:
        """Ask for every name of the set from inside and outside; delete pod 1; ask again."""
        web = Workload(stage, Shape(replicas=2))
        names = Names(stage)
        stage.inside()
        web.await_ready()
        web.await_endpoints()
        names.watch(0, 1)
        names.await_all()
        names.ask_everything()
        stage.reached("asked", "every name was asked for")
        web.replace(1)
        web.await_endpoints()
        names.await_all()
        names.ask_everything()

    @guarantee("RUN-1", shows=[38])
    def test_the_cluster_has_dns(self, history: History) -> None:
        """The cluster's DNS SHOULD answer, and its zone SHOULD be known."""
        expect(history.until("asked"), dns.zone_known)

    @guarantee("DNS-2", shows=[24])
    def test_the_service_name_has_all_ready_addresses(self, history: History) -> None:
        """The headless Service's name MUST have the addresses of all Ready pods."""
        expect(history.until("asked"), dns.all_ready_addresses)

    @guarantee("DNS-1", shows=[28])
    def test_a_pods_name_has_its_address(self, history: History) -> None:
        """The name of a pod MUST have the address that the pod's status shows."""
        expect(history.until("asked"), dns.own_address)

    @guarantee("DNS-19")
    def test_a_name_is_there_for_both_families(self, history: History) -> None:
        """A name with addresses of one family SHOULD NOT be denied to who asks for the other."""
        expect(history.until("asked"), dns.never_denied)

    @guarantee("DNS-1", shows=[27])
    def test_ordinals_have_different_addresses(self, history: History) -> None:
        """The names of different ordinals MUST have different addresses."""
        expect(history.until("asked"), dns.distinct_addresses)

    @guarantee("DNS-7", shows=[25])
    def test_short_names_resolve_in_the_namespace(self, history: History) -> None:
        """The short name pod.service MUST resolve within the namespace."""
        expect(history.until("asked"), dns.short_name)

    @guarantee("DNS-7", shows=[26])
    def test_short_and_full_names_agree(self, history: History) -> None:
        """The short name MUST have the same address as the full name."""
        expect(history.until("asked"), dns.short_equals_full)

    @guarantee("DNS-6", shows=[31])
    def test_srv_records_lead_to_the_pods(self, history: History) -> None:
        """Each named port MUST have one SRV record per Ready pod, leading to the pod's own name."""
        expect(history.until("asked"), dns.service_records)

    @guarantee("DNS-6", shows=[31])
    def test_srv_records_stay_the_same_after_a_replacement(self, history: History) -> None:
        """The SRV records MUST lead to the same names after a pod was replaced."""
        expect(history.since("kill"), dns.service_records)

    @guarantee("DNS-13", shows=[32])
    def test_addresses_lead_back_to_names(self, history: History) -> None:
        """The reverse lookup of a pod's address MAY give the pod's name."""
        expect(history.until("asked"), dns.reverse_lookup)

    @guarantee("DNS-16", shows=[30])
    def test_pods_are_reached_by_name(self, history: History) -> None:
        """A request to a pod's name MUST be answered by that pod."""
        expect(history, data.reached_by_name)

    @guarantee("DNS-8", shows=[29])
    def test_a_name_follows_its_pod(self, history: History) -> None:
        """After a pod came back its name MUST have the new address and no longer the old."""
        expect(history.since("kill"), dns.follows_pod, dns.old_address_fades)


class TestOtherServices(Invariants):
    """A normal Service beside the headless one, and a foreign pod with the set's labels."""

    @scenario(needs=[Capability.DNS])
    def history(stage: Stage) -> None:
        """Create both, wait until they are known, and ask for every name."""
        web = Workload(stage, Shape(replicas=2))
        names = Names(stage)
        web.await_ready()
        web.await_endpoints()
        names.create_virtual_service()
        names.create_stray_pod()
        names.watch(0, 1, "stray")
        names.await_service()
        names.ask("stray")
        names.ask_virtual_service()

    @guarantee("SVC-1", shows=[22])
    def test_a_normal_service_has_one_virtual_address(self, history: History) -> None:
        """The name of a normal Service MUST have its one virtual address."""
        expect(history, dns.virtual_address)

    @guarantee("SVC-2", shows=[23])
    def test_a_virtual_address_leads_to_a_pod(self, history: History) -> None:
        """A request to the virtual address MUST be answered by a pod behind the Service."""
        expect(history, data.reached_through_service)

    @guarantee("DNS-17", shows=[37])
    def test_a_foreign_pod_has_no_name_of_its_own(self, history: History) -> None:
        """A foreign pod with the Service's labels MUST be in its answer and have no name of its own."""
        expect(history, dns.stray_pod)


class TestServiceRemoved(Invariants):
    """The governing Service is taken away and brought back."""

    @scenario(needs=[Capability.DNS])
    def history(stage: Stage) -> None:
        """Delete the Service and see the names go; create it again and see them return."""
        web = Workload(stage, Shape(replicas=1))
        names = Names(stage)
        web.await_ready()
        web.await_endpoints()
        names.watch(0)
        names.await_all()
        names.delete_service()
        names.await_none()
        names.ask(0)
        stage.reached("gone", "the names are gone")
        names.create_service()
        web.await_endpoints()
        names.await_all()
        names.ask(0)

    @guarantee("DNS-3", shows=[35])
    def test_names_vanish_with_the_service(self, history: History) -> None:
        """When the Service is removed its names MUST vanish."""
        expect(history.between("service-removed", "gone"), dns.vanishes_with_service)

    @guarantee("DNS-3", shows=[35])
    def test_names_return_with_the_service(self, history: History) -> None:
        """When the Service is back its names MUST be back."""
        expect(history.since("service-restored"), dns.own_address, dns.all_ready_addresses)


class TestWithoutService(Invariants):
    """A set whose governing Service was never created."""

    @scenario(needs=[Capability.DNS])
    def history(stage: Stage) -> None:
        """Deploy without the Service, and ask for the pods' names."""
        web = Workload(stage, Shape(replicas=1, service=False))
        web.await_ready()
        web.await_status(readyReplicas=1)
        Names(stage).ask(0)

    @guarantee("DNS-14", shows=[36])
    def test_pods_run_and_have_no_names(self, history: History) -> None:
        """Without its Service the set MUST run, and its pods MUST have no names."""
        expect(history, dns.nameless_without_service)


def see_one(web: Workload, names: Names) -> None:
    """Wait until only pod 0 is an endpoint and has a name, and ask for the other."""
    web.await_endpoints()
    names.await_only(0)
    names.ask(1)


class TestUnreadyPods(Invariants):
    """Two pods whose readiness the test decides."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Let one be Ready, publish both, withdraw, let the other be Ready, cease to be, and be again."""
        web = Workload(stage, Shape(replicas=2, hold=[READY]))
        names = Names(stage)
        web.release(0)
        web.await_running(1)
        names.watch(0, 1)
        see_one(web, names)
        stage.reached("starting", "one pod is Ready")
        names.publish_unready()
        web.await_endpoints(unready=True)
        names.await_all()
        names.ask(1)
        stage.reached("published", "both pods are published")
        names.publish_unready(publish=False)
        web.await_endpoints()  # before the next change, lest its outcome be taken for this one's
        web.release(1)
        web.await_endpoints()
        web.unready(1)
        see_one(web, names)
        stage.reached("left-out", "one pod ceased to be Ready")
        web.release(1)
        web.await_endpoints()
        names.await_all()
        names.ask(1)

    @guarantee("DNS-18", "DNS-15")
    def test_an_unready_pod_is_no_endpoint(self, history: History) -> None:
        """A pod that runs and was never Ready MUST be no ready endpoint."""
        expect(history.until("starting"), service.endpoints_are_ready_pods)

    @guarantee("DNS-4", "DNS-2", "DNS-3")
    def test_an_unready_pod_has_no_name(self, history: History) -> None:
        """A pod that was never Ready MUST be in no answer."""
        expect(history.until("starting"), dns.unready_left_out, dns.all_ready_addresses, dns.own_address)

    @guarantee("DNS-18", "DNS-15")
    def test_a_published_pod_is_an_endpoint(self, history: History) -> None:
        """Where the Service publishes pods that are not Ready, they MUST be endpoints as if they were."""
        expect(history.between("publish", "published"), service.endpoints_are_ready_pods)

    @guarantee("DNS-5", "DNS-2")
    def test_a_published_pod_has_its_name(self, history: History) -> None:
        """Where the Service publishes pods that are not Ready, they MUST be in the answers."""
        expect(history.between("publish", "published"), dns.unready_published)

    @guarantee("DNS-18", "DNS-15")
    def test_a_pod_that_ceased_to_be_ready_is_no_endpoint(self, history: History) -> None:
        """A pod that ceased to be Ready MUST be no ready endpoint."""
        expect(history.between("withdraw", "left-out"), service.endpoints_are_ready_pods)

    @guarantee("DNS-4", "DNS-2", "DNS-3")
    def test_a_pod_that_ceased_to_be_ready_has_no_name(self, history: History) -> None:
        """A pod that ceased to be Ready MUST be in no answer."""
        expect(history.between("withdraw", "left-out"), dns.unready_left_out, dns.all_ready_addresses, dns.own_address)

    @guarantee("DNS-18", "DNS-15")
    def test_a_pod_that_is_ready_again_is_an_endpoint(self, history: History) -> None:
        """A pod that is Ready again MUST be a ready endpoint again."""
        expect(history.since("left-out"), service.endpoints_are_ready_pods)

    @guarantee("DNS-1", "DNS-2", "DNS-3")
    def test_a_pod_that_is_ready_again_has_its_name(self, history: History) -> None:
        """A pod that is Ready again MUST be found by both names again."""
        expect(history.since("left-out"), dns.all_ready_addresses, dns.own_address)


class TestTwoSets(Invariants):
    """Two sets side by side, each with a Service of its own."""

    @scenario(apps=["kubia"])
    def history(stage: Stage) -> None:
        """Ask for a name before its pod exists, scale up until both sets have the same ordinals, and down again."""
        kubia = Workload(stage, Shape(replicas=1))
        container = observer_container(stage.context.images)
        other = Workload(stage, Shape(name=OTHER, replicas=2, pod={"containers": [container]}))
        names, others = Names(stage, kubia), Names(stage, other)
        kubia.await_ready()
        names.ask(1)
        kubia.scale(2, "scale-up")
        kubia.await_ready(1)
        other.await_ready()
        kubia.await_endpoints()
        other.await_endpoints()
        names.watch(0, 1)
        others.watch(0, 1)
        names.await_all()
        others.await_all()
        names.ask(0, 1)
        others.ask(0, 1)
        others.ask_one_another(0, 1)
        stage.reached("scaled-up", "both sets have two pods")
        kubia.scale(1, "scale-down")
        kubia.await_gone(1)
        names.await_only(0)
        names.ask(1)

    @guarantee("DNS-15")
    def test_endpoints_of_two_sets_do_not_mix(self, history: History) -> None:
        """The endpoints of a Service MUST be the pods of its own set."""
        expect(history.until("scaled-up"), service.endpoints_are_ready_pods)

    @guarantee("DNS-15")
    def test_endpoints_of_the_other_set_do_not_mix(self, history: History) -> None:
        """The endpoints of the other Service MUST be the pods of the other set."""
        expect(history.until("scaled-up").concerning(OTHER), service.endpoints_are_ready_pods)

    @guarantee("DNS-12", "DNS-1", "DNS-2")
    def test_names_of_two_sets_do_not_mix(self, history: History) -> None:
        """The names of each set MUST lead to its own pods."""
        expect(history.until("scaled-up"), dns.own_address, dns.all_ready_addresses)

    @guarantee("DNS-12", "DNS-1", "DNS-2")
    def test_names_of_the_other_set_do_not_mix(self, history: History) -> None:
        """The names of the other set MUST lead to that set's pods."""
        expect(history.until("scaled-up").concerning(OTHER), dns.own_address, dns.all_ready_addresses)

    @guarantee("DNS-11", "DNS-1")
    def test_a_pod_resolves_its_own_name(self, history: History) -> None:
        """A pod MUST resolve its own full name to its own address."""
        expect(history.concerning(OTHER), dns.resolves_itself)

    @guarantee("DNS-20")
    def test_pods_reach_one_another(self, history: History) -> None:
        """Every pod MUST reach every other, and itself, by name."""
        expect(history.concerning(OTHER), data.reach_one_another)

    @guarantee("DNS-10", "DNS-1")
    def test_an_early_question_does_no_harm(self, history: History) -> None:
        """A name that was asked for too early MUST have its address in the end."""
        expect(history.until("scaled-up"), dns.appears_late)

    @guarantee("DNS-9", "DNS-1")
    def test_an_added_ordinal_appears(self, history: History) -> None:
        """The name of an ordinal that is added MUST appear."""
        expect(history.between("scale-up", "scaled-up"), dns.follows_scaling)

    @guarantee("DNS-9", "DNS-1")
    def test_a_removed_ordinal_goes(self, history: History) -> None:
        """The name of an ordinal that is removed MUST go."""
        expect(history.since("scale-down"), dns.follows_scaling)
