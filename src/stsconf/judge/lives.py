"""A pod's life, told from the record: from its first version to its last, by UID and never by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stsconf.model import objects
from stsconf.model.history import ACT, ADDED, DELETED, Event, History
from stsconf.model.objects import Object

STALE_VIEW = 1.0
"""Seconds for which a controller may act on what it saw before a pod stopped being Ready."""

_RELEASE = "release"
_HARMLESS = {_RELEASE, "unready", "let-go"}
"""Marks of acts whose `pods` are held or let go, not removed."""


@dataclass(frozen=True, slots=True)
class Life:
    """All recorded versions of one pod, in order."""

    events: tuple[Event, ...]

    @property
    def name(self) -> str:
        """The pod's name."""
        return self.events[0].name

    @property
    def uid(self) -> str:
        """The pod's UID."""
        return self.events[0].uid

    @property
    def ordinal(self) -> int:
        """The pod's ordinal."""
        return objects.ordinal(self.name)

    @property
    def birth(self) -> Event:
        """The event by which the pod entered the record."""
        return self.events[0]

    @property
    def last(self) -> Event:
        """The pod's last version."""
        return self.events[-1]

    @property
    def pod(self) -> Object:
        """The last version as an object."""
        return self.last.object

    @property
    def revision(self) -> str:
        """The revision that the pod was made from."""
        return objects.revision(self.birth.object)

    @property
    def ready(self) -> Event | None:
        """The first version that is Running and Ready, if there was one."""
        return self._first(lambda event: event.type != DELETED and objects.is_running_and_ready(event.object))

    @property
    def leaving(self) -> Event | None:
        """The first event of its removal: deletion was asked for, or the pod was gone at once."""
        return self._first(lambda event: event.type == DELETED or objects.is_terminating(event.object))

    @property
    def gone(self) -> Event | None:
        """The event of its end, if it ended."""
        return self._first(lambda event: event.type == DELETED)

    @property
    def forced(self) -> bool:
        """Tell whether somebody removed it with grace period 0 though it had a node, a grace period and a task.

        The API server itself takes the grace period from pods that never ran or that have ended, and a controller
        asks for none: what is left is somebody else's act.
        """
        if self.leaving is None:
            return False
        pod = self.leaving.object
        return (
            objects.metadata(pod).get("deletionGracePeriodSeconds") == 0
            and objects.spec(pod).get("terminationGracePeriodSeconds", 0) > 0
            and bool(objects.spec(pod).get("nodeName"))
            and not objects.has_ended(pod)
        )

    def before(self, event: Event) -> tuple[Event, ...]:
        """Return the versions that are older than an event of the record."""
        return tuple(version for version in self.events if version.index < event.index)

    def _first(self, wanted: Callable[[Event], bool]) -> Event | None:
        return next((event for event in self.events if wanted(event)), None)


def lives(history: History, own: Callable[[str], bool] | None = None) -> list[Life]:
    """Return the lives of the StatefulSet's own pods up to the window's end, in the order of their births.

    `own` tells by its name whether a pod is meant; another one gives the lives of other pods.
    """
    meant = own or history.own
    versions: dict[str, list[Event]] = {}
    for event in history.events[: history.end]:
        if event.kind == "Pod" and meant(event.name):
            versions.setdefault(event.uid, []).append(event)
    return [Life(tuple(events)) for events in versions.values()]


def within(history: History, event: Event | None) -> bool:
    """Tell whether an event exists and lies in the window."""
    return event is not None and event.index >= history.begin


def born(history: History) -> list[Life]:
    """Return the lives of own pods that began in the window, without those that the test itself made."""
    mine = made(history)
    return [
        one for one in lives(history) if one.birth.type == ADDED and within(history, one.birth) and one.uid not in mine
    ]


def made(history: History) -> frozenset[str]:
    """Return the UIDs of the pods that an act made: the first of each name that its `makes` named, after it."""
    due: set[str] = set()
    uids: set[str] = set()
    for event in history.events[: history.end]:
        if event.kind == ACT:
            due.update(event.object.get("makes", ()))
        elif event.kind == "Pod" and event.type == ADDED and event.name in due:
            due.discard(event.name)
            uids.add(event.uid)
    return frozenset(uids)


