"""A chart as SVG: places to the right in per cent, so that it fits a phone and grows when it is zoomed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from stsconf.report.lanes import Bar
from stsconf.report.layout import (
    ACTS_AT,
    FLAGS_AT,
    FOOT,
    NOMINAL,
    READY,
    ROW,
    SPACE,
    Layout,
    PlacedLane,
    gaps,
    thinned,
)

_LETTER = 6.1  # pixels of a letter on a bar, on average
_ZOOMS = (1, 2, 4, 8, 16)
_BADGE = 17  # pixels of an act's badge
_PENNANT = 19


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


def _ground(layout: Layout) -> Iterator[str]:
    """Yield the ruled paper: ticks, what separates lanes, and idle stretches."""
    bottom = layout.height - FOOT
    for placed in layout.lanes:
        y = placed.top - SPACE // 2
        yield f'<line class="rule" x2="100%" y1="{y}" y2="{y}"/>'
    for place, text in layout.scale.ticks():
        x = number(place)
        yield f'<line class="tick" x1="{x}%" x2="{x}%" y1="{layout.head - 4}" y2="{bottom}"/>'
        yield f'<text class="time" x="{x}%" y="{layout.height - 7}">{text}</text>'
    for idle in layout.scale.idle:
        x, width = number(idle.start), number(idle.end - idle.start)
        yield f'<rect class="idle" x="{x}%" y="{layout.head - 4}" width="{width}%" height="{bottom - layout.head + 4}"/>'
        middle = number((idle.start + idle.end) / 2)
        yield f'<text class="time rest" x="{middle}%" y="{layout.height - 7}">{idle.seconds:.{0 if idle.seconds >= 10 else 1}f} s</text>'
    for event in gaps(layout.history):
        x = number(layout.scale.place(event.at))
        yield f'<line class="gap" x1="{x}%" x2="{x}%" y1="{layout.head - 4}" y2="{bottom}"/>'


def _lane(layout: Layout, placed: PlacedLane) -> Iterator[str]:
    lane, top, _ = placed
    step = ROW + (READY if lane.under else 0)
    for bar in thinned(lane.bars, layout.scale):
        yield _bar(layout, bar, top + bar.row * step, ROW)
    for bar in thinned(lane.ready, layout.scale):
        yield _bar(layout, bar, top + bar.row * step + ROW, READY - 1)
    last = -1.0
    for dot in lane.dots:
        place = layout.scale.place(dot.at)
        if dot.look == "wrong" or place - last >= 0.3:
            y = top + ROW + READY // 2 if lane.under else top + ROW // 2
            yield f'<use href="#dot-{dot.look}" x="{number(place)}%" y="{y}"/>'
            last = place


def _bar(layout: Layout, bar: Bar, top: int, height: int) -> str:
    start, end = layout.scale.place(bar.start), layout.scale.place(bar.end)
    rectangle = f'<rect class="{escape(bar.look)}" x="{number(start)}%" y="{top}" width="{number(end - start)}%" height="{height}"/>'
    label, zoom = _fitting(bar, (end - start) / 100 * NOMINAL) if height == ROW else ("", 1)
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


def _acts(layout: Layout) -> Iterator[str]:
    """Yield a line and a badge with its number for each act; acts too close to tell apart share a badge."""
    bottom = layout.height - FOOT
    groups: list[tuple[float, int, int]] = []
    for count, act in enumerate(layout.acts, 1):
        place = layout.scale.place(act.at)
        yield f'<line class="act" x1="{number(place)}%" x2="{number(place)}%" y1="{ACTS_AT}" y2="{bottom}"/>'
        if groups and (place - groups[-1][0]) / 100 * NOMINAL < _BADGE + (8 if groups[-1][1] < groups[-1][2] else 2):
            groups[-1] = groups[-1][0], groups[-1][1], count
        else:
            groups.append((place, count, count))
    for place, first, last in groups:
        text = str(first) if first == last else f"{first}–{last}"
        width = _BADGE if len(text) < 3 else 7 * len(text) + 6
        yield (
            f'<svg class="badge" x="{number(place)}%" y="{ACTS_AT}"><rect x="{-width / 2:g}" y="-8" width="{width}" '
            f'height="16" rx="8"/><text y="4">{text}</text></svg>'
        )


def _stall(layout: Layout) -> Iterator[str]:
    """Yield the time in which something was awaited that never came."""
    stall = layout.history.stall
    if stall is None:
        return
    end = layout.scale.last
    start = layout.scale.place(end - stall.elapsed)
    height = layout.height - FOOT - layout.head + 4
    width = number(layout.scale.place(end) - start)
    yield f'<rect class="stall" x="{number(start)}%" y="{layout.head - 4}" width="{width}%" height="{height}"/>'


def _flags(layout: Layout, key: str) -> Iterator[str]:
    """Yield a pennant per finding at the moment it is about, and a ring around each event that it names."""
    taken: list[float] = []
    bottom = layout.height - FOOT
    for flag in layout.flags:
        place = layout.scale.place(flag.at)
        x, said = number(place), f"{flag.letter}, at {flag.at:.3f} s: {flag.finding.sentence}"
        beside = sum(abs(place - other) / 100 * NOMINAL < _PENNANT for other in taken)
        shift = -_PENNANT * (beside + 1) if place > 50 else _PENNANT * beside
        taken.append(place)
        yield (
            f'<g class="flag" id="{key}-{flag.letter}" role="img" tabindex="-1" aria-label="{escape(said)}">'
            f'<line x1="{x}%" x2="{x}%" y1="{FLAGS_AT + 7}" y2="{bottom}"/>'
            f"{''.join(_rings(layout, flag.finding.events))}"
            f'<svg x="{x}%" y="{FLAGS_AT}"><g transform="translate({shift})"><rect y="-9" width="{_PENNANT}" height="17"/>'
            f'<text x="9.5" y="4">{flag.letter}</text></g></svg></g>'
        )


def _rings(layout: Layout, events: Iterable[int]) -> Iterator[str]:
    known = layout.history.events
    for event in (known[index] for index in list(events)[:20] if index < len(known)):
        y = layout.height_of(event)
        if y is not None:
            yield f'<use href="#ring" x="{number(layout.scale.place(event.at))}%" y="{y}"/>'
