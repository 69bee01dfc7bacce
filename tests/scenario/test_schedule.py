"""Scenarios side by side: how many at a time, what is left of each, and what one that ends badly does to the rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from stsconf.errors import StsconfError
from stsconf.kube.errors import UnreachableError
from stsconf.kube.kinds import KINDS
from stsconf.model.history import ACT
from stsconf.record import LostError, View
from stsconf.scenario.apps import APPS
from stsconf.scenario.schedule import Act, Played, Scene, Schedule
from stsconf.scenario.stage import Stage
from stsconf.wait import Deadlines
from tests.fake_api import DROP, Plain, Request, listing, refusal
from tests.hand_clock import HandClock
from tests.scenario.stages import PATIENCE, Playhouse, pod, record

LOST = "the cluster can no longer be reached"


def scene(name: str, act: Act, app: str = "nginx") -> Scene:
    """Return a scenario called `Test<name>`."""
    return Scene(f"Test{name}", app, act)


def nothing(_: Stage) -> None:
    """Do nothing."""


def mistake(_: Stage) -> None:
    """Make a mistake of Python's kind."""
    raise ZeroDivisionError


def create_pod(stage: Stage) -> None:
    """Create a pod."""
    stage.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-0"}})


def wait_in_vain(stage: Stage) -> None:
    """Wait for a pod that does not come."""
    stage.until("Pod", "web-0", lambda view: view.get("Pod", "web-0"), "creation", 0)


def wait_forever(stage: Stage) -> None:
    """Wait for a pod that does not come, far too long."""
    stage.until("Pod", "web-0", lambda view: view.get("Pod", "web-0"), "creation", 1e9)


@contextmanager
def scheduled(
    house: Playhouse, *scenes: Scene, jobs: int = 1, keep: bool = False, deadlines: Deadlines = PATIENCE
) -> Iterator[Schedule]:
    """Play scenarios, and end the schedule afterwards; their namespaces get service accounts."""
    for one in scenes:
        house.admit(one.name, APPS[one.app])
    schedule = Schedule(house.context(deadlines), scenes, jobs, keep=keep)
    try:
        yield schedule
    finally:
        schedule.end()


def played(schedule: Schedule, one: Scene) -> Played:
    """Wait for a scenario."""
    return schedule.played(one, 30, lambda: None)


def removed(house: Playhouse) -> list[str]:
    """Return the namespaces whose removal was asked for."""
    return [request.path.rpartition("/")[2] for request in house.sent("DELETE")]


# ---------------------------------------------------------------------------------------------------- one after another
def test_each_leaves_its_history(house: Playhouse) -> None:
    """Every scenario is played once, on a stage of its own, and leaves what was recorded there."""
    scenes = [
        scene("One", lambda stage: stage.act("first", "act first")),
        scene("Two", lambda stage: stage.act("second", "act second")),
        scene("One", lambda stage: stage.act("third", "act third"), app="kubia"),
    ]
    with scheduled(house, *scenes) as schedule:
        histories = [played(schedule, one).history for one in scenes]
    assert [[event.type for event in history.of(ACT)] for history in histories] == [["first"], ["second"], ["third"]]
    names = ["stsconf-r1-one-nginx", "stsconf-r1-two-nginx", "stsconf-r1-one-kubia"]
    assert [history.subject.namespace for history in histories] == removed(house) == names
    assert [str(one) for one in scenes] == ["TestOne[nginx]", "TestTwo[nginx]", "TestOne[kubia]"]


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_as_many_at_a_time_as_jobs(house: Playhouse, jobs: int) -> None:
    """So many are on stage together, and never more."""
    together = threading.Barrier(jobs)
    lock, on_stage, most = threading.Lock(), 0, 0

    def act(_: Stage) -> None:
        nonlocal on_stage, most
        with lock:
            on_stage += 1
            most = max(most, on_stage)
        together.wait(timeout=30)
        with lock:
            on_stage -= 1

    scenes = [scene(f"Number{number}", act) for number in range(jobs * 2)]
    with scheduled(house, *scenes, jobs=jobs) as schedule:
        for one in scenes:
            played(schedule, one)
    assert most == jobs


