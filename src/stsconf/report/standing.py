"""How a guarantee stands in a run: as badly as the worst check that names it."""

from __future__ import annotations

from collections.abc import Sequence

from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict, worst
from stsconf.report.tally import AREAS, Outcome, outcome

_BAD = (Verdict.FAILED, Verdict.INCONCLUSIVE)


def decisive(checks: Sequence[CheckResult]) -> CheckResult:
    """Return the check that decides about several: the worst one that counts, else the worst that was looked at."""
    bad = [check for check in checks if check.verdict in _BAD]
    candidates = [check for check in bad if check.counts] or bad or checks
    verdict = worst(check.verdict for check in candidates)
    return next(check for check in candidates if check.verdict is verdict)


def by_guarantee(result: RunResult) -> dict[str, list[CheckResult]]:
    """Return the checks that name each guarantee, by its id, in the order of the reports."""
    found: dict[str, list[CheckResult]] = {}
    for check in result.checks:
        for id_ in check.guarantees:
            found.setdefault(id_, []).append(check)
    return {id_: found[id_] for id_ in sorted(found, key=place)}


def standings(result: RunResult) -> dict[str, Outcome]:
    """Return how each guarantee that a check names stands, by its id."""
    return {id_: outcome(decisive(checks)) for id_, checks in by_guarantee(result).items()}


def place(id_: str) -> tuple[int, str, int, str]:
    """Return the sorting key of a guarantee's id: areas as in the reports, then by number."""
    area, _, number = id_.partition("-")
    order = list(AREAS)
    known = order.index(area) if area in AREAS else len(order)
    return known, area, int(number) if number.isdecimal() else 0, number
