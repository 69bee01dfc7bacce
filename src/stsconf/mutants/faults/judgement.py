"""Whether the suite noticed a fault: the kills that had to happen, and the checks that had to be spared."""

from __future__ import annotations

from dataclasses import dataclass

from stsconf.model.finding import DID_NOT_HAPPEN
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.mutants.fault import Expected, Fault
from stsconf.mutants.outcome import Kill, Outcome, Trial, check_name, failed

_UNJUDGED = {Verdict.NOT_SUPPORTED, Verdict.SKIPPED}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a run against a broken cluster says about the suite.

    `killed` maps each kill that happened to the checks that made it, `missed` are those that did not happen.
    `noticed` are all checks that failed with a finding of their own, and not only for want of what did not happen.
    `harmed` are the checks that failed and had to be spared, each with what it found, `undecided` those of them that
    were inconclusive, `deceived` those that passed on a dead cluster. `invalid` tells why the run says nothing at all,
    empty if it does.
    """

    fault: str
    killed: dict[Expected, tuple[str, ...]]
    missed: tuple[Expected, ...]
    noticed: tuple[Kill, ...]
    harmed: tuple[str, ...]
    undecided: tuple[str, ...]
    deceived: tuple[str, ...]
    invalid: str = ""

    @property
    def good(self) -> bool:
        """Tell whether the suite did as it should."""
        return not (self.invalid or self.missed or self.harmed or self.undecided or self.deceived)

    def __str__(self) -> str:
        """Render as one line, and one more for each thing that is wrong."""
        kills = ", ".join(map(str, self.killed)) or ("nothing" if self.missed else "nothing, as it should be")
        wrong = [f"  not killed by {kill}" for kill in self.missed]
        wrong += [f"  not spared: {check}" for check in self.harmed]
        wrong += [f"  neither spared nor condemned: {check}" for check in self.undecided]
        wrong += [f"  passed on a dead cluster: {check}" for check in self.deceived]
        wrong += [f"  invalid: {self.invalid}"] if self.invalid else []
        return "\n".join([f"{self.fault}: killed by {kills}", *wrong])

    def trial(self, cluster: str) -> Trial:
        """Return what the record keeps of it: which checks noticed the fault, on which kind of cluster."""
        named = {
            check_name(check): Kill(check_name(check), (kill.guarantee,), kill.code, "")
            for kill, checks in self.killed.items()
            for check in checks
        }
        kills = tuple((named | {kill.check: kill for kill in self.noticed}).values()) if named else ()
        outcome = Outcome.KILLED if kills else Outcome.INVALID if self.invalid else Outcome.SURVIVED
        return Trial(f"fault.{self.fault}", cluster, outcome, kills, whole=True, reason=self.invalid)


def judged(fault: Fault, result: RunResult) -> Judgement:
    """Hold what a run found against what the fault is expected to cause."""
    killed = {kill: _killers(kill, result) for kill in fault.kills if _judged(kill, result)}
    stalled = {_scenario(check) for checks in killed.values() for check in checks}
    unexpected = [check for check in result.checks if _unexpected(fault, check, stalled)]
    return Judgement(
        fault=fault.name,
        killed={kill: tuple(check.id for check in checks) for kill, checks in killed.items() if checks},
        missed=tuple(kill for kill, checks in killed.items() if not checks),
        noticed=tuple(kill for kill in failed(result) if kill.code != DID_NOT_HAPPEN),
        harmed=tuple(_told(check) for check in unexpected if check.verdict is Verdict.FAILED),
        undecided=tuple(check.id for check in unexpected if check.verdict is not Verdict.FAILED),
        deceived=tuple(check.id for check in result.checks if _deceived(fault, check)),
        invalid=_invalid(result) or ("no check could notice it" if fault.kills and not killed else ""),
    )


def _judged(kill: Expected, result: RunResult) -> bool:
    """Tell whether the cluster has what it takes to judge the guarantee, or else that nobody looked for it."""
    verdicts = {check.verdict for check in result.checks if kill.guarantee in check.guarantees}
    return not verdicts or not verdicts <= _UNJUDGED


def _killers(kill: Expected, result: RunResult) -> list[CheckResult]:
    """Return the checks of the guarantee that failed with the finding."""
    return [
        check
        for check in result.checks
        if check.verdict is Verdict.FAILED and kill.guarantee in check.guarantees and kill.code in _codes(check)
    ]


def _unexpected(fault: Fault, check: CheckResult, stalled: set[tuple[str, str]]) -> bool:
    """Tell whether a check that counts, and that the fault does not concern, says anything but that all is well.

    It is concerned by its guarantees, or by its findings: where they are the expected ones, they show the same harm.
    """
    if fault.may_pass is not None or not check.counts or check.verdict in _UNJUDGED | {Verdict.PASSED}:
        return False
    concerned = fault.may_fail.union(kill.guarantee for kill in fault.kills) & set(check.guarantees)
    expected = {kill.code for kill in fault.kills} - {DID_NOT_HAPPEN}
    return not (concerned or (_codes(check) and _codes(check) <= expected) or _collateral(fault, check, stalled))


def _collateral(fault: Fault, check: CheckResult, stalled: set[tuple[str, str]]) -> bool:
    """Tell whether a check says only that its scenario stalled: where a kill happened, or for want of the withheld."""
    if _codes(check) != {DID_NOT_HAPPEN}:
        return False
    told = " ".join(finding.sentence for finding in check.findings)
    return _scenario(check) in stalled or any(words in told for words in fault.withholds)


def _told(check: CheckResult) -> str:
    return f"{check.id}: {check.findings[0].sentence}"


def _scenario(check: CheckResult) -> tuple[str, str]:
    return check.scenario, check.app


def _codes(check: CheckResult) -> set[str]:
    return {finding.code for finding in check.findings}


def _deceived(fault: Fault, check: CheckResult) -> bool:
    """Tell whether a check found a promise kept on a cluster where nothing is there to keep it."""
    kept = fault.may_pass is None or fault.may_pass & set(check.guarantees)
    return not kept and check.verdict is Verdict.PASSED


def _invalid(result: RunResult) -> str:
    if result.complete:
        return ""
    return result.interrupted or f"{len(result.checks)} of {result.header.checks_expected} checks said something"
