"""An exhibit is caught by what it names, and by nothing else; the release that is good is spared."""

from __future__ import annotations

import pytest

from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.mutants.exhibit import Catch, Exhibit, viewed
from stsconf.mutants.outcome import Outcome, check_name
from tests.report.samples import FINDING, check, run

FAILED = check(0, Verdict.FAILED, findings=(FINDING,))
OTHER = check(1, Verdict.FAILED, findings=(FINDING,))
NAME = check_name(FAILED.id)
EXHIBIT = Exhibit("one", "#1", "v1.1.0", "v1.2.0", "It did not wait.", (Catch(NAME, FINDING.code),))
ANOTHER_CODE = Exhibit("one", "#1", "v1.1.0", "v1.2.0", "It did not wait.", (Catch(NAME, "order.create"),))


class Shown:
    """Gives each release its result, and remembers what it was asked for."""

    def __init__(self, broken: CheckResult, fixed: CheckResult | None = None, *more: CheckResult) -> None:
        self.results = {"v1.1.0": run(broken, *more), "v1.2.0": run(fixed) if fixed else run()}
        self.asked = list[tuple[str, tuple[str, ...]]]()

    def __call__(self, version: str, checks: tuple[str, ...]) -> RunResult:
        """Run these checks against a release."""
        self.asked.append((version, checks))
        return self.results[version]


def test_it_is_caught_as_named() -> None:
    """By the check with the finding; the first good release passes the same check."""
    show = Shown(FAILED, check(0))
    trial = viewed(EXHIBIT, "simulated", show)
    assert (trial.mutant, trial.cluster, trial.outcome) == ("bug.one", "simulated", Outcome.KILLED)
    assert [(kill.check, kill.guarantees, kill.code) for kill in trial.kills] == [(NAME, ("ORD-2",), FINDING.code)]
    assert show.asked == [("v1.1.0", (NAME,)), ("v1.2.0", (NAME,))]


@pytest.mark.parametrize(
    ("exhibit", "broken", "told"),
    [
        (EXHIBIT, check(0), "passed"),
        (EXHIBIT, OTHER, "was not run"),
        (ANOTHER_CODE, FAILED, FINDING.code),
        (EXHIBIT, check(0, Verdict.INCONCLUSIVE, reason="a gap"), "inconclusive (a gap)"),
    ],
    ids=["passed", "another check", "another finding", "inconclusive"],
)
def test_another_verdict_is_no_catch(exhibit: Exhibit, broken: CheckResult, told: str) -> None:
    """What happened instead is told; where nothing was decided, nothing is said about the suite."""
    show = Shown(broken)
    trial = viewed(exhibit, "simulated", show)
    undecided = broken is OTHER or broken.verdict is Verdict.INCONCLUSIVE
    assert trial.outcome is (Outcome.INVALID if undecided else Outcome.SURVIVED)
    assert trial.kills == ()
    assert trial.reason.startswith(f"v1.1.0: {NAME} ")
    assert told in trial.reason
    assert len(show.asked) == 1


@pytest.mark.parametrize(
    ("fixed", "outcome"),
    [
        (FAILED, Outcome.SURVIVED),
        (check(0, Verdict.INCONCLUSIVE, reason="a gap"), Outcome.INVALID),
        (check(0, Verdict.NOT_SUPPORTED, reason="no storage"), Outcome.INVALID),
        (None, Outcome.INVALID),
    ],
    ids=["false alarm", "inconclusive", "not supported", "not run"],
)
def test_the_good_release_has_to_pass(fixed: CheckResult | None, outcome: Outcome) -> None:
    """A check that fails on both shows nothing."""
    trial = viewed(EXHIBIT, "simulated", Shown(FAILED, fixed))
    assert (trial.outcome, trial.kills) == (outcome, ())
    assert trial.reason.startswith(f"v1.2.0: {NAME} ")


def test_no_release_may_be_good_yet() -> None:
    """Then only the broken one is shown."""
    show = Shown(FAILED)
    assert viewed(Exhibit("one", "#1", "v1.1.0", "", "It did.", EXHIBIT.catches), "embedded", show).kills
    assert [version for version, _ in show.asked] == ["v1.1.0"]


def test_all_checks_can_be_run() -> None:
    """Everything that noticed the broken release is kept; the good one is shown no more than what is named."""
    show = Shown(FAILED, check(0), OTHER)
    trial = viewed(EXHIBIT, "simulated", show, whole=True)
    assert (trial.whole, len(trial.kills)) == (True, 2)
    assert show.asked == [("v1.1.0", ()), ("v1.2.0", (NAME,))]
