"""What watched names are answered with, and when such an answer can be relied on.

A cluster has several DNS servers as a rule, and each may keep an answer for a while: what one of them says now,
another one unsays a moment later.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from stsconf.model.history import DNS, Event
from stsconf.record import View

_STEADY = 16
"""So often an answer has to come again: of 65536 times that two servers differ, they do not show it once."""
_TURN_SECONDS = 2.0
"""An answer that is back that soon comes from another server, and not from a change in the cluster."""
_USUAL_TTL = 30.0
"""For how many seconds an answer may be kept that does not say so: what kubeadm sets up."""


def answers(view: View, name: str) -> list[Event]:
    """Return all answers to a watched name, in order."""
    watched = [event for event in view.answers if event.kind == DNS and event.object.get("watched")]
    return [event for event in watched if str(event.object["name"]).rstrip(".") == name.rstrip(".")]


def addresses(event: Event) -> set[str]:
    """Return the addresses in a DNS answer; none for a name that does not exist."""
    return {a["data"] for a in event.object.get("answers") or [] if a["type"] in ("A", "AAAA")}


def settled(told: Sequence[Event]) -> bool:
    """Tell whether the last of a name's answers is that of every server, given all of them.

    It has to come many times in a row. Servers that were seen to differ have to have nothing left, either, that they
    may keep.
    """
    last = told[-1]
    if last.object["unchanged"] < _STEADY:
        return False
    others = [event for event in told if _content(event) != _content(last)]
    return not _differ(told) or all(event.at + _lifetime(event) <= last.at for event in others)


def _differ(told: Sequence[Event]) -> bool:
    """Tell whether servers took turns: an answer went, and was back at once."""
    changes = [event for event in told if not event.object["unchanged"]]
    went: dict[object, float] = {}
    for former, latter in pairwise(changes):
        if _content(former) == _content(latter):  # the stream was opened anew
            continue
        went[_content(former)] = latter.at
        if latter.at - went.get(_content(latter), -_TURN_SECONDS) < _TURN_SECONDS:
            return True
    return False


def _content(event: Event) -> tuple[object, ...]:
    return event.object.get("rcode"), event.object.get("error"), frozenset(addresses(event))


def _lifetime(event: Event) -> float:
    """Return for how many seconds a server may keep an answer."""
    ttl = event.object.get("ttl")
    return _USUAL_TTL if ttl is None else float(ttl)
