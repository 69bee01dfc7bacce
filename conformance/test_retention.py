"""What becomes of claims when their set is scaled down or deleted, by its retention policy."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import data, retention, storage
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.claims import NOBODY, Claims, policy
from stsconf.scenario.rollout import rolling
from stsconf.scenario.shape import GONE, SCHEDULED, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestDeletedWithSet(Invariants):
    """The claims go with the set, and stay when it is scaled down."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Scale down, then delete the set; a held pod keeps its claim in use."""
        web = Workload(stage, Shape(replicas=2, storage=True, hold=[GONE], spec=policy(deleted="Delete")))
        claims = Claims(stage)
        web.await_ready()
        claims.await_owner("StatefulSet", 0, 1)
        stage.reached("owned", "the set owns the claims")
        web.scale(1, "scale-down")
        web.let_go(1)
        claims.settle("scaled-down")
        web.delete_alone("Background", "delete")
        web.await_deletion(0)
        claims.await_gone(1)
        claims.settle("leaving")
        web.let_go(0)
        claims.await_gone(0)

    @guarantee("RET-2")
    def test_the_set_owns_the_claims(self, history: History) -> None:
        """The set MUST own the claims."""
        expect(history.until("owned"), retention.owned_as_asked)

    @guarantee("RET-2")
    def test_scaling_down_keeps_the_claims(self, history: History) -> None:
        """Scaling down MUST keep the claims."""
        expect(history.between("scale-down", "scaled-down"), storage.claims_kept)

    @guarantee("RET-2")
    def test_a_claim_in_use_stays(self, history: History) -> None:
        """A claim MUST stay until its pod is gone."""
        expect(history.between("delete", "leaving"), storage.one_claim_each)

    @guarantee("RET-2")
    def test_the_claims_go_with_the_set(self, history: History) -> None:
        """All claims MUST go once the set is deleted."""
        expect(history.since("delete"), retention.removed_with_set)


class TestDeletedBeforeScheduled(Invariants):
    """A set that is deleted, its claims with it, while its pod waits for a node."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Keep the pod from every node, have the set looked at again until it owns the claim, and delete the set."""
        web = Workload(stage, Shape(replicas=1, storage=True, hold=[SCHEDULED], spec=policy(deleted="Delete")))
        claims = Claims(stage)
        web.await_created(0)
        web.settle()
        web.touch()  # its controller may have looked, twice, before it saw the claim that it made
        claims.await_owner("StatefulSet", 0)
        web.delete()
        claims.await_gone(0)
        claims.settle("deleted")

    @guarantee("RET-2")
    def test_the_claim_goes_with_the_set(self, history: History) -> None:
        """A claim MUST go with its set, whether its pod ever had a node or not."""
        expect(history.since("delete"), retention.removed_with_set)


class TestDeletedWhenScaled(Invariants):
    """The claims of removed ordinals go, and stay when the set is deleted."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE], long=True)
    def history(stage: Stage) -> None:
        """Scale down and up again, then delete the set."""
        web = Workload(stage, Shape(replicas=3, storage=True, hold=[GONE], spec=policy(scaled="Delete")))
        claims = Claims(stage)
        web.await_ready()
        web.write_token(2)
        claims.settle("started")
        web.scale(2, "scale-down")
        web.await_deletion(2)
        claims.await_owner("Pod", 2)
        stage.reached("condemned", "the pod that goes owns its claim")
        web.let_go(2)
        claims.await_gone(2)
        claims.settle("scaled-down")
        web.scale(3, "scale-up")
        web.await_ready(2)
        web.read(2)
        stage.reached("scaled-up", "the pod is back")
        web.delete_alone("Background", "delete")
        web.let_go_each(3)
        claims.settle("deleted")

    @guarantee("RET-3")
    def test_nobody_owns_the_claims_of_pods_that_stay(self, history: History) -> None:
        """As long as their ordinals are asked for, nobody MUST own the claims."""
        expect(history.until("started"), retention.owned_as_asked)

    @guarantee("RET-3")
    def test_the_pod_that_goes_owns_its_claim(self, history: History) -> None:
        """A pod that is removed MUST own its claim, so that it goes after the pod."""
        expect(history.until("condemned"), retention.owned_as_asked, storage.one_claim_each)

    @guarantee("RET-3")
    def test_the_claim_of_the_removed_ordinal_goes(self, history: History) -> None:
        """The claim of the removed ordinal MUST go, and no other."""
        expect(history.between("scale-down", "scaled-down"), retention.removed_with_scaling)

    @guarantee("RET-9")
    def test_the_ordinal_comes_back_to_a_new_claim(self, history: History) -> None:
        """When the ordinal comes back it MUST get another claim."""
        expect(history.between("scale-down", "scaled-up"), retention.claims_anew)

    @guarantee("RET-9", needs=[Capability.DATA])
    def test_the_new_claim_is_empty(self, history: History) -> None:
        """What was stored on the former claim MUST NOT be seen on the new one."""
        expect(history.between("scale-down", "scaled-up"), data.forgotten)

    @guarantee("RET-3")
    def test_deleting_the_set_keeps_the_claims(self, history: History) -> None:
        """Claims MUST be kept when the set is deleted."""
        expect(history.between("delete", "deleted"), storage.claims_kept)


class TestDeletedAlways(Invariants):
    """The claims go when the set is scaled down and with the set, and for no other reason."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE], long=True)
    def history(stage: Stage) -> None:
        """Delete and update pods; then scale down, then delete the set."""
        web = Workload(stage, Shape(replicas=2, storage=True, spec=policy("Delete", "Delete")))
        claims = Claims(stage)
        web.await_ready()
        claims.await_owner("StatefulSet", 0, 1)
        stage.reached("owned", "the set owns the claims")
        web.replace(1)
        web.await_updated(web.update())
        claims.settle("lasted")
        web.scale(1, "scale-down")
        web.await_gone(1)
        claims.await_gone(1)
        claims.settle("scaled-down")
        web.delete()
        claims.await_gone(0)

    @guarantee("RET-4")
    def test_the_set_owns_the_claims(self, history: History) -> None:
        """The set MUST own the claims."""
        expect(history.until("owned"), retention.owned_as_asked)

    @guarantee("RET-5")
    def test_claims_outlive_their_pods(self, history: History) -> None:
        """Claims MUST stay when their pods are deleted or updated."""
        expect(history.between("owned", "lasted"), storage.claims_kept, storage.same_claim_again)

    @guarantee("RET-4")
    def test_the_claim_of_the_removed_ordinal_goes(self, history: History) -> None:
        """The claim of the removed ordinal MUST go, and no other."""
        expect(history.between("scale-down", "scaled-down"), retention.removed_with_scaling)

    @guarantee("RET-4")
    def test_the_claims_go_with_the_set(self, history: History) -> None:
        """All claims MUST go once the set is deleted."""
        expect(history.since("delete"), retention.removed_with_set)


