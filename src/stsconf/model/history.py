"""The record of a scenario: every version of every object, what was asked and answered, what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from stsconf.model import objects
from stsconf.model.objects import Object

ACT, GAP, HTTP, DNS, API = "Act", "Gap", "Http", "Dns", "Api"
"""Kinds of events that are not objects of the API: see `Event`."""

ADDED, MODIFIED, DELETED = "ADDED", "MODIFIED", "DELETED"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was recorded.

    `index` is its place in the history. `at` is seconds since the recorder opened, by its own clock: of use
    for a person and within one kind, never for order across kinds, where only causality counts.
    `kind` is that of the object (`Pod`, …) and `type` ADDED, MODIFIED or DELETED. Five kinds are ours:
    `Act` (`type` is the act's mark, `object["sentence"]` tells it), `Gap` (`type` is the kind whose watch
    missed something), `Http` and `Dns` (`object` holds question and answer, `type` the method or record type), and
    `Api` (a request to the API server itself with its answer; `type` is a mark like that of an act).
    """

    index: int
    at: float
    kind: str
    type: str
    object: Object

    @property
    def name(self) -> str:
        """The object's name."""
        return objects.name(self.object)

    @property
    def uid(self) -> str:
        """The object's UID."""
        return objects.uid(self.object)

    @property
    def resource_version(self) -> str:
        """The object's version."""
        return objects.resource_version(self.object)


@dataclass(frozen=True, slots=True)
class Step:
    """One event of one kind with the objects of that kind as they were just before it, by name."""

    event: Event
    before: Mapping[str, Object]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a scenario deployed: the StatefulSet `name`, its governing `service`, of which `app`, where."""

    namespace: str
    name: str
    service: str
    app: str


@dataclass(frozen=True, slots=True)
class Stall:
    """An act that ran out of time: what was awaited, of which object, for how long, and what was last seen."""

    awaited: str
    object: str
    deadline: float
    elapsed: float
    last_seen: str

    def __str__(self) -> str:
        """Render the five parts as one sentence."""
        return (
            f"awaited {self.awaited} of {self.object}; deadline {self.deadline:.1f} s, "
            f"elapsed {self.elapsed:.1f} s; last seen: {self.last_seen}"
        )


@dataclass(frozen=True, slots=True)
class History:
    """The immutable, ordered record of one scenario, or a window of it.

    The window is `events[begin:end]`: what judges look at. Events before it are kept, because the state at
    its start follows from them. `stall` tells an act that ran out of time, `lost` that the cluster could no
    longer be reached, `broken` the assumptions of the scenario that did not hold.
    """

    events: tuple[Event, ...]
    subject: Subject
    begin: int = 0
    end: int | None = None
    stall: Stall | None = None
    lost: str = ""
    broken: tuple[str, ...] = field(default=())

    @property
    def window(self) -> tuple[Event, ...]:
        """The events that are judged."""
        return self.events[self.begin : self.end]

    def concerning(self, name: str) -> History:
        """Ask about another StatefulSet of the scenario, whose Service has the same name."""
        return replace(self, subject=replace(self.subject, name=name, service=name))

    def since(self, mark: str) -> History:
        """Narrow the window to what came after the first act with this mark; empty if it was never reached."""
        return replace(self, begin=max(self.begin, self._place(mark) + 1))

    def until(self, mark: str) -> History:
        """Narrow the window to what came before the first act with this mark; unchanged if it was never reached.

        A stall lies behind a mark that was reached, so the narrowed history has none.
        """
        place = self._place(mark)
        if place == len(self.events):
            return self
        return replace(self, end=place if self.end is None else min(self.end, place), stall=None)

    def between(self, first: str, last: str) -> History:
        """Narrow the window to what came between two acts."""
        return self.since(first).until(last)

    def _place(self, mark: str) -> int:
        return next((e.index for e in self.events if e.kind == ACT and e.type == mark), len(self.events))

    def of(self, kind: str, name: str | None = None) -> tuple[Event, ...]:
        """Return the window's events of one kind, of one object if a name is given."""
        return tuple(e for e in self.window if e.kind == kind and (name is None or e.name == name))

    def steps(self, kind: str) -> Iterator[Step]:
        """Replay one kind: each event of the window with the objects of that kind just before it."""
        now = dict(self.at_start(kind))
        for event in self.window:
            if event.kind == kind:
                yield Step(event, dict(now))
                _apply(now, event)

    def at_start(self, kind: str) -> Mapping[str, Object]:
        """Return the objects of one kind at the window's start, by name."""
        return _state(self.events[: self.begin], kind)

    def at_end(self, kind: str) -> Mapping[str, Object]:
        """Return the objects of one kind at the window's end, by name."""
        return _state(self.events[: self.end], kind)

    def own(self, pod_name: str) -> bool:
        """Tell whether a pod's name is one of the StatefulSet's own: `<set>-<ordinal>`."""
        return objects.set_name(pod_name) == self.subject.name

    def pods(self) -> Iterator[Step]:
        """Replay the StatefulSet's own pods only: what `steps` yields, without pods of other names."""
        for step in self.steps("Pod"):
            if self.own(step.event.name):
                yield Step(step.event, {name: pod for name, pod in step.before.items() if self.own(name)})

    def gaps(self, *kinds: str) -> tuple[Event, ...]:
        """Return the gaps within the window in the record of these kinds."""
        return tuple(e for e in self.window if e.kind == GAP and e.type in kinds)


def _apply(now: dict[str, Object], event: Event) -> None:
    if event.type == DELETED:
        now.pop(event.name, None)
    else:
        now[event.name] = event.object


def _state(events: tuple[Event, ...], kind: str) -> dict[str, Object]:
    now: dict[str, Object] = {}
    for event in events:
        if event.kind == kind:
            _apply(now, event)
    return now
