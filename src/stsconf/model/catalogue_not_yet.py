"""Promises that no check judges yet, each with the reason. No run is judged by them, and no check can name one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stsconf.model.guarantee import Guarantee, Level, Profile


@dataclass(frozen=True, slots=True)
class NotYet:
    """A promise, and in a few words why it is not judged."""

    guarantee: Guarantee
    reason: str


_ALL = (
    NotYet(
        Guarantee(
            "OWN-8",
            Level.MUST,
            Profile.DISRUPTIVE,
            "A pod on a node that does not answer MUST NOT be replaced before it is known to be gone.",
            "Kubernetes documentation, Tasks, Force Delete StatefulSet Pods: StatefulSet considerations",
        ),
        "needs several nodes, one of which can be cut off and brought back",
    ),
)

NOT_YET: Mapping[str, NotYet] = MappingProxyType({one.guarantee.id: one for one in _ALL})
"""All promises that are not judged yet, by id."""
