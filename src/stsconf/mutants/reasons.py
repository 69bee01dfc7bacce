"""Why mutants that no check notices are no gap, and why checks that notice no mutant are worth having."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from stsconf.errors import StsconfError

T = TypeVar("T")


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
    return _read(path, _reasons, "one section per kind, one line per mutant")


def read_idle(path: Path) -> Mapping[str, str]:
    """Read why checks that notice nothing are there all the same: a section `checks`, one line per check.

    Raises `StsconfError` for another section and for an empty reason.
    """
    return _read(path, _idle, "one section, checks, with one line per check")


def _read(path: Path, rows: Callable[[Mapping[str, Mapping[str, str]]], Mapping[str, T]], form: str) -> Mapping[str, T]:
    try:
        return rows(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError) as error:
        raise StsconfError(f"{path} is no table of reasons", str(error), form) from error


def _reasons(sections: Mapping[str, Mapping[str, str]]) -> Mapping[str, Reason]:
    reasons: dict[str, Reason] = {}
    for section, lines in sections.items():
        for mutant, because in lines.items():
            if mutant in reasons or not because.strip():
                raise ValueError(f"{mutant} stands there twice or without a sentence")
            reasons[mutant] = Reason(Kind(section), because)
    return reasons


def _idle(sections: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    if sections.keys() != {"checks"}:
        raise ValueError(f"its sections are {', '.join(sections)}")
    for check, because in sections["checks"].items():
        if not because.strip():
            raise ValueError(f"{check} stands there without a sentence")
    return sections["checks"]
