"""What counts how: the outcomes that every report lists, and their numbers by area of guarantees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict


class Outcome(StrEnum):
    """A check's verdict as reports list it.

    `NOTED` is a deviation that is told and never fails a run, `KNOWN` one that a known issue makes expected.
    `HEALED` is a promise that was kept though an issue is known: never listed as plainly passed.
    """

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_SUPPORTED = "not supported"
    SKIPPED = "skipped"
    NOTED = "noted"
    KNOWN = "known issue"
    HEALED = "healed"


AREAS: Mapping[str, str] = {
    "ORD": "order of start and removal",
    "PAR": "pods without order",
    "MRS": "time to be Ready",
    "ORN": "where ordinals start",
    "POD": "life of a pod",
    "IDN": "names and identity",
    "OWN": "one pod per identity",
    "STO": "claims, volumes and data",
    "RET": "what becomes of claims",
    "APP": "replies of the storage app",
    "DNS": "DNS names of pods",
    "SVC": "Services",
    "UPD": "updates",
    "STA": "status, Events and scale",
    "CTR": "contrast to Deployments",
    "RUN": "the suite itself",
}
"""Areas of guarantees in the order of the reports, in words."""

NO_AREA = "-"
"""The area of a check that names no guarantee."""


def outcome(check: CheckResult) -> Outcome:
    """Return how a check is listed."""
    if check.expected:
        return Outcome.KNOWN
    if check.healed:
        return Outcome.HEALED
    if not check.counts and check.verdict in {Verdict.FAILED, Verdict.INCONCLUSIVE}:
        return Outcome.NOTED
    return Outcome[check.verdict.name]


def sentence(check: CheckResult) -> str:
    """Return what there is to say of a check in one sentence: its first finding, or why there is none.

    Where an issue is known its number comes first.
    """
    first = check.findings[0].sentence if check.findings else check.reason
    if check.expected or check.healed:
        first = f"{check.known_issue}: {first or check.title}"
    return " ".join((first or f"{outcome(check)}, and nothing more is known").split())


def area(check: CheckResult) -> str:
    """Return the area of a check's first guarantee."""
    return check.guarantees[0].split("-", 1)[0] if check.guarantees else NO_AREA


def of_outcome(result: RunResult, *wanted: Outcome) -> list[CheckResult]:
    """Return the checks of these outcomes, sorted by id."""
    return sorted((check for check in result.checks if outcome(check) in wanted), key=lambda check: check.id)


def tally(checks: Iterable[CheckResult]) -> Counter[Outcome]:
    """Return how many checks there are of each outcome."""
    return Counter(map(outcome, checks))


def by_area(result: RunResult, areas: Mapping[str, str] = AREAS) -> dict[str, Counter[Outcome]]:
    """Return the tally of each area that has checks: those of `areas` in their order, then the others."""
    found: dict[str, Counter[Outcome]] = {}
    for check in result.checks:
        found.setdefault(area(check), Counter())[outcome(check)] += 1
    order = {name: place for place, name in enumerate(areas)}
    return dict(sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


_WORST_FIRST = (
    Outcome.FAILED,
    Outcome.INCONCLUSIVE,
    Outcome.KNOWN,
    Outcome.HEALED,
    Outcome.NOTED,
    Outcome.PASSED,
    Outcome.NOT_SUPPORTED,
    Outcome.SKIPPED,
)


def worst_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of a whole from those of its parts; nothing at all is inconclusive."""
    present = set(outcomes)
    return next((kind for kind in _WORST_FIRST if kind in present), Outcome.INCONCLUSIVE)


def checks_of(result: RunResult) -> dict[str, list[CheckResult]]:
    """Return the checks that name each guarantee, in the order of areas and numbers."""
    found: dict[str, list[CheckResult]] = {}
    for check in result.checks:
        for guarantee in check.guarantees:
            found.setdefault(guarantee, []).append(check)
    return {guarantee: found[guarantee] for guarantee in sorted(found, key=place)}


def decisive(checks: Sequence[CheckResult]) -> CheckResult:
    """Return the check with the worst outcome: how the guarantee stands that all of them name."""
    worst = worst_outcome(map(outcome, checks))
    return next(check for check in checks if outcome(check) is worst)


def by_guarantee(result: RunResult) -> dict[str, Outcome]:
    """Return the worst outcome of each guarantee that a check names, in the order of areas and numbers."""
    return {guarantee: outcome(decisive(checks)) for guarantee, checks in checks_of(result).items()}


def place(guarantee: str) -> tuple[int, str, int, str]:
    """Return the sorting key of a guarantee's id: areas as in the reports, then by number."""
    name, _, number = guarantee.partition("-")
    areas = list(AREAS)
    known = areas.index(name) if name in areas else len(areas)
    return known, name, int(number) if number.isdecimal() else 0, number


def grouped_reasons(checks: Iterable[CheckResult]) -> list[tuple[str, int]]:
    """Return each reason once with the number of checks it stands for, the most frequent first."""
    counts = Counter(sentence(check) for check in checks)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def totals(result: RunResult) -> str:
    """Return the numbers of a run in words: `180 passed, 1 failed of 187 checks`."""
    counts = tally(result.checks)
    parts = [f"{counts[kind]} {kind}" for kind in Outcome if counts[kind]]
    checks = "check" if result.header.checks_expected == 1 else "checks"
    return f"{', '.join(parts) or 'nothing judged'} of {result.header.checks_expected} {checks}"


_VERDICTS: Mapping[Verdict, str] = {Verdict.PASSED: "conformant", Verdict.FAILED: "NOT conformant"}


def verdict_in_words(result: RunResult) -> str:
    """Return the run's verdict: `conformant`, `NOT conformant`, `incomplete` or `could not judge`."""
    short = result.interrupted or len(result.checks) < result.header.checks_expected
    return _VERDICTS.get(result.verdict, "incomplete" if short else "could not judge")


def duration(result: RunResult) -> str:
    """Return how long a run took, as the end of a sentence; empty if it did not live to tell."""
    return f" in {result.seconds:.1f} s" if result.seconds else ""


def shortfalls(result: RunResult) -> list[str]:
    """Return why a run says less than was announced, one sentence each; none when it is complete."""
    missing = result.header.checks_expected - len(result.checks)
    told = [f"interrupted: {result.interrupted}"] if result.interrupted else []
    if missing > 0:
        told.append(f"{missing} of {result.header.checks_expected} announced checks said nothing")
    if missing < 0:
        told.append(f"{-missing} checks more than the {result.header.checks_expected} that were announced")
    if not result.checks:
        told.append("no check ran")
    return told