class TestPolicyChanges(Invariants):
    """The policy is changed on a live set."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE], long=True)
    def history(stage: Stage) -> None:
        """In the midst of an update: from the default to deletion with the set, on scaling down, and back."""
        web = Workload(stage, Shape(replicas=2, storage=True, spec=rolling(partition=1)))
        claims = Claims(stage)
        web.await_ready()
        web.await_ready(1, replaced=web.update())
        web.settle()
        web.change(policy(deleted="Delete"), "delete-with-set")
        claims.await_owner("StatefulSet", 0, 1)
        stage.reached("owned", "the set owns the claims")
        web.change(policy(scaled="Delete"), "delete-when-scaled")
        claims.await_owner(NOBODY, 0, 1)
        stage.reached("disowned", "nobody owns the claims")
        web.scale(1, "scale-down")
        web.await_gone(1)
        claims.await_gone(1)
        claims.settle("scaled-down")
        web.change(policy(), "retain")
        web.settle()
        web.delete()
        claims.settle("deleted")

    @guarantee("RET-1")
    def test_nobody_owns_the_claims_by_default(self, history: History) -> None:
        """By default both policies MUST be Retain, and nobody owns the claims."""
        expect(history.until("settled"), retention.retain_by_default, retention.never_owned)

    @guarantee("RET-6")
    def test_owners_follow_to_deletion_with_the_set(self, history: History) -> None:
        """When claims are to go with the set it MUST own those that are there."""
        expect(history.until("owned"), retention.owned_as_asked)

    @guarantee("RET-6")
    def test_owners_follow_to_deletion_on_scaling(self, history: History) -> None:
        """When claims are to go on scaling down only, the set MUST own them no more."""
        expect(history.until("disowned"), retention.owned_as_asked)

    @guarantee("RET-6")
    def test_the_new_policy_holds_on_scaling_down(self, history: History) -> None:
        """The policy of the moment MUST decide what scaling down removes."""
        expect(history.between("scale-down", "scaled-down"), retention.removed_with_scaling)

    @guarantee("RET-6", "RET-1")
    def test_the_new_policy_holds_on_deletion(self, history: History) -> None:
        """The policy of the moment MUST decide what goes with the set."""
        expect(history.between("delete", "deleted"), storage.claims_kept)


class TestPolicyComesLate(Invariants):
    """The policy is changed when an ordinal has a claim and no pod."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Scale down by the default policy, ask for deletion with the set, and delete it."""
        web = Workload(stage, Shape(replicas=2, storage=True))
        claims = Claims(stage)
        web.await_ready()
        web.scale(1, "scale-down")
        web.await_gone(1)
        web.await_status(replicas=1)
        web.change(policy(deleted="Delete"), "delete-with-set")
        claims.await_owner("StatefulSet", 0)
        web.settle()
        web.delete()
        claims.await_gone(0)
        claims.settle("deleted")

    @guarantee("RET-12")
    def test_claims_without_a_pod_go_with_the_set(self, history: History) -> None:
        """All claims of the set MUST go with it, those of ordinals without a pod as well."""
        expect(history.since("delete"), retention.removed_with_set)


