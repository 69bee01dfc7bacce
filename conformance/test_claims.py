"""Claims that go when nobody expects it, and names that claims share with volumes."""

from __future__ import annotations

import copy

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import api, changes, data, eviction, storage, template
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.api import ask
from stsconf.scenario.beside import Quota, evict
from stsconf.scenario.claims import NOBODY, Claims, particular, policy
from stsconf.scenario.rollout import Rollout, rolling
from stsconf.scenario.shape import GONE, SCHEDULED, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload

GRANTED, TAKEN, REFUSED, CONFLICT = 201, 200, 422, 409
"""Answers to an eviction that nothing forbids, to a change, to one that is none, and to one that comes too late."""
FORMER = "00000000-0000-4000-8000-000000000000"
"""A UID that no pod has."""


class TestClaimDeletedInUse(Invariants):
    """The claims of two running pods are deleted, then the pods; one of the claims takes longer to go."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE], long=True)
    def history(stage: Stage) -> None:
        """Delete all of them, the pods being held; let go of the pods, then of the claim that is held as well."""
        web = Workload(stage, Shape(replicas=2, storage=True, hold=[GONE]))
        claims = Claims(stage)
        web.await_ready()
        claims.hold(1)
        claims.delete(0)
        claims.delete(1)
        claims.settle("running")
        uids = web.kill(0, 1)
        claims.settle("leaving")
        web.let_go(0)
        web.let_go(1)
        web.await_ready(0, replaced=uids)
        web.settle()
        claims.let_go(1)
        web.await_ready(1, replaced=uids)

    @guarantee("STO-11")
    def test_a_claim_in_use_stays(self, history: History) -> None:
        """A deleted claim MUST stay as long as its pod is there, running or leaving."""
        expect(history.until("leaving"), storage.protected_in_use)

    @guarantee("STO-19")
    def test_no_pod_is_made_for_a_claim_that_goes(self, history: History) -> None:
        """As long as the claim is going, no pod SHOULD be made for it."""
        expect(history.between("leaving", "settled"), storage.no_pod_on_leaving_claim)

    @guarantee("STO-11")
    def test_a_new_pod_gets_a_new_claim(self, history: History) -> None:
        """Once the pod is gone a new claim and a new pod MUST come, and the pod MUST become Ready."""
        expect(history, storage.made_again, storage.complete)


class TestClaimLostWhilePending(Invariants):
    """The claim of a pod that has no node yet, and keeps its revision in an update, is deleted."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Change the template for others than the pod, delete its claim, have the controller look, give it its node."""
        web = Rollout(stage, Shape(replicas=1, storage=True, hold=[SCHEDULED], spec=rolling(partition=1)))
        claims = Claims(stage)
        web.await_created(0)
        claims.await_owner(NOBODY, 0)
        web.restart()
        former = claims.delete(0)
        claims.await_gone(0)
        web.settle()
        web.touch()  # its controller may have looked before it heard that the claim is gone
        claims.await_anew(0, former)
        web.schedule(0)
        web.await_ready(0)

    @guarantee("STO-10")
    def test_the_claim_is_made_again(self, history: History) -> None:
        """A missing claim SHOULD be made again while its pod waits for it, and the pod SHOULD become Ready."""
        expect(history, storage.made_again, storage.complete)


class TestRefusedClaim(Invariants):
    """A claim that is lost while its pod waits, and that a quota keeps from being made again, for a while."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE, Capability.QUOTAS])
    def history(stage: Stage) -> None:
        """Hold the pod from getting a node, delete its claim, let the controller be refused, then lift the quota."""
        web = Workload(stage, Shape(replicas=1, storage=True, hold=[SCHEDULED]))
        claims = Claims(stage)
        web.await_created(0)
        claims.await_owner(NOBODY, 0)
        quota = Quota(stage, 0, used=1, kind="persistentvolumeclaims")
        former = claims.delete(0)
        claims.await_gone(0)
        web.settle()
        web.change({"revisionHistoryLimit": 5}, "changed")  # as above: it looks once more
        web.await_status()
        stage.reached("refused", "it was refused")
        quota.lift()
        claims.await_anew(0, former, refused=True)
        web.schedule(0)
        web.await_ready(0)

    @guarantee("STO-10")
    def test_it_is_tried_again(self, history: History) -> None:
        """A claim that was refused SHOULD be made once nothing refuses it any more, and its pod become Ready."""
        expect(history, storage.made_again, storage.complete)


class TestRefusedClaimOfNewPod(Invariants):
    """A set that is scaled up while a quota allows no further claim, for a while."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE, Capability.QUOTAS])
    def history(stage: Stage) -> None:
        """Allow one claim, scale to two, let the controller be refused, then lift the quota."""
        web = Workload(stage, Shape(replicas=1, storage=True))
        web.await_ready()
        quota = Quota(stage, 1, used=1, kind="persistentvolumeclaims")
        web.settle()  # the API server hears of a quota as late as anybody else who watches
        web.scale(2)
        web.settle()
        stage.reached("refused", "it was refused")
        quota.lift()
        web.await_created(1, refused=True)
        web.await_ready(1)

    @guarantee("STO-21")
    def test_no_pod_is_made_without_its_claim(self, history: History) -> None:
        """As long as a claim of it is refused, a pod SHOULD NOT be made."""
        expect(history.between("scale", "refused"), storage.no_pod_without_claim)

    @guarantee("STO-10")
    def test_claim_and_pod_are_made_in_the_end(self, history: History) -> None:
        """Once nothing refuses it any more, the claim SHOULD be made, and its pod become Ready."""
        expect(history.since("quota-lifted"), storage.complete)


