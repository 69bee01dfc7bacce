"""ControllerRevisions: what makes one, what leads back to one, and how many are kept."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import revisions, rollout, status
from stsconf.model.history import History
from stsconf.scenario.rollout import Rollout, rolling, strategy
from stsconf.scenario.shape import READY, Shape, by_expression
from stsconf.scenario.stage import Stage
from stsconf.scenario.strays import take_name


class TestRestart(Invariants):
    """A set that is restarted, and the restart undone, as `kubectl rollout` does it; an expression selects its pods."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Annotate the template, and return to its first revision once that is done."""
        web = Rollout(stage, Shape(replicas=2, labels={"tier": "web"}, spec=by_expression()))
        web.await_ready()
        web.await_status(readyReplicas=2)
        first = web.revision()
        web.annotate("kubernetes.io/change-cause", "a restart")
        web.await_updated(web.restart())
        web.await_updated(web.undo(first), mark="undone")

    @guarantee("UPD-21")
    def test_a_restart_replaces_every_pod(self, history: History) -> None:
        """An annotation of the template MUST replace every pod once by its equal, as `kubectl rollout restart` asks."""
        expect(history.between("restart", "undo"), rollout.restarted, rollout.replaces_once)

    @guarantee("UPD-33")
    def test_the_revision_tells_the_cause(self, history: History) -> None:
        """A revision SHOULD be made with the set's annotations, from which its history is told."""
        expect(history.between("restart", "undo"), revisions.annotated_like_set)

    @guarantee("UPD-8", "UPD-21")
    def test_the_return_leads_to_the_first_revision(self, history: History) -> None:
        """The return to an earlier template MUST lead to its revision, under a higher number."""
        expect(history.since("undo"), revisions.reused)

    @guarantee("UPD-8", "STA-4")
    def test_every_pod_returns_to_the_first_revision(self, history: History) -> None:
        """The return to an earlier template MUST end with every pod, and the status, on its revision."""
        expect(history.since("undo"), rollout.ends_on_one_version, status.ends_on_one_revision)

    @guarantee("UPD-2")
    def test_the_return_goes_downward_too(self, history: History) -> None:
        """The return to an earlier template MUST go from the highest ordinal down, as any update."""
        expect(history.since("undo"), rollout.descending)


def change_again(web: Rollout, times: int) -> list[str]:
    """Change the template so many times, each time once the former revision is known; returns the revisions."""
    revisions_made = []
    for _ in range(times):
        web.restart()
        revisions_made.append(web.revision())
    return revisions_made


class TestHistory(Invariants):
    """Two pods that stay on their revisions while the template is changed again and again."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Change the template five times with room for two, return to the last but one, make room, then leave none.

        The pod that comes back on the second revision is not Ready, and uses it all the same.
        """
        spec = {**strategy("OnDelete"), "revisionHistoryLimit": 2}
        web = Rollout(stage, Shape(replicas=2, hold=[READY], spec=spec))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        web.restart("first")
        web.await_created(1, replaced=web.kill(1))
        known = [web.revision(), *change_again(web, 4)]
        web.settle()
        stage.reached("full", "only two of the unused revisions are kept")
        web.undo(known[-2])
        web.settle()
        web.change({"revisionHistoryLimit": 6}, "make-room")
        change_again(web, 4)
        web.change({"revisionHistoryLimit": 0}, "forget")
        web.settle()
        web.await_forgotten()  # one after the other, and after the status was written

    @guarantee("UPD-16")
    def test_no_more_are_kept_than_the_limit(self, history: History) -> None:
        """Of the revisions that nothing uses no more than revisionHistoryLimit MUST be kept, the newest of them."""
        expect(history.until("full"), revisions.kept_to_limit, revisions.oldest_go_first)

    @guarantee("UPD-16")
    def test_a_lower_limit_holds_at_once(self, history: History) -> None:
        """A lower revisionHistoryLimit MUST hold for what was kept under the former one."""
        expect(history.since("forget"), revisions.kept_to_limit, revisions.oldest_go_first)

    @guarantee("UPD-16")
    def test_what_is_in_use_is_kept(self, history: History) -> None:
        """The revision of a pod, and those that the status names, MUST be kept whatever the limit is."""
        expect(history, revisions.kept_in_use)

    @guarantee("UPD-8")
    def test_a_return_makes_no_revision(self, history: History) -> None:
        """The return to an earlier template MUST lead to its revision, also where no pod follows at once."""
        expect(history.between("undo", "make-room"), revisions.reused)


class TestWithoutHistory(Invariants):
    """A set that keeps no revision that nothing uses."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Update one pod, first held half-way; return; update again when somebody has taken the revision's name."""
        web = Rollout(stage, Shape(replicas=1, hold=[READY], spec={"revisionHistoryLimit": 0}))
        web.release_each(1)
        web.await_status(availableReplicas=1)
        web.await_created(0, replaced=web.update())
        web.settle()
        stage.reached("halfway", "the controller waits for the new pod")
        web.finish()
        second = web.revision()
        web.update(1, "back")
        web.finish("back-again")
        take_name(web, second)
        web.update(2, "taken")
        web.finish("taken-out")

    @guarantee("UPD-16")
    def test_the_current_revision_is_kept_during_an_update(self, history: History) -> None:
        """The revision that an update comes from MUST be kept until the update is complete, whatever the limit is."""
        expect(history.between("rollout", "halfway"), revisions.current_kept)

    @guarantee("UPD-34")
    def test_a_name_that_is_taken_is_counted(self, history: History) -> None:
        """A revision whose name is taken MUST be given another one, and the status count the collision."""
        expect(history.since("taken"), revisions.given_another_name)

    @guarantee("UPD-34", "STA-4")
    def test_a_name_that_is_taken_keeps_nobody_from_updating(self, history: History) -> None:
        """A set whose revision's name is taken MUST be updated all the same."""
        expect(history.since("taken"), rollout.replaces_once, status.ends_on_one_revision)


class TestOtherChanges(Invariants):
    """Changes of a set that are none of its template."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Change whatever may be changed beside the template and the size, then scale."""
        web = Rollout(stage, Shape(replicas=2))
        web.await_ready()
        web.await_status(readyReplicas=2)
        stage.reached("deployed", "the first revision is on record")
        web.change({"minReadySeconds": 1, "revisionHistoryLimit": 5, **strategy("OnDelete")}, "strategy")
        web.settle()
        web.change(rolling(partition=1), "partition")
        web.settle()
        web.scale(1)
        web.await_gone(1)
        web.settle()

    @guarantee("UPD-9")
    def test_they_make_no_revision(self, history: History) -> None:
        """A change of size, strategy, partition, minReadySeconds or history limit MUST NOT make a revision."""
        expect(history.since("strategy"), revisions.none_made)

    @guarantee("UPD-9")
    def test_they_touch_no_pod(self, history: History) -> None:
        """A change of strategy, partition, minReadySeconds or history limit MUST NOT touch a pod."""
        expect(history.between("strategy", "scale"), rollout.untouched)
