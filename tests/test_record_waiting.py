"""Waiting for what is recorded, the history that comes of it, and the end of a recorder."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from functools import partial
from pathlib import Path

import pytest
import requests
import yaml

from stsconf.cluster.embedded.pki import Authority
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.model.history import ACT, DNS, HTTP, History
from stsconf.record import LostError, StalledError, View
from stsconf.wait import Deadlines
from tests.fake_api import FakeApi, Json, Plain, Request, kubeconfig, listing, serve
from tests.hand_clock import HandClock
from tests.recording import PODS, SUBJECT, Record, added, at, event, pod, recorders, told, until


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


# ------------------------------------------------------------------------------------------------------ catching up
AT_ONCE = Deadlines().scaled(0)


def listed(version: str, *pods: Json) -> Json:
    """Return a list at a version."""
    return listing(*pods) | {"metadata": {"resourceVersion": version}}


@pytest.mark.parametrize(
    ("news", "present"),
    [
        ([], listed("1")),
        ([added("web-0", "2")], listed("2", pod("web-0", "2"))),
        ([added("web-0", "2")], listed("1")),
        ([added("web-0", "2"), event("MODIFIED", pod("web-0", "4"))], listed("3", pod("web-0", "2"))),
        ([added("web-0", "2"), event("DELETED", pod("web-0", "4"))], listed("3", pod("web-0", "2"))),
        ([added("web-0", "2"), event("DELETED", pod("web-0", "3"))], listed("9")),
    ],
    ids=["nothing", "same", "ahead", "changed-since", "deleted-since", "deleted"],
)
def test_record_that_is_up_to_date(api: FakeApi, record: Record, news: list[Json], present: Json) -> None:
    """A record that shows what the API server shows, or more, is not waited for."""
    recorder = record(deadlines=AT_ONCE)
    for line in [*news, added("last", "99")]:
        api.emit(line["type"], line["object"])
    until(recorder, at("last", "99"))
    api.answers[f"GET {PODS}"] = present
    recorder.catch_up("Pod")
    assert [one.path for one in api.asked("GET") if "watch" not in one.query] == [PODS, PODS]


@pytest.mark.parametrize(
    ("news", "present"),
    [
        ([], listed("2", pod("web-0", "2"))),
        ([added("web-0", "2")], listed("3", pod("web-0", "3"))),
        ([added("web-0", "2")], listed("3")),
        ([added("web-0", "2"), event("DELETED", pod("web-0", "3"))], listed("4", pod("web-0", "4", "another"))),
    ],
    ids=["created", "changed", "deleted", "created-again"],
)
def test_record_that_stays_behind(api: FakeApi, record: Record, news: list[Json], present: Json) -> None:
    """What the API server shows and the record does not is waited for, and told when it does not come."""
    recorder = record(deadlines=AT_ONCE)
    for line in [*news, added("last", "99")]:
        api.emit(line["type"], line["object"])
    until(recorder, at("last", "99"))
    api.answers[f"GET {PODS}"] = present
    with pytest.raises(StsconfError, match=r"the record stays behind the cluster\n.*of the record of Pod;.* objects"):
        recorder.catch_up()


def test_record_catches_up(api: FakeApi, record: Record) -> None:
    """What is on its way is waited for."""
    recorder = record()

    def present(_: Request) -> Plain:
        api.emit("ADDED", pod("web-0", "2"))
        return listed("2", pod("web-0", "2"))

    api.answers[f"GET {PODS}"] = present
    recorder.catch_up("Pod")
    assert told(recorder) == ["Pod ADDED web-0@2"]


def test_kinds_are_asked_for_side_by_side(api: FakeApi, record: Record) -> None:
    """No list waits for another one's answer; a list of nothing may say null."""
    recorder = record()
    both = threading.Barrier(2, timeout=20)

    def once_both_are_asked(_: Request) -> Plain:
        both.wait()
        return {"metadata": {"resourceVersion": "1"}, "items": None}

    for path in (PODS, PODS.replace("pods", "services")):
        api.answers[f"GET {path}"] = once_both_are_asked
    recorder.catch_up("Pod", "Service")
    assert not both.broken


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
    threads = watching() - before
    api.emit("ADDED", pod("web-0", "2"))
    until(recorder, at("web-0", "2"))
    recorder.close()
    assert ended(threads)


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