class TestParticularClaim(Invariants):
    """A claim template that asks for one volume in particular, which nobody has."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Deploy one pod, and hold it from getting a node: nobody is to look for the volume."""
        shape = Shape(replicas=1, storage=True, hold=[SCHEDULED], spec={"volumeClaimTemplates": particular(stage)})
        web = Workload(stage, shape)
        web.await_created(0)
        web.settle()

    @guarantee("STO-22")
    def test_the_claim_asks_for_all_of_it(self, history: History) -> None:
        """The claim MUST have the selector, the source, the mode and the limits of its template."""
        expect(history, template.claims_made_from_template)


class TestEvictedWithData(Invariants):
    """A pod with data is evicted."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE, Capability.EVICTION])
    def history(stage: Stage) -> None:
        """Store a token, evict the pod, and read the token; the policy would delete the claim with the set.

        Before, somebody asks to evict and to delete another pod of this name, as one does who has been slow.
        """
        web = Workload(stage, Shape(replicas=1, storage=True, spec=policy("Delete", "Delete")))
        web.await_ready()
        Claims(stage).await_owner("StatefulSet", 0)
        web.write_token(0)
        evict(web, 0, CONFLICT, "evict-former", only=FORMER)
        only = {"preconditions": {"uid": FORMER}}
        ask(stage, "evict-former", "DELETE", "Pod", web.pod(0), body=only, status=CONFLICT)
        web.settle()
        uid = evict(web, 0, GRANTED)
        web.await_ready(0, replaced=[uid])
        web.read(0)
        Claims(stage).settle("read-again")

    @guarantee("OWN-19")
    def test_an_eviction_is_of_one_pod(self, history: History) -> None:
        """An eviction, or a deletion, that names the pod by its UID MUST be of no other."""
        expect(history.until("evict"), eviction.budget_kept, api.answered_as_due)

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


class TestClaimTemplates(Invariants):
    """A claim template, beside a volume of its name in the pod template, and what can be made of it later."""

    @scenario(apps=["kubia"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Deploy one pod, ask for a larger claim, then apply the manifest as it is."""
        volume = {"name": stage.app.claim, "emptyDir": {}}
        kubia = Workload(stage, Shape(replicas=1, storage=True, pod={"volumes": [volume]}))
        kubia.await_ready()
        kubia.await_status(readyReplicas=1)
        larger = copy.deepcopy(kubia.manifest["spec"]["volumeClaimTemplates"])
        larger[0]["spec"]["resources"]["requests"]["storage"] = "2Mi"
        stage.reached("larger", "ask for larger claims")
        change = {"spec": {"volumeClaimTemplates": larger}}
        ask(stage, "larger", "PATCH", "StatefulSet", kubia.name, body=change, status=REFUSED)
        stage.reached("again", "apply the manifest as it is")
        ask(stage, "again", "PATCH", "StatefulSet", kubia.name, body=kubia.manifest, status=TAKEN, same=True)
        kubia.settle()

    @guarantee("STO-12")
    def test_the_claim_is_used(self, history: History) -> None:
        """The claim MUST be mounted in place of the volume."""
        expect(history, storage.one_claim_each, storage.mounted_as_templated)

    @guarantee("STO-13")
    def test_a_change_is_refused(self, history: History) -> None:
        """A change of the claim templates MUST be refused, and change nothing."""
        expect(history.between("larger", "again"), api.answered_as_due, api.nothing_changed)

    @guarantee("STO-13")
    def test_the_same_is_no_change(self, history: History) -> None:
        """The manifest as it is MUST be taken once more, and change nothing."""
        expect(history.since("again"), api.answered_as_due, changes.without_effect)
