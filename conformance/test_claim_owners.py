"""The retention policy and who owns the claims: somebody else, too, or a pod that was to go."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import retention, storage
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.claims import KEEPER, NOBODY, Claims, policy
from stsconf.scenario.shape import GONE, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestReplacedInParallel(Invariants):
    """A Parallel set whose claims go on scaling down; one of its pods is deleted, and takes its time."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Delete the pod, have the controller look while it goes, and let it go."""
        spec = {"podManagementPolicy": "Parallel", **policy(scaled="Delete")}
        web = Workload(stage, Shape(replicas=2, storage=True, hold=[GONE], spec=spec))
        web.await_ready()
        web.await_status(readyReplicas=2)
        old = web.kill(1)
        web.await_deletion(1)
        web.settle()
        web.let_go(1)
        web.await_ready(1, replaced=old)
        Claims(stage).settle("lasted")

    @guarantee("RET-5")
    def test_its_claim_stays(self, history: History) -> None:
        """The claim of a pod that comes back MUST stay, and belong to nobody in between."""
        expect(history.since("kill"), storage.claims_kept, storage.same_claim_again)


class TestPremadeUnderPolicy(Invariants):
    """Two claims of three exist before their pods; somebody else controls one of them."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE], long=True)
    def history(stage: Stage) -> None:
        """Make both claims by hand, deploy, let scaling remove claims, too, scale down, delete the set."""
        claims = Claims(stage)
        claims.premake(0)
        claims.premake_for_keeper(1, controller=True)
        web = Workload(stage, Shape(storage=True, spec=policy(deleted="Delete")))
        web.await_ready()
        claims.await_owner("StatefulSet", 0, 2)
        stage.reached("owned", "the set owns the claims that nobody else controls")
        web.change(policy("Delete", "Delete"), "delete-when-scaled")
        web.settle()
        web.scale(1, "scale-down")
        web.await_gone(1)
        web.delete()
        claims.await_gone(0)
        claims.settle("deleted")

    @guarantee("RET-11")
    def test_a_premade_claim_is_owned_by_the_set(self, history: History) -> None:
        """The set SHOULD own a claim that was made by hand, as the policy asks."""
        expect(history.until("owned"), retention.owned_as_asked)

    @guarantee("RET-11")
    def test_a_premade_claim_goes_with_the_set(self, history: History) -> None:
        """A claim that was made by hand SHOULD go with the set."""
        expect(history.since("delete"), retention.removed_with_set)

    @guarantee("RET-7")
    def test_a_foreign_claim_is_left_alone(self, history: History) -> None:
        """A claim that somebody else controls SHOULD stay as it is when its ordinal and its set go."""
        expect(history.since("deploy"), retention.foreign_left_alone)


class TestForeignWhenScaled(Invariants):
    """Only scaling down removes claims, and somebody else controls the one of the ordinal that goes."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Make the claim by hand with its controller, deploy, and scale down."""
        claims = Claims(stage)
        claims.premake_for_keeper(1, controller=True)
        web = Workload(stage, Shape(replicas=2, storage=True, spec=policy(scaled="Delete")))
        web.await_ready()
        web.scale(1, "scale-down")
        web.await_gone(1)
        claims.settle("scaled-down")

    @guarantee("RET-7")
    def test_a_foreign_claim_is_left_alone(self, history: History) -> None:
        """A claim that somebody else controls SHOULD stay as it is when its ordinal goes."""
        expect(history.since("deploy"), retention.foreign_left_alone)


class TestScaledDownWhileLeaving(Invariants):
    """Scaling down removes claims, and the pod that is to go is being deleted by somebody already."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Delete the upper pod, scale down while it is held, and let go of it."""
        web = Workload(stage, Shape(replicas=2, storage=True, hold=[GONE], spec=policy(scaled="Delete")))
        claims = Claims(stage)
        web.await_ready()
        web.kill(1)
        web.await_deletion(1)
        web.scale(1, "scale-down")
        web.settle()
        web.let_go(1)
        web.await_gone(1)
        claims.await_gone(1)
        claims.settle("scaled-down")

    @guarantee("RET-3")
    def test_the_claim_goes_with_the_pod(self, history: History) -> None:
        """The claim of a removed ordinal MUST go, whoever deleted its pod first."""
        expect(history.between("scale-down", "scaled-down"), retention.removed_with_scaling)


