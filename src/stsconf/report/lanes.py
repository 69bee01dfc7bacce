"""A history as lanes: what each object was like from when to when, one lane per name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from stsconf.model import objects
from stsconf.model.history import DELETED, Event, History
from stsconf.model.objects import Object
from stsconf.report.changes import ready_endpoints
from stsconf.report.narrative import Generations, service_of

SETS, PODS, CLAIMS, ENDPOINTS, NAMES, REPLIES = "StatefulSets", "Pods", "Claims", "Endpoints", "DNS", "HTTP"
"""Groups of lanes, in the order of a chart."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What something was like for a while, in seconds: `look` is a word for its style, `label` what stands on it.

    `brief` stands on it where the label has no room. `row` is the place within the lane: two objects of one name that
    lived at the same time lie one below the other.
    """

    start: float
    end: float
    look: str
    label: str = ""
    row: int = 0
    brief: str = ""


class Dot(NamedTuple):
    """One question that was asked once, and how it was answered."""

    at: float
    look: str


@dataclass(slots=True)
class Lane:
    """One name in a group: `bars` of what it was like, `ready` bars below them, `dots` for single questions."""

    group: str
    name: str
    bars: list[Bar] = field(default_factory=list)
    ready: list[Bar] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)

    @property
    def under(self) -> bool:
        """Tell whether something stands below its bars."""
        return bool(self.ready or (self.bars and self.dots))

    @property
    def rows(self) -> int:
        """The number of rows that its bars need."""
        return 1 + max((bar.row for bar in self.bars), default=0)


Points = list[tuple[float, str, str]]
"""Moments at which something began to be like this: when, look, label; an empty look is nothing to draw."""


_Look = Callable[[Object], tuple[str, str]]
"""Tells of a version of an object the word for its style and the one for the reader, both empty for nothing."""


def object_lanes(history: History, end: float) -> list[Lane]:
    """Return the lanes of sets, pods, claims and endpoints; whatever is left at `end` lasts until then."""
    return [
        *(Lane(SETS, name, _bars(lives, _Set, end)) for name, lives in sorted(_lives(history, "StatefulSet").items())),
        *_pods(history, end),
        *(
            Lane(CLAIMS, name, _bars(lives, lambda: _phase, end))
            for name, lives in sorted(_lives(history, "PersistentVolumeClaim").items())
        ),
        *_endpoints(history, end),
    ]


def bars(points: Points, end: float, row: int = 0) -> Iterator[Bar]:
    """Yield the bars between points; equal neighbours are one."""
    start, look, label = 0.0, "", ""
    for at, next_look, next_label in [*points, (end, "", "")]:
        if (next_look, next_label) == (look, label):
            continue
        if look and at > start:
            yield Bar(start, at, look, label, row, ordinals(label))
        start, look, label = at, next_look, next_label


def ordinals(names: str) -> str:
    """Return the ordinals of several pods that are named one after the other, empty for anything else."""
    found = [objects.ordinal(name) for name in names.split()]
    return " ".join(map(str, found)) if found and min(found) >= 0 else ""


class _Life(NamedTuple):
    """One object from its first version to the last, and what tells it from former ones of its name."""

    events: list[Event]
    generation: str


def _lives(history: History, kind: str) -> dict[str, list[_Life]]:
    """Return the lives of each name of one kind, in order."""
    generations = Generations()
    lives: dict[str, dict[str, _Life]] = {}
    for event in history.events:
        if event.kind == kind:
            life = lives.setdefault(event.name, {}).setdefault(event.uid, _Life([], generations.of(event)))
            life.events.append(event)
    return {name: list(by_uid.values()) for name, by_uid in lives.items()}


def _pods(history: History, end: float) -> list[Lane]:
    """Return a lane per pod, the set's own first and by ordinal."""
    lives = _lives(history, "Pod")
    names = sorted(lives, key=lambda name: (not history.own(name), objects.ordinal(name), name))
    return [
        Lane(
            PODS,
            name,
            _bars(lives[name], lambda: _phase, end),
            _bars(lives[name], lambda: _readiness, end),
        )
        for name in names
    ]


def _bars(lives: Iterable[_Life], look: Callable[[], _Look], end: float) -> list[Bar]:
    """Return the bars of lives of one name: each in the first row in which no other one is at that time."""
    free: list[float] = []
    found: list[Bar] = []
    for life in lives:
        last = life.events[-1]
        row = next((row for row, until in enumerate(free) if until <= life.events[0].at), len(free))
        free[row : row + 1] = [last.at if last.type == DELETED else end]
        found += bars(list(_points(life, look())), end, row)
    return found


def _points(life: _Life, look: _Look) -> Iterator[tuple[float, str, str]]:
    """Yield what a life looked like from when on."""
    for event in life.events:
        word, label = ("", "") if event.type == DELETED else look(event.object)
        yield event.at, word, f"{label}{life.generation}" if label else ""


def _phase(obj: Object) -> tuple[str, str]:
    if objects.is_terminating(obj):
        return "leaving", "terminating"
    phase = objects.phase(obj) or "Pending"
    return phase.lower(), phase


def _readiness(pod: Object) -> tuple[str, str]:
    return ("ready", "Ready") if objects.is_ready(pod) else ("", "")


class _Set:
    """What a StatefulSet looks like: its replicas, and from an update on its revision."""

    def __init__(self) -> None:
        self._first = ""

    def __call__(self, obj: Object) -> tuple[str, str]:
        if objects.is_terminating(obj):
            return "leaving", "terminating"
        replicas = objects.spec(obj).get("replicas")
        revision = str(objects.status(obj).get("updateRevision") or "")
        self._first = self._first or revision
        update = f", update to {revision}" if revision != self._first else ""
        return "set", f"{replicas} {'replica' if replicas == 1 else 'replicas'}{update}"


def _endpoints(history: History, end: float) -> Iterator[Lane]:
    """Yield a lane per Service: which pods its EndpointSlices show as ready."""
    slices: dict[str, dict[str, set[str]]] = {}
    points: dict[str, Points] = {}
    for event in history.events:
        if event.kind == "EndpointSlice":
            service = service_of(event.object)
            known = slices.setdefault(service, {})
            known[event.uid] = ready_endpoints(event.object)
            if event.type == DELETED:
                del known[event.uid]
            ready = sorted(set().union(*known.values()), key=lambda name: (objects.ordinal(name), name))
            look = ("some" if ready else "none", " ".join(ready) or "none") if known else ("", "")
            points.setdefault(service, []).append((event.at, *look))
    for service, seen in sorted(points.items()):
        yield Lane(ENDPOINTS, service, list(bars(seen, end)))
