"""A chart as SVG: places to the right in per cent, so that it fits a phone and grows when it is zoomed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from stsconf.report.lanes import Bar, Dot
from stsconf.report.layout import (
    ACTS_AT,
    FLAGS_AT,
    FOOT,
    NOMINAL,
    READY,
    ROW,
    SPACE,
    Flag,
    Layout,
    PlacedLane,
    gaps,
    thinned,
)

_LETTER = 6.1  # pixels of a letter on a bar, on average
_ZOOMS = (1, 2, 4, 8, 16)
_BADGE, _PENNANT = 17, 19  # pixels of an act's badge and of a finding's flag
_DIGIT = 7  # pixels of a digit on a badge
_DOTS_APART = 0.3  # per cent: dots that are closer are drawn as one, unless something was wrong
_RINGS = 20  # events of one finding that are ringed


def svg(layout: Layout, key: str, title: str, description: str) -> str:
    """Return the chart as an SVG element; `key` begins every id within it, to keep ids apart on a page."""
    parts = [
        f'<svg class="chart" role="group" aria-labelledby="{key}-t {key}-d" height="{layout.height}">',
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(description)}</desc>',
        *_ground(layout),
        *_stall(layout),
        *(part for placed in layout.lanes for part in _lane(layout, placed)),
        *_acts(layout),
        *_flags(layout, key),
        "</svg>",
    ]
    return "".join(parts)


def number(value: float) -> str:
    """Return a number as short as it may be written."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _rectangle(look: str, start: float, end: float, top: int, height: int) -> str:
    x, width = number(start), number(end - start)
    return f'<rect class="{escape(look)}" x="{x}%" y="{top}" width="{width}%" height="{height}"/>'


def _upright(look: str, place: float, top: int, bottom: int) -> str:
    x = number(place)
    return f'<line class="{look}" x1="{x}%" x2="{x}%" y1="{top}" y2="{bottom}"/>'


def _time(layout: Layout, look: str, place: float, text: str) -> str:
    return f'<text class="{look}" x="{number(place)}%" y="{layout.height - 7}">{text}</text>'


def _ground(layout: Layout) -> Iterator[str]:
    """Yield the ruled paper: what separates lanes, round moments, idle stretches, and gaps of the record."""
    top, bottom = layout.head - 4, layout.height - FOOT
    for placed in layout.lanes:
        y = placed.top - SPACE // 2
        yield f'<line class="rule" x2="100%" y1="{y}" y2="{y}"/>'
    for place, text in layout.scale.ticks():
        yield _upright("tick", place, top, bottom)
        yield _time(layout, "time", place, text)
    for idle in layout.scale.idle:
        yield _rectangle("idle", idle.start, idle.end, top, bottom - top)
        yield _time(layout, "time rest", (idle.start + idle.end) / 2, f"{idle.seconds:.1f} s")
    for event in gaps(layout.history):
        yield _upright("gap", layout.scale.place(event.at), top, bottom)


def _stall(layout: Layout) -> Iterator[str]:
    """Yield the time in which something was awaited that never came."""
    stall, end = layout.history.stall, layout.scale.last
    if stall is not None:
        top = layout.head - 4
        start = layout.scale.place(end - stall.elapsed)
        yield _rectangle("stall", start, layout.scale.place(end), top, layout.height - FOOT - top)