def test_what_disturbs_others_is_alone(house: Playhouse) -> None:
    """It waits for all others, and each such for the other; who waits is not on stage."""
    seen: list[list[str]] = []
    together = threading.Barrier(2)

    def act(_: Stage) -> None:
        together.wait(timeout=30)

    def last(_: Stage) -> None:
        seen.append(schedule.on_stage)

    alone = [Scene(f"TestAlone{number}", "nginx", last, alone=True) for number in range(2)]
    scenes = [*alone, scene("One", act), scene("Two", act)]
    with scheduled(house, *scenes, jobs=4) as schedule:
        for one in scenes:
            played(schedule, one)
    assert seen == [[str(one)] for one in alone]


def test_who_waits_is_told_what_goes_on(house: Playhouse) -> None:
    """While a scenario is awaited, those on stage are told now and then."""
    go = threading.Event()
    told = []

    def idle() -> None:
        told.append(schedule.on_stage)
        go.set()

    def act(_: Stage) -> None:
        assert go.wait(30)

    one = scene("One", act)
    with scheduled(house, one) as schedule:
        schedule.played(one, 0.01, idle)
    assert told[0] == ["TestOne[nginx]"]


def test_what_has_ended_is_counted(house: Playhouse) -> None:
    """Of all scenarios, those that are over, well or not."""
    go = threading.Event()

    def fail(_: Stage) -> None:
        raise RuntimeError("a mistake")

    def wait(_: Stage) -> None:
        assert go.wait(30)

    bad, slow = scene("Bad", fail), scene("Slow", wait)
    with scheduled(house, bad, slow) as schedule:
        with pytest.raises(RuntimeError):
            played(schedule, bad)
        assert (schedule.ended, len(schedule)) == (1, 2)
        go.set()
        played(schedule, slow)
        assert schedule.ended == 2


def test_where_the_time_went(house: Playhouse) -> None:
    """What was waited for, and answers, are the cluster's time, all the rest the suite's."""
    clock = HandClock()

    def waited(_: View) -> bool:
        clock.time += 5.0
        return True

    def act(stage: Stage) -> None:
        clock.time += 3.0
        stage.until("Pod", "web-0", waited, "anything", 100)

    one = scene("One", act)
    house.admit("TestOne")
    schedule = Schedule(house.context(clock=clock), [one], 1)
    left = played(schedule, one)
    schedule.end()
    assert left.cluster_seconds + left.suite_seconds == pytest.approx(8.0)
    assert 5.0 < left.cluster_seconds < 8.0


def test_logs_are_kept(house: Playhouse) -> None:
    """The pods' last words are read before their namespace goes."""
    house.api.answers["GET /api/v1/namespaces/stsconf-r1-one-nginx/pods/web-0/log"] = "goodbye"
    one = scene("One", lambda stage: record(stage, "Pod", pod(0)))
    with scheduled(house, one) as schedule:
        assert played(schedule, one).logs == {("web-0", "nginx"): "goodbye"}


def test_done(house: Playhouse) -> None:
    """What a scenario left can be asked for without waiting; nothing is left of one that broke or was not played."""
    good, bad, other = scene("Good", nothing), scene("Bad", mistake), scene("Other", nothing)
    with scheduled(house, good, bad) as schedule:
        left = played(schedule, good)
        with pytest.raises(ZeroDivisionError):
            played(schedule, bad)
        assert (schedule.done(good), schedule.done(bad), schedule.done(other)) == (left, None, None)


# ------------------------------------------------------------------------------------------------------ ending badly
def test_stalled_scenario_has_a_history(house: Playhouse) -> None:
    """What was recorded up to the stall is judged; the next scenario is played."""
    stalled, other = scene("Stalled", wait_in_vain), scene("Other", nothing)
    with scheduled(house, stalled, other) as schedule:
        history = played(schedule, stalled).history
        assert played(schedule, other).history.stall is None
    assert history.stall is not None
    assert (history.stall.object, history.lost, history.broken) == ("Pod web-0", "", ())
    assert [(event.type, event.object["sentence"]) for event in history.of(ACT)] == [("stalled", str(history.stall))]


