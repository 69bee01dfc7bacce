"""Several nodes, a node that is drained, and one that does not answer."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import data, dns, identity, nodes, storage
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.ends import force
from stsconf.scenario.names import Names
from stsconf.scenario.nodes import apart, drained, look_up_nodes, pinned, pretend_ready, unreachable_node
from stsconf.scenario.shape import Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestNodes(Invariants):
    """Two pods that keep off each other's node; one is replaced."""

    @scenario(needs=[Capability.SEVERAL_NODES, Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Store a text on each pod; replace one, whose volume may leave it no choice of a node; read again."""
        web = Workload(stage, Shape(replicas=2, storage=True, pod=apart(stage.app.name)))
        web.await_ready()
        for ordinal in range(2):
            web.write_token(ordinal)
            web.read(ordinal)
        web.replace(1)
        web.look_up_volumes()
        look_up_nodes(stage)
        web.read(0)
        web.read(1)

    @guarantee("OWN-17")
    def test_pods_keep_apart(self, history: History) -> None:
        """Pods that keep off each other's node MUST be on different nodes, and still be after one is replaced."""
        expect(history.until("kill"), nodes.on_different_nodes)
        expect(history, nodes.on_different_nodes)

    @guarantee("STO-20")
    def test_pods_run_where_their_volumes_are(self, history: History) -> None:
        """A pod whose volume is held to a node MUST run on that node, and come back to it."""
        expect(history, storage.runs_where_its_volume_is)

    @guarantee("STO-4", needs=[Capability.DATA])
    def test_data_survives_the_pod(self, history: History) -> None:
        """Data MUST survive the deletion of its pod, on whatever node it comes back."""
        expect(history, data.survives_pod)

    @guarantee("IDN-3")
    def test_identity_is_kept(self, history: History) -> None:
        """A pod that comes back MUST have the identity it had."""
        expect(history.since("kill"), identity.comes_back, identity.same_after_return)


class TestNamesAcrossNodes(Invariants):
    """Two pods that keep off each other's node are asked by name; whoever asks sits on one node."""

    @scenario(needs=[Capability.SEVERAL_NODES, Capability.DNS])
    def history(stage: Stage) -> None:
        """Replace one pod, and ask for both by every kind of name."""
        web = Workload(stage, Shape(replicas=2, pod=apart(stage.app.name)))
        names = Names(stage)
        names.watch(0, 1)
        web.await_ready()
        names.await_all()
        web.replace(1)
        names.await_all()
        names.ask_everything()

    @guarantee("DNS-1")
    def test_names_lead_to_pods_on_other_nodes(self, history: History) -> None:
        """The name of a pod MUST have that pod's address, whichever node it is asked from."""
        expect(history.since("kill"), dns.own_address, nodes.on_different_nodes)

    @guarantee("DNS-16")
    def test_requests_reach_pods_on_other_nodes(self, history: History) -> None:
        """A request to a pod's name MUST be answered by that pod, whichever node it comes from."""
        expect(history.since("kill"), data.reached_by_name, nodes.on_different_nodes)


class TestDrainedNode(Invariants):
    """A set with volumes and one without; the node of a pod of the first is drained, and given back."""

    @scenario(apps=["nginx"], needs=[Capability.NODE_CONTROL, Capability.EVICTION, Capability.STORAGE], disruptive=True)
    def history(stage: Stage) -> None:
        """Store a text on each pod, drain a node of its pods of both sets, uncordon it, read again."""
        loose = apart(stage.app.name, strictly=False)
        web = Workload(stage, Shape(replicas=2, storage=True, pod=loose))
        other = Workload(stage, Shape(name="other", replicas=2, pod=loose))
        web.await_ready()
        other.await_ready()
        for ordinal in range(2):
            web.write_token(ordinal)
            web.read(ordinal)
        with drained(web, 1, other):
            stage.reached("out-of-service", "a node is out of service")
        web.await_ready()
        other.await_ready()
        web.await_status(readyReplicas=2)
        web.look_up_volumes()
        look_up_nodes(stage)
        web.read(0)
        web.read(1)

    @guarantee("OWN-18")
    def test_a_cordoned_node_takes_no_pod(self, history: History) -> None:
        """A pod MUST NOT be placed on a node that was cordoned."""
        expect(history, nodes.cordoned_takes_no_pod)

    @guarantee("OWN-18")
    def test_what_no_node_takes_waits_and_says_why(self, history: History) -> None:
        """A pod that no node takes MUST be Pending, and say why."""
        expect(history.until("uncordon"), nodes.waits_with_a_reason)

    @guarantee("OWN-18")
    def test_pods_come_back(self, history: History) -> None:
        """Evicted pods MUST be back once the node is in service again, with the identity they had."""
        expect(history.since("cordon"), identity.comes_back, identity.same_after_return)

    @guarantee("STO-20")
    def test_pods_run_where_their_volumes_are(self, history: History) -> None:
        """A pod whose volume is held to a node MUST NOT run elsewhere while that node is drained."""
        expect(history, storage.runs_where_its_volume_is)

    @guarantee("STO-4", needs=[Capability.DATA])
    def test_data_survives_the_drain(self, history: History) -> None:
        """Data MUST survive the eviction of its pod."""
        expect(history, data.survives_pod)


class TestUnreachableNode(Invariants):
    """A pod on a node that nobody is behind: deleted, and then by force."""

    @scenario(apps=["nginx"], needs=[Capability.NODE_CONTROL], disruptive=True)
    def history(stage: Stage) -> None:
        """Delete the pod, have the controller look at the set, and say by force that the pod is gone."""
        with unreachable_node(stage) as node:
            web = Workload(stage, Shape(replicas=1, pod=pinned(node)))
            pretend_ready(web, 0)
            web.kill(0)
            web.await_deletion(0)
            web.settle()
            uid = force(web, 0)
            web.await_created(0, replaced=[uid])
            stage.reached("replaced", "web-0 was replaced")

    @guarantee("OWN-8")
    def test_the_pod_is_not_replaced_before(self, history: History) -> None:
        """A pod MUST NOT be replaced before it is known to be gone, and MUST be replaced then."""
        expect(history, nodes.kept_until_known_to_be_gone)
