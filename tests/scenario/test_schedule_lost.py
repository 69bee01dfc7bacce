"""Scenarios that end badly: what is left of them, and what becomes of the others."""

from __future__ import annotations

import pytest

from stsconf.errors import StsconfError
from stsconf.kube.errors import UnreachableError
from stsconf.kube.kinds import KINDS
from stsconf.model.history import ACT
from stsconf.record import LostError
from stsconf.scenario.schedule import Act
from stsconf.scenario.stage import Stage
from stsconf.wait import Deadlines
from tests.fake_api import DROP, Plain, listing, refusal
from tests.scenario.schedules import create_pod, mistake, nothing, played, removed, scene, scheduled, wait_in_vain
from tests.scenario.stages import Playhouse, pod, record

LOST = "the cluster can no longer be reached"


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
    house.api.answers["GET /version"] = DROP
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


def test_stall_without_an_observer(house: Playhouse) -> None:
    """What was awaited of names in vain, when nobody could ask any more, is not held against the cluster."""

    def act(stage: Stage) -> None:
        stage.unheard = "the observer fell silent"
        wait_in_vain(stage)

    stalled, other = scene("Stalled", act), scene("Other", nothing)
    with scheduled(house, stalled, other) as schedule:
        assert played(schedule, stalled).history.lost == "the observer fell silent"
        assert played(schedule, other).history.lost == ""


def test_stall_for_an_image(house: Playhouse) -> None:
    """Pods that wait for an image, which a node cannot get, are nobody's broken promise."""

    def act(stage: Stage) -> None:
        waiting = {"image": "here/nginx:1", "state": {"waiting": {"reason": "ErrImagePull", "message": "no route"}}}
        stuck = pod(1)
        stuck["status"]["containerStatuses"] = [waiting]
        record(stage, "Pod", stuck)
        wait_in_vain(stage)

    stalled = scene("Stalled", act)
    with scheduled(house, stalled) as schedule:
        lost = played(schedule, stalled).history.lost
    assert lost == "web-1 cannot get the image here/nginx:1: ErrImagePull: no route"


def test_record_that_stays_behind(house: Playhouse) -> None:
    """A scenario that came to its end is not judged by half a record."""

    def act(_: Stage) -> None:
        house.api.answers["GET /api/v1/namespaces/stsconf-r1-one-nginx/pods"] = listing(pod(0))

    one = scene("One", act)
    with scheduled(house, one, deadlines=Deadlines(controller=0.2)) as schedule:
        assert "the record stays behind the cluster" in played(schedule, one).history.broken[0]


@pytest.fixture
def gone(house: Playhouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a cluster that no longer answers when it is asked whether it is there."""
    house.api.answers["GET /version"] = DROP
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)


@pytest.mark.parametrize("error", [LostError(LOST), UnreachableError(LOST)])
@pytest.mark.usefixtures("gone")
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


@pytest.mark.parametrize("answer", [{"gitVersion": "v1.37.1"}, refusal(403, "not for you")], ids=["told", "refused"])
def test_one_connection_that_broke_ends_one_scenario(house: Playhouse, answer: Plain) -> None:
    """A cluster that answers is not lost; the scenario that was cut off cannot be judged."""
    house.api.answers["GET /version"] = answer

    def cut(_: Stage) -> None:
        raise UnreachableError(LOST)

    first, second = scene("First", cut), scene("Second", nothing)
    with scheduled(house, first, second) as schedule:
        history = played(schedule, first).history
        assert (history.lost, history.broken) == ("", (LOST,))
        assert played(schedule, second).history.broken == ()


def test_record_that_was_cut_off_ends_one_scenario(house: Playhouse) -> None:
    """Where the cluster answers again, only the scenario whose record broke off knows nothing more of it."""

    def cut(_: Stage) -> None:
        raise LostError(LOST)

    first, second = scene("First", cut), scene("Second", nothing)
    with scheduled(house, first, second) as schedule:
        assert played(schedule, first).history.lost == LOST
        assert played(schedule, second).history.lost == ""


@pytest.mark.usefixtures("gone")
def test_cluster_that_is_lost_before_the_first_act(house: Playhouse) -> None:
    """A namespace that cannot even be asked for ends the run as well."""
    house.api.answers["POST /api/v1/namespaces"] = DROP
    first, second = scene("First", nothing), scene("Second", nothing)
    with scheduled(house, first, second) as schedule:
        with pytest.raises(UnreachableError):
            played(schedule, first)
        with pytest.raises(LostError, match="the scenario was not run"):
            played(schedule, second)


def test_namespace_without_a_recorder_is_removed(house: Playhouse) -> None:
    """What cannot be recorded is not played, and nothing of it is left behind."""
    house.api.answers["GET /api/v1/namespaces/stsconf-r1-first-nginx/pods"] = refusal(403, "no right to look")
    first = scene("First", nothing)
    with scheduled(house, first) as schedule, pytest.raises(StsconfError, match="no right to look"):
        played(schedule, first)
    assert removed(house) == ["stsconf-r1-first-nginx"]


@pytest.mark.usefixtures("gone")
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
