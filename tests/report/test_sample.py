"""The sample report of this repository: what a reader is shown first is read, judged and rendered by today's code."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from stsconf.errors import ExitCode
from stsconf.model.catalogue import GUARANTEES
from stsconf.report.formats import FORMATS
from stsconf.report.page import PAGE
from stsconf.report.schema import stream_schema
from stsconf.report.stored import StoredRun
from stsconf.report.stream import STREAM
from stsconf.report.tally import verdict_in_words
from tests.report.junit_schema import complaints

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"
LARGEST = 1_500_000


@pytest.fixture(scope="module")
def sample() -> StoredRun:
    """The run as it is committed."""
    return StoredRun.read(SAMPLE)


def test_it_keeps_to_the_present_schema() -> None:
    """Each line; a field that is new or gone asks for a new sample."""
    schema = jsonschema.Draft202012Validator(stream_schema())
    lines = [json.loads(line) for line in (SAMPLE / STREAM).read_text().splitlines()]
    assert [error.message for line in lines for error in schema.iter_errors(line)] == []
    assert len(lines) > 20


def test_it_is_whole(sample: StoredRun) -> None:
    """It shows a run that was not conformant, with the history of each scenario and promises that still exist."""
    played = {check.scenario for check in sample.result.checks if check.history}
    assert set(sample.histories) == played
    assert sample.damaged == []
    assert (sample.result.complete, sample.result.exit_code) == (True, ExitCode.NOT_CONFORMANT)
    assert {one for check in sample.result.checks for one in check.guarantees} <= GUARANTEES.keys()


@pytest.mark.parametrize("form", FORMATS)
def test_it_renders_in_every_form(sample: StoredRun, form: str) -> None:
    """Also as JUnit that the strictest reader takes."""
    rendered = FORMATS[form](sample)
    assert sample.result.checks[0].guarantees[0] in rendered
    assert form != "junit" or complaints(rendered) == []


def test_the_committed_page_is_that_of_the_run(sample: StoredRun) -> None:
    """It tells the same verdict and every finding, has a timeline per history, and is small enough to be sent."""
    page = (SAMPLE / PAGE).read_text("utf-8")
    assert f"<h1>{verdict_in_words(sample.result)}</h1>" in page
    sentences = {finding.sentence for check in sample.result.checks for finding in check.findings}
    assert [sentence for sentence in sentences if sentence not in page] == []
    assert page.count("<figure") == len(sample.histories)
    assert len(page) < LARGEST
