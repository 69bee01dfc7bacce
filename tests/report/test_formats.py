"""A stored run in every form."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from stsconf.model.verdict import Verdict
from stsconf.report.formats import FORMATS, SHOWN, document, ending, text
from stsconf.report.stored import StoredRun
from tests.report.samples import FINDING, broken_start, check, every_outcome, large, run
from tests.report.storing import store

NAME = "TestOrderedStartup-kubia"
BROKEN = check(1, Verdict.FAILED, findings=(FINDING,), evidence="evidence/x")


@pytest.fixture
def stored(tmp_path: Path) -> StoredRun:
    """A run with a failure, on disk."""
    return StoredRun.read(store(tmp_path, run(check(), BROKEN), {NAME: broken_start()}))


def test_the_text_is_the_end_of_the_run(stored: StoredRun) -> None:
    """Failures with timeline and evidence, how to judge them again, numbers, verdict."""
    said = text(stored)
    assert said.startswith("FAILED  web-1 was created while web-0 had never been Running and Ready\n")
    assert ">    0.750  web-1   created" in said
    assert ".venv/bin/stsconf replay" in said
    assert "NOT conformant: 1 passed, 1 failed of 2 checks in 12.3 s" in said
    assert "\033[1;31m" in text(stored, colour=True)


def test_few_failures_are_shown_whole() -> None:
    """What failed comes before what was inconclusive; the rest is counted."""
    blocks = [(Verdict.INCONCLUSIVE, "open"), *[(Verdict.FAILED, f"bad {number}") for number in range(SHOWN + 1)]]
    assert ending(blocks, "evidence") == [
        *(f"bad {number}" for number in range(SHOWN)),
        "2 more that did not pass: evidence has them all",
    ]
    assert ending(blocks[:2], "evidence") == ["bad 0", "open"]


def test_the_document_tells_what_follows() -> None:
    """Verdict, exit code and outcomes stand beside what the stream says."""
    data = document(every_outcome())
    assert (data["verdict"], data["exit_code"], data["complete"], data["shortfalls"]) == ("NOT conformant", 1, True, [])
    assert [one["outcome"] for one in data["checks"]] == [
        *("passed", "failed", "inconclusive", "not supported", "skipped", "noted"),
        *("known issue", "healed", "not supported"),
    ]


def test_programs_can_read_their_forms(stored: StoredRun) -> None:
    """JSON, JUnit and YAML are well-formed, and name the failure."""
    assert json.loads(FORMATS["json"](stored))["checks"][1]["findings"][0]["code"] == FINDING.code
    failure = ET.fromstring(FORMATS["junit"](stored)).find(".//failure")  # noqa: S314 -- XML made just now
    assert failure is not None
    assert ">    0.750  web-1   created" in (failure.text or "")
    assert yaml.safe_load(FORMATS["conformance-report"](stored))["verdict"] == "NOT conformant"
    assert FORMATS["markdown"](stored).startswith("# StatefulSets: NOT conformant")


@pytest.mark.parametrize("form", FORMATS)
def test_a_killed_run_is_incomplete_in_every_form(tmp_path: Path, form: str) -> None:
    """What is known is told, and that it is not all."""
    store(tmp_path, run(check(), BROKEN, check(2), expected=9), {NAME: broken_start()}, ended=False)
    said = FORMATS[form](StoredRun.read(tmp_path))
    assert "6 of 9 announced checks said nothing" in said
    assert "no footer: the run did not end" in said


def test_the_page_has_the_timelines_that_were_kept(stored: StoredRun) -> None:
    """The violating instant is drawn from the stored history."""
    page = FORMATS["html"](stored)
    assert "StatefulSets: NOT conformant" in page
    assert "<svg" in page


def test_ten_thousand_checks_are_rendered(tmp_path: Path) -> None:
    """No form is lost in a large run."""
    stored = StoredRun.read(store(tmp_path, large()))
    forms = ("text", "markdown", "conformance-report")
    assert [form for form in forms if "2000" not in FORMATS[form](stored)] == []
    assert FORMATS["junit"](stored).count("<testcase") == 10_000
