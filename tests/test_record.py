"""The recorder against an API server whose watches end, break off, expire and are refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from stsconf.kube.client import Kube
from stsconf.record import LostError, Recorder, View
from stsconf.wait import Clock, Deadlines
from tests.fake_api import BREAK, FakeApi, Json, Plain, Request, Script, listing, refusal, serve
from tests.hand_clock import HandClock
from tests.recording import PODS, SUBJECT, Record, added, at, event, pod, recorders, told, until

MANY = 1000
EXPIRED, BROKEN = ({"code": code, "reason": "Bad", "message": "no more"} for code in (410, 500))


class Leaping(Clock):
    """A clock on which far too much time passes between any two looks."""

    def __init__(self) -> None:
        self._time = 0.0

    def now(self) -> float:  # type: ignore[override]  # a clock of its own needs itself
        """Return a hundred seconds more than the last time."""
        self._time += 100.0
        return self._time


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """Return a fake API server."""
    with serve() as api:
        yield api


@pytest.fixture
def record(api: FakeApi, tmp_path: Path) -> Iterator[Record]:
    """Return a function that opens a recorder of pods; closed at the end."""
    with recorders(Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig"))) as record:
        yield record


# ------------------------------------------------------------------------------------------------------ recording
def test_list_then_watch(api: FakeApi, record: Record) -> None:
    """What is there is listed, and watched from the list's version on."""
    api.answers[f"GET {PODS}"] = listing(pod("web-0", "1"))
    api.scripts[PODS] = [[event("MODIFIED", pod("web-0", "2")), event("DELETED", pod("web-0", "3")), added("x", "4")]]
    recorder = record()
    until(recorder, at("x", "4"))
    told_of_web = ["Pod ADDED web-0@1", "Pod MODIFIED web-0@2", "Pod DELETED web-0@3"]
    assert told(recorder) == [*told_of_web, "Pod ADDED x@4"]
    assert api.watched(PODS)[0] == "1"


HALF_A_LINE = b'{"type":"ADDED","object":{"metadata":{"name":"half'


@pytest.mark.parametrize(
    "ending",
    [[], [BREAK], [HALF_A_LINE, BREAK], [HALF_A_LINE], [event("ERROR", BROKEN)]],
    ids=["ended", "broken-off", "line-cut", "line-cut-but-ended", "error-event"],
)
def test_watch_is_resumed(api: FakeApi, record: Record, ending: list[Json | bytes]) -> None:
    """However a watch ends, the next goes on from the last version: nothing missed, nothing twice, no gap."""
    api.scripts[PODS] = [[added("web-0", "2"), *ending], [added("web-1", "3"), *ending], [added("web-2", "4")]]
    recorder = record()
    until(recorder, at("web-2", "4"))
    assert told(recorder) == ["Pod ADDED web-0@2", "Pod ADDED web-1@3", "Pod ADDED web-2@4"]
    assert api.watched(PODS)[:3] == ["1", "2", "3"]


def test_bookmark_moves_the_version(api: FakeApi, record: Record) -> None:
    """A bookmark is no event; it says where the next watch begins."""
    api.scripts[PODS] = [[event("BOOKMARK", {"metadata": {"resourceVersion": "7"}})], [added("web-0", "8")]]
    recorder = record()
    until(recorder, at("web-0", "8"))
    assert told(recorder) == ["Pod ADDED web-0@8"]
    assert api.watched(PODS)[:2] == ["1", "7"]


@pytest.mark.parametrize("code", [401, 403, 429, 500, 503])
@pytest.mark.parametrize("form", ["status", "plain text"])
def test_refused_watch_is_tried_again(api: FakeApi, record: Record, code: int, form: str) -> None:
    """A watch that is refused for a moment is opened again from the same version."""
    no = refusal(code, "not now") if form == "status" else (code, "not now")
    api.scripts[PODS] = [no, [added("web-0", "2")]]
    recorder = record()
    until(recorder, at("web-0", "2"))
    assert told(recorder) == ["Pod ADDED web-0@2"]
    assert api.watched(PODS)[:2] == ["1", "1"]


def test_very_large_object(api: FakeApi, record: Record) -> None:
    """An object as large as the API allows arrives whole, in however many pieces."""
    large = pod("web-0", "2") | {"data": "x" * 3_000_000}
    api.scripts[PODS] = [[event("ADDED", large)]]
    recorder = record()
    until(recorder, at("web-0", "2"))
    assert recorder.history(SUBJECT).events[0].object == large


# ------------------------------------------------------------------------------------------------------------ gaps
BEFORE = [pod("stays", "1"), pod("changes", "1"), pod("goes", "1"), pod("returns", "1", "first")]
AFTER = [pod("stays", "1"), pod("changes", "5"), pod("returns", "6", "second"), pod("comes", "7")]


def listed_anew(api: FakeApi) -> None:
    """Let the first list show what was before, and every later one what is after."""
    answers = [listing(*BEFORE)]
    later = listing(*AFTER) | {"metadata": {"resourceVersion": "9"}}
    api.answers[f"GET {PODS}"] = lambda _: answers.pop() if answers else later


