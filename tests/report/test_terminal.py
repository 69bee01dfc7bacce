"""A run on a terminal: exact text."""

import re

import pytest

from stsconf.model.finding import Finding
from stsconf.model.guarantee import Level
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.tally import Outcome, outcome
from stsconf.report.terminal import (
    closing,
    failure,
    inconclusive,
    not_supported,
    noted,
    progress,
    skipped,
    summary,
    table,
    underway,
)
from stsconf.report.timeline import timeline
from tests.report.samples import FINDING, HEADER, broken_start, check, every_outcome, large, run

ESCAPE = re.compile(r"\033\[[\d;]+m")

TABLE = """\
                                                     incon-        not  skipped/
Area  What it is                    passed  failed  clusive  supported     noted
ORD   order of start and removal         1       1        -          -         -
OWN   one pod per identity               -       -        -          -         1
STO   claims, volumes and data           -       -        -          2         -
DNS   DNS names of pods                  -       -        -          -         1
UPD   updates                            1       -        1          -         1
all                                      2       1        1          2         3"""

SUMMARY = f"""\
{TABLE}

Could not be judged:
    1 check   the watch of Pod missed something

Not supported by this target:
    2 checks  there is no default StorageClass

Skipped:
    1 check   not chosen: disruptive

Noted, without effect on the verdict:
  DNS-10: web-1 was created while web-0 had never been Running and Ready [kubia]

Known issues of Kubernetes, without effect on the verdict:
  UPD-13: #1: web-1 was created while web-0 had never been Running and Ready
      [kubia]

Healed, the catalogue still knows an issue:
  UPD-6: #2: a pod waits for its predecessor [kubia]

NOT conformant: 1 passed, 1 failed, 1 inconclusive, 2 not supported, 1 skipped,
  1 noted, 1 known issue, 1 healed of 9 checks in 12.3 s
report: reports/r1/report.html"""

FAILURE = f"""\
FAILED  web-1 was created while web-0 had never been Running and Ready
  promise   ORD-2 a pod waits for its predecessor
  check     conformance/test_ordering.py::TestOrderedStartup
            ::test_each_waits_for_its_predecessor[kubia]
  code      order.create-before-ready
  evidence  reports/r1/evidence/ORD-2
  timeline  (> marks what the finding names)
{timeline(broken_start(), [FINDING])}
  again     (this check alone)
  make conformance CLUSTER=kind CHECK=ORD-2"""


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (check(), "[ 12/187] passed  ORD-2      00000 waits  [kubia]"),
        (check(0, Verdict.FAILED), "[ 12/187] FAILED  ORD-2      00000 waits  [kubia]"),
        (check(0, Verdict.INCONCLUSIVE, app=""), "[ 12/187] INCONCLUSIVE  ORD-2      00000 waits"),
        (check(0, Verdict.NOT_SUPPORTED, guarantees=()), "[ 12/187] not supported  -          00000 waits  [kubia]"),
        (check(0, Verdict.SKIPPED, guarantees=("A-1", "B-2")), "[ 12/187] skipped  A-1 +1     00000 waits  [kubia]"),
        (check(0, Verdict.FAILED, level=Level.REPORT), "[ 12/187] noted   ORD-2      00000 waits  [kubia]"),
        (check(0, Verdict.FAILED, known_issue="#1"), "[ 12/187] known issue  ORD-2      00000 waits  [kubia]"),
        (check(0, known_issue="#1"), "[ 12/187] HEALED  ORD-2      00000 waits  [kubia]"),
        (
            check(id="a.py::TestA::test_pods_are_replaced_from_the_highest_to_the_lowest[kubia]"),
            "[ 12/187] passed  ORD-2      pods are replaced from the highest to the…  [kubia]",
        ),
    ],
)
def test_a_check_that_ended_is_one_line(result: CheckResult, expected: str) -> None:
    """Place, outcome, guarantee, name and app; what did not pass stands out; long names are cut."""
    assert progress(12, 187, result) == expected


def test_colour_repeats_what_the_words_say() -> None:
    """Without its escapes a coloured line is the plain one, and only what needs a look is coloured."""
    results = every_outcome().checks
    coloured = [progress(1, 7, result, colour=True) for result in results]
    assert [ESCAPE.sub("", line) for line in coloured] == [progress(1, 7, result) for result in results]
    assert coloured[1].startswith("[1/7] \033[1;31mFAILED\033[0m  ORD-2")
    shown = [outcome(result) for result, line in zip(results, coloured, strict=True) if ESCAPE.search(line)]
    assert shown == [Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.NOTED, Outcome.HEALED]


@pytest.mark.parametrize(
    ("ended", "seconds", "line"),
    [
        (0, 15.0, "... 15 s: 3 of 20 checks done; on stage: TestClaims[kubia], TestNames[nginx]"),
        (2, 30.0, "... 30 s: 3 of 20 checks done, about 1 min 0 s to go; on stage: TestClaims[kubi…"),
        (6, 95.0, "... 1 min 35 s: 3 of 20 checks done; on stage: TestClaims[kubia], TestNames[ngi…"),
    ],
    ids=["nothing-known", "some-ended", "all-ended"],
)
def test_a_run_that_is_under_way_is_one_line(ended: int, seconds: float, line: str) -> None:
    """Checks done, time gone, the rest as soon as it can be guessed from scenarios that ended, and what runs."""
    assert underway(3, 20, ended, 6, seconds, ["TestClaims[kubia]", "TestNames[nginx]"]) == line


