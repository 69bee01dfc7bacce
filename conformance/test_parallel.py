"""Sets whose pods wait for nobody."""

from __future__ import annotations

from typing import Any

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import identity, ownership, parallel, rollout, scaling, status, storage
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.beside import Quota
from stsconf.scenario.labels import NOWHERE
from stsconf.scenario.rollout import Rollout
from stsconf.scenario.shape import GONE, READY, SCHEDULED, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.strays import make_pod
from stsconf.scenario.workload import Workload

PARALLEL: dict[str, Any] = {"podManagementPolicy": "Parallel"}


class TestParallel(Invariants):
    """A Parallel set grows and shrinks while none of its pods is Ready, and none is let go."""

    @scenario()
    def history(stage: Stage) -> None:
        """Deploy three pods, scale to five, then to one; only then let go of the four."""
        shape = Shape(hold=[READY, GONE], spec=PARALLEL, storage=stage.can(Capability.STORAGE))
        web = Workload(stage, shape)
        for ordinal in range(3):
            web.await_created(ordinal)
        web.settle()
        web.await_status(replicas=3)
        stage.reached("created", "three pods exist, none is Ready")
        web.scale(5, mark="scale-up")
        for ordinal in (3, 4):
            web.await_created(ordinal)
        web.await_status(replicas=5)
        stage.reached("grown", "five pods exist, none is Ready")
        web.scale(1, mark="scale-down")
        for ordinal in range(1, 5):
            web.await_deletion(ordinal)
        stage.reached("shrinking", "the four are to go, and none is gone")
        web.await_status(replicas=5, currentReplicas=1)  # of what it sees after it acted, which comes later
        stage.reached("counted", "four pods are going")
        web.let_go_each(4)
        web.await_status(replicas=1)

    @guarantee("PAR-1")
    def test_pods_do_not_wait_for_one_another(self, history: History) -> None:
        """A Parallel set MUST create its pods without waiting for any of them to be Ready."""
        expect(history.until("created"), parallel.created_at_once)

    @guarantee("PAR-1")
    def test_scaling_up_does_not_wait_either(self, history: History) -> None:
        """A Parallel set MUST be scaled up without waiting for any pod to be Ready."""
        expect(history.between("scale-up", "grown"), parallel.created_at_once, scaling.reaches_size)

    @guarantee("PAR-2")
    def test_removal_does_not_wait(self, history: History) -> None:
        """A Parallel set MUST remove surplus pods without waiting, neither for Ready nor for one to be gone."""
        expect(history.between("scale-down", "shrinking"), parallel.removed_at_once)

    @guarantee("PAR-2")
    def test_scaling_down_reaches_its_size(self, history: History) -> None:
        """A Parallel set MUST end with as many pods as were asked for, the others untouched."""
        expect(history.since("scale-down"), scaling.reaches_size, scaling.survivors_stay)

    @guarantee("PAR-3")
    def test_identities_are_the_same(self, history: History) -> None:
        """The pods of a Parallel set MUST be named and numbered as those of any other, each once."""
        expect(
            history.until("created"),
            identity.named_by_ordinal,
            identity.hostname_is_name,
            identity.labelled,
            ownership.at_most_one,
        )

    @guarantee("PAR-3", needs=[Capability.STORAGE])
    def test_claims_are_the_same(self, history: History) -> None:
        """The pods of a Parallel set MUST have claims of their own, as those of any other."""
        expect(history.until("created"), storage.one_claim_each, ownership.claims_exclusive)

    @guarantee("STA-1")
    def test_seen_is_not_done(self, history: History) -> None:
        """The observedGeneration MUST tell that a generation was seen, though its pods are not Ready."""
        expect(history.until("created"), status.seen_before_done)

    @guarantee("STA-2", "STA-3")
    def test_each_pod_is_counted(self, history: History) -> None:
        """The counters MUST be the numbers of the pods that are there, those that go included."""
        expect(history.until("counted"), status.counts_what_is_there)


class TestParallelUpdate(Invariants):
    """Updates of a Parallel set: to a template that does not get Ready, and back to a good one."""

    @scenario(apps=["nginx"], long=True)
    def history(stage: Stage) -> None:
        """Update and hold the first new pod back; go back to the former template; then update for good."""
        web = Workload(stage, Shape(hold=[READY], spec=PARALLEL))
        web.release_each(3)
        web.await_status(readyReplicas=3, availableReplicas=3)
        old = web.update(mark="broken")
        web.await_created(2, replaced=old)
        web.settle()
        stage.reached("halted", "the controller has seen the pod that is not Ready")
        broken = web.update(1, mark="repair")
        web.release_each(1, replaced=broken)
        web.await_updated([broken[2]], mark="repaired")
        web.await_status(availableReplicas=3)
        last = web.update(mark="rollout")
        web.release_each(3, replaced=last)
        web.await_updated(last)

    @guarantee("PAR-6")
    def test_a_broken_template_stops_the_update(self, history: History) -> None:
        """An update SHOULD take no other pod while the first new one is not Ready."""
        expect(history.between("broken", "halted"), parallel.update_halts)

    @guarantee("PAR-6")
    def test_a_good_template_mends_it(self, history: History) -> None:
        """Pods of a broken template SHOULD be replaced once it is good again, without help and without others."""
        expect(history.between("repair", "repaired"), parallel.mended_without_help)

    @guarantee("PAR-5")
    def test_one_pod_is_unavailable_at_a_time(self, history: History) -> None:
        """A rolling update of a Parallel set MAY take one pod at a time."""
        expect(history.since("rollout"), rollout.one_unavailable)

    @guarantee("STA-4")
    def test_it_ends_on_one_version(self, history: History) -> None:
        """The update of a Parallel set MUST end with every pod, and the status, on the new revision."""
        expect(history.since("rollout"), rollout.ends_on_one_version, status.ends_on_one_revision)


