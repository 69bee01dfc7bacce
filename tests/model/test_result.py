"""What follows from a run's checks."""

from dataclasses import replace

import pytest

from stsconf.errors import ExitCode
from stsconf.model.finding import DID_NOT_HAPPEN, Finding
from stsconf.model.guarantee import Level, Profile
from stsconf.model.result import CheckResult, RunHeader, RunResult
from stsconf.model.verdict import Verdict

PASSED, FAILED, INCONCLUSIVE = Verdict.PASSED, Verdict.FAILED, Verdict.INCONCLUSIVE


def run(*verdicts: Verdict, expected: int | None = None, level: Level = Level.MUST, interrupted: str = "") -> RunResult:
    """A run whose checks said this."""
    count = len(verdicts) if expected is None else expected
    header = RunHeader("r", "1", "simulated", "v1", 1, "", count, "c", "2026-01-01T00:00:00Z")
    checks = tuple(CheckResult(str(i), "t", ("ORD-1",), (2,), level, "kubia", "s", v) for i, v in enumerate(verdicts))
    return RunResult(header, checks, interrupted=interrupted)


@pytest.mark.parametrize(
    ("result", "verdict", "code"),
    [
        (run(PASSED, PASSED), PASSED, ExitCode.CONFORMANT),
        (run(PASSED, FAILED), FAILED, ExitCode.NOT_CONFORMANT),
        (run(FAILED, INCONCLUSIVE), FAILED, ExitCode.NOT_CONFORMANT),
        (run(PASSED, INCONCLUSIVE), INCONCLUSIVE, ExitCode.NOT_JUDGED),
        (run(PASSED, Verdict.NOT_SUPPORTED, Verdict.SKIPPED), PASSED, ExitCode.CONFORMANT),
        (run(Verdict.SKIPPED), INCONCLUSIVE, ExitCode.NOT_JUDGED),
        (run(Verdict.NOT_SUPPORTED), INCONCLUSIVE, ExitCode.NOT_JUDGED),
        (run(), INCONCLUSIVE, ExitCode.NOT_JUDGED),
        (run(PASSED, expected=2), INCONCLUSIVE, ExitCode.NOT_JUDGED),
        (run(FAILED, expected=2), FAILED, ExitCode.NOT_CONFORMANT),
        (run(PASSED, interrupted="by the user"), INCONCLUSIVE, ExitCode.NOT_JUDGED),
        (run(FAILED, level=Level.REPORT), INCONCLUSIVE, ExitCode.NOT_JUDGED),
    ],
)
def test_a_runs_verdict(result: RunResult, verdict: Verdict, code: ExitCode) -> None:
    """The worst that counts; never passed unless everything announced was looked at."""
    assert (result.verdict, result.exit_code) == (verdict, code)


def known(verdict: Verdict, code: str = "some.code") -> CheckResult:
    """Return a check with a known issue that said this."""
    findings = (Finding(code, "It is so."),) if verdict is FAILED else ()
    return replace(run(verdict).checks[0], findings=findings, known_issue="#1")


@pytest.mark.parametrize(
    ("check", "expected", "healed", "counts"),
    [
        (known(FAILED), True, False, False),
        (known(FAILED, DID_NOT_HAPPEN), False, False, True),
        (known(PASSED), False, True, True),
        (known(INCONCLUSIVE), False, False, True),
        (run(FAILED).checks[0], False, False, True),
        (run(PASSED).checks[0], False, False, True),
    ],
)
def test_a_known_issue_excuses_what_it_says(check: CheckResult, expected: bool, healed: bool, counts: bool) -> None:  # noqa: FBT001 -- a table's columns
    """A finding is expected; a stall, or nothing to judge, is not what the issue says; a promise kept is healed."""
    assert (check.expected, check.healed, check.counts) == (expected, healed, counts)


@pytest.mark.parametrize(("verdict", "code"), [(FAILED, ExitCode.CONFORMANT), (PASSED, ExitCode.CONFORMANT)])
def test_a_known_issue_fails_no_run(verdict: Verdict, code: ExitCode) -> None:
    """Neither a deviation that was expected nor a promise that is kept by now makes a cluster worse."""
    other = replace(run(PASSED).checks[0], id="other")
    assert RunResult(run(PASSED, PASSED).header, (other, known(verdict))).exit_code is code


def of(profile: Profile, *verdicts: Verdict, level: Level = Level.MUST) -> tuple[CheckResult, ...]:
    """Checks of a profile that said this."""
    return tuple(
        replace(one, profiles=(profile,), id=f"{profile}{one.id}") for one in run(*verdicts, level=level).checks
    )


def test_each_profile_has_its_verdict() -> None:
    """The worst of its own checks that count, in the order of the profiles; those without a check are not there."""
    checks = (
        *of(Profile.DNS, Verdict.NOT_SUPPORTED),
        *of(Profile.STORAGE, PASSED, INCONCLUSIVE),
        *of(Profile.CORE, PASSED, Verdict.SKIPPED),
        *of(Profile.EXTENDED, FAILED, level=Level.REPORT),
    )
    profiles = RunResult(run(expected=len(checks)).header, checks).profiles
    assert list(profiles.items()) == [
        (Profile.CORE, PASSED),
        (Profile.STORAGE, INCONCLUSIVE),
        (Profile.DNS, Verdict.NOT_SUPPORTED),
    ]


@pytest.mark.parametrize(("said", "follows"), [(PASSED, INCONCLUSIVE), (FAILED, FAILED)])
def test_half_a_run_keeps_no_profile(said: Verdict, follows: Verdict) -> None:
    """Where checks are missing, only a broken promise is certain."""
    assert RunResult(run(expected=2).header, of(Profile.CORE, said)).profiles == {Profile.CORE: follows}


def test_a_report_does_not_decide() -> None:
    """A deviation at level REPORT is told and fails no run."""
    reported = run(FAILED, level=Level.REPORT).checks
    both = RunResult(run(PASSED, expected=2).header, (*run(PASSED).checks, *reported))
    assert both.verdict is PASSED
    assert both.counts() == {PASSED: 1, FAILED: 1}


def test_evidence_is_told_in_a_file_of_its_check() -> None:
    """Called like the check's function; where there is no evidence there is no file."""
    told = replace(run(FAILED).checks[0], id="a/b.py::TestX::test_it[kubia::1]", evidence="evidence/TestX-kubia")
    assert told.evidence_file == "evidence/TestX-kubia/test_it.txt"
    assert replace(told, evidence="").evidence_file == ""
