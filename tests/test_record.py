"""The recorder against an API server whose watches end, break off, expire and are refused."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import FrozenInstanceError
from functools import partial
from pathlib import Path

import pytest
import requests
import yaml

from stsconf.cluster.embedded.pki import Authority
from stsconf.kube.client import Kube
from stsconf.model.history import ACT, DNS, HTTP, History, Subject
from stsconf.record import LostError, Recorder, StalledError, View
from stsconf.wait import Clock, Deadlines
from tests.fake_api import BREAK, FakeApi, Json, Plain, Request, Script, kubeconfig, listing, refusal, serve
from tests.hand_clock import HandClock

PODS = "/api/v1/namespaces/shop/pods"
SUBJECT = Subject("shop", "web", "nginx", "nginx")
MANY = 1000
EXPIRED, BROKEN = ({"code": code, "reason": "Bad", "message": "no more"} for code in (410, 500))
Record = Callable[..., Recorder]


def pod(name: str, version: str, uid: str = "") -> Json:
    """Return one version of a pod."""
    return {"metadata": {"name": name, "uid": uid or f"uid-{name}", "resourceVersion": version}}


def event(kind: str, obj: Json) -> Json:
    """Return a line of a watch."""
    return {"type": kind, "object": obj}


def added(name: str, version: str) -> Json:
    """Return the line of a watch that tells a new pod."""
    return event("ADDED", pod(name, version))


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


@contextmanager
def recorders(kube: Kube) -> Iterator[Record]:
    """Lend a function that opens recorders, and close them afterwards."""
    opened = []

    def record(clock: Clock | None = None) -> Recorder:
        opened.append(Recorder(kube, "shop", Deadlines(lost=20), clock or Clock(), ("Pod",)))
        return opened[-1]

    yield record
    for recorder in opened:
        recorder.close()


def until(recorder: Recorder, happened: Callable[[View], object], deadline: float = 1e9) -> object:
    """Wait for something to be on record."""
    return recorder.until(
        happened, awaited="Ready", object="Pod web-0", deadline=deadline, last_seen=lambda view: f"{view.all('Pod')}"
    )


def at(name: str, version: str) -> Callable[[View], bool]:
    """Return the question whether a pod is there in this version."""
    return lambda view: (view.get("Pod", name) or pod("", ""))["metadata"]["resourceVersion"] == version


def told(recorder: Recorder) -> list[str]:
    """Return what is on record, one short text per event."""
    events = recorder.history(SUBJECT).events
    return [f"{e.kind} {e.type} {e.name}@{e.resource_version}" if e.name else f"{e.kind} {e.type}" for e in events]


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


# --------------------------------------------------------------------------------------------------------- waiting
def test_waiting_wakes_on_the_event(api: FakeApi, record: Record) -> None:
    """The question is asked once at the beginning and once per event: nothing is polled."""
    recorder = record()
    sights: list[int] = []

    def happened(view: View) -> str:
        sights.append(len(view.all("Pod")))
        api.emit("ADDED", pod(f"web-{len(sights)}", f"{len(sights) + 1}"))
        return "the answer" if len(sights) == 4 else ""

    assert until(recorder, happened) == "the answer"
    assert sights == [0, 1, 2, 3]


def test_five_parts_of_a_timeout(record: Record) -> None:
    """What was awaited, of which object, for how long at most, for how long in fact, and what was seen last."""
    clock = HandClock()
    recorder = record(clock)

    def happened(_: View) -> None:
        clock.time += 15.04

    with pytest.raises(StalledError) as caught:
        recorder.until(
            happened, awaited="Running and Ready", object="Pod web-1", deadline=15, last_seen=lambda _: "Pending"
        )
    assert str(caught.value) == (
        "an act ran out of time\n"
        "awaited Running and Ready of Pod web-1; deadline 15.0 s, elapsed 15.0 s; last seen: Pending"
    )
    assert caught.value.stall.elapsed == 15.04


def test_waiting_is_the_clusters_time(record: Record) -> None:
    """What was spent waiting is added up, however it ended."""
    clock = HandClock()
    recorder = record(clock)

    def ask(_: View, answer: str) -> str:
        clock.time += 4.0
        return answer

    clock.time = 3.0
    with pytest.raises(StalledError):
        until(recorder, partial(ask, answer=""), deadline=4.0)
    until(recorder, partial(ask, answer="yes"))
    clock.time = 20.0
    assert recorder.awaited_seconds == 8.0


def test_closing_ends_the_waiting(record: Record) -> None:
    """Whoever waits when the recorder is closed, or afterwards, is told; an answer would come too late."""
    recorder = record()
    with pytest.raises(LostError, match="the recorder was closed\nthe run is being ended"):
        until(recorder, lambda _: threading.Thread(target=recorder.close).start())
    with pytest.raises(LostError, match="the recorder was closed"):
        until(recorder, lambda _: True)


# --------------------------------------------------------------------------------------------------------- history
def test_notes_stand_among_the_events(api: FakeApi, record: Record) -> None:
    """Acts and answers are recorded in their order, and are no objects."""
    recorder = record()
    recorder.note(ACT, "deploy", {"sentence": "create it"})
    api.emit("ADDED", pod("web-0", "2"))
    until(recorder, at("web-0", "2"))
    recorder.note(HTTP, "GET", {"pod": "web-0"})
    recorder.note(DNS, "A", {"name": "web-0"})
    assert told(recorder) == ["Act deploy", "Pod ADDED web-0@2", "Http GET", "Dns A"]
    assert recorder.now(lambda view: [answer.kind for answer in view.answers]) == [ACT, HTTP, DNS]


def test_history_is_ordered_and_stays_as_it_is(record: Record) -> None:
    """Events are numbered in the order of the clock, and a history does not change when more is recorded."""
    clock = HandClock()
    clock.time = 50.0
    recorder = record(clock)
    for step in range(3):
        clock.time += 1.5
        recorder.note(ACT, f"act-{step}", {})
    history = recorder.history(SUBJECT)
    recorder.note(ACT, "later", {})
    assert [(e.index, e.at, e.type) for e in history.events] == [
        (0, 1.5, "act-0"),
        (1, 3.0, "act-1"),
        (2, 4.5, "act-2"),
    ]
    assert history == History(history.events, SUBJECT)
    with pytest.raises(FrozenInstanceError):
        history.events[0].type = "other"  # type: ignore[misc]  # this is what must not work


# --------------------------------------------------------------------------------------------------------- closing
def watching() -> set[threading.Thread]:
    """Return the threads of all recorders."""
    return {thread for thread in threading.enumerate() if thread.name.startswith("watch-")}


def ended(threads: set[threading.Thread]) -> bool:
    """Wait for threads to end; False if one does not for far too long."""
    assert threads
    for thread in threads:
        thread.join(timeout=20)
    return not any(thread.is_alive() for thread in threads)


def test_close_ends_a_silent_watch(api: FakeApi, record: Record) -> None:
    """A thread that waits for the next line of a watch ends at once."""
    before = watching()
    recorder = record()
    api.emit("ADDED", pod("web-0", "2"))
    until(recorder, at("web-0", "2"))
    recorder.close()
    assert ended(watching() - before)


def test_close_ends_a_silent_watch_over_tls(tmp_path: Path) -> None:
    """The same with the encryption that every real API server speaks."""
    authority = Authority(tmp_path)
    authority.issue("server", "server", hosts=("127.0.0.1",))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    with serve(tls) as api:
        config = kubeconfig(api.url)
        config["clusters"][0]["cluster"]["certificate-authority"] = str(tmp_path / "ca.crt")
        (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
        before = watching()
        with recorders(Kube.from_kubeconfig(tmp_path / "kubeconfig")) as record:
            recorder = record()
            api.emit("ADDED", pod("web-0", "2"))
            until(recorder, at("web-0", "2"))
            threads = watching() - before
        assert ended(threads)
    assert recorder.history(SUBJECT).lost == ""


class SlowKube(Kube):
    """A client whose watches take as long to open as a test wants."""

    def hold(self) -> None:
        """Open no watch until told to go."""
        self.opening, self.go = threading.Event(), threading.Event()

    def watch(self, kind: str, namespace: str, resource_version: str) -> Iterator[requests.Response]:
        """Say that a watch is to be opened, and open it when told to."""
        self.opening.set()
        self.go.wait(30)
        return super().watch(kind, namespace, resource_version)


def test_close_ends_a_watch_that_is_just_being_opened(api: FakeApi, tmp_path: Path) -> None:
    """A watch that opens only after the recorder was closed is not read."""
    kube = SlowKube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig"))
    assert isinstance(kube, SlowKube)
    kube.hold()
    before = watching()
    with recorders(kube) as record:
        record()
        threads = watching() - before
        assert kube.opening.wait(30)
    kube.go.set()
    assert ended(threads)
