"""The record as files that are committed: which mutants there are, and what came of each that was tried."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stsconf.errors import StsconfError
from stsconf.mutants.journal import Journal
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.outcome import Outcome, Trial
from stsconf.mutants.reasons import read_idle, read_reasons
from stsconf.mutants.record import Record
from stsconf.report.codec import decode, encode
from stsconf.report.files import write_atomically

MUTANTS, TRIALS, REASONS, IDLE = "mutants.jsonl", "trials.jsonl", "reasons.toml", "idle.toml"


@dataclass(frozen=True, slots=True)
class Listed:
    """A mutant as the record keeps it: its id, its place, and its change in one line."""

    id: str
    file: str
    function: str
    line: int
    diff: str


def store(folder: Path, mutants: Iterable[Mutant], trials: Iterable[Trial]) -> None:
    """Write the mutants there are, and the trials beside those that are stored already; the later one holds.

    One that is invalid takes no other's place. A kill that nobody looked beyond comes before those that are known, and
    leaves them. Trials of mutants that are gone are dropped, but for those of faults and of former releases.
    """
    listed = [Listed(one.id, one.file, one.function, one.line, one.diff) for one in mutants]
    files = {one.file.removesuffix(".go") for one in listed}
    ids = {one.id for one in listed}
    known = dict[tuple[str, str], Trial]()
    for trial in (*Journal(folder / TRIALS).read(), *trials):
        key = trial.mutant, trial.cluster
        known[key] = _joined(known[key], trial) if key in known else trial
    kept = [known[key] for key in sorted(known) if key[0] in ids or key[0].partition(".")[0] not in files]
    write_rows(folder / MUTANTS, listed)
    write_rows(folder / TRIALS, kept)


def _joined(former: Trial, later: Trial) -> Trial:
    if later.outcome is Outcome.INVALID:
        return former
    if later.whole or not former.kills or not later.kills:
        return later
    kills = {kill.check: kill for kill in (*former.kills, *later.kills)}
    first = later.kills[0].check
    return replace(later, kills=(kills.pop(first), *kills.values()), whole=former.whole)


def stored(folder: Path) -> Record:
    """Read a record; raises `StsconfError` when there is none, or a file of it is damaged."""
    path = folder / MUTANTS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        mutants = [decode(Listed, json.loads(line)) for line in lines]
    except (OSError, ValueError) as error:
        raise StsconfError(f"{path} lists no mutants", str(error), "write it: stsconf mutants record") from error
    reasons, idle = read_reasons(folder / REASONS), read_idle(folder / IDLE)
    return Record(mutants, Journal(folder / TRIALS).read(), reasons, idle)


def write_rows(path: Path, rows: Sequence[Any]) -> None:
    """Write dataclasses to a file, one line of JSON each, in one step."""
    write_atomically(path, "".join(f"{json.dumps(encode(row))}\n" for row in rows))
