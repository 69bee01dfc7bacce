"""A comparison in words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from stsconf.errors import ExitCode
from stsconf.model.result import RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.compared import FORMATS, MOST, Conclusion, conclusion, described, document, markdown, text
from stsconf.report.comparison import Comparison, compare
from tests.report.samples import FINDING, check, every_outcome, run

BEFORE = run(check(0), check(1, Verdict.FAILED, findings=(FINDING,)), check(2, cluster_seconds=3.0), check(3))
AFTER = run(
    check(0, Verdict.FAILED, findings=(FINDING,)),
    check(1),
    check(2, Verdict.INCONCLUSIVE, reason="a gap", cluster_seconds=30.0),
    check(4),
)
TWO = compare(BEFORE, AFTER)


def told(comparison: Comparison, form: str) -> str:
    """Return a comparison in one of its forms."""
    return FORMATS[form](comparison, conclusion(comparison))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (BEFORE, AFTER, Conclusion("regression: 1 check broken that did not fail before", ExitCode.NOT_CONFORMANT)),
        (BEFORE, BEFORE, Conclusion("no regression, and no difference; 1 check failed before and after", ExitCode(0))),
        (run(), run(check()), Conclusion("no regression", ExitCode.CONFORMANT)),
        (
            run(check()),
            run(check(0, Verdict.INCONCLUSIVE)),
            Conclusion("no regression seen, but 1 check that was judged is not judged any more", ExitCode.NOT_JUDGED),
        ),
        (
            run(check(0), check(1)),
            run(expected=2),
            Conclusion(
                "no regression seen, but 2 checks that were judged are not judged any more and the later run is "
                "incomplete",
                ExitCode.NOT_JUDGED,
            ),
        ),
    ],
)
def test_the_conclusion(before: RunResult, after: RunResult, expected: Conclusion) -> None:
    """Sentence and exit code say the same."""
    assert conclusion(compare(before, after)) == expected


def test_the_text_begins_with_the_runs_and_ends_with_the_conclusion() -> None:
    """Each kind of change has its section, the worst first."""
    lines = told(TWO, "text").splitlines()
    assert lines[0] == "before  r1, 2026-11-21T02:00:00Z, embedded, v1.37.1: NOT conformant, 3 passed, 1"
    assert [line for line in lines if line[:1].isupper()] == [
        "BROKEN (1)",
        "NO LONGER JUDGED (1)",
        "GONE (1)",
        "FIXED (1)",
        "NEW (1)",
        "SLOWER beyond noise (1)",
    ]
    assert "  passed → failed: web-1 was created while web-0 had never been Running and" in lines
    assert "  passed → inconclusive: a gap" in lines
    assert "  TestOrderedStartup[kubia] waited 30.0 s for the cluster; 3.0 s was to be" in lines
    assert lines[-1] == "regression: 1 check broken that did not fail before"
    assert max(map(len, lines)) <= 80


def test_what_several_checks_say_is_told_once() -> None:
    """A sentence stands once above the checks that it is of, and at most so many are listed."""
    many = [check(number) for number in range(MOST + 3)]
    broken = [replace(one, verdict=Verdict.FAILED, findings=(FINDING,)) for one in many]
    page = told(compare(run(*many), run(*broken)), "text")
    assert page.count("passed → failed") == 1
    assert page.count("    ORD-2   ") == MOST
    assert "\n  and 3 more\n" in page
    assert told(compare(run(*many), run(*broken)), "markdown").count("- **ORD-2**") == MOST


def test_a_slower_machine_is_mentioned() -> None:
    """Nothing follows from it, and it is told in text, Markdown and JSON."""
    steady = [check(number, scenario=f"T{number}", cluster_seconds=9.0) for number in range(9)]
    slow = [replace(one, cluster_seconds=18.0) for one in steady]
    two = compare(run(*steady), run(*slow))
    assert "all scenarios together took 2.00 times as long (median)" in told(two, "text")
    assert "all scenarios together took 2.00 times as long (median)" in told(two, "markdown")
    assert json.loads(told(two, "json"))["pace"] == 2.0


def test_markdown_begins_with_the_conclusion() -> None:
    """Whoever reads a ticket reads the first line."""
    page = markdown(TWO, conclusion(TWO))
    assert page.startswith("# StatefulSets: regression: 1 check broken")
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## Broken (1)",
        "## No longer judged (1)",
        "## Gone (1)",
        "## Fixed (1)",
        "## New (1)",
        "## Slower beyond noise (1)",
    ]


def test_json_has_every_change() -> None:
    """Programs get ids, both outcomes and the findings."""
    data = json.loads(told(TWO, "json"))
    assert (data["exit_code"], data["after"]["verdict"]) == (1, "NOT conformant")
    assert {kind: len(changes) for kind, changes in data["changes"].items()} == {
        "broken": 1,
        "no longer judged": 1,
        "gone": 1,
        "changed": 0,
        "fixed": 1,
        "new": 1,
    }
    (broken,) = data["changes"]["broken"]
    assert (broken["before"], broken["after"], broken["findings"][0]["code"]) == ("passed", "failed", FINDING.code)
    assert data["changes"]["gone"][0]["after"] is None


def test_notes_stand_above_the_changes() -> None:
    """Different conditions and missing checks are told first."""
    cut = replace(AFTER, header=replace(AFTER.header, target="kind", checks_expected=9))
    two = compare(BEFORE, cut)
    page = text(two, conclusion(two))
    assert page.index("note: targets: embedded / kind") < page.index("BROKEN")
    assert document(two, conclusion(two))["notes"][-1] == ("run r1 is incomplete: 5 of 9 announced checks said nothing")
    assert described(every_outcome()).startswith(
        "r1, 2026-11-21T02:00:00Z, embedded, v1.37.1: NOT conformant, 1 passed"
    )
