"""Who a pod is, before and after it was lost."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import data, identity, order, ownership, pods, rollout, service, template
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.model.objects import POD_INDEX_LABEL, POD_NAME_LABEL
from stsconf.scenario.furnished import BESIDE, furnished
from stsconf.scenario.names import Names
from stsconf.scenario.rollout import Rollout, rolling
from stsconf.scenario.shape import Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.strays import relabel
from stsconf.scenario.workload import Workload

LONG = "a-" * 30 + "set"
"""The longest name that the API takes: 63 characters."""


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

    @guarantee("OWN-7", "ORD-11", needs=[Capability.CONTAINERS])
    def test_it_is_gone_only_when_its_containers_are(self, history: History) -> None:
        """A pod's object MUST be there for as long as its containers run."""
        expect(history.since("kill"), pods.ended_first)

    @guarantee("UPD-9", shows=[20])
    def test_it_starts_no_rollout(self, history: History) -> None:
        """The loss of a pod MUST NOT start a rolling update."""
        expect(history.since("kill"), rollout.none_started)


class TestAlteredLabels(Invariants):
    """Somebody changes the labels that tell which pod a pod is."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Make a Service for one pod by its label; change, beside an update that passes the pods over, both labels."""
        web = Rollout(stage, Shape(replicas=2, spec=rolling(partition=2)))
        names = Names(stage)
        web.await_ready()
        web.restart()
        names.create_service_of_pod(1)
        stage.reached("served", "the pod has a Service of its own")
        relabel(web, 1, "relabel", **{POD_NAME_LABEL: "nobody"})
        web.await_label(1, POD_NAME_LABEL, web.pod(1))
        stage.reached("restored", "the label is what it was")
        relabel(web, 0, "relabel", **{POD_INDEX_LABEL: "7"})
        web.settle()

    @guarantee("IDN-4")
    def test_a_service_can_select_one_pod(self, history: History) -> None:
        """A Service MUST be able to select a pod by the label with its name."""
        expect(history.until("served"), service.one_pod_by_label)

    @guarantee("IDN-8")
    def test_the_name_label_is_restored(self, history: History) -> None:
        """The label with the pod's name SHOULD be restored on the same pod."""
        expect(history.between("served", "restored"), identity.name_label_restored)

    @guarantee("IDN-14")
    def test_the_index_label_is_restored(self, history: History) -> None:
        """The label with the pod's ordinal MAY be restored on the same pod."""
        expect(history.since("restored"), identity.index_label_restored)


class TestFurnished(Invariants):
    """Pods with more than one container, and all kinds of settings."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Deploy two, and ask for more memory for the container beside."""
        web = Rollout(stage, Shape(replicas=2, pod=furnished(stage)))
        web.await_ready()
        web.await_status(readyReplicas=2)
        more = {"name": BESIDE, "resources": {"requests": {"memory": "33Mi"}}}
        old = web.reshape({"containers": [more]}, "more", f"ask for more memory for {BESIDE}")
        web.await_updated(old)

    @guarantee("IDN-15")
    def test_pods_are_made_with_all_of_it(self, history: History) -> None:
        """Pods MUST be made with every container, variable, hook and setting of their template."""
        expect(history.until("more"), template.made_from_template)

    @guarantee("UPD-4", "IDN-15")
    def test_a_change_of_resources_is_rolled_out(self, history: History) -> None:
        """A change of a container's resources MUST replace every pod once, by one that has all of the template."""
        expect(history.since("more"), rollout.replaces_once, template.made_from_template)


class TestLongName(Invariants):
    """Beside the app's own set, one whose name is as long as a name may be."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Deploy both, and wait until the controller has seen the long one."""
        Workload(stage, Shape(replicas=1)).await_ready()
        Workload(stage, Shape(name=LONG, replicas=1)).settle()

    @guarantee("IDN-9")
    def test_a_long_name_gets_its_pods(self, history: History) -> None:
        """A set whose name the API takes MUST get its pods."""
        expect(history.concerning(LONG), identity.created)


class TestNoServiceName(Invariants):
    """A set that names no governing Service."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Deploy without a Service and without its name."""
        web = Workload(stage, Shape(replicas=2, service=False, spec={"serviceName": ""}))
        web.await_ready()
        web.settle()

    @guarantee("IDN-10")
    def test_it_runs_without_a_service(self, history: History) -> None:
        """Its pods MUST run under their names, without a subdomain, and nobody MUST make a Service for it."""
        expect(history, identity.named_by_ordinal, identity.hostname_is_name, service.none_made)
