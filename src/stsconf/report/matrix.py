"""Many runs side by side, of one cluster night by night or of several: how each guarantee stood in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stsconf.model.catalogue import GUARANTEES
from stsconf.model.result import RunResult
from stsconf.report import markdown as page
from stsconf.report.compared import described, run_document
from stsconf.report.comparison import Comparison, compare, differences, missing
from stsconf.report.tally import Outcome, by_guarantee, place
from stsconf.report.text import WIDTH, folded, shorten

_SIGNS = {Outcome.PASSED: ".", Outcome.FAILED: "F", Outcome.INCONCLUSIVE: "?", Outcome.NOT_SUPPORTED: "-"}
_KEPT = "kept in all of the runs"


@dataclass(frozen=True, slots=True)
class Matrix:
    """How the guarantees stood: for each id one outcome per run, None where no check of that run named it."""

    runs: tuple[RunResult, ...]
    rows: Mapping[str, tuple[Outcome | None, ...]]

    @property
    def eventful(self) -> Mapping[str, tuple[Outcome | None, ...]]:
        """The guarantees that were not kept in every run."""
        return {id_: row for id_, row in self.rows.items() if set(row) != {Outcome.PASSED}}

    @property
    def kept(self) -> list[str]:
        """The guarantees that were kept in every run."""
        return [id_ for id_ in self.rows if id_ not in self.eventful]

    @property
    def last(self) -> Comparison:
        """The last run held against the one before it: what the exit code follows from."""
        before, after = self.runs[-2:]
        return compare(before, after)

    @property
    def notes(self) -> list[str]:
        """What has to be known to read the matrix, one sentence each."""
        return [*differences(self.runs), *missing(self.runs)]


def matrix(runs: Sequence[RunResult]) -> Matrix:
    """Put runs side by side, in the order given."""
    columns = [by_guarantee(run) for run in runs]
    ids = sorted({id_ for column in columns for id_ in column}, key=place)
    return Matrix(tuple(runs), {id_: tuple(column.get(id_) for column in columns) for id_ in ids})


def sign(outcome: Outcome | None) -> str:
    """Return one character for an outcome; a space where there is none."""
    return _SIGNS.get(outcome, outcome.value[0]) if outcome else " "


def statement(id_: str) -> str:
    """Return a guarantee in words, empty if today's catalogue does not know it."""
    return GUARANTEES[id_].statement if id_ in GUARANTEES else ""


def text(many: Matrix) -> str:
    """Return the matrix for a screen: one character per run, the runs listed above it."""
    return "\n".join(
        [
            *(
                line
                for number, run in enumerate(many.runs, 1)
                for line in folded(described(run), f"{number:>3}  ", " " * 5)
            ),
            *(line for note in many.notes for line in folded(note, "note: ", "      ")),
            "",
            *_rows(many),
            *folded(f"{len(many.kept)} of {len(many.rows)} guarantees were {_KEPT}"),
            "",
        ]
    )


def markdown(many: Matrix) -> str:
    """Return the matrix for a ticket: one column per run."""
    heads = ["Guarantee", "What it is", *(f"{number}" for number in range(1, len(many.runs) + 1))]
    rows = [[id_, statement(id_), *(one.value if one else "" for one in row)] for id_, row in many.eventful.items()]
    sections = [
        f"# StatefulSets: {len(many.runs)} runs",
        "\n".join(f"{number}. {page.escape(described(run))}" for number, run in enumerate(many.runs, 1)),
        "\n".join(f"**{page.escape(note)}**  " for note in many.notes),
        page.table(heads, rows) if rows else "",
        f"{len(many.kept)} of {len(many.rows)} guarantees were {_KEPT}.",
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def document(many: Matrix) -> dict[str, Any]:
    """Return the matrix as one JSON object."""
    return {
        "exit_code": int(many.last.exit_code),
        "runs": [run_document(run) for run in many.runs],
        "notes": many.notes,
        "guarantees": {id_: [one.value if one else None for one in row] for id_, row in many.rows.items()},
    }


def _rows(many: Matrix) -> Iterator[str]:
    if not many.eventful:
        return
    for power in (10, 1) if len(many.runs) >= 10 else (1,):  # noqa: PLR2004 -- numbers stand upright, digit by digit
        digits = (number // power for number in range(1, len(many.runs) + 1))
        yield f"{'':<7}  {''.join(str(digit % 10) if digit else ' ' for digit in digits)}"
    for id_, row in many.eventful.items():
        yield shorten(f"{id_:<7}  {''.join(map(sign, row))}  {statement(id_)}", max(WIDTH, len(row) + 9))
    used = {one for row in many.eventful.values() for one in row if one}
    yield ""
    yield from folded(
        f"{',  '.join(f'{sign(one)} {one.value}' for one in Outcome if one in used)}", "signs: ", "       "
    )
    yield ""