def returned(history: History) -> list[tuple[Life, Life]]:
    """Return each own pod that was born in the window under a name used before, after the former pod of that name."""
    known = lives(history)
    pairs = ((former(known, life), life) for life in born(history))
    return [(before, life) for before, life in pairs if before is not None]


def former(known: Iterable[Life], life: Life) -> Life | None:
    """Return the life that the same name had before."""
    return latest(known, life.name, life.birth)


def removed(history: History) -> list[tuple[Life, Event]]:
    """Return the lives of own pods whose removal began in the window, each with the event of it, in that order."""
    leavings = [(life, life.leaving) for life in lives(history)]
    return sorted(
        ((life, event) for life, event in leavings if event is not None and within(history, event)),
        key=lambda pair: pair[1].index,
    )


def announced(history: History) -> frozenset[str]:
    """Return the UIDs of the pods that an act set out to remove: those its `pods` named at that time.

    Acts before the window count too, because a window begins after the act that opens it.
    """
    live: dict[str, str] = {}
    uids: set[str] = set()
    for event in history.events[: history.end]:
        if event.kind == ACT and event.type not in _HARMLESS:
            uids.update(live[name] for name in event.object.get("pods", ()) if name in live)
        elif event.kind == "Pod":
            live[event.name] = event.uid
    return frozenset(uids)


def disturbed(history: History) -> list[str]:
    """Return a sentence for each pod that the cluster sent away on its own account, which no act had to do with.

    It says so in the condition `DisruptionTarget`: an eviction by somebody else, a node that was lost, drained or
    full, a pod that was more important. Nodes that an act was about are the test's own doing.
    """
    known = history.events[: history.end]
    nodes = {event.object.get("node") for event in known if event.kind == ACT} - {None}
    foreign = announced(history)
    told = []
    for life in lives(history, own=lambda _: True):
        condition = objects.condition(life.pod, "DisruptionTarget")
        ours = life.uid in foreign or objects.spec(life.pod).get("nodeName") in nodes
        if condition.get("status") == "True" and not ours:
            told.append(f"{life.name} was sent away: {condition.get('reason')}: {condition.get('message')}")
    return told


def released(history: History) -> dict[str, Event]:
    """Return for each pod that a test held back the first act that released it, by the pod's name."""
    acts = [e for e in history.events[: history.end] if e.kind == ACT and e.type == _RELEASE]
    return {name: act for act in reversed(acts) for name in act.object.get("pods", ())}


def taken(history: History) -> list[tuple[Life, Event]]:
    """Return what `removed` does, without the pods that somebody other than the controller removed."""
    foreign = announced(history)
    return [(life, event) for life, event in removed(history) if life.uid not in foreign and not life.forced]


def latest(known: Iterable[Life], name: str, event: Event) -> Life | None:
    """Return the life that a name had last before an event, whether it had ended by then or not."""
    return next((life for life in reversed(list(known)) if life.name == name and life.before(event)), None)


def unready(known: Iterable[Life], name: str, event: Event, seen: int = 0) -> str:
    """Say why `name` could not be taken for Running and Ready at an event, empty if it could.

    Whoever acted may have seen an older state, by `STALE_VIEW` seconds, but not older than the event with the
    index `seen`, which it must have known to act at all.
    """
    life = latest(known, name, event)
    if life is None:
        return "did not exist"
    versions = life.before(event)
    fit = [v for v in versions if v.type != DELETED and objects.is_running_and_ready(v.object)]
    if not fit:
        return "had never been Running and Ready"
    lost = next((version for version in versions if version.index > fit[-1].index), None)
    if lost is None or (lost.index > seen and event.at - lost.at <= STALE_VIEW):
        return ""
    what = _what_was_lost(lost)
    return f"{what} (for {event.at - lost.at:.1f} s)"


def _what_was_lost(lost: Event) -> str:
    if lost.type == DELETED:
        return "was gone"
    return "was being deleted" if objects.is_terminating(lost.object) else "was not Ready"
