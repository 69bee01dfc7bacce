"""A history as text that a person reads: what became of which pod, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from stsconf.model.finding import Finding
from stsconf.model.history import History
from stsconf.report.narrative import Line, narrate
from stsconf.report.text import WIDTH, folded, shorten

LENGTH = 60
"""Lines of a timeline, unless findings name more."""

_CONTEXT = 2  # lines kept before and after a marked one
_LONGEST_LABEL = 28
_QUIET = frozenset({"EndpointSlice"})  # what the page draws, and a text has no room for unless a finding names it


def timeline(history: History, findings: Iterable[Finding] = (), length: int = LENGTH) -> str:
    """Return the history's interesting events in order, one line each; empty if there are none.

    Lines of events that a finding names begin with `>`. When there are more than `length` lines, those in
    the middle are left out and counted; marked lines never are. A second pod of one name has a prime after it.
    """
    marked = {index for finding in findings for index in finding.events}
    lines = [line for line in narrate(history, marked) if line.marked or line.event.kind not in _QUIET]
    column = min(max((len(line.label) for line in lines if line.text), default=0), _LONGEST_LABEL)
    shown: list[str] = []
    for former, place in _pairs(kept(lines, length)):
        if place - former > 1:
            shown.append(f"           … {_count(place - former - 1)} left out …")
        shown.append(_render(lines[place], column))
    return "\n".join(shown + list(_ends(history)))


def kept(lines: Sequence[Line], length: int) -> list[int]:
    """Return the places of the lines to show where there is room for so many: both ends, and what is marked."""
    if len(lines) <= length:
        return list(range(len(lines)))
    head = length // 2
    places = {*range(head), *range(len(lines) - (length - head), len(lines))}
    for place, line in enumerate(lines):
        if line.marked:
            places.update(range(max(0, place - _CONTEXT), min(len(lines), place + _CONTEXT + 1)))
    return sorted(places)


def _pairs(places: list[int]) -> Iterator[tuple[int, int]]:
    """Yield each kept place after the one before it."""
    return zip([-1, *places], places, strict=False)


def _count(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"


def _render(line: Line, column: int) -> str:
    place = f"{'>' if line.marked else ' '}{line.event.at:>9.3f}  "
    text = f"{shorten(line.label, column):<{column}}  {line.text}" if line.text else line.label
    return shorten(place + text, WIDTH)


def _ends(history: History) -> Iterator[str]:
    """Yield how the record ended, where it did not end well."""
    endings = [
        *([str(history.stall)] if history.stall else []),
        *([f"the cluster was lost: {history.lost}"] if history.lost else []),
        *(f"assumption broken: {assumption}" for assumption in history.broken),
    ]
    for ending in endings:
        yield from folded(ending, "  ** ", "     ")
