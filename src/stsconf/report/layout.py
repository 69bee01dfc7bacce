"""Where on a chart stands what a history shows: lanes downward, acts and flags on top of them, time to the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import NamedTuple

from stsconf.model.finding import Finding
from stsconf.model.history import ACT, DNS, GAP, HTTP, Event, History
from stsconf.report.answers import answer_lanes, lane_of
from stsconf.report.lanes import CLAIMS, ENDPOINTS, PODS, SETS, Bar, Lane, object_lanes
from stsconf.report.narrative import Line, narrate, service_of
from stsconf.report.scale import Scale

FOOT, GROUP, ROW, READY, SPACE = 24, 20, 16, 6, 7
"""Heights in pixels: below the lanes, of a group's title, of a row, of what stands below its bars, between lanes."""
_HEAD, _FLAGGED = 28, 46  # pixels above the lanes, without and with flags
NOMINAL = 720
"""Pixels of a chart's width on a common screen: what is too narrow there is drawn in another way."""
ACTS_AT, FLAGS_AT = 11, 32
"""Heights at which acts and flags stand."""

_LANES = 60  # lanes of a chart, unless findings name more
_FLAGS = 12  # findings of a scenario that are flagged
_THINNEST = 0.15  # per cent: bars that are narrower are drawn as one
_STALLED = "stalled"  # the mark with which a scenario says that it waits no longer; the stall itself is drawn
_GROUPS = {"StatefulSet": SETS, "Pod": PODS, "PersistentVolumeClaim": CLAIMS}


class Flag(NamedTuple):
    """A finding on the chart: its letter, the moment it is about, what it says, and the events that it names."""

    letter: str
    at: float
    finding: Finding


class PlacedLane(NamedTuple):
    """A lane with the height of its upper edge, and its own."""

    lane: Lane
    top: int
    height: int


@dataclass(slots=True)
class Layout:
    """A chart before it is drawn."""

    history: History
    scale: Scale
    lines: list[Line]
    lanes: list[PlacedLane] = field(default_factory=list)
    titles: list[tuple[str, int]] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    acts: list[Event] = field(default_factory=list)
    middles: dict[tuple[str, str], int] = field(default_factory=dict)
    left_out: int = 0
    height: int = 0

    @property
    def head(self) -> int:
        """The pixels above the lanes."""
        return _FLAGGED if self.flags else _HEAD

    def height_of(self, event: Event) -> int | None:
        """Return the height of an event's lane, that of the acts for what belongs to none; None if it was left out."""
        key = lane_key(event, self.history)
        if key is None:
            return ACTS_AT
        return self.middles.get(key)


def lay_out(history: History, findings: Iterable[Finding] = ()) -> Layout:
    """Lay out the chart of a history with a flag for each finding."""
    told = list(dict.fromkeys(findings))
    first = sorted(((_moment(history, found), found) for found in told[:_FLAGS]), key=itemgetter(0))
    flags = [Flag(chr(ord("A") + number), at, found) for number, (at, found) in enumerate(first)]
    named = {index for found in told for index in found.events}
    lines = list(narrate(history, named))
    end = history.events[-1].at if history.events else 0.0
    layout = Layout(history, Scale([*(line.event.at for line in lines), end]), lines, flags=flags)
    layout.acts = [event for event in history.events if event.kind == ACT and event.type != _STALLED]
    keys = {lane_key(event, history) for event in history.events if event.index in named}
    lanes = _chosen([*object_lanes(history, end), *answer_lanes(history, end)], keys)
    layout.left_out = len(lanes[1])
    _stack(layout, lanes[0])
    return layout


def lane_key(event: Event, history: History) -> tuple[str, str] | None:
    """Return group and name of the lane that an event belongs to, None if there is no such lane."""
    if event.kind in {DNS, HTTP}:
        return lane_of(event, history.subject.namespace)
    if event.kind == "EndpointSlice":
        return ENDPOINTS, service_of(event.object)
    return (_GROUPS[event.kind], event.name) if event.kind in _GROUPS else None


def thinned(bars: Sequence[Bar], scale: Scale) -> list[Bar]:
    """Return bars that can be seen: neighbours too narrow to tell apart are one that counts them."""
    found: list[tuple[Bar, int]] = []
    for bar in bars:
        narrow = scale.place(bar.end) - scale.place(bar.start) < _THINNEST
        if narrow and found and found[-1][0].row == bar.row:
            last, number = found[-1]
            near = scale.place(bar.start) - scale.place(last.end) < _THINNEST
            if near and (number > 1 or scale.place(last.end) - scale.place(last.start) < _THINNEST):
                found[-1] = replace(last, end=bar.end, look="mixed", label=f"{number + 1} changes"), number + 1
                continue
        found.append((bar, 1))
    return [bar for bar, _ in found]


def _chosen(lanes: Sequence[Lane], named: set[tuple[str, str] | None]) -> tuple[list[Lane], list[Lane]]:
    """Split lanes into those that are drawn and the rest: the first ones, and all that a finding names."""
    drawn: list[Lane] = []
    rest: list[Lane] = []
    for lane in lanes:
        fits = len(drawn) < _LANES or (lane.group, lane.name) in named
        (drawn if fits else rest).append(lane)
    return drawn, rest


def _stack(layout: Layout, lanes: Iterable[Lane]) -> None:
    """Give each lane its height, and each group its title."""
    top, group = layout.head, ""
    for lane in lanes:
        if lane.group != group:
            group = lane.group
            layout.titles.append((group, top))
            top += GROUP
        height = lane.rows * (ROW + (READY if lane.under else 0)) + SPACE
        layout.lanes.append(PlacedLane(lane, top, height))
        layout.middles[lane.group, lane.name] = top + (height - SPACE) // 2
        top += height
    layout.height = top + FOOT


def _moment(history: History, finding: Finding) -> float:
    """Return the moment a finding is about: the last event it names, else the record's end, where it stalled."""
    moments = [history.events[index].at for index in finding.events if index < len(history.events)]
    return max(moments, default=history.events[-1].at if history.events else 0.0)


def gaps(history: History) -> list[Event]:
    """Return the moments at which the record has a gap."""
    return [event for event in history.events if event.kind == GAP]
