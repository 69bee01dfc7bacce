"""What can go wrong outside of a judgement, told in three lines: what, why, what to do."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum


class ExitCode(IntEnum):
    """What a process of ours tells its caller.

    `CONFORMANT`: every check that counts was judged and kept.
    `NOT_CONFORMANT`: at least one promise was broken.
    `USAGE`: the caller asked for something that does not exist.
    `NOT_JUDGED`: no verdict could be reached (cluster unreachable, nothing ran, inconclusive).
    """

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    USAGE = 2
    NOT_JUDGED = 3

    @classmethod
    def worst(cls, codes: Collection[ExitCode]) -> ExitCode:
        """Return what several come to: a broken promise beats every other."""
        return cls.NOT_CONFORMANT if cls.NOT_CONFORMANT in codes else max(codes)


class StsconfError(Exception):
    """An error that a user can meet: never a finding, never a verdict of failed.

    `what` happened, `why` it did, what to `do` about it: one line each. `exit_code` is the process's.
    """

    exit_code = ExitCode.NOT_JUDGED

    def __init__(self, what: str, why: str = "", do: str = "") -> None:
        """Keep the three lines; line breaks inside one are folded to spaces."""
        self.what, self.why, self.do = (" ".join(text.split()) for text in (what, why, do))
        super().__init__(self.what, self.why, self.do)

    def __str__(self) -> str:
        """Render the lines that are not empty."""
        return "\n".join(line for line in (self.what, self.why, self.do) if line)


class UsageError(StsconfError):
    """The caller asked for something that does not exist or does not go together."""

    exit_code = ExitCode.USAGE
