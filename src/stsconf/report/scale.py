"""Seconds to places on a chart: idle stretches are drawn short, so that what happened has the room."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from statistics import median

_MARGIN = 2.0  # per cent left free at both ends
_IDLE, _LONG, _UNUSUAL = 0.15, 2.0, 4  # more of the whole, more seconds, and so many times the common pause: such a ...
_SHORT, _ALL_SHORT = 0.15, 0.4  # ... stretch is drawn as so much of what is left, all of them together as so much
_TICKS = 7
_APART = 6.0  # per cent between two ticks at least
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Idle:
    """A stretch that is drawn short: from where to where in per cent, how long it was, and when it ended."""

    start: float
    end: float
    seconds: float
    until: float


class Scale:
    """Places of moments, in per cent of a chart's width."""

    def __init__(self, moments: Iterable[float]) -> None:
        """Take in the moments, in seconds, at which something happened; the first and last are the chart's ends."""
        known = sorted(set(moments)) or [0.0]
        self.first, self.last = known[0], known[-1]
        whole = self.last - self.first
        gaps = [later - former for former, later in pairwise(known)]
        longest = max(_IDLE * whole, _LONG, _UNUSUAL * median(gaps or [0.0]))
        idle = [gap for gap in gaps if gap > longest]
        busy = whole - sum(idle) or whole
        short = min(_SHORT, _ALL_SHORT / max(len(idle), 1)) * busy
        drawn = [min(gap, short) if gap > longest else gap for gap in gaps]
        width = sum(drawn) or 1.0
        self._moments, self._places = known, [_MARGIN]
        for length in drawn:
            self._places.append(self._places[-1] + length / width * (100 - 2 * _MARGIN))
        self.idle = tuple(
            Idle(self._places[number], self._places[number + 1], gap, known[number + 1])
            for number, gap in enumerate(gaps)
            if drawn[number] < gap
        )

    def place(self, at: float) -> float:
        """Return the place of a moment; what lies outside the chart is moved to its edge."""
        at = min(max(at, self.first), self.last)
        number = bisect_right(self._moments, at) - 1
        if number + 1 == len(self._moments):
            return self._places[number]
        start, end = self._moments[number : number + 2]
        share = (at - start) / (end - start)
        return self._places[number] + share * (self._places[number + 1] - self._places[number])

    def ticks(self) -> list[tuple[float, str]]:
        """Return places and names of round moments, none of them within an idle stretch or close to another."""
        busy = self.last - self.first - sum(idle.seconds for idle in self.idle)
        step = _round_step(busy / _TICKS)
        digits = 0 if step >= 1 else len(f"{step:.6f}".rstrip("0").partition(".")[2])
        found: list[tuple[float, str]] = []
        number = ceil(self.first / step)
        while busy > 0 and (at := number * step) <= self.last:
            place = self.place(at)
            within = next((idle for idle in self.idle if idle.start < place < idle.end), None)
            number = ceil(within.until / step) if within else number + 1
            if within is None and (not found or place - found[-1][0] >= _APART):
                found.append((place, f"{at:.{digits}f} s"))
        return found


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, … or their decimal parts that is not below `least`."""
    size = 1e-3
    while size * 10 < least:
        size *= 10
    return next(size * factor for factor in _STEPS if size * factor >= least or factor == _STEPS[-1])