def then_answered(house: Playhouse, answer: Plain) -> Act:
    """Return an act after whose wait in vain the API server answers all lists of pods like this."""

    def act(stage: Stage) -> None:
        house.api.answers[f"GET {KINDS['Pod'].path(stage.namespace)}"] = answer
        wait_in_vain(stage)

    return act


def test_stall_without_an_api_server_is_a_loss(house: Playhouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """What did not happen while nobody answered is not held against the cluster, and nothing else is played."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    stalled, other = scene("Stalled", then_answered(house, DROP)), scene("Other", nothing)
    with scheduled(house, stalled, other) as schedule:
        history = played(schedule, stalled).history
        with pytest.raises(LostError, match="the scenario was not run\nno answer to GET"):
            played(schedule, other)
    assert "no answer to GET" in history.lost


@pytest.mark.parametrize(
    ("answer", "lost"),
    [
        (refusal(500, "its store is gone"), "its store is gone"),
        (refusal(403, "no right to look"), ""),
        (listing(pod(0)), "the record stays behind the cluster"),
    ],
    ids=["no-store", "no-right", "no-news"],
)
def test_stall_without_a_view_of_the_cluster(house: Playhouse, answer: Plain, lost: str) -> None:
    """Nothing follows from a stall if the cluster cannot say what there is, or the record does not show it."""
    stalled, other = scene("Stalled", then_answered(house, answer)), scene("Other", nothing)
    deadlines = Deadlines(controller=0.2)
    with scheduled(house, stalled, other, deadlines=deadlines) as schedule:
        history = played(schedule, stalled).history
        assert played(schedule, other).history.lost == ""
    assert history.stall is not None
    assert (lost in history.lost, bool(history.lost)) == (True, bool(lost))


def test_record_that_stays_behind(house: Playhouse) -> None:
    """A scenario that came to its end is not judged by half a record."""

    def act(_: Stage) -> None:
        house.api.answers["GET /api/v1/namespaces/stsconf-r1-one-nginx/pods"] = listing(pod(0))

    one = scene("One", act)
    with scheduled(house, one, deadlines=Deadlines(controller=0.2)) as schedule:
        assert "the record stays behind the cluster" in played(schedule, one).history.broken[0]


@pytest.mark.parametrize("error", [LostError(LOST), UnreachableError(LOST)])
def test_lost_cluster_ends_the_rest(house: Playhouse, error: StsconfError) -> None:
    """Nothing more is tried on a cluster that is gone; what was recorded says so."""

    def lose(_: Stage) -> None:
        raise error

    first, second, third = scene("First", lose), scene("Second", nothing), scene("Third", nothing)
    with scheduled(house, first, second, third) as schedule:
        left = played(schedule, first)
        for one in (second, third):
            with pytest.raises(LostError, match=f"the scenario was not run\n{LOST}"):
                played(schedule, one)
    assert (left.history.lost, left.logs) == (LOST, {})
    assert len(house.api.asked("POST")) == 1


def test_cluster_that_is_lost_before_the_first_act(house: Playhouse) -> None:
    """A namespace that cannot even be asked for ends the run as well."""
    house.api.answers["POST /api/v1/namespaces"] = DROP
    first, second = scene("First", nothing), scene("Second", nothing)
    with scheduled(house, first, second) as schedule:
        with pytest.raises(UnreachableError):
            played(schedule, first)
        with pytest.raises(LostError, match="the scenario was not run"):
            played(schedule, second)
    assert removed(house) == []


def test_cluster_that_is_lost_at_the_clean_up(house: Playhouse) -> None:
    """The scenario's history is whole, but nothing else is begun."""
    house.api.answers["DELETE /api/v1/namespaces/stsconf-r1-first-nginx"] = DROP
    first, second = scene("First", nothing), scene("Second", nothing)
    with scheduled(house, first, second) as schedule:
        assert played(schedule, first).history.lost == ""
        with pytest.raises(LostError, match="the scenario was not run"):
            played(schedule, second)


def test_refused_clean_up_does_not_end_the_rest(house: Playhouse) -> None:
    """A namespace that may not be deleted now is left to the sweep."""
    house.api.answers["DELETE /api/v1/namespaces/stsconf-r1-first-nginx"] = refusal(403, "no")
    first, second = scene("First", nothing), scene("Second", nothing)
    with scheduled(house, first, second) as schedule:
        assert [played(schedule, one).history.lost for one in (first, second)] == ["", ""]


def test_assumption_that_does_not_hold(house: Playhouse) -> None:
    """A refusal, or anything else that a user can meet, breaks the scenario's assumptions, and only its own."""
    house.api.answers["POST /api/v1/namespaces/stsconf-r1-broken-nginx/pods"] = refusal(403, "quota exceeded")
    broken = scene("Broken", create_pod)
    other = scene("Other", nothing)
    with scheduled(house, broken, other) as schedule:
        assert "quota exceeded" in played(schedule, broken).history.broken[0]
        assert played(schedule, other).history.broken == ()


def test_mistake_of_a_scenario_surfaces_for_its_checks_only(house: Playhouse) -> None:
    """An exception that is none of ours is raised where the scenario is asked for; its namespace goes all the same."""
    broken, other = scene("Broken", mistake), scene("Other", nothing)
    with scheduled(house, broken, other) as schedule:
        with pytest.raises(ZeroDivisionError):
            played(schedule, broken)
        assert played(schedule, other).history.lost == ""
    assert removed(house) == ["stsconf-r1-broken-nginx", "stsconf-r1-other-nginx"]


# ---------------------------------------------------------------------------------------------------------- keeping
def test_kept_namespaces(house: Playhouse) -> None:
    """When told to keep, a namespace stays until it is known that nobody wants to look at it."""
    first, second = scene("First", nothing), scene("Second", nothing)
    with scheduled(house, first, second, keep=True) as schedule:
        for one in (first, second):
            played(schedule, one)
        assert removed(house) == []
        schedule.remove(second)
        schedule.remove(second)
    assert removed(house) == ["stsconf-r1-second-nginx"]


# ----------------------------------------------------------------------------------------------------------- ending
def test_end_cancels_and_cleans_up(house: Playhouse) -> None:
    """What is on stage is stopped where it waits and cleaned up; what has not begun never begins."""
    on_stage = threading.Event()

    def act(stage: Stage) -> None:
        on_stage.set()
        wait_forever(stage)

    first, second = scene("First", act), scene("Second", nothing)
    with scheduled(house, first, second) as schedule:
        assert on_stage.wait(30)
        schedule.end()
        assert "the recorder was closed" in played(schedule, first).history.lost
        with pytest.raises(LostError, match="the scenario was not run\nthe run is being ended"):
            played(schedule, second)
    assert removed(house) == ["stsconf-r1-first-nginx"]
    assert len(house.api.asked("POST")) == 1


def test_end_while_a_stage_is_being_made(house: Playhouse) -> None:
    """A scenario that was about to begin is stopped at its first wait."""
    asked, go = threading.Event(), threading.Event()

    def slowly(_: Request) -> Plain:
        asked.set()
        go.wait(30)
        return {}

    house.api.answers["POST /api/v1/namespaces"] = slowly
    first, second = scene("First", wait_forever), scene("Second", nothing)
    with scheduled(house, first, second) as schedule:
        assert asked.wait(30)
        ending = threading.Thread(target=schedule.end)
        ending.start()
        with pytest.raises(LostError, match="the scenario was not run"):
            schedule.played(second, 0.01, lambda: None)
        go.set()
        ending.join(30)
        assert not ending.is_alive()
        assert "the recorder was closed" in played(schedule, first).history.lost
    assert removed(house) == ["stsconf-r1-first-nginx"]
