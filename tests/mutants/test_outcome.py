"""What a run says about a broken cluster."""

import pytest

from stsconf.model.guarantee import Level
from stsconf.model.result import RunResult
from stsconf.model.verdict import Verdict
from stsconf.mutants.outcome import Outcome, check_name, outcome
from tests.report.samples import FINDING, check, run

FAILED = check(1, Verdict.FAILED, findings=(FINDING,))
UNSURE = check(2, Verdict.INCONCLUSIVE, reason="the record has a gap")


def test_a_finding_kills() -> None:
    """Whatever else happened, a check that failed with a finding noticed the mutant; each is told by name and code."""
    found, kills, reason = outcome(run(UNSURE, check(0), FAILED, expected=9, interrupted="stopped"))
    assert (found, reason) == (Outcome.KILLED, "")
    assert [(one.check, one.code) for one in kills] == [(check_name(FAILED.id), "order.create-before-ready")]


@pytest.mark.parametrize(
    ("result", "expected", "why"),
    [
        (run(check(0)), Outcome.SURVIVED, ""),
        (run(check(0), check(1, Verdict.NOT_SUPPORTED, reason="no DNS")), Outcome.SURVIVED, ""),
        (run(check(0), UNSURE), Outcome.INVALID, f"{check_name(UNSURE.id)}: the record has a gap"),
        (run(check(0), expected=2, interrupted="the cluster is lost"), Outcome.INVALID, "the cluster is lost"),
        (run(check(0), expected=2), Outcome.INVALID, "checks are missing"),
        (run(check(0, Verdict.NOT_SUPPORTED, reason="no DNS")), Outcome.INVALID, "nothing was judged"),
        (
            run(check(0), check(1, Verdict.FAILED, level=Level.REPORT, findings=(FINDING,))),
            Outcome.SURVIVED,
            "",
        ),
    ],
    ids=["passed", "not-supported", "unsure", "lost", "short", "nothing", "only-noted"],
)
def test_without_a_finding_nothing_is_killed(result: RunResult, expected: Outcome, why: str) -> None:
    """It survived if every check that counts said something, else nothing can be said."""
    assert outcome(result) == (expected, (), why)


def test_names_are_without_folder_and_app() -> None:
    """A check is known by file, class and function."""
    name = check_name("/x/conformance/test_scaling.py::TestScaling::test_it[nginx]")
    assert name == "test_scaling.py::TestScaling::test_it"