class TestDeletedBelowStart(Invariants):
    """The claim of an ordinal that is removed at the lower end, by a higher start."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Let two pods start one ordinal higher."""
        web = Workload(stage, Shape(replicas=2, storage=True, spec=policy(scaled="Delete")))
        web.await_ready()
        claims = Claims(stage)
        stage.act("raise", "let the ordinals start at 1")
        web.patch({"ordinals": {"start": 1}})
        web.await_ready(1, 2)
        web.await_status(readyReplicas=2)
        claims.await_gone(0)
        claims.settle("raised")

    @guarantee("RET-3")
    def test_the_claim_of_the_removed_ordinal_goes(self, history: History) -> None:
        """The claim of an ordinal below the start MUST go, and no other."""
        expect(history.between("raise", "raised"), retention.removed_with_scaling)


MORE = "more-than-sixty-three-characters-together-with-the-pods-name"
"""A claim template's name: a claim may be called longer than a label, and than a pod."""


class TestTwoTemplates(Invariants):
    """A set with two claim templates and two labels in its selector, whose claims go with it.

    Its pod template says what identity overrides: one hostname for all, and a volume that is called like a claim.
    """

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Deploy two pods, wait until the set owns their claims, and delete it."""
        two = Shape(
            replicas=2,
            storage=True,
            more_claims=[MORE],
            labels={"tier": "web"},
            spec=policy("Delete"),
            pod={"hostname": "all-alike"},
        )
        web = Workload(stage, two)
        web.await_ready()
        every = [Claims(stage), Claims(stage, MORE)]
        for claims in every:
            claims.await_owner("StatefulSet", 0, 1)
        web.settle()
        web.delete()
        for claims in every:
            claims.await_gone(0, 1)
        every[0].settle("deleted")

    @guarantee("STO-1")
    def test_each_pod_has_a_claim_of_each(self, history: History) -> None:
        """Each pod MUST have one claim per template, with all of the selector's labels, and there MUST be no others."""
        expect(
            history.until("settled"),
            storage.one_claim_each,
            storage.no_other_claims,
            storage.labelled_like_selector,
            storage.marked_like_template,
        )

    @guarantee("RET-2")
    def test_the_set_owns_all_of_them(self, history: History) -> None:
        """When claims are to go with the set it MUST own those of every template."""
        expect(history.until("settled"), retention.owned_as_asked)

    @guarantee("RET-2")
    def test_all_of_them_go_with_the_set(self, history: History) -> None:
        """The claims of every template MUST go with the set."""
        expect(history.since("delete"), retention.removed_with_set)


class TestClaimsOfOrphans(Invariants):
    """The set is deleted without its dependents, though its policy deletes claims."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Delete the set alone."""
        web = Workload(stage, Shape(replicas=2, storage=True, spec=policy("Delete", "Delete")))
        claims = Claims(stage)
        web.await_ready()
        claims.await_owner("StatefulSet", 0, 1)
        stage.reached("owned", "the set owns the claims")
        web.delete_alone("Orphan", "delete")
        claims.settle("deleted")

    @guarantee("STO-8", "RET-8")
    def test_pods_and_claims_stay(self, history: History) -> None:
        """Pods MUST go on running, and claims MUST stay, whatever the policy."""
        expect(history.between("delete", "deleted"), retention.orphans_left)


class TestScaledUpTooSoon(Invariants):
    """The set is scaled up again while the claim of the removed ordinal is still there."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Hold the only pod and its claim, scale down and up, let both go; in the end have the controller look."""
        web = Workload(stage, Shape(replicas=1, storage=True, hold=[GONE], spec=policy(scaled="Delete")))
        claims = Claims(stage)
        web.await_ready()
        claims.hold(0)
        web.scale(0, "scale-down")
        web.await_deletion(0)
        claims.await_owner("Pod", 0)
        web.await_status(replicas=1, currentReplicas=0)  # it knows that the pod goes: not one to keep
        web.scale(1, "scale-up")
        web.await_status()
        web.let_go(0)
        claims.settle("pod-gone")
        web.settle()
        claims.let_go(0)
        web.settle()
        stage.reached("claim-gone", "the former claim is gone")
        web.touch()
        web.await_ready(0)

    @guarantee("RET-10")
    def test_the_pod_comes_back_by_itself(self, history: History) -> None:
        """The pod SHOULD be made again once the former claim is gone, without further help."""
        expect(history.between("scale-up", "claim-gone"), retention.created_again)

    @guarantee("RET-13")
    def test_the_set_is_complete_once_it_is_looked_at(self, history: History) -> None:
        """Whatever was held up, a set that changes SHOULD be complete in the end."""
        expect(history.since("claim-gone"), storage.complete)
