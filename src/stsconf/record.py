"""The recorder: every version of every object of one namespace, from before the first act to the end.

One thread per kind lists, then watches over raw JSON. A watch that ends is resumed from the last resource version,
so nothing is missed; where that is too old (410) the kind is listed again and the gap is marked, since what
happened in between is unknown.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import requests
import tenacity

from stsconf.errors import StsconfError
from stsconf.kube.client import Kube, lines
from stsconf.kube.errors import ApiError, ExpiredError, UnreachableError
from stsconf.model import objects
from stsconf.model.history import ADDED, DELETED, GAP, MODIFIED, Event, History, Stall, Subject
from stsconf.model.objects import Object
from stsconf.wait import Clock, Deadlines, Stopwatch

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
        self.answers: list[Event] = []

    def get(self, kind: str, name: str) -> Object | None:
        """Return the latest version of one object, None if it does not exist."""
        return self._objects.get(kind, {}).get(name)

    def all(self, kind: str) -> dict[str, Object]:
        """Return the existing objects of one kind, by name."""
        return self._objects.setdefault(kind, {})

    def apply(self, event: Event) -> None:
        """Take one event in."""
        if event.type in (ADDED, MODIFIED):
            self.all(event.kind)[event.name] = event.object
        elif event.type == DELETED:
            self.all(event.kind).pop(event.name, None)
        else:
            self.answers.append(event)


class Recorder:
    """Records one namespace until it is closed; wakes whoever waits for something to happen."""

    def __init__(self, kube: Kube, namespace: str, deadlines: Deadlines, clock: Clock, kinds: tuple[str, ...]) -> None:
        """Open a watch per kind; returns when all of them are listening."""
        self._kube, self._namespace, self._deadlines, self._clock = kube, namespace, deadlines, clock
        self._opened = clock.now()
        self._events: list[Event] = []
        self._view = View()
        self._news = threading.Condition()
        self._closing = threading.Event()
        self._open: dict[str, requests.Response] = {}
        self._lost = ""
        self.stopwatch = Stopwatch(clock)
        versions = {kind: self._list(kind) for kind in kinds}
        self._threads = [
            threading.Thread(target=self._follow, args=(kind, version), name=f"watch-{kind}", daemon=True)
            for kind, version in versions.items()
        ]
        for thread in self._threads:
            thread.start()

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

    def _list(self, kind: str) -> str:
        """Record the objects that are there and return the version at which they are."""
        answer = self._kube.list(kind, self._namespace)
        known = dict(self._view.all(kind))
        for item in answer["items"]:
            before = known.pop(objects.name(item), None)
            if before is None:
                self._append(kind, ADDED, item)
            elif objects.resource_version(before) != objects.resource_version(item):
                self._append(kind, MODIFIED, item)
        for gone in known.values():
            self._append(kind, DELETED, gone)
        return str(answer["metadata"]["resourceVersion"])

    def _follow(self, kind: str, version: str) -> None:
        """Watch one kind until closed; whatever goes wrong is recorded, never raised: nobody would see it."""
        retry = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((UnreachableError, ApiError)),
            wait=tenacity.wait_exponential_jitter(multiplier=0.1, max=2),
            stop=tenacity.stop_after_delay(self._deadlines.lost) | tenacity.stop_when_event_set(self._closing),
            sleep=tenacity.sleep_using_event(self._closing),
            reraise=True,
        )
        try:
            while not self._closing.is_set():
                version = retry(self._watch_once, kind, version)
        except StsconfError as error:
            if not self._closing.is_set():
                self._lose(f"the watch of {kind} ended: {error.why or error.what}")

    def _watch_once(self, kind: str, version: str) -> str:
        """Read one watch to its end and return where to go on."""
        begun = version
        try:
            for response in self._kube.watch(kind, self._namespace, version):
                self._open[kind] = response
                for line in lines(response):
                    version = self._take(kind, line, version)
        except ExpiredError as error:
            self._append(GAP, kind, {"reason": error.message})
            return self._list(kind)
        except UnreachableError:
            if version == begun:  # no progress: wait a little before the next try
                raise
        return version

    def _take(self, kind: str, line: Mapping[str, Any], version: str) -> str:
        """Record one line of a watch and return its resource version."""
        obj = line["object"]
        if line["type"] == "ERROR":
            code = int(obj.get("code", 0))
            refusal = ExpiredError if code == _GONE else ApiError
            raise refusal(f"watch {kind}", code, str(obj.get("reason")), str(obj.get("message")))
        if line["type"] != "BOOKMARK":
            self._append(kind, line["type"], obj)
        return objects.resource_version(obj) or version

    def _lose(self, reason: str) -> None:
        with self._news:
            self._lost = self._lost or reason
            self._news.notify_all()

    def close(self) -> None:
        """Stop watching; what was recorded stays."""
        self._closing.set()
        with self._news:
            self._news.notify_all()
        for response in list(self._open.values()):
            with suppress(Exception):  # the connection may end by itself at this moment: closed is closed
                response.raw.shutdown()

    # ------------------------------------------------------------------ waiting

    def until(  # noqa: PLR0913 -- the five parts of a timeout's message, less the elapsed time
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
                while not (answer := happened(self._view)):
                    elapsed = self._clock.now() - start
                    self._check_alive()
                    if elapsed >= deadline:
                        raise StalledError(Stall(awaited, object, deadline, elapsed, last_seen(self._view)))
                    self._news.wait(deadline - elapsed)
                return answer
        finally:
            self.stopwatch.cluster += self._clock.now() - start

    def _check_alive(self) -> None:
        if self._lost:
            raise LostError("the cluster can no longer be reached", self._lost, "run again when it answers")
        if self._closing.is_set():
            raise LostError("the recorder was closed", "the run is being ended")

    def now(self, look: Callable[[View], T]) -> T:
        """Return what `look` sees at this moment."""
        with self._news:
            return look(self._view)

    def history(self, subject: Subject, stall: Stall | None = None, lost: str = "") -> History:
        """Return what was recorded so far, as an immutable history."""
        with self._news:
            return History(tuple(self._events), subject, stall=stall, lost=lost or self._lost)
