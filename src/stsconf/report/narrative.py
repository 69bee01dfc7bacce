"""A history told event by event, in the words of a person: who, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from stsconf.model import objects
from stsconf.model.history import ACT, API, DNS, GAP, HTTP, Event, History
from stsconf.model.objects import Object
from stsconf.report.changes import api, changes, dns, http

_PREFIXES = {"Pod": "", "PersistentVolumeClaim": "claim ", "StatefulSet": "set ", "EndpointSlice": "endpoints "}
_SERVICE_LABEL = "kubernetes.io/service-name"
_PRIMES = ("", "\N{PRIME}", "\N{DOUBLE PRIME}", "\N{TRIPLE PRIME}")


@dataclass(frozen=True, slots=True)
class Line:
    """One event of interest: who (`label`), what (`text`, empty for our acts), and whether a finding names it."""

    event: Event
    label: str
    text: str
    marked: bool


class Generations:
    """Tells an object from former ones of its name."""

    def __init__(self) -> None:
        """Begin with no object met."""
        self._uids: dict[tuple[str, str], list[str]] = {}

    def of(self, event: Event) -> str:
        """Return what stands after the name of an event's object: nothing, a prime, two primes, …."""
        uids = self._uids.setdefault((event.kind, event.name), [])
        if event.uid not in uids:
            uids.append(event.uid)
        number = uids.index(event.uid)
        return _PRIMES[number] if number < len(_PRIMES) else f"{_PRIMES[1]}{number + 1}"


def narrate(history: History, marked: Collection[int] = ()) -> Iterator[Line]:
    """Yield a line per event of interest, and per event whose index is `marked`."""
    narrator = _Narrator(history)
    for event in history.events:
        label, text = narrator.tell(event)
        if not label and event.index in marked:
            label, text = f"{event.kind} {event.name}", f"changed (rv {event.resource_version})"
        if label:
            yield Line(event, label, text, event.index in marked)


def service_of(endpoint_slice: Object) -> str:
    """Return the name of the Service that an EndpointSlice belongs to."""
    return objects.labels(endpoint_slice).get(_SERVICE_LABEL, "") or objects.name(endpoint_slice)


class _Narrator:
    """Tells one event after the other, knowing those before it."""

    def __init__(self, history: History) -> None:
        self._versions: dict[str, Object] = {}  # by UID
        self._generations = Generations()
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
        generation = self._generations.of(event)
        told = changes(event, self._versions.get(event.uid, {}))
        self._versions[event.uid] = event.object
        if told[:1] == ["created"] and event.kind == "Pod" and self._several_revisions:
            told[0] = f"created from {objects.revision(event.object)}"
        name = service_of(event.object) if event.kind == "EndpointSlice" else f"{event.name}{generation}"
        return (f"{_PREFIXES[event.kind]}{name}", ", ".join(told)) if told else ("", "")
