"""The timeline of one scenario as a page shows it: chart, names of the lanes, acts, flags, and all of it as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from markupsafe import Markup

from stsconf.model.finding import Finding
from stsconf.model.history import ACT, History
from stsconf.report.drawing import number, svg
from stsconf.report.layout import GROUP, SPACE, Flag, Layout, lay_out
from stsconf.report.narrative import Line
from stsconf.report.text import printable
from stsconf.report.timeline import kept

_NAME = 24  # characters of a lane's name
_ACTS = 30  # acts told below a chart
_TEXT = 300  # characters of one event's text


class Label(NamedTuple):
    """The name of a lane or group: `text` fits its column, `name` is whole."""

    top: int
    height: int
    text: str
    name: str
    group: bool


class Entry(NamedTuple):
    """One event as text, and where it stands on the chart (`place`, empty if it does not); `skipped` are before it."""

    at: str
    label: str
    text: str
    place: str
    marked: bool
    act: bool
    skipped: int


@dataclass(slots=True)
class Figure:
    """A scenario's timeline, ready for the page."""

    svg: Markup
    height: int
    labels: list[Label]
    acts: list[tuple[int, str, str]]
    flags: list[Flag]
    entries: list[Entry]
    endings: list[str]
    lanes_left_out: int
    last_skipped: int = 0
    flag_of: dict[Finding, Flag] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return (
            len(self.svg)
            + sum(len(one.text) + len(one.label) + 90 for one in self.entries)
            + 120 * (len(self.labels) + len(self.acts))
        )


def figure(history: History, findings: Iterable[Finding], key: str, title: str, lines: int) -> Figure:
    """Return the timeline of a history with flags for findings; `lines` are told as text if it has more."""
    told = list(findings)
    layout = lay_out(history, told)
    drawn = Markup(svg(layout, key, f"Timeline: {title}", _description(layout)))  # noqa: S704 -- escaped part by part
    entries, last_skipped = _entries(layout, lines)
    return Figure(
        svg=drawn,
        height=layout.height,
        labels=_labels(layout),
        acts=[
            (place, f"{act.at:.2f}", _told(str(act.object.get("sentence") or act.type)))
            for place, act in enumerate(layout.acts[:_ACTS], 1)
        ],
        flags=layout.flags,
        entries=entries,
        endings=_endings(history, {str(one.sentence) for one in told}),
        lanes_left_out=layout.left_out,
        last_skipped=last_skipped,
        flag_of={flag.finding: flag for flag in layout.flags},
    )


def middle(name: str, width: int) -> str:
    """Return a name that fits: its middle goes, because its end tells it from its neighbours."""
    if len(name) <= width:
        return name
    tail = (width - 1) * 2 // 3
    return f"{name[: width - 1 - tail]}…{name[-tail:]}"


def _description(layout: Layout) -> str:
    names = ", ".join(f"{placed.lane.group} {placed.lane.name}" for placed in layout.lanes[:12])
    return (
        f"{len(layout.lanes)} lanes over {layout.scale.last:.1f} s, {len(layout.acts)} acts of the suite and "
        f"{len(layout.flags)} findings: {names}. The list of events below it says the same in words."
    )


def _labels(layout: Layout) -> list[Label]:
    groups = [Label(top, GROUP, title, title, group=True) for title, top in layout.titles]
    lanes = [
        Label(top, height - SPACE, middle(printable(lane.name), _NAME), lane.name, group=False)
        for lane, top, height in layout.lanes
    ]
    return sorted([*groups, *lanes])


def _entries(layout: Layout, length: int) -> tuple[list[Entry], int]:
    """Return the events as text, and how many are left out after the last of them."""
    lines = layout.lines
    places = kept(lines, length)[: 3 * length]
    entries = []
    former = -1
    for place in places:
        entries.append(_entry(layout, lines[place], place - former - 1))
        former = place
    return entries, len(lines) - 1 - former


def _entry(layout: Layout, line: Line, skipped: int) -> Entry:
    event = line.event
    y = layout.height_of(event)
    return Entry(
        at=f"{event.at:.3f}",
        label=_told(line.label.removeprefix("-- ").removesuffix(" --")),
        text=_told(line.text),
        place="" if y is None else f"{number(layout.scale.place(event.at))} {y}",
        marked=line.marked,
        act=event.kind == ACT,
        skipped=skipped,
    )


def _told(text: str) -> str:
    line = printable(text)
    return line if len(line) <= _TEXT else f"{line[: _TEXT - 1]}…"


def _endings(history: History, told: set[str]) -> list[str]:
    """Return how the record ended, unless a finding tells it."""
    return [
        *([f"Stalled: {history.stall}"] if history.stall and str(history.stall) not in told else []),
        *([f"The cluster was lost: {history.lost}"] if history.lost else []),
        *(f"Assumption broken: {assumption}" for assumption in history.broken),
    ]