class TestSharedClaim(Invariants):
    """A claim that others own besides the set, without controlling it."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Make the claim by hand with its owners, deploy so that claims go with the set, and have them stay again."""
        claims = Claims(stage)
        claims.premake_for_keeper(0, controller=False)
        web = Workload(stage, Shape(replicas=1, storage=True, spec=policy(deleted="Delete")))
        web.await_ready()
        claims.await_owner("StatefulSet", 0, beside=KEEPER)
        stage.reached("owned", "the set owns the claim, too")
        web.change(policy(), "retain")
        web.settle()
        claims.settle("disowned")

    @guarantee("RET-11")
    def test_the_set_becomes_one_more_owner(self, history: History) -> None:
        """The set SHOULD own a claim that somebody else owns without controlling it, as the policy asks."""
        expect(history.until("owned"), retention.owned_as_asked)

    @guarantee("RET-6")
    def test_the_set_lets_go_of_it(self, history: History) -> None:
        """When claims are to stay the set MUST own them no more, whoever else does."""
        expect(history.since("retain"), retention.owned_as_asked)

    @guarantee("RET-7")
    def test_the_other_owners_stay(self, history: History) -> None:
        """Whoever owned the claim before SHOULD own it in the end, and be it a namesake of the set."""
        expect(history.since("deploy"), retention.strangers_stay)


class TestSeizedClaim(Invariants):
    """A claim that the set owns besides its controller, as it did in releases before 1.28.13."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Make the claim by hand with its controller, deploy, put the set beside it, and have the set looked at."""
        claims = Claims(stage)
        claims.premake_for_keeper(0, controller=True)
        web = Workload(stage, Shape(replicas=1, storage=True, spec=policy(deleted="Delete")))
        web.await_ready()
        web.await_status(readyReplicas=1)
        claims.seize(0)
        web.touch()
        claims.await_owner(KEEPER, 0)

    @guarantee("RET-7")
    def test_the_set_lets_go_of_it(self, history: History) -> None:
        """The set SHOULD let go of a claim that somebody else controls."""
        expect(history.since("seized"), retention.seized_let_go)


class TestFormerOwner(Invariants):
    """A claim that a former set of the name owns, and that is to go with that one."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Make the claim by hand, deploy so that claims go with the set, and put the set beside the former one."""
        claims = Claims(stage)
        claims.premake_for_former(0)
        web = Workload(stage, Shape(replicas=1, storage=True, spec=policy(deleted="Delete")))
        web.await_ready()
        web.settle()
        claims.seize(0)
        stage.reached("beside", "both sets own the claim")
        web.touch()
        web.settle()

    @guarantee("RET-7")
    def test_its_owners_stay_as_they_are(self, history: History) -> None:
        """A claim of a former set SHOULD be left to whatever becomes of that one."""
        expect(history.between("deploy", "seized"), retention.former_left_alone)
        expect(history.since("beside"), retention.former_left_alone)


class TestTakenBack(Invariants):
    """A scaling down is taken back when it has removed one pod of two."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Hold the first pod that goes, so that the second waits; scale up to keep that one, and delete it later."""
        web = Workload(stage, Shape(replicas=3, storage=True, hold=[GONE], spec=policy(scaled="Delete")))
        claims = Claims(stage)
        web.await_ready()
        web.scale(1, "scale-down")
        web.await_deletion(2)
        claims.await_owner("Pod", 1, 2)
        web.scale(2, "scale-up")
        web.let_go(2)
        claims.await_gone(2)
        claims.await_owner(NOBODY, 1, refused=True)
        stage.reached("complete", "two pods are to stay")
        uids = web.kill(1)
        web.let_go(1)
        web.await_ready(1, replaced=uids)
        claims.settle("collected")

    @guarantee("RET-3")
    def test_the_claim_is_nobodys_again(self, history: History) -> None:
        """The claim of a pod that is to stay MUST NOT go with it."""
        expect(history.between("scale-up", "complete"), retention.owned_as_asked)

    @guarantee("RET-5")
    def test_the_claim_outlives_its_pod(self, history: History) -> None:
        """The deletion of a pod that is to stay MUST NOT remove its claim."""
        expect(history.since("kill"), storage.claims_kept)
