"""Two runs held against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from stsconf.errors import ExitCode, UsageError
from stsconf.model.finding import Finding
from stsconf.model.guarantee import Level
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.comparison import Kind, compare, differences, missing, refuse_foreign
from tests.report.samples import FINDING, check, every_outcome, large, run

PASSED, FAILED = check(), check(0, Verdict.FAILED, findings=(FINDING,))
OPEN, ABSENT = check(0, Verdict.INCONCLUSIVE, reason="a gap"), check(0, Verdict.NOT_SUPPORTED, reason="no dns")
NOTED = check(0, Verdict.FAILED, level=Level.REPORT)
OTHERWISE = replace(FAILED, findings=(Finding("order.other", "web-1 came twice"),))
LATER = replace(FAILED, findings=(replace(FINDING, resource_versions=("9000",)),))


@pytest.mark.parametrize("result", [every_outcome(), large(), run()], ids=["all", "large", "empty"])
def test_a_run_does_not_differ_from_itself(result: RunResult) -> None:
    """Whatever it came to, nothing changed."""
    same = compare(result, result)
    assert (same.changes, same.slower, same.regressions, same.notes) == ((), (), [], missing([result, result]))
    assert same.exit_code is (ExitCode.CONFORMANT if result.complete else ExitCode.NOT_JUDGED)


@pytest.mark.parametrize(
    ("before", "after", "kind", "code"),
    [
        (PASSED, FAILED, Kind.BROKEN, 1),
        (OPEN, FAILED, Kind.BROKEN, 1),
        (ABSENT, FAILED, Kind.BROKEN, 1),
        (None, FAILED, Kind.NEW, 1),
        (None, PASSED, Kind.NEW, 0),
        (None, NOTED, Kind.NEW, 0),
        (PASSED, NOTED, Kind.CHANGED, 0),
        (FAILED, PASSED, Kind.FIXED, 0),
        (PASSED, OPEN, Kind.UNJUDGED, 3),
        (PASSED, ABSENT, Kind.UNJUDGED, 3),
        (FAILED, OPEN, Kind.UNJUDGED, 3),
        (NOTED, ABSENT, Kind.UNJUDGED, 0),
        (PASSED, None, Kind.GONE, 3),
        (ABSENT, None, Kind.GONE, 0),
        (NOTED, None, Kind.GONE, 0),
        (OPEN, PASSED, Kind.CHANGED, 0),
        (OPEN, ABSENT, Kind.CHANGED, 0),
        (FAILED, OTHERWISE, Kind.CHANGED, 0),
        (FAILED, LATER, None, 0),
    ],
)
def test_what_became_of_a_check(
    before: CheckResult | None, after: CheckResult | None, kind: Kind | None, code: int
) -> None:
    """Only a promise that was not seen broken before is a regression; what nobody looked at again is open."""
    other = check(9)
    two = compare(run(*filter(None, [before]), other), run(*filter(None, [after]), other))
    assert [change.kind for change in two.changes] == ([kind] if kind else [])
    assert (two.exit_code, bool(two.regressions), bool(two.unknown)) == (code, code == 1, code == 3)


def test_the_caller_says_what_is_the_same() -> None:
    """A replay finds another sentence, or another version, where two runs would be alike."""
    two = compare(run(FAILED), run(LATER), lambda then, now: then.findings == now.findings)
    assert [change.kind for change in two.changes] == [Kind.CHANGED]


def test_changes_have_the_order_of_the_reports() -> None:
    """By area and number of the first guarantee, then by id."""
    ids = [("STO-2",), ("ORD-10",), ("ORD-2",), ()]
    before = run(*(check(number, guarantees=told) for number, told in enumerate(ids)))
    after = run(*(replace(one, verdict=Verdict.FAILED) for one in before.checks))
    assert [change.check.guarantees for change in compare(before, after).of(Kind.BROKEN)] == [
        ("ORD-2",),
        ("ORD-10",),
        ("STO-2",),
        (),
    ]


def test_an_incomplete_run_proves_no_absence_of_regressions() -> None:
    """Without a regression there is no verdict; with one there is."""
    cut = run(PASSED, expected=2)
    assert compare(run(PASSED), cut).exit_code is ExitCode.NOT_JUDGED
    assert compare(cut, run(PASSED)).exit_code is ExitCode.CONFORMANT
    assert compare(run(PASSED), run(FAILED, expected=2)).exit_code is ExitCode.NOT_CONFORMANT
    assert compare(cut, cut).notes == ["run r1 is incomplete: 1 of 2 announced checks said nothing"] * 2


def test_different_promises_are_refused() -> None:
    """The error names both runs with their catalogues."""
    foreign = replace(run(), header=replace(run().header, run="r2", catalogue="abc"))
    refuse_foreign([run(), run()])
    with pytest.raises(UsageError, match="r1 to sha256:4f1c, r2 to abc"):
        refuse_foreign([run(), run(), foreign])
    assert differences([run(), run(), foreign]) == [
        "held to different promises (catalogues): sha256:4f1c / sha256:4f1c / abc"
    ]


# -------------------------------------------------------------------------------------------------------------- time
STEADY = {f"T{number}": float(number + 1) for number in range(12)}


def timed(seconds: Mapping[str, float], target: str = "embedded") -> RunResult:
    """Make a run whose scenarios waited so long; the second check of each has no time of its own."""
    checks = [check(2 * n, scenario=name, cluster_seconds=told) for n, (name, told) in enumerate(seconds.items())]
    more = [check(2 * n + 1, scenario=name) for n, name in enumerate(seconds)]
    result = run(*checks, *more)
    return replace(result, header=replace(result.header, target=target))


@pytest.mark.parametrize(
    ("after", "slower", "pace"),
    [
        (STEADY, [], 1.0),
        ({name: 3 * told for name, told in STEADY.items()}, [], 3.0),
        (STEADY | {"T5": 30.0}, ["T5"], 1.0),
        (STEADY | {"T5": 11.0}, [], 1.0),
        (STEADY | {"T0": 2.9}, [], 1.0),
        ({name: 2 * told for name, told in STEADY.items()} | {"T5": 60.0}, ["T5"], 2.0),
        (
            {name: told * (3 if n % 2 else 1) for n, (name, told) in enumerate(STEADY.items())} | {"T5": 30.0},
            [],
            3**0.5,
        ),
        ({"T5": 30.0}, ["T5"], 1.0),
        ({"other": 30.0}, [], 1.0),
    ],
    ids=["same", "machine", "one", "factor", "seconds", "both", "scatter", "few", "none"],
)
def test_slower_is_what_noise_does_not_explain(after: Mapping[str, float], slower: list[str], pace: float) -> None:
    """Neither a slow machine nor scatter nor a second more is told; one scenario that stands out is."""
    two = compare(timed(STEADY), timed(after))
    assert [one.scenario for one in two.slower] == slower
    assert two.pace == pytest.approx(pace)
    assert [one.expected for one in two.slower] == [pytest.approx(6.0 * pace)] * len(slower)
    assert not two.regressions


def test_targets_of_different_kinds_have_no_common_pace() -> None:
    """Containers take longer than simulated ones, and that says nothing."""
    two = compare(timed(STEADY, "simulated"), timed({name: 50 * told for name, told in STEADY.items()}))
    assert (two.slower, two.pace) == ((), 1.0)
