"""Scenarios side by side: how many at a time, and what is left of each."""

from __future__ import annotations

import threading

import pytest

from stsconf.model.history import ACT
from stsconf.record import LostError, View
from stsconf.scenario.schedule import Scene, Schedule
from stsconf.scenario.stage import Stage
from tests.fake_api import Plain, Request
from tests.hand_clock import HandClock
from tests.scenario.schedules import mistake, nothing, played, removed, scene, scheduled, wait_forever
from tests.scenario.stages import Playhouse, pod, record


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
