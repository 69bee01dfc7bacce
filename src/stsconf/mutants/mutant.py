"""One small fault in the source of a controller."""

from __future__ import annotations

from dataclasses import dataclass

from stsconf.errors import StsconfError


@dataclass(frozen=True, slots=True)
class Mutant:
    """One edit that breaks a controller's source, and the name it keeps.

    `id` is made of the file, the function with its receiver, the operator, and the running position of that operator in
    that function: it does not change when other functions do. `start` and `end` are the bytes of the source that
    hold `before` and get `after`; `line` is where they start. `diff` shows the change in one line.
    """

    id: str
    file: str
    function: str
    operator: str
    line: int
    start: int
    end: int
    before: str
    after: str
    diff: str

    def apply(self, source: bytes) -> bytes:
        """Return the source with the fault in it.

        Raises `StsconfError` when the source is not the one that the mutant was made from.
        """
        if source[self.start : self.end] != self.before.encode():
            raise StsconfError(
                f"{self.id} does not fit {self.file}",
                f"its bytes {self.start} to {self.end} are not {self.before!r}: the source is not the mutant's own",
                "generate the mutants anew from this source",
            )
        return source[: self.start] + self.after.encode() + source[self.end :]
