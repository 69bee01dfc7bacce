"""Two runs held against each other: what broke, what was fixed, what nobody can tell any more, what got slower."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from stsconf.errors import ExitCode, UsageError
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.tally import Outcome, outcome, place, shortfalls

FACTOR = 2.0
"""A scenario is slower beyond noise only if it takes so many times as long as was to be expected ..."""
SECONDS = 2.0
"""... and so many seconds longer."""
DEVIATIONS = 4.0
"""... and by so many standard deviations of what the other scenarios show."""
_ENOUGH = 8  # scenarios from which pace and deviation are told
_NORMAL = 1.4826  # median absolute deviation to standard deviation

Same = Callable[[CheckResult, CheckResult], bool]
"""Whether two results of one check, of one outcome, say the same."""


class Kind(StrEnum):
    """What became of a check from one run to the other, the worst first.

    `BROKEN`: it fails now, and did not. `UNJUDGED`: it was judged, and is no longer. `GONE`: it is no longer made.
    `CHANGED`: any other difference, such as another finding. `FIXED`: it failed and passes. `NEW`: it was not made
    before.
    """

    BROKEN = "broken"
    UNJUDGED = "no longer judged"
    GONE = "gone"
    CHANGED = "changed"
    FIXED = "fixed"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Change:
    """A check that says something else than before; one of the two is None where it was not made."""

    kind: Kind
    before: CheckResult | None
    after: CheckResult | None

    @property
    def check(self) -> CheckResult:
        """The check as it was made last."""
        check = self.after or self.before
        assert check is not None  # noqa: S101 -- a change is one of something
        return check


@dataclass(frozen=True, slots=True)
class Slower:
    """A scenario that waited longer for the cluster than was to be `expected`, in seconds."""

    scenario: str
    before: float
    after: float
    expected: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two runs. `pace` tells how many times as long the scenarios took altogether."""

    before: RunResult
    after: RunResult
    changes: tuple[Change, ...]
    slower: tuple[Slower, ...] = ()
    pace: float = 1.0

    def of(self, kind: Kind) -> list[Change]:
        """Return the changes of one kind, in the order of the reports."""
        found = [change for change in self.changes if change.kind is kind]
        return sorted(found, key=lambda one: (place((*one.check.guarantees, "")[0]), one.check.id))

    @property
    def regressions(self) -> list[Change]:
        """The changes that show a promise broken which was not seen broken before."""
        return [
            change
            for change in self.changes
            if change.kind in {Kind.BROKEN, Kind.NEW} and outcome(change.check) is Outcome.FAILED
        ]

    @property
    def unknown(self) -> list[Change]:
        """The changes after which nobody can tell whether a promise that counts, and was judged, is kept."""
        lost = self.of(Kind.UNJUDGED) + self.of(Kind.GONE)
        return [change for change in lost if change.before and _judged(change.before) and change.before.counts]

    @property
    def exit_code(self) -> ExitCode:
        """1 for a regression; 3 where none was seen but not everything was looked at again; else 0."""
        if self.regressions:
            return ExitCode.NOT_CONFORMANT
        return ExitCode.CONFORMANT if self.after.complete and not self.unknown else ExitCode.NOT_JUDGED

    @property
    def notes(self) -> list[str]:
        """What has to be known to read the comparison, one sentence each."""
        return [*differences([self.before, self.after]), *missing([self.before, self.after])]


def compare(before: RunResult, after: RunResult, same: Same | None = None) -> Comparison:
    """Hold a run against an earlier one.

    Two failures are the same if their findings have the same codes, unless `same` says otherwise: names, versions
    and times differ from run to run. How long scenarios took is compared between targets of one kind only.
    """
    then, now = ({check.id: check for check in run.checks} for run in (before, after))
    pairs = [(then.get(id_), now.get(id_)) for id_ in dict.fromkeys([*then, *now])]
    changes = (Change(kind, *pair) for pair in pairs if (kind := _kind(*pair, same or _same_codes)))
    alike = before.header.target == after.header.target
    slower, pace = _slower(_seconds(before), _seconds(after)) if alike else ((), 1.0)
    return Comparison(before, after, tuple(changes), slower, pace)


