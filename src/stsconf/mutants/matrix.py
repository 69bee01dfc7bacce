"""The record as a page of Markdown: score by file and function, what each check notices, and each survivor's reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stsconf.mutants.outcome import Outcome
from stsconf.mutants.reasons import Kind
from stsconf.mutants.record import Named, Record, Score

_SHOWN = 3
"""So many mutants stand beside a check; the trials have them all."""
_HEAD = """\
# What the suite notices

The StatefulSet controller of Kubernetes, changed in one place at a time, against this suite. A mutant is *killed* when
a check failed on it with a finding and the unchanged controller passed before and after. docs/trust.md explains it,
`make mutants` repeats it; `stsconf mutants record` writes this page, and a test fails when it is stale.
"""


def matrix(record: Record, checks: Sequence[str]) -> str:
    """Return the page; `checks` are all that there are, so that those which notice nothing are seen."""
    parts = (_HEAD, _totals(record), _by_place(record), _by_check(record, checks), _survivors(record), _invalid(record))
    return "\n".join(part for part in parts if part)


def _totals(record: Record) -> str:
    score = record.score(record.mutants)
    untried = sum(record.outcome(one.id) is None for one in record.mutants)
    rows = [
        ("generated", len(record.mutants)),
        ("not tried", untried),
        ("left out by the compiler: no program", score.outcomes[Outcome.NOT_COMPILED]),
        ("left out by the compiler: the same program", score.outcomes[Outcome.EQUIVALENT]),
        ("invalid: nothing can be said", score.outcomes[Outcome.INVALID]),
        ("killed", score.killed),
        ("survived, equivalent with a reason", score.reasons[Kind.EQUIVALENT]),
        ("survived, breaks nothing that is promised", score.reasons[Kind.OUT_OF_SCOPE]),
        ("survived, breaks a promise that is not checked yet", score.reasons[Kind.NEEDS]),
        ("survived, not explained", len(record.unexplained)),
    ]
    lines = _table(("mutants", "number"), ((name, str(number)) for name, number in rows if number))
    whole = f"Score of all: **{score.whole_percent:.1f} %** ({score.killed} of {score.judged})."
    inside = (
        f"Inside of the promises that are checked: **{score.inside_percent:.1f} %** ({score.killed} of {score.inside})."
    )
    return f"## Score\n\n{lines}\n\n{inside} {whole}\n"


def _by_place(record: Record) -> str:
    places: dict[tuple[str, str], list[Named]] = {}
    for one in record.mutants:
        places.setdefault((one.file, ""), []).append(one)
        places.setdefault((one.file, one.function), []).append(one)
    rows = (
        (f"**{file}**" if not function else f"`{function}`", *_figures(record.score(mutants)))
        for (file, function), mutants in sorted(places.items())
    )
    return "## By file and function\n\n" + _table(("where", "killed", "judged", "inside", "score"), rows) + "\n"


def _figures(score: Score) -> tuple[str, ...]:
    percent = f"{score.inside_percent:.0f} %" if score.inside else "-"
    return str(score.killed), str(score.judged), str(score.inside), percent


def _by_check(record: Record, checks: Sequence[str]) -> str:
    kills = record.kills_by_check(checks)
    rows = (
        (f"`{check}`", str(len(set(kills[check]))), _some(kills[check]) or record.idle.get(check, ""))
        for check in checks
    )
    head = ("check", "kills", "for example, or why none")
    return f"## By check\n\nFaults and former releases included.\n\n{_table(head, rows)}\n"


def _some(mutants: Sequence[str]) -> str:
    return ", ".join(f"`{mutant}`" for mutant in sorted(set(mutants))[:_SHOWN])


def _survivors(record: Record) -> str:
    def row(one: Named) -> tuple[str, ...]:
        reason = record.reasons.get(one.id)
        change = f"`{one.diff.replace('`', chr(39))}`"
        return (f"`{one.id}`", change, reason.kind if reason else "**not explained**", reason.because if reason else "")

    rows = [row(one) for one in record.survivors]
    return "## Survivors\n\n" + _table(("mutant", "change", "is", "because"), rows) + "\n" if rows else ""


def _invalid(record: Record) -> str:
    trials = [trial for trial in record.settled.values() if trial.outcome is Outcome.INVALID]
    rows = [(f"`{trial.mutant}`", trial.reason) for trial in trials]
    return "## Invalid\n\n" + _table(("mutant", "why nothing can be said"), rows) + "\n" if rows else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