class TestParallelMisplaced(Invariants):
    """A Parallel set whose template asks for a node that there is not, and the way back."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Break the template, so that the first new pod never runs, and return to the former one."""
        web = Rollout(stage, Shape(replicas=2, spec=PARALLEL))
        web.await_ready()
        web.await_status(readyReplicas=2)
        good = web.revision()
        web.await_begun(web.misplace())
        web.settle()
        stage.reached("halted", "the update is stuck")
        broken = web.undo(good)
        web.await_ready(1, replaced=[broken[1]])
        web.await_status(readyReplicas=2)

    @guarantee("PAR-6")
    def test_a_good_template_mends_it(self, history: History) -> None:
        """A pod of a broken template that never ran SHOULD be replaced once it is good again, without help."""
        expect(history.since("undo"), parallel.mended_without_help)


class TestManyPods(Invariants):
    """A Parallel set of twelve, more than its controller makes at a time; each pod has two readiness gates."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Keep all pods from every node, and wait until each was made."""
        gates = [{"conditionType": f"{NOWHERE}-{number}"} for number in range(2)]
        web = Workload(stage, Shape(replicas=12, hold=[SCHEDULED], spec=PARALLEL, pod={"readinessGates": gates}))
        for ordinal in range(12):
            web.await_created(ordinal)
        web.await_status(replicas=12, updatedReplicas=12)

    @guarantee("STA-2", "STA-3")
    def test_each_is_counted(self, history: History) -> None:
        """Pods that have no node yet MUST be counted, among those of their revision too."""
        expect(history, status.counts_what_is_there)

    @guarantee("PAR-1")
    def test_all_are_created(self, history: History) -> None:
        """A Parallel set MUST create all of its pods, however many, while none of them runs."""
        expect(history, parallel.created_at_once)

    @guarantee("PAR-3")
    def test_each_has_its_ordinal(self, history: History) -> None:
        """Pods MUST be named and numbered by their ordinals, however many there are."""
        expect(history, identity.named_by_ordinal, identity.labelled)


class TestBlockedName(Invariants):
    """Somebody else's pod has the name of one of the set's."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Make web-1 by hand, ask for four pods of a set that has one, and take web-1 away again."""
        web = Workload(stage, Shape(replicas=1, spec=PARALLEL))
        web.await_ready()
        make_pod(web, "web-1", labels={"app": "somebody-else"})
        web.scale(4)
        web.await_created(2)
        web.settle()
        stage.reached("blocked", "the controller has seen it")
        web.await_created(1, replaced=web.kill(1), refused=True)
        web.await_ready(1)

    @guarantee("PAR-7")
    def test_other_pods_are_created(self, history: History) -> None:
        """A pod that cannot be created SHOULD hold back no other of a Parallel set."""
        expect(history.between("scale", "blocked"), parallel.others_created)

    @guarantee("PAR-9")
    def test_the_next_pod_is_created(self, history: History) -> None:
        """A pod that cannot be created SHOULD NOT hold back the one above it."""
        expect(history.between("scale", "blocked"), parallel.next_created)

    @guarantee("ORD-17")
    def test_the_pod_is_created_once_its_name_is_free(self, history: History) -> None:
        """A pod whose name was taken SHOULD be created once it no longer is, without a change of the set."""
        expect(history.since("scale"), scaling.reaches_size)


class TestQuota(Invariants):
    """A Parallel set that a quota keeps from replacing a pod."""

    @scenario(apps=["nginx"], needs=[Capability.QUOTAS])
    def history(stage: Stage) -> None:
        """Allow two pods where three are, delete the first, make a change that asks for no pod, and scale to two."""
        web = Workload(stage, Shape(spec=PARALLEL))
        web.await_ready()
        web.await_status(readyReplicas=3)
        Quota(stage, 2, used=3)
        web.kill(0)
        web.await_gone(0)
        web.await_status(replicas=2, readyReplicas=2)
        stage.reached("refused", "the creation of the pod is refused")
        web.change({"revisionHistoryLimit": 5}, "changed")
        web.await_status()
        web.scale(2, mark="scale-down")
        web.settle()

    @guarantee("STA-8")
    def test_the_status_is_kept_up(self, history: History) -> None:
        """The status SHOULD follow pods and generation while the creation of a pod is refused."""
        expect(history.between("kill", "changed"), status.counts_what_is_there)
        expect(history.between("changed", "scale-down"), status.seen_before_done)

    @guarantee("PAR-8")
    def test_surplus_pods_go(self, history: History) -> None:
        """A Parallel set SHOULD remove surplus pods while it cannot create one that is missing."""
        expect(history.since("scale-down"), parallel.surplus_goes)
