"""Which code of the controller the suite makes run at all: no check can notice a change in what never runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Self

from stsconf.errors import StsconfError
from stsconf.mutants.mutant import Mutant

_LINE = re.compile(r"(\S+):(\d+)\.(\d+),(\d+)\.(\d+) \d+ (\d+)")
Position = tuple[int, int]
"""Line and column in bytes, both from 1, as Go's coverage counts them."""


@dataclass(frozen=True, slots=True)
class Block:
    """Statements that run one after the other, or not at all."""

    start: Position
    end: Position
    ran: bool


@dataclass(frozen=True)
class Reach:
    """The blocks of each file."""

    blocks: Mapping[str, Sequence[Block]]

    @classmethod
    def read(cls, profile: str) -> Self:
        """Read a profile in Go's own text form; raises `StsconfError` for anything else."""
        blocks: dict[str, list[Block]] = {}
        for line in profile.splitlines()[1:]:
            found = _LINE.fullmatch(line)
            if found is None:
                raise StsconfError("this is no profile of what ran", line, "did the controller end by itself?")
            start_line, start, end_line, end, count = map(int, found.groups()[1:])
            block = Block((start_line, start), (end_line, end), count > 0)
            blocks.setdefault(PurePosixPath(found[1]).name, []).append(block)
        if not any(block.ran for file in blocks.values() for block in file):
            raise StsconfError("nothing of the controller ran", "its profile is empty", "did it end by itself?")
        return cls(blocks)

    def has(self, mutant: Mutant, source: bytes) -> bool:
        """Tell whether what a mutant changes ran, in the file's own source; what stands in no block is taken to have.

        To take a branch never is a change only if the branch was taken.
        """
        blocks = self.blocks.get(mutant.file, ())
        here = _position(source, mutant.start)
        around = [block for block in blocks if block.start <= here < block.end]
        if around and not max(around, key=lambda block: block.start).ran:
            return False
        behind = [block for block in blocks if block.start >= _position(source, mutant.end)]
        return mutant.operator != "skipped" or not behind or min(behind, key=lambda block: block.start).ran


EVERYTHING = ""
"""The part that holds all checks."""


@dataclass
class Atlas:
    """What each part of the checks makes run: found out once, by the first bench of a campaign, for all of them.

    A part is a file of checks, or `EVERYTHING`.
    """

    parts: Sequence[str] = (EVERYTHING,)
    reach: dict[str, Reach] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether it is found out."""
        return len(self.reach) == len(self.parts)

    def reaching(self, checks: Iterable[str], mutant: Mutant, source: bytes) -> tuple[str, ...]:
        """Return those checks whose part makes run what a mutant changes."""
        blind = {part for part, reach in self.reach.items() if not reach.has(mutant, source)}
        return tuple(check for check in checks if not {check.partition("::")[0], EVERYTHING} & blind)


def _position(source: bytes, offset: int) -> Position:
    before = source[:offset]
    return before.count(b"\n") + 1, offset - (before.rfind(b"\n") + 1) + 1