def test_the_table_counts_by_area() -> None:
    """One row per area that has checks, and their sum."""
    assert table(every_outcome()) == TABLE


def test_areas_may_be_given_in_other_words() -> None:
    """The caller's words replace ours, and long ones are cut."""
    text = table(run(check()), {"ORD": "a very long name of an area of guarantees"})
    assert text.splitlines()[2] == "ORD   a very long name of an area…       1       -        -          -         -"


def test_the_table_shows_failures_in_colour() -> None:
    """Numbers that ask for a look are painted, dashes are not."""
    text = table(every_outcome(), colour=True)
    assert ESCAPE.sub("", text) == TABLE
    assert re.findall(r"\033\[1;31m *(\S+)\033", text) == ["1", "1"]


def test_a_failure_tells_all_that_one_needs() -> None:
    """Sentence first, then promise, check, code, evidence, timeline and how to run it again."""
    name = "conformance/test_ordering.py::TestOrderedStartup::test_each_waits_for_its_predecessor[kubia]"
    failed = check(0, Verdict.FAILED, id=name, findings=(FINDING,))
    again = ["make", "conformance", "CLUSTER=kind", "CHECK=ORD-2"]
    text = failure(failed, timeline(broken_start(), failed.findings), "reports/r1/evidence/ORD-2", again)
    assert text == FAILURE


def test_a_check_without_judgement_tells_why() -> None:
    """An inconclusive check has a reason instead of a finding, and nothing is shown that is not there."""
    assert failure(check(0, Verdict.INCONCLUSIVE, id="a.py::t", reason="the watch of Pod missed something")) == (
        "INCONCLUSIVE  the watch of Pod missed something\n"
        "  promise   ORD-2 a pod waits for its predecessor\n"
        "  check     a.py::t"
    )


def test_further_findings_follow() -> None:
    """Four more findings are told, the rest is counted; a reason beside them is told as well."""
    findings = tuple(Finding("x.y", f"number {number}") for number in range(7))
    text = failure(check(0, Verdict.FAILED, id="a.py::t", findings=findings, reason="stalled"))
    assert text.splitlines()[3:] == [
        "  code      x.y",
        "  also      x.y: number 1",
        "  also      x.y: number 2",
        "  also      x.y: number 3",
        "  also      x.y: number 4",
        "  also      2 findings more",
        "  also      stalled",
    ]


def test_the_end_of_a_run() -> None:
    """Table, reasons once each, notes, verdict, numbers, seconds and the report's place."""
    assert summary(every_outcome(), "reports/r1/report.html") == SUMMARY


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (run(check()), ["conformant: 1 passed of 1 check in 12.3 s"]),
        (
            run(check(), expected=2, interrupted="Ctrl-C"),
            [
                "interrupted: Ctrl-C",
                "1 of 2 announced checks said nothing",
                "incomplete: 1 passed of 2 checks in 12.3 s",
            ],
        ),
        (run(), ["no check ran", "could not judge: nothing judged of 0 checks in 12.3 s"]),
    ],
)
def test_the_closing_lines(result: RunResult, expected: list[str]) -> None:
    """What is missing comes first, then the verdict in words."""
    assert closing(result).splitlines() == expected


@pytest.mark.parametrize(
    ("result", "colour"), [(run(check()), ""), (run(check(0, Verdict.FAILED)), "\033[1;31m"), (run(), "\033[1;33m")]
)
def test_the_verdict_is_coloured_when_it_is_not_good(result: RunResult, colour: str) -> None:
    """Red for not conformant, yellow for no judgement."""
    verdict = closing(result, colour=True).splitlines()[-1]
    assert verdict.startswith(f"{colour}NOT" if "NOT" in verdict else f"{colour}co")


def test_a_run_without_checks_has_no_sections() -> None:
    """Nothing is told of what is not there."""
    empty = RunResult(HEADER, ())
    assert [render(empty) for render in (table, inconclusive, not_supported, skipped, noted)] == [""] * 5
    assert summary(empty).startswith("1 of 1 announced checks said nothing\nno check ran\nincomplete: nothing")


def test_every_line_fits_eighty_columns() -> None:
    """Long ids, sentences, reasons and commands are cut or folded."""
    word = "x" * 30
    failed = check(
        0,
        Verdict.FAILED,
        title=f"{word} " * 9,
        findings=(Finding("x.y", f"{word} " * 9), Finding("x.y", f"{word} " * 9)),
        reason=f"{word} " * 9,
        level=Level.REPORT,
    )
    result = run(failed, check(1, Verdict.NOT_SUPPORTED, reason=f"{word} " * 9))
    text = [
        progress(9999, 10_000, failed),
        underway(9999, 10_000, 1, 9999, 1e6, [word] * 3),
        failure(check(0, Verdict.FAILED, id=f"{word}::{word * 4}"), "", f"{word}/{word}/{word}", ["make", word * 5]),
        failure(failed),
        summary(result),
        summary(large()),
    ]
    assert max(len(line) for part in text for line in part.splitlines()) == 80


def test_a_large_run_renders() -> None:
    """Ten thousand checks are one table, and each reason stands once."""
    lines = summary(large()).splitlines()
    assert lines[11] == "all                                   2000    2000     2000       2000      2000"
    assert lines[13:15] == ["Could not be judged:", "  2000 checks  so it is"]
