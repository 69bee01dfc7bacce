"""What a promise of Kubernetes is."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from enum import StrEnum

from stsconf.model.capability import Capability


class Level(StrEnum):
    """How binding a promise is.

    `MUST`: documented. `SHOULD`: behaviour of the controller that users rely on. Both fail a run.
    `REPORT`: best effort or contradictory; a deviation is told and never fails a run.
    """

    MUST = "MUST"
    SHOULD = "SHOULD"
    REPORT = "REPORT"


class Profile(StrEnum):
    """A named set of guarantees.

    `CORE`: any cluster. `STORAGE`: needs claims. `DNS`: needs the cluster's DNS. `UPDATES`: changes of a live set.
    `EXTENDED`: the apps' own replies and contrasts. `DISRUPTIVE`: touches nodes; never chosen by default.
    """

    CORE = "core"
    STORAGE = "storage"
    DNS = "dns"
    UPDATES = "updates"
    EXTENDED = "extended"
    DISRUPTIVE = "disruptive"


UNREPORTED = "unreported"
"""In place of an issue's number: the deviation is known from our own runs, and no upstream issue about it is."""


@dataclass(frozen=True, slots=True)
class Guarantee:
    """One promise, with a stable id such as `ORD-2`.

    `statement` is one sentence in our words; `source` names the documentation page and its section
    (or the component whose behaviour it is); `needs` are the capabilities without which it cannot be judged.
    `since` is the first version of Kubernetes that makes it, for a person: no verdict follows from a version.
    `known_issue` is the number of the upstream issue because of which it is expected to be broken, or `UNREPORTED`;
    `fixed` the first version without it, empty if there is none yet. A version excuses what is named, and nothing else.
    """

    id: str
    level: Level
    profile: Profile
    statement: str
    source: str
    needs: frozenset[Capability] = frozenset()
    since: str = ""
    known_issue: str = ""
    fixed: str = ""

    def issue_in(self, version: str) -> str:
        """Return the known issue that a version of Kubernetes (`v1.36.4`) still has, empty if it has none.

        A version that cannot be read excuses nothing that any has mended.
        """
        return self.known_issue if not self.fixed or _numbers(version) < _numbers(self.fixed) else ""

    @property
    def area(self) -> str:
        """The letters of the id, such as ORD or DNS."""
        return self.id.split("-", 1)[0]


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers, without what a distribution adds to them; the highest there are if it has none."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    return tuple(map(int, found[1].split("."))) if found else (sys.maxsize,)
