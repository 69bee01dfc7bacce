"""What is known about mutants so far: one line per trial, written only once it is certain."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from stsconf.errors import StsconfError
from stsconf.mutants.outcome import Trial
from stsconf.report.codec import decode, encode


class Journal:
    """An append-only file of trials; of two about one mutant on one kind of cluster, the later holds."""

    def __init__(self, path: Path) -> None:
        """Stand for a journal, which need not exist yet."""
        self.path = path

    def read(self) -> tuple[Trial, ...]:
        """Return the trials that hold. Half a line at the end, left by a kill, is passed over.

        Raises `StsconfError` for a file that is no journal.
        """
        if not self.path.exists():
            return ()
        lines = self.path.read_text(encoding="utf-8").split("\n")
        lines.pop()  # empty where the last line was written whole
        trials: dict[tuple[str, str], Trial] = {}
        for number, line in enumerate(lines, start=1):
            try:
                trial = decode(Trial, json.loads(line))
            except ValueError as error:
                why = f"line {number}: {error}"
                raise StsconfError(f"{self.path} is no journal of trials", why, "move it away to begin anew") from error
            trials[trial.mutant, trial.cluster] = trial
        return tuple(trials.values())

    def write(self, trials: Iterable[Trial]) -> None:
        """Append trials, all on disk when this returns; half a line that a kill left is cut off first."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.truncate(self._whole())
            file.write(b"".join(json.dumps(encode(trial)).encode() + b"\n" for trial in trials))
            file.flush()
            os.fsync(file.fileno())

    def _whole(self) -> int:
        """Return how many bytes of the file are whole lines."""
        return self.path.read_bytes().rfind(b"\n") + 1