@pytest.mark.parametrize(
    "script", [refusal(410, "too old"), [event("ERROR", EXPIRED)]], ids=["http-status", "error-event"]
)
def test_expired_version_leaves_a_gap(api: FakeApi, record: Record, script: Script) -> None:
    """After a 410 the gap is marked, and a new list tells what must have happened in it."""
    listed_anew(api)
    api.scripts[PODS] = [script, [added("web-0", "10")]]
    recorder = record()
    until(recorder, at("web-0", "10"))
    assert told(recorder)[len(BEFORE) :] == [
        "Gap Pod",
        "Pod DELETED goes@1",
        "Pod DELETED returns@1",
        "Pod MODIFIED changes@5",
        "Pod ADDED returns@6",
        "Pod ADDED comes@7",
        "Pod ADDED web-0@10",
    ]
    assert api.watched(PODS)[:2] == ["1", "9"]
    assert recorder.history(SUBJECT).gaps("Pod")[0].object["reason"] in {"too old", "no more"}


def test_nobody_sees_half_a_list(api: FakeApi, record: Record) -> None:
    """Whoever waits sees the objects before the gap or all those after it."""
    listed_anew(api)
    proceed = threading.Event()
    relisted = api.answers[f"GET {PODS}"]
    assert callable(relisted)

    def answer(request: Request) -> Plain:
        if api.watched(PODS):
            proceed.wait(30)
        return relisted(request)

    api.answers[f"GET {PODS}"] = answer
    api.scripts[PODS] = [refusal(410, "too old"), []]
    recorder = record()
    sights = []

    def happened(view: View) -> bool:
        sights.append(sorted(view.all("Pod")))
        proceed.set()
        return "comes" in view.all("Pod")

    until(recorder, happened)
    assert sights == [["changes", "goes", "returns", "stays"], ["changes", "comes", "returns", "stays"]]


def test_failed_list_marks_no_second_gap(api: FakeApi, record: Record) -> None:
    """A list that is refused after a 410 is tried again with the next watch; one gap is one gap."""
    answers: list[Json | tuple[int, Json]] = [listing(), refusal(500, "not now")]
    later = listing() | {"metadata": {"resourceVersion": "9"}}
    api.answers[f"GET {PODS}"] = lambda _: answers.pop(0) if answers else later
    api.scripts[PODS] = [refusal(410, "too old"), refusal(410, "too old"), [added("web-0", "10")]]
    recorder = record()
    until(recorder, at("web-0", "10"))
    assert told(recorder) == ["Gap Pod", "Pod ADDED web-0@10"]


# ------------------------------------------------------------------------------------------------------------ lost
def test_lost_after_the_deadline_and_not_before(tmp_path: Path) -> None:
    """A cluster that refuses connections is lost once it did so for as long as the deadline says."""
    clock = HandClock()
    with serve() as api:
        kube = Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig"))
        recorder = Recorder(kube, "shop", Deadlines(lost=20), clock, ("Pod",))
    assert clock.await_looks("watch-Pod", 2)
    clock.time = 19.9
    assert clock.await_looks("watch-Pod", 2)
    assert until(recorder, lambda _: "still trying") == "still trying"
    clock.time = 20.0
    with pytest.raises(LostError, match=r"the cluster can no longer be reached\nthe watch of Pod ended: .*refused"):
        until(recorder, lambda _: None)
    assert "refused" in recorder.history(SUBJECT).lost


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (refusal(403, "no right to watch"), "403 Refused: no right to watch"),
        ([event("ERROR", BROKEN)], "500 Bad: no more"),
        (refusal(410, "too old"), "410 Refused: too old"),
        ([{"no": "event"}], "KeyError"),
    ],
    ids=["refused", "error-event", "expired-at-once", "not-understood"],
)
def test_lost_when_no_watch_gets_on(api: FakeApi, record: Record, script: Script, why: str) -> None:
    """An API server that answers, but never with events, is given up as well, with what it said."""
    api.scripts[PODS] = [script] * MANY
    with pytest.raises(LostError, match=why):
        until(record(Leaping()), lambda _: None)


def test_silence_that_breaks_off_is_no_loss(api: FakeApi, record: Record) -> None:
    """A load balancer that cuts silent connections, again and again, does not end the run."""
    api.scripts[PODS] = [[BREAK], [BREAK], [BREAK], [added("web-0", "2")]]
    recorder = record(Leaping())
    until(recorder, at("web-0", "2"))
    assert told(recorder) == ["Pod ADDED web-0@2"]


def test_progress_ends_an_outage(api: FakeApi, record: Record) -> None:
    """Refusals count from the last event on: failing now and then is not failing all the time."""
    no = refusal(500, "not now")
    api.scripts[PODS] = [no, [added("a", "2")], no, [added("b", "3"), event("ERROR", BROKEN)], no, [added("c", "4")]]
    recorder = record(Leaping())
    until(recorder, at("c", "4"))
    assert told(recorder) == ["Pod ADDED a@2", "Pod ADDED b@3", "Pod ADDED c@4"]
