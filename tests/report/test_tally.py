"""What counts how."""

import pytest

from stsconf.model.catalogue import GUARANTEES
from stsconf.model.guarantee import Level
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.tally import (
    AREAS,
    Outcome,
    by_area,
    by_guarantee,
    checks_of,
    decisive,
    duration,
    grouped_reasons,
    of_outcome,
    outcome,
    place,
    sentence,
    shortfalls,
    totals,
    verdict_in_words,
)
from tests.report.samples import FINDING, HEADER, check, every_outcome, large, run


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_that_counts_is_listed_as_itself(verdict: Verdict) -> None:
    """MUST and SHOULD are listed under their verdict."""
    assert [outcome(check(0, verdict, level=level)).replace(" ", "-") for level in (Level.MUST, Level.SHOULD)] == [
        verdict,
        verdict,
    ]


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.PASSED, Outcome.PASSED),
        (Verdict.FAILED, Outcome.NOTED),
        (Verdict.INCONCLUSIVE, Outcome.NOTED),
        (Verdict.NOT_SUPPORTED, Outcome.NOT_SUPPORTED),
        (Verdict.SKIPPED, Outcome.SKIPPED),
    ],
)
def test_report_only_is_noted(verdict: Verdict, expected: Outcome) -> None:
    """What never fails a run is not listed among the failures."""
    assert outcome(check(0, verdict, level=Level.REPORT)) is expected


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.PASSED, Outcome.HEALED),
        (Verdict.FAILED, Outcome.KNOWN),
        (Verdict.INCONCLUSIVE, Outcome.INCONCLUSIVE),
        (Verdict.NOT_SUPPORTED, Outcome.NOT_SUPPORTED),
        (Verdict.SKIPPED, Outcome.SKIPPED),
    ],
)
def test_a_known_issue_is_listed_apart(verdict: Verdict, expected: Outcome) -> None:
    """What is known to be broken is neither among the failures nor, kept after all, among the passed."""
    assert outcome(check(0, verdict, known_issue="#1")) is expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (check(0, Verdict.FAILED, findings=(FINDING,), known_issue="#1"), f"#1: {FINDING.sentence}"),
        (check(0, known_issue="#1"), "#1: a pod waits for its predecessor"),
        (check(0, Verdict.FAILED, findings=(FINDING,), reason="r"), FINDING.sentence),
        (check(0, Verdict.FAILED, reason="awaited\n Ready"), "awaited Ready"),
        (check(0, Verdict.INCONCLUSIVE), "inconclusive, and nothing more is known"),
    ],
)
def test_there_is_always_a_sentence(result: CheckResult, expected: str) -> None:
    """The first finding, else the reason, else the outcome itself, on one line."""
    assert sentence(result) == expected


def test_each_area_of_the_catalogue_has_its_words() -> None:
    """No guarantee is reported under letters alone, and no words stand for an area that is gone."""
    assert {guarantee.area for guarantee in GUARANTEES.values()} == set(AREAS)


def test_areas_come_in_their_order() -> None:
    """Known areas first, in the order of the mapping; then the others, by name; none without checks."""
    result = run(*(check(n, guarantees=g) for n, g in enumerate([("ZZ-1",), (), ("DNS-1", "ORD-1"), ("ORD-1",)])))
    assert list(by_area(result)) == ["ORD", "DNS", "-", "ZZ"]


def test_areas_add_up() -> None:
    """Each check is counted in one area, once."""
    result = large()
    assert sum(sum(counts.values()) for counts in by_area(result).values()) == 10_000


def test_checks_of_outcomes_are_sorted() -> None:
    """Lists do not depend on the order in which checks ended."""
    result = run(check(2), check(1, Verdict.FAILED), check(0))
    assert [c.id[-14:-7] for c in of_outcome(result, Outcome.PASSED)] == ["0_waits", "2_waits"]


