"""Which check shows which observation: the coverage of what the suite must show, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stsconf.report.markdown import escape, table


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """One observation with the ids of its guarantees and the names of the checks that show it."""

    number: int
    sentence: str
    guarantees: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


def observation_table(rows: Iterable[ObservationRow]) -> str:
    """Return the table of observations, by number, and a sentence that counts those without a check."""
    ordered = sorted(rows, key=lambda row: row.number)
    cells = ([str(row.number), row.sentence, ", ".join(row.guarantees), ", ".join(row.checks)] for row in ordered)
    missing = [str(row.number) for row in ordered if not row.checks]
    verdict = f"{len(ordered) - len(missing)} of {len(ordered)} observations have a check"
    tail = f"{verdict}; none yet: {', '.join(missing)}." if missing else f"{verdict}."
    return f"{table(('No.', 'Observation', 'Guarantees', 'Checks'), cells)}\n\n{escape(tail)}\n"
