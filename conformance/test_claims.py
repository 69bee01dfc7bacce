"""Claims that go when nobody expects it, and names that claims share with volumes."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import data, storage
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.claims import Claims, policy
from stsconf.scenario.shape import GONE, SCHEDULED, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestClaimDeletedInUse(Invariants):
    """The claim of a running pod is deleted, then the pod."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Delete both, the pod being held, and let it go."""
        web = Workload(stage, Shape(replicas=1, storage=True, hold=[GONE]))
        claims = Claims(stage)
        web.await_ready()
        former = claims.delete(0)
        claims.settle("running")
        uids = web.kill(0)
        claims.settle("leaving")
        web.let_go(0)
        claims.await_anew(0, former)
        web.await_ready(0, replaced=uids)
        stage.reached("back", "the pod is back")

    @guarantee("STO-11")
    def test_a_claim_in_use_stays(self, history: History) -> None:
        """A deleted claim MUST stay as long as its pod is there, running or leaving."""
        expect(history.until("leaving"), storage.protected_in_use)

    @guarantee("STO-11")
    def test_a_new_pod_gets_a_new_claim(self, history: History) -> None:
        """Once the pod is gone a new claim and a new pod MUST come, and the pod MUST become Ready."""
        expect(history, storage.made_again, storage.complete)


class TestClaimLostWhilePending(Invariants):
    """The claim of a pod that has no node yet is deleted."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Hold the pod from getting a node, delete its claim, have the controller look, and give the pod its node."""
        web = Workload(stage, Shape(replicas=1, storage=True, hold=[SCHEDULED]))
        claims = Claims(stage)
        web.await_created(0)
        claims.await_owner("", 0)
        former = claims.delete(0)
        claims.await_gone(0)
        web.touch()
        claims.await_anew(0, former)
        web.schedule(0)
        web.await_ready(0)

    @guarantee("STO-10")
    def test_the_claim_is_made_again(self, history: History) -> None:
        """A missing claim SHOULD be made again while its pod waits for it, and the pod SHOULD become Ready."""
        expect(history, storage.made_again, storage.complete)


class TestEvictedWithData(Invariants):
    """A pod with data is evicted."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Store a token, evict the pod, and read the token; the policy would delete the claim with the set."""
        web = Workload(stage, Shape(replicas=1, storage=True, spec=policy("Delete", "Delete")))
        web.await_ready()
        Claims(stage).await_owner("StatefulSet", 0)
        web.write_token(0)
        web.evict(0)
        web.read(0)
        Claims(stage).settle("read-again")

    @guarantee("STO-5")
    def test_the_claim_is_the_same(self, history: History) -> None:
        """An evicted pod MUST come back to the same claim on the same volume."""
        expect(history.between("evict", "read-again"), storage.same_claim_again)

    @guarantee("STO-5", needs=[Capability.DATA])
    def test_the_data_is_there(self, history: History) -> None:
        """An evicted pod MUST find its data when it comes back."""
        expect(history.between("evict", "read-again"), data.survives_pod)

    @guarantee("RET-5")
    def test_no_policy_takes_the_claim(self, history: History) -> None:
        """An eviction MUST NOT remove a claim, whatever the policy."""
        expect(history.between("evict", "read-again"), storage.claims_kept)


class TestVolumeOfTheSameName(Invariants):
    """The pod template has a volume with the name of a claim template."""

    @scenario(apps=["kubia"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Deploy one pod."""
        volume = {"name": stage.app.claim, "emptyDir": {}}
        kubia = Workload(stage, Shape(replicas=1, storage=True, pod={"volumes": [volume]}))
        kubia.await_ready()

    @guarantee("STO-12")
    def test_the_claim_is_used(self, history: History) -> None:
        """The claim MUST be mounted in place of the volume."""
        expect(history, storage.one_claim_each, storage.mounted_as_templated)