def refuse_foreign(runs: Sequence[RunResult]) -> None:
    """Raise `UsageError` for runs that were not held to the same promises."""
    catalogues = {run.header.catalogue: run.header.run for run in runs}
    if len(catalogues) > 1:
        told = ", ".join(f"{run} to {catalogue}" for catalogue, run in catalogues.items())
        raise UsageError(
            "the runs were held to different promises",
            f"a catalogue's hash changes with any word of it: {told}",
            "repeat the older run with today's suite, or compare what both have in common with --anyway",
        )


def differences(runs: Sequence[RunResult]) -> list[str]:
    """Return in which respects the runs' conditions differ, one sentence each."""
    facts: Mapping[str, list[str]] = {
        "held to different promises (catalogues)": [run.header.catalogue for run in runs],
        "suites": [run.header.suite_version for run in runs],
        "targets": [run.header.target for run in runs],
        "versions of Kubernetes": [run.header.kubernetes_version for run in runs],
        "numbers of nodes": [str(run.header.nodes) for run in runs],
        "options": [_options(run) for run in runs],
        "capabilities": [", ".join(sorted(run.header.capabilities)) or "none" for run in runs],
    }
    return [f"{what}: {' / '.join(told)}" for what, told in facts.items() if len(set(told)) > 1]


def missing(runs: Sequence[RunResult]) -> list[str]:
    """Return which runs say less than they announced, and why."""
    return [f"run {run.header.run} is incomplete: {'; '.join(why)}" for run in runs if (why := shortfalls(run))]


def _options(run: RunResult) -> str:
    return " ".join(f"--{name}={value}" for name, value in sorted(run.header.options.items()))


def _judged(check: CheckResult) -> bool:
    return check.verdict in {Verdict.PASSED, Verdict.FAILED}


def _same_codes(before: CheckResult, after: CheckResult) -> bool:
    return {finding.code for finding in before.findings} == {finding.code for finding in after.findings}


def _kind(before: CheckResult | None, after: CheckResult | None, same: Same) -> Kind | None:
    """Return what became of a check, None if it says what it said."""
    if before is None:
        return Kind.NEW
    if after is None:
        return Kind.GONE
    if outcome(before) is outcome(after):
        return None if same(before, after) else Kind.CHANGED
    if outcome(after) is Outcome.FAILED:
        return Kind.BROKEN
    if _judged(before) and not _judged(after):
        return Kind.UNJUDGED
    return Kind.FIXED if outcome(before) is Outcome.FAILED and after.verdict is Verdict.PASSED else Kind.CHANGED


def _seconds(run: RunResult) -> dict[str, float]:
    """Return how long each scenario waited for the cluster."""
    seconds: dict[str, float] = {}
    for check in run.checks:
        seconds[check.scenario] = seconds.get(check.scenario, 0.0) + check.cluster_seconds
    return {scenario: told for scenario, told in seconds.items() if told > 0}


def _slower(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[tuple[Slower, ...], float]:
    """Return the scenarios that are slower beyond noise, and how many times as long all of them took.

    What makes all scenarios slower is another machine or its load: the median of the ratios is what was to be expected
    of each. How far the ratios scatter around it (their median absolute deviation, which a few slow ones do not move)
    is what two runs of the same cluster show anyway.
    """
    ratios = {one: math.log(after[one] / before[one]) for one in before if one in after}
    if not ratios:
        return (), 1.0
    middle = median(ratios.values()) if len(ratios) >= _ENOUGH else 0.0
    scatter = _NORMAL * median(abs(ratio - middle) for ratio in ratios.values()) if len(ratios) >= _ENOUGH else 0.0
    limit = max(math.log(FACTOR), DEVIATIONS * scatter)
    pace = math.exp(middle)
    told = (Slower(one, before[one], after[one], before[one] * pace) for one in ratios if ratios[one] - middle > limit)
    return tuple(one for one in told if one.after - one.expected > SECONDS), pace
