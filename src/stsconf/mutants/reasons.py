"""Why mutants that no check notices are no gap, or which promise has to be checked for them to be noticed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from stsconf.errors import StsconfError


class Kind(StrEnum):
    """What a survivor is.

    `EQUIVALENT`: nobody outside the controller can tell the difference. `OUT_OF_SCOPE`: it breaks nothing that a
    StatefulSet promises. `NEEDS`: it breaks a promise that no check judges yet.
    """

    EQUIVALENT = "equivalent"
    OUT_OF_SCOPE = "out-of-scope"
    NEEDS = "needs"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one mutant survives, in one sentence; for `NEEDS` it begins with the id of the guarantee."""

    kind: Kind
    because: str


def read_reasons(path: Path) -> Mapping[str, Reason]:
    """Read a table of reasons, one section per kind, one line per mutant.

    Raises `StsconfError` for another kind, for a mutant that stands in two sections, and for an empty reason.
    """
    try:
        return _reasons(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError) as error:
        why = str(error)
        raise StsconfError(
            f"{path} is no table of reasons", why, "one section per kind, one line per mutant"
        ) from error


def _reasons(sections: Mapping[str, Mapping[str, str]]) -> Mapping[str, Reason]:
    reasons: dict[str, Reason] = {}
    for section, lines in sections.items():
        for mutant, because in lines.items():
            if mutant in reasons or not because.strip():
                raise ValueError(f"{mutant} stands there twice or without a sentence")
            reasons[mutant] = Reason(Kind(section), because)
    return reasons
