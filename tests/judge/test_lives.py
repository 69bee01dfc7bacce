"""Pods' lives, and what others did to them."""

from stsconf.judge.lives import announced, born, disturbed, lives, released, removed, returned, taken, unready
from tests.judge.builder import Script


def test_a_life_runs_from_birth_to_end() -> None:
    """A pod's events are told apart by UID, however often its name is used."""
    first, second = lives(Script().start("web-0").replace("web-0").history())
    assert (first.name, first.ordinal, first.revision) == ("web-0", 0, "web-a")
    assert first.uid != second.uid
    assert first.ready is not None
    assert first.leaving is not None
    assert first.gone is not None
    assert first.birth.index < first.ready.index < first.leaving.index < first.gone.index < second.birth.index
    assert (second.leaving, second.gone, second.last) == (None, None, second.ready)


def test_only_own_pods_are_meant_by_default() -> None:
    """Other pods' lives are told on demand."""
    history = Script().start("web-0").start("stray").history()
    assert [life.name for life in lives(history)] == ["web-0"]
    assert [life.name for life in lives(history, own=lambda _: True)] == ["web-0", "stray"]


def test_the_window_decides_what_began_and_ended_in_it() -> None:
    """Births, removals and returns are those of the window, lives those of the whole record."""
    script = Script().start("web-0", "web-1").act("mark").stop("web-0").start("web-0").act("end").stop("web-1")
    history = script.history(since="mark", until="end")
    assert [life.name for life in born(history)] == ["web-0"]
    assert [life.name for life, _ in removed(history)] == ["web-0"]
    assert [(former.name, latter.uid) for former, latter in returned(history)] == [("web-0", lives(history)[-1].uid)]


def test_an_announced_removal_is_the_tests_own() -> None:
    """An act means the pod that had the name at that time, and not its successor."""
    history = Script().start("web-0", "web-1").kill("web-0").replace("web-1").start("web-0").history()
    assert announced(history) == {lives(history)[0].uid}
    assert [life.name for life, _ in taken(history)] == ["web-1"]


def test_releases_are_no_removals() -> None:
    """An act that holds or lets go a pod does not account for its removal; the first release of each is told."""
    script = Script().start("web-0").act("release", pods=["web-0"]).act("unready", pods=["web-0"])
    history = script.act("release", pods=["web-0"]).act("let-go", pods=["web-0"]).history()
    assert announced(history) == frozenset()
    assert {name: act.index for name, act in released(history).items()} == {"web-0": 4}


def test_force_is_somebody_elses() -> None:
    """Grace period 0 shows force only on a pod that had a node, a grace period and something to run."""
    assert lives(Script().start("web-0").leaving("web-0", grace=0).history())[0].forced
    assert not lives(Script().start("web-0").leaving("web-0").history())[0].forced
    assert not lives(Script().start("web-0").history())[0].forced
    assert not lives(Script().start("web-0", nodeName="").leaving("web-0", grace=0).history())[0].forced
    own_zero = Script().start("web-0", terminationGracePeriodSeconds=0).leaving("web-0", grace=0)
    assert not lives(own_zero.history())[0].forced
    failed = Script().start("web-0").alter("Pod", "web-0", {"status.phase": "Failed"}).leaving("web-0", grace=0)
    assert not lives(failed.history())[0].forced


def test_unready_says_why() -> None:
    """The reason tells what was the matter with a pod, and for how long; an instant is forgiven if it was unseen."""
    script = Script().start("web-0").pending("web-1").start("web-2").unready("web-2").wait(5).start("web-3", "web-4")
    history = script.leaving("web-3").leaving("web-4").gone("web-4").wait(5).act("now").history()
    known, now = lives(history), history.events[-1]
    assert unready(known, "web-0", now) == ""
    assert unready(known, "web-1", now) == "had never been Running and Ready"
    assert unready(known, "web-2", now) == "was not Ready (for 10.1 s)"
    assert unready(known, "web-3", now) == "was being deleted (for 5.0 s)"
    assert unready(known, "web-4", now) == "was being deleted (for 5.0 s)"
    assert unready(known, "web-9", now) == "did not exist"


def test_an_instant_is_forgiven_unless_it_was_seen() -> None:
    """Who must have seen the loss acted against better knowledge."""
    history = Script().start("web-0").unready("web-0").act("now").history()
    known, now, lost = lives(history), history.events[-1], history.events[-2]
    assert unready(known, "web-0", now) == ""
    assert unready(known, "web-0", now, seen=lost.index) == "was not Ready (for 0.0 s)"
    vanished = Script().start("web-0").gone("web-0").wait(2).act("now").history()
    assert unready(lives(vanished), "web-0", vanished.events[-1]) == "was gone (for 2.0 s)"


def test_who_was_sent_away_is_told() -> None:
    """By the cluster on its own account, not by an act, and not from a node that an act was about."""
    target = {"type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager", "message": "tainted"}
    sent = {"status.conditions": [target]}
    away = Script().start("web-0").alter("Pod", "web-0", sent).stop("web-0")
    assert disturbed(away.history()) == ["web-0 was sent away: DeletionByTaintManager: tainted"]
    assert disturbed(Script().start("web-0").history()) == []
    assert disturbed(Script().start("web-0").act("evict", pods=["web-0"]).alter("Pod", "web-0", sent).history()) == []
    lost = Script().act("nobody", node="lost").start("web-0", nodeName="lost").alter("Pod", "web-0", sent)
    assert disturbed(lost.history()) == []
    spared = {"status.conditions": [{**target, "status": "False"}]}
    assert disturbed(Script().start("web-0").alter("Pod", "web-0", spared).history()) == []
