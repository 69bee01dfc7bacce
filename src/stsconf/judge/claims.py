"""Which claims belong to the StatefulSet under test, told from the record."""

from __future__ import annotations

import re

from stsconf.judge import sets
from stsconf.model import objects
from stsconf.model.history import ACT, ADDED, Event, History
from stsconf.model.objects import Object

KIND = "PersistentVolumeClaim"


def ordinal(history: History, claim_name: str) -> int:
    """Return the ordinal of the pod that a claim belongs to, -1 if its name is none of the set's.

    Raises:
        NothingToJudge: the set was not recorded, or has no claim templates.
    """
    templates = "|".join(map(re.escape, sets.claim_templates(history)))
    match = re.fullmatch(rf"(?:{templates})-{re.escape(history.subject.name)}-(0|[1-9]\d*)", claim_name)
    return int(match[1]) if match else -1


def template(history: History, claim_name: str) -> Object:
    """Return the template that a claim of the set was made from.

    Raises:
        NothingToJudge: the set was not recorded, or has no claim templates.
    """
    templates = sets.claim_templates(history)
    return templates[claim_name.removesuffix(f"-{history.subject.name}-{ordinal(history, claim_name)}")]


def of_set(history: History, claims: dict[str, Object]) -> dict[str, Object]:
    """Return those claims whose names are the set's, in the order of the ordinals."""
    own = {name: claim for name, claim in claims.items() if ordinal(history, name) >= 0}
    return dict(sorted(own.items(), key=lambda item: ordinal(history, item[0])))


def at_start(history: History) -> dict[str, Object]:
    """Return the set's claims at the window's start."""
    return of_set(history, dict(history.at_start(KIND)))


def at_end(history: History) -> dict[str, Object]:
    """Return the set's claims at the window's end."""
    return of_set(history, dict(history.at_end(KIND)))


def events(history: History) -> list[Event]:
    """Return the window's events of the set's claims."""
    return [event for event in history.of(KIND) if ordinal(history, event.name) >= 0]


def made(history: History) -> list[Event]:
    """Return the events by which claims of the set that no act made appeared in the window."""
    return [e for e in events(history) if e.type == ADDED and e.name not in premade(history)]


def last(history: History, claim_name: str) -> Event:
    """Return the last event of a claim up to the window's end."""
    return [e for e in history.events[: history.end] if e.kind == KIND and e.name == claim_name][-1]


def premade(history: History) -> set[str]:
    """Return the names of the claims that an act made: those its `claims` named."""
    acts = (event for event in history.events[: history.end] if event.kind == ACT)
    return {name for act in acts for name in act.object.get("claims", ())}


def mounted(pod: Object) -> set[str]:
    """Return the names of the claims that a pod uses."""
    return set(objects.claim_names(pod).values())
