"""What came of holding the suite against a cluster that was broken on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict


class Outcome(StrEnum):
    """What a mutant came to.

    `KILLED`: a check that counts failed, with a finding, between two passed runs of the control.
    `SURVIVED`: every check that could be judged passed. `INVALID`: nothing can be said, with the reason.
    `EQUIVALENT`: the compiler made the same program of it. `NOT_COMPILED`: it made none.
    """

    KILLED = "killed"
    SURVIVED = "survived"
    INVALID = "invalid"
    EQUIVALENT = "equivalent"
    NOT_COMPILED = "not-compiled"


@dataclass(frozen=True, slots=True)
class Kill:
    """One failed check: its name without the app, its guarantees, and the first finding's code and sentence."""

    check: str
    guarantees: tuple[str, ...]
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One mutant on one kind of cluster.

    `whole` tells whether all checks were run, or only those up to the first kill. `seconds` is what it took,
    building included; `reason` why it is invalid, or the compiler's first line.
    """

    mutant: str
    cluster: str
    outcome: Outcome
    kills: tuple[Kill, ...] = ()
    whole: bool = False
    seconds: float = 0.0
    reason: str = ""


def check_name(id_: str) -> str:
    """Return a check's name without its folder and app: `test_scaling.py::TestScaling::test_it`."""
    return id_.rpartition("/")[2].partition("[")[0]


def failed(result: RunResult) -> tuple[Kill, ...]:
    """Return the checks that count and failed with a finding, in the order in which they ended."""
    return tuple(_kill(check) for check in result.checks if check.counts and check.verdict is Verdict.FAILED)


def outcome(result: RunResult) -> tuple[Outcome, tuple[Kill, ...], str]:
    """Return what a finished run says about its cluster, by which checks, and why it says nothing if so.

    A finding kills whatever else happened. Without one, every check must have said something.
    """
    kills = failed(result)
    if kills:
        return Outcome.KILLED, kills, ""
    unsure = next((check for check in result.checks if check.counts and check.verdict is Verdict.INCONCLUSIVE), None)
    if unsure is not None:
        return Outcome.INVALID, (), f"{check_name(unsure.id)}: {unsure.reason}"
    if not result.complete:
        return Outcome.INVALID, (), result.interrupted or "checks are missing"
    if result.verdict is not Verdict.PASSED:
        return Outcome.INVALID, (), "nothing was judged"
    return Outcome.SURVIVED, (), ""


def _kill(check: CheckResult) -> Kill:
    finding = check.findings[0]
    return Kill(check_name(check.id), check.guarantees, finding.code, finding.sentence)
