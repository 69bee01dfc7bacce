"""A history as text that a person reads: what became of which pod, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stsconf.model import objects
from stsconf.model.finding import Finding
from stsconf.model.history import ACT, API, DNS, GAP, HTTP, Event, History
from stsconf.model.objects import Object
from stsconf.report.changes import api, changes, dns, http
from stsconf.report.text import WIDTH, folded, shorten

LENGTH = 60
"""Lines of a timeline, unless findings name more."""

_CONTEXT = 2  # lines kept before and after a marked one
_LONGEST_LABEL = 28
_PREFIXES = {"Pod": "", "PersistentVolumeClaim": "claim ", "StatefulSet": "set "}
_PRIMES = ("", "\N{PRIME}", "\N{DOUBLE PRIME}", "\N{TRIPLE PRIME}")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: who (`label`), what, and whether a finding names its event."""

    at: float
    label: str
    text: str
    marked: bool


def timeline(history: History, findings: Iterable[Finding] = (), length: int = LENGTH) -> str:
    """Return the history's interesting events in order, one line each; empty if there are none.

    Lines of events that a finding names begin with `>`. When there are more than `length` lines, those in
    the middle are left out and counted; marked lines never are. A second pod of one name has a prime after it.
    """
    marked = {index for finding in findings for index in finding.events}
    lines = list(_lines(history, marked))
    column = min(max((len(line.label) for line in lines if line.text), default=0), _LONGEST_LABEL)
    shown: list[str] = []
    for former, place in _pairs(_kept(lines, length)):
        if place - former > 1:
            shown.append(f"           … {_count(place - former - 1)} left out …")
        shown.append(_render(lines[place], column))
    return "\n".join(shown + list(_ends(history)))


class _Narrator:
    """Tells one event after the other, knowing those before it."""

    def __init__(self, history: History) -> None:
        self._versions: dict[str, Object] = {}  # by UID
        self._generations: dict[tuple[str, str], list[str]] = {}  # UIDs by kind and name
        revisions = {objects.revision(event.object) for event in history.events if event.kind == "Pod"}
        self._several_revisions = len(revisions - {""}) > 1

    def tell(self, event: Event) -> tuple[str, str]:
        """Return label and text of an event, both empty if it is of no interest."""
        if event.kind == ACT:
            return f"-- {event.object.get('sentence') or event.type} --", ""
        if event.kind == GAP:
            return f"-- the watch of {event.type} missed something: {event.object.get('reason', '')} --", ""
        if event.kind == HTTP:
            return "HTTP", http(event)
        if event.kind == DNS:
            return "DNS", dns(event)
        if event.kind == API:
            return "API", api(event)
        generation = self._generation(event)
        told = changes(event, self._versions.get(event.uid, {}))
        self._versions[event.uid] = event.object
        if told[:1] == ["created"] and event.kind == "Pod" and self._several_revisions:
            told[0] = f"created from {objects.revision(event.object)}"
        return (f"{_PREFIXES[event.kind]}{event.name}{generation}", ", ".join(told)) if told else ("", "")

    def _generation(self, event: Event) -> str:
        """Return what tells an object from former ones of its name: nothing, a prime, two primes, …."""
        uids = self._generations.setdefault((event.kind, event.name), [])
        if event.uid not in uids:
            uids.append(event.uid)
        number = uids.index(event.uid)
        return _PRIMES[number] if number < len(_PRIMES) else f"{_PRIMES[1]}{number + 1}"


def _lines(history: History, marked: set[int]) -> Iterator[_Line]:
    """Yield a line per event of interest."""
    narrator = _Narrator(history)
    for event in history.events:
        label, text = narrator.tell(event)
        if not label and event.index in marked:
            label, text = f"{event.kind} {event.name}", f"changed (rv {event.resource_version})"
        if label:
            yield _Line(event.at, label, text, event.index in marked)


def _kept(lines: list[_Line], length: int) -> list[int]:
    """Return the places of the lines to show."""
    if len(lines) <= length:
        return list(range(len(lines)))
    head = length // 2
    kept = {*range(head), *range(len(lines) - (length - head), len(lines))}
    for place, line in enumerate(lines):
        if line.marked:
            kept.update(range(max(0, place - _CONTEXT), min(len(lines), place + _CONTEXT + 1)))
    return sorted(kept)


def _pairs(kept: list[int]) -> Iterator[tuple[int, int]]:
    """Yield each kept place after the one before it."""
    return zip([-1, *kept], kept, strict=False)


def _count(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"


def _render(line: _Line, column: int) -> str:
    place = f"{'>' if line.marked else ' '}{line.at:>9.3f}  "
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
