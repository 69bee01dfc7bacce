"""Updates that go wrong, or are overtaken by something else."""

from __future__ import annotations

from typing import Any

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import identity, revisions, rollout, status
from stsconf.model.history import History
from stsconf.scenario.rollout import Rollout, strategy
from stsconf.scenario.shape import GONE, READY, Shape
from stsconf.scenario.stage import Stage


class TestBrokenTemplate(Invariants):
    """A template whose pods never run, and the way back."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Break the template, return to the former one, and delete the pod that is stuck."""
        web = Rollout(stage, Shape())
        web.await_ready()
        web.await_status(readyReplicas=3)
        good = web.revision()
        web.await_begun(web.misplace())
        web.settle()
        stage.reached("halted", "the update is stuck")
        web.undo(good)
        web.settle()
        web.replace(2)
        web.await_status(readyReplicas=3, updatedReplicas=3)

    @guarantee("UPD-12")
    def test_an_update_halts_at_the_first_broken_pod(self, history: History) -> None:
        """An update whose first new pod does not become Ready MUST leave all other pods as they are."""
        expect(history.between("broken", "undo"), rollout.halts)

    @guarantee("UPD-13")
    def test_a_mended_template_replaces_the_broken_pod(self, history: History) -> None:
        """A broken pod SHOULD be replaced as soon as the template is mended."""
        expect(history.between("undo", "kill"), rollout.repaired)

    @guarantee("UPD-27")
    def test_deleting_the_broken_pod_ends_the_rollback(self, history: History) -> None:
        """A mended template and the deletion of the broken pod MUST bring the set back, the other pods untouched."""
        expect(
            history.since("kill"),
            rollout.ends_on_one_version,
            status.ends_on_one_revision,
            identity.comes_back,
            identity.others_untouched,
        )


def lose_during_update(stage: Stage, **spec: Any) -> None:
    """Begin an update of three pods, delete the lowest, and let the update go on."""
    web = Rollout(stage, Shape(hold=[READY], spec=spec))
    web.release_each(3)
    web.await_status(readyReplicas=3)
    web.await_begun(web.restart())
    web.kill(0)
    web.finish()


class TestLossDuringUpdate(Invariants):
    """A pod that is lost before it is its turn to be updated."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Lose the lowest of three pods while the highest is updated."""
        lose_during_update(stage)

    @guarantee("UPD-11")
    def test_the_update_goes_on_to_its_end(self, history: History) -> None:
        """An update SHOULD go on and end on one revision though a pod is lost on the way."""
        expect(history.since("restart"), rollout.ends_on_one_version, status.ends_on_one_revision, rollout.descending)

    @guarantee("UPD-28")
    def test_a_lost_pod_returns_as_it_was(self, history: History) -> None:
        """A pod that is lost before its turn MUST come back on the revision that it had."""
        expect(history.since("restart"), rollout.returns_as_before)


class TestLossDuringPlainUpdate(Invariants):
    """The same under a strategy that says RollingUpdate and no more."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Lose the lowest of three pods while the highest is updated."""
        lose_during_update(stage, **strategy("RollingUpdate"))

    @guarantee("UPD-32")
    def test_a_lost_pod_returns_as_it_was(self, history: History) -> None:
        """A pod that is lost before its turn MUST come back on the revision that it had, and be updated in its turn."""
        expect(history.since("restart"), rollout.returns_as_before, rollout.ends_on_one_version)


class TestScaledDuringUpdate(Invariants):
    """A set that is scaled up while it is updated, and scaled and updated at once, down and up."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Scale while the first new pod is held, finish; then ask for less, and for more, with a new template each."""
        web = Rollout(stage, Shape(replicas=2, hold=[READY]))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        web.await_begun(web.restart())
        web.scale(3, mark="grow")
        web.settle()
        web.finish()
        web.restart("shrink", replicas=1)
        web.finish("shrunk")
        web.restart("expand", replicas=2)
        web.finish("expanded")

    @guarantee("UPD-20")
    def test_every_pod_ends_updated(self, history: History) -> None:
        """A set that grows while it is updated MUST end with each pod made once, on the new revision."""
        expect(history.between("restart", "shrink"), rollout.each_made_once, status.ends_on_one_revision)

    @guarantee("UPD-19")
    def test_missing_pods_come_first(self, history: History) -> None:
        """Missing pods SHOULD be made before another pod is updated."""
        expect(history.between("grow", "shrink"), rollout.scaling_first)

    @guarantee("UPD-19")
    def test_surplus_pods_go_first(self, history: History) -> None:
        """Surplus pods SHOULD go before another pod is updated."""
        expect(history.between("shrink", "expand"), rollout.scaling_first)

    @guarantee("UPD-20")
    def test_new_pods_are_made_from_the_new_template(self, history: History) -> None:
        """A set that is to grow and be updated in one request MUST make each pod once, on the new revision."""
        expect(history.since("expand"), rollout.each_made_once, status.ends_on_one_revision)


class TestScaledDownWithUpdate(Invariants):
    """A set that is scaled down and updated by one change."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Ask two of three pods for a new template, have the controller look while the third goes, let each go."""
        web = Rollout(stage, Shape(hold=[GONE]))
        web.await_ready()
        web.await_status(readyReplicas=3)
        old = web.restart("both", replicas=2)
        web.await_deletion(2)
        web.settle()
        web.let_go_each(3)
        web.await_ready(0, 1, replaced=old)
        web.await_status(replicas=2, updatedReplicas=2)

    @guarantee("UPD-19")
    def test_surplus_pods_go_before_the_update(self, history: History) -> None:
        """No pod SHOULD be updated before the surplus one is gone."""
        expect(history.since("both"), rollout.scaling_first)


class TestScaledDownBeforeTheEnd(Invariants):
    """An update that waits for a pod of the old revision, in a set that is scaled down meanwhile."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Update two of three pods; with the third not Ready, ask for two pods: as many as are updated."""
        web = Rollout(stage, Shape(hold=[READY]))
        web.release_each(3)
        web.await_status(readyReplicas=3)
        old = web.restart()
        web.await_created(2, replaced=old)
        web.release(2)
        web.await_created(1, replaced=old)
        web.unready(0)
        web.release(1)
        web.await_status(readyReplicas=2, updatedReplicas=2)
        web.scale(2)
        web.settle()

    @guarantee("STA-4")
    def test_it_is_not_taken_for_done(self, history: History) -> None:
        """The status MUST NOT be on the new revision while a pod that is asked for is not."""
        expect(history.since("restart"), revisions.current_kept)


class TestSecondChange(Invariants):
    """A template that is changed again while its former change is under way."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Change the template, and change it again while the first new pod is held."""
        # nothing but the strategy's name: its defaults are the controller's business, not those of the API
        web = Rollout(stage, Shape(replicas=2, hold=[READY], spec=strategy("RollingUpdate")))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        web.await_begun(web.restart())
        web.restart("again")
        web.settle()
        stage.reached("known", "the controller knows the latest template")
        web.finish()

    @guarantee("UPD-22")
    def test_it_ends_on_the_latest_template(self, history: History) -> None:
        """An update that is overtaken by another MUST end on the latest template, with every pod and the status."""
        expect(history.since("restart"), rollout.ends_on_one_version, status.ends_on_one_revision)

    @guarantee("UPD-22")
    def test_no_pod_is_made_from_the_former_template(self, history: History) -> None:
        """Once the latest template is known no pod MUST be made from a former one."""
        expect(history.since("known"), rollout.straight_to_target)