def test_reasons_are_grouped() -> None:
    """Each reason stands once, the most frequent first, equal ones by name."""
    checks = [check(reason=reason) for reason in ("b", "c", "a", "c")]
    assert grouped_reasons(checks) == [("c", 2), ("a", 1), ("b", 1)]


@pytest.mark.parametrize(
    ("result", "words", "numbers", "short"),
    [
        (run(check()), "conformant", "1 passed of 1 check", []),
        (run(check(), check(1, Verdict.FAILED)), "NOT conformant", "1 passed, 1 failed of 2 checks", []),
        (run(check(0, Verdict.INCONCLUSIVE)), "could not judge", "1 inconclusive of 1 check", []),
        (
            RunResult(HEADER, ()),
            "incomplete",
            "nothing judged of 1 check",
            ["1 of 1 announced checks said nothing", "no check ran"],
        ),
        (run(), "could not judge", "nothing judged of 0 checks", ["no check ran"]),
        (
            run(check(), expected=0),
            "could not judge",
            "1 passed of 0 checks",
            ["1 checks more than the 0 that were announced"],
        ),
        (run(check(), interrupted="Ctrl-C"), "incomplete", "1 passed of 1 check", ["interrupted: Ctrl-C"]),
        (run(check(0, Verdict.SKIPPED)), "could not judge", "1 skipped of 1 check", []),
    ],
)
def test_a_run_in_words(result: RunResult, words: str, numbers: str, short: list[str]) -> None:
    """Verdict, numbers, and what is missing; only a whole run in which something was judged is conformant."""
    assert (verdict_in_words(result), totals(result), shortfalls(result)) == (words, numbers, short)


def test_only_a_run_that_ended_has_a_duration() -> None:
    """A run that was killed took nobody knows how long."""
    assert (duration(run()), duration(run(seconds=0.0))) == (" in 12.3 s", "")


def test_every_outcome_is_counted_apart() -> None:
    """A run of everything names every outcome, in one order."""
    assert totals(every_outcome()) == (
        "1 passed, 1 failed, 1 inconclusive, 2 not supported, 1 skipped, 1 noted, 1 known issue, 1 healed of 9 checks"
    )


PASSED, FAILED, OPEN = check(0), check(1, Verdict.FAILED), check(2, Verdict.INCONCLUSIVE)
NOTED = check(3, Verdict.FAILED, level=Level.REPORT)
ABSENT, SKIPPED = check(4, Verdict.NOT_SUPPORTED), check(5, Verdict.SKIPPED)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([PASSED, OPEN, NOTED, FAILED], FAILED),
        ([PASSED, NOTED, OPEN], OPEN),
        ([PASSED, NOTED, ABSENT], NOTED),
        ([SKIPPED, ABSENT, PASSED], PASSED),
        ([SKIPPED, ABSENT], ABSENT),
        ([SKIPPED], SKIPPED),
    ],
)
def test_the_worst_check_decides(checks: list[CheckResult], expected: CheckResult) -> None:
    """What counts beats what does not, and what was looked at beats what was not."""
    assert decisive(checks) is expected


def test_a_check_stands_for_each_guarantee_that_it_names() -> None:
    """A guarantee is as bad as the worst check that names it; areas and numbers give the order."""
    result = run(
        check(0, guarantees=("STO-10", "STO-9")),
        check(1, Verdict.FAILED, guarantees=("STO-9", "ORD-2")),
        check(2, guarantees=("XYZ-1",)),
    )
    assert list(by_guarantee(result).items()) == [
        ("ORD-2", Outcome.FAILED),
        ("STO-9", Outcome.FAILED),
        ("STO-10", Outcome.PASSED),
        ("XYZ-1", Outcome.PASSED),
    ]
    assert [one.id for one in checks_of(result)["STO-9"]] == [one.id for one in result.checks[:2]]


def test_an_id_of_another_shape_has_its_place() -> None:
    """Whatever a stream names can be sorted."""
    assert sorted(["odd", "ORD-x", "", "ORD-1"], key=place) == ["ORD-x", "ORD-1", "", "odd"]
