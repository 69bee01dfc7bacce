"""Many runs side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stsconf.errors import ExitCode
from stsconf.model.result import RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.matrix import document, markdown, matrix, sign, statement, text
from stsconf.report.tally import Outcome
from tests.report.samples import HEADER, check, every_outcome, run

GOOD = run(check(0), check(1, guarantees=("STO-1",)))
BAD = run(check(0, Verdict.FAILED), check(1, guarantees=("STO-1",)))
SHORT = RunResult(replace(HEADER, run="r9", target="kind"), (check(0, Verdict.INCONCLUSIVE, reason="a gap"),))
NIGHTS = matrix([GOOD, BAD, GOOD, SHORT])


def test_each_guarantee_has_one_outcome_per_run() -> None:
    """None stands where a run has no check of it; what was kept in all is told apart."""
    assert dict(NIGHTS.rows) == {
        "ORD-2": (Outcome.PASSED, Outcome.FAILED, Outcome.PASSED, Outcome.INCONCLUSIVE),
        "STO-1": (Outcome.PASSED, Outcome.PASSED, Outcome.PASSED, None),
    }
    assert (list(NIGHTS.eventful), NIGHTS.kept) == (["ORD-2", "STO-1"], [])
    assert matrix([GOOD, GOOD, BAD]).kept == ["STO-1"]


@pytest.mark.parametrize(
    ("runs", "code"),
    [
        ([GOOD, BAD, GOOD], ExitCode.CONFORMANT),
        ([GOOD, GOOD, BAD], ExitCode.NOT_CONFORMANT),
        ([BAD, BAD, BAD], ExitCode.CONFORMANT),
        ([GOOD, GOOD, SHORT], ExitCode.NOT_JUDGED),
    ],
)
def test_the_last_run_is_held_against_the_one_before(runs: list[RunResult], code: ExitCode) -> None:
    """A regression that was mended since is history."""
    assert matrix(runs).last.exit_code is code
    assert document(matrix(runs))["exit_code"] == code


def test_the_text_has_a_character_per_run() -> None:
    """The runs are numbered above, the signs explained below."""
    page = text(NIGHTS)
    lines = page.splitlines()
    assert lines[0] == "  1  r1, 2026-11-21T02:00:00Z, embedded, v1.37.1: conformant, 2 passed of 2"
    assert "note: targets: embedded / embedded / embedded / kind" in lines
    assert "         1234" in lines
    assert f"ORD-2    .F.?  {statement('ORD-2')}"[:78] in page
    assert "STO-1    ...   Each pod" in page
    assert "signs: . passed, F failed, ? inconclusive" in lines
    assert lines[-1] == "0 of 2 guarantees were kept in all of the runs"
    assert max(map(len, lines)) <= 80


def test_thirty_nights_fit() -> None:
    """Numbers above nine stand upright."""
    lines = text(matrix([GOOD, BAD] * 15)).splitlines()
    assert f"{'':<9}{' ' * 9}{'1' * 10}{'2' * 10}3" in lines
    assert f"{'':<9}{'1234567890' * 3}" in lines
    assert any(line.startswith(f"ORD-2    {'.F' * 15}  A pod") for line in lines)


def test_runs_without_events_need_no_table() -> None:
    """Only the number of guarantees is told."""
    calm = matrix([GOOD, GOOD, GOOD])
    assert text(calm).splitlines()[-2:] == ["", "2 of 2 guarantees were kept in all of the runs"]
    assert "| Guarantee" not in markdown(calm)


def test_markdown_has_a_column_per_run() -> None:
    """Outcomes stand there in words."""
    page = markdown(NIGHTS)
    assert "| Guarantee | What it is | 1 | 2 | 3 | 4 |" in page
    assert "| passed | failed | passed | inconclusive |" in page
    assert "4. r9, 2026-11-21T02:00:00Z, kind, v1.37.1: could not judge, 1 inconclusive of 1 check" in page


def test_json_has_every_guarantee() -> None:
    """Those that were kept as well."""
    data = document(matrix([every_outcome(), GOOD, GOOD]))
    assert data["guarantees"]["STO-1"] == ["not supported", "passed", "passed"]
    assert data["guarantees"]["DNS-10"] == ["noted", None, None]
    assert [one["verdict"] for one in data["runs"]] == ["NOT conformant", "conformant", "conformant"]


def test_every_outcome_has_a_sign_of_its_own() -> None:
    """And nothing is a space."""
    signs = [sign(one) for one in (*Outcome, None)]
    assert len(set(signs)) == len(Outcome) + 1
    assert signs[-1] == " "
    assert statement("XYZ-1") == ""