def _lane(layout: Layout, placed: PlacedLane) -> Iterator[str]:
    lane, top, _ = placed
    step = ROW + (READY if lane.under else 0)
    for bar in thinned(lane.bars, layout.scale):
        yield _bar(layout, bar, top + bar.row * step)
    for bar in thinned(lane.ready, layout.scale):
        start, end = layout.scale.place(bar.start), layout.scale.place(bar.end)
        yield _rectangle(bar.look, start, end, top + bar.row * step + ROW, READY - 1)
    yield from _dots(layout, lane.dots, top + (ROW + READY // 2 if lane.under else ROW // 2))


def _bar(layout: Layout, bar: Bar, top: int) -> str:
    start, end = layout.scale.place(bar.start), layout.scale.place(bar.end)
    rectangle = _rectangle(bar.look, start, end, top, ROW)
    label, zoom = _fitting(bar, (end - start) / 100 * NOMINAL)
    if not label:
        return rectangle
    at_zoom = "" if zoom == 1 else f' class="z{zoom}"'
    return f'{rectangle}<text{at_zoom} x="{number(start)}%" dx="5" y="{top + ROW - 4}">{escape(label)}</text>'


def _fitting(bar: Bar, width: float) -> tuple[str, int]:
    """Return what stands on a bar of so many pixels, and the least zoom at which it fits; nothing if it never does."""
    for label, zooms in ((bar.label, _ZOOMS[:1]), (bar.brief, _ZOOMS[:1]), (bar.label, _ZOOMS)):
        for zoom in zooms:
            if label and width * zoom > len(label) * _LETTER + 8:
                return label, zoom
    return "", 1


def _dots(layout: Layout, dots: Iterable[Dot], y: int) -> Iterator[str]:
    last = -1.0
    for dot in dots:
        place = layout.scale.place(dot.at)
        if dot.look == "wrong" or place - last >= _DOTS_APART:
            yield f'<use href="#dot-{dot.look}" x="{number(place)}%" y="{y}"/>'
            last = place


def _acts(layout: Layout) -> Iterator[str]:
    """Yield a line and a badge with its number for each act; acts too close to tell apart share a badge."""
    badges: list[tuple[float, int, int]] = []
    for count, act in enumerate(layout.acts, 1):
        place = layout.scale.place(act.at)
        yield _upright("act", place, ACTS_AT, layout.height - FOOT)
        if badges and (place - badges[-1][0]) / 100 * NOMINAL < _width(badges[-1]) + 2:
            badges[-1] = badges[-1][0], badges[-1][1], count
        else:
            badges.append((place, count, count))
    for badge in badges:
        place, first, last = badge
        width = _width(badge)
        text = str(first) if first == last else f"{first}\N{EN DASH}{last}"
        yield (
            f'<svg class="badge" x="{number(place)}%" y="{ACTS_AT}"><rect x="{number(-width / 2)}" y="-8" '
            f'width="{width}" height="16" rx="8"/><text y="4">{text}</text></svg>'
        )


def _width(badge: tuple[float, int, int]) -> int:
    _, first, last = badge
    return max(_BADGE, _DIGIT * len(str(first) if first == last else f"{first}-{last}") + 6)


def _flags(layout: Layout, key: str) -> Iterator[str]:
    """Yield a flag per finding at the moment it is about, and a ring around each event that it names."""
    for row in _rows(layout):
        left, _ = _extent(layout, row)
        for count, flag in enumerate(row):
            said = f"{flag.letter}, at {flag.at:.3f} s: {flag.finding.sentence}"
            anchor = layout.scale.place(row[0 if left else -1].at)
            shift = _PENNANT * (count if left else count - len(row))
            yield (
                f'<g class="flag" id="{key}-{flag.letter}" role="img" tabindex="-1" aria-label="{escape(said)}">'
                f"{_upright('', layout.scale.place(flag.at), FLAGS_AT + 7, layout.height - FOOT)}"
                f"{''.join(_rings(layout, flag.finding.events))}"
                f'<svg x="{number(anchor)}%" y="{FLAGS_AT}"><g transform="translate({shift})">'
                f'<rect y="-9" width="{_PENNANT}" height="17"/><text x="9.5" y="4">{flag.letter}</text></g></svg></g>'
            )


def _rows(layout: Layout) -> list[list[Flag]]:
    """Return the flags in rows that do not cover one another: those of one row stand side by side."""
    rows = [[flag] for flag in layout.flags]
    place = 0
    while place + 1 < len(rows):
        (_, end), (_, (start, _)) = _extent(layout, rows[place])[1], _extent(layout, rows[place + 1])
        if start < end:
            rows[place : place + 2] = [rows[place] + rows[place + 1]]
            place = 0
        else:
            place += 1
    return rows


def _extent(layout: Layout, row: list[Flag]) -> tuple[bool, tuple[float, float]]:
    """Tell whether a row begins at its first line, else it ends at its last; and from where to where it goes."""
    first, last = (layout.scale.place(flag.at) / 100 * NOMINAL for flag in (row[0], row[-1]))
    width = _PENNANT * len(row)
    left = first < NOMINAL / 2
    return left, ((first, first + width) if left else (last - width, last))


def _rings(layout: Layout, events: Iterable[int]) -> Iterator[str]:
    known = layout.history.events
    for event in [known[index] for index in events if index < len(known)][:_RINGS]:
        y = layout.height_of(event)
        if y is not None:
            yield f'<use href="#ring" x="{number(layout.scale.place(event.at))}%" y="{y}"/>'
