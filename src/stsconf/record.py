"""The recorder: every version of every object of one namespace, from before the first act to the end.

Each kind is listed, then watched by a thread of its own over raw JSON. A watch that ends is resumed from the last
resource version, so nothing is missed; where that is too old (410) the kind is listed again and the gap is marked,
since what happened in between is unknown.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import requests

from stsconf.errors import StsconfError
from stsconf.kube.client import Kube, lines
from stsconf.kube.errors import ApiError, ExpiredError, UnreachableError
from stsconf.model import objects
from stsconf.model.history import ADDED, DELETED, GAP, MODIFIED, Event, History, Stall, Subject
from stsconf.model.objects import Object
from stsconf.wait import Clock, Deadlines

T = TypeVar("T")

KINDS = (
    "Pod",
    "StatefulSet",
    "PersistentVolumeClaim",
    "EndpointSlice",
    "ControllerRevision",
    "Service",
    "Event",
)
"""What is recorded of every scenario's namespace."""
_GONE = 410
_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two watches of a kind: doubled each time the API server refuses one, up to the longest."""


class StalledError(StsconfError):
    """An act ran out of time. The history up to there is judged all the same."""

    def __init__(self, stall: Stall) -> None:
        """Keep the five parts."""
        super().__init__("an act ran out of time", str(stall))
        self.stall = stall


class LostError(StsconfError):
    """The cluster can no longer be reached: no verdict is possible."""


class View:
    """The objects as they are now, by kind and name; what predicates look at."""

    def __init__(self) -> None:
        """Start empty."""
        self._objects: dict[str, dict[str, Object]] = {}
        self._gone: dict[tuple[str, str], int] = {}
        self.answers: list[Event] = []

    def get(self, kind: str, name: str) -> Object | None:
        """Return the latest version of one object, None if it does not exist."""
        return self._objects.get(kind, {}).get(name)

    def all(self, kind: str) -> dict[str, Object]:
        """Return the existing objects of one kind, by name."""
        return self._objects.setdefault(kind, {})

    def gone(self, kind: str, name: str) -> int:
        """Return the version at which the last object of a name was deleted, -1 if none was."""
        return self._gone.get((kind, name), -1)

    def apply(self, event: Event) -> None:
        """Take one event in."""
        if event.type in (ADDED, MODIFIED):
            self.all(event.kind)[event.name] = event.object
        elif event.type == DELETED:
            self.all(event.kind).pop(event.name, None)
            self._gone[event.kind, event.name] = _number(event.resource_version)
        else:
            self.answers.append(event)


class Recorder:
    """Records one namespace until it is closed; wakes whoever waits for something to happen.

    `awaited_seconds` adds up how long `until` waited: the cluster's time, as opposed to the suite's.
    """

    def __init__(self, kube: Kube, namespace: str, deadlines: Deadlines, clock: Clock, kinds: tuple[str, ...]) -> None:
        """Record what is there, and from then on what happens: nothing that follows this call is missed."""
        self._kube, self._namespace, self._deadlines, self._clock = kube, namespace, deadlines, clock
        self._kinds = kinds
        self._opened = clock.now()
        self._events: list[Event] = []
        self._view = View()
        self._news = threading.Condition()
        self._closing = threading.Event()
        self._open: dict[str, requests.Response] = {}
        self._lost = ""
        self.awaited_seconds = 0.0
        self._versions: dict[str, str] = {}
        _at_once(self._list, kinds)
        for kind in kinds:
            threading.Thread(target=self._follow, args=(kind,), name=f"watch-{kind}", daemon=True).start()

    # ------------------------------------------------------------------ recording

    def note(self, kind: str, kind_of: str, obj: Mapping[str, Any]) -> None:
        """Record something that is not an object of the API: an act, an answer, a gap."""
        self._append(kind, kind_of, obj)

    def _append(self, kind: str, type_: str, obj: Mapping[str, Any]) -> None:
        with self._news:
            event = Event(len(self._events), self._clock.now() - self._opened, kind, type_, obj)
            self._events.append(event)
            self._view.apply(event)
            self._news.notify_all()

    def _list(self, kind: str, missed: str = "") -> None:
        """Record what the objects that are there tell, given those known before; `missed` says why there is a gap.

        All in one piece: whoever waits never sees half a list.
        """
        answer = self._kube.list(kind, self._namespace)
        found = {objects.uid(item): item for item in answer["items"]}
        with self._news:
            if missed:
                self._append(GAP, kind, {"reason": missed})
            known = {objects.uid(obj): obj for obj in self._view.all(kind).values()}
            for uid, obj in known.items():
                if uid not in found:
                    self._append(kind, DELETED, obj)
            for uid, item in found.items():
                if uid not in known:
                    self._append(kind, ADDED, item)
                elif objects.resource_version(known[uid]) != objects.resource_version(item):
                    self._append(kind, MODIFIED, item)
        self._versions[kind] = answer["metadata"]["resourceVersion"]

    def _follow(self, kind: str) -> None:
        """Watch one kind until the recorder is closed, or the API server has refused to for too long."""
        failing_since, pause = None, _PAUSE
        while not self._closing.is_set():
            version, trouble = self._versions[kind], ""
            try:
                self._watch(kind)
            except Exception as error:  # noqa: BLE001 -- whatever it is: a thread has no caller to tell
                trouble = getattr(error, "why", "") or repr(error)
            if not trouble or version != self._versions[kind]:
                failing_since, pause = None, _PAUSE
            else:
                now = self._clock.now()
                failing_since = now if failing_since is None else failing_since
                if now - failing_since >= self._deadlines.lost:
                    self._lose(f"the watch of {kind} ended: {trouble}")
                    return
                pause = min(2 * pause, _LONGEST_PAUSE)
            self._closing.wait(pause)

    def _watch(self, kind: str) -> None:
        """Read one watch to its end, be it orderly or not: the next one brings what this one missed.

        Raises what kept it from being opened, and what the API server said when it gave up.
        """
        try:
            for response in self._kube.watch(kind, self._namespace, self._versions[kind]):
                with self._news:
                    self._open[kind] = response
                    if self._closing.is_set():  # too late for close() to see it
                        return
                with suppress(UnreachableError):
                    for line in lines(response):
                        self._take(kind, line)
        except ExpiredError as error:
            self._list(kind, missed=error.message)
            raise

    def _take(self, kind: str, line: Mapping[str, Any]) -> None:
        """Record one line of a watch; the version is where the next watch goes on."""
        obj = line["object"]
        if line["type"] == "ERROR":
            code = int(obj.get("code", 0))
            refusal = ExpiredError if code == _GONE else ApiError
            raise refusal(f"watch {kind}", code, str(obj.get("reason")), str(obj.get("message")))
        if line["type"] != "BOOKMARK":
            self._append(kind, line["type"], obj)
        self._versions[kind] = objects.resource_version(obj) or self._versions[kind]

    def _lose(self, reason: str) -> None:
        with self._news:
            self._lost = self._lost or reason
            self._news.notify_all()

    def close(self) -> None:
        """Stop watching; what was recorded stays."""
        with self._news:
            self._closing.set()
            self._news.notify_all()
            listening = list(self._open.values())
        for response in listening:
            with suppress(Exception):  # it may have ended by itself: closed is closed
                response.raw.shutdown()

    # ------------------------------------------------------------------ waiting

    def until(
        self,
        happened: Callable[[View], T | None],
        *,
        awaited: str,
        object: str,  # noqa: A002 -- the part's name in the message
        deadline: float,
        last_seen: Callable[[View], str],
    ) -> T:
        """Return the first true answer of `happened`, asked whenever something new was recorded.

        Raises `StalledError` after `deadline` seconds, `LostError` when the cluster is gone or the recorder closed.
        """
        start = self._clock.now()
        try:
            with self._news:
                while True:
                    self._check_alive()
                    if answer := happened(self._view):
                        return answer
                    elapsed = self._clock.now() - start
                    if elapsed >= deadline:
                        raise StalledError(Stall(awaited, object, deadline, elapsed, last_seen(self._view)))
                    self._news.wait(deadline - elapsed)
        finally:
            self.awaited_seconds += self._clock.now() - start

    def _check_alive(self) -> None:
        if self._lost:
            raise LostError("the cluster can no longer be reached", self._lost, "run again when it answers")
        if self._closing.is_set():
            raise LostError("the recorder was closed", "the run is being ended")

    def catch_up(self, *kinds: str) -> None:
        """Wait until the record shows what the API server shows now, of these kinds, or of all.

        Each kind has a watch of its own, and one of them may be behind what was awaited in another. Raises
        `StsconfError` when the record stays behind: then nothing can be judged by it.
        """
        kinds = kinds or self._kinds
        start = self._clock.now()
        lists = _at_once(lambda kind: self._kube.list_metadata(kind, self._namespace), kinds)
        self.awaited_seconds += self._clock.now() - start
        for kind, listed in zip(kinds, lists, strict=True):
            try:
                self.until(
                    partial(_shows, kind, listed),
                    awaited="what the API server lists",
                    object=f"the record of {kind}",
                    deadline=self._deadlines.controller,
                    last_seen=partial(_recorded, kind),
                )
            except StalledError as error:
                raise StsconfError("the record stays behind the cluster", str(error.stall)) from error

    def now(self, look: Callable[[View], T]) -> T:
        """Return what `look` sees at this moment."""
        with self._news:
            return look(self._view)

    def history(self, subject: Subject, stall: Stall | None = None, lost: str = "") -> History:
        """Return what was recorded so far, as an immutable history."""
        with self._news:
            return History(tuple(self._events), subject, stall=stall, lost=lost or self._lost)


def _at_once(ask: Callable[[str], T], kinds: Collection[str]) -> list[T]:
    """Ask for several kinds side by side: the API server takes up to 0.1 s to be sure that a list is of now."""
    with ThreadPoolExecutor(len(kinds)) as asking:
        return list(asking.map(ask, kinds))


def _recorded(kind: str, view: View) -> str:
    return f"{len(view.all(kind))} objects"


def _shows(kind: str, listed: Mapping[str, Any], view: View) -> bool:
    """Tell whether the record has come as far as a list: every object at that version or later, and no other."""
    at = _number(listed["metadata"]["resourceVersion"])
    seen = {name: _number(objects.resource_version(obj)) for name, obj in view.all(kind).items()}
    there = {objects.name(item): _number(objects.resource_version(item)) for item in listed["items"] or ()}
    behind = any(seen.get(name, view.gone(kind, name)) < version for name, version in there.items())
    outdated = any(name not in there and version <= at for name, version in seen.items())
    return not behind and not outdated


def _number(version: str) -> int:
    """Return a resource version as a number, by which versions of one kind are ordered."""
    return int(version) if version.isdigit() else 0
