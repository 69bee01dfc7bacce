"""The schema of a stream, held against real streams by a reader that is not ours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stsconf.model.result import RunResult
from stsconf.report import schema
from stsconf.report.schema import schema_text, stream_schema
from stsconf.report.stream import StreamWriter
from tests.fake_target import FakeTarget
from tests.inner_suite import one, run_inside, take_over
from tests.report.samples import every_outcome, run

ROOT = Path(__file__).parents[2]
Lines = list[dict[str, Any]]


def lines(path: Path) -> Lines:
    """Return the lines of a stream."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def written(folder: Path, result: RunResult) -> Lines:
    """Write the stream of a run and return its lines."""
    with StreamWriter(folder / "stream.jsonl", result.header) as stream:
        for check in result.checks:
            stream.write(check)
        stream.finish(result.seconds, result.interrupted)
    return lines(folder / "stream.jsonl")


def complaints(line: dict[str, Any]) -> list[str]:
    """Return what a foreign reader of the schema says against a line."""
    return [error.message for error in jsonschema.Draft202012Validator(stream_schema()).iter_errors(line)]


def test_the_committed_schema_is_that_of_the_model() -> None:
    """A field that changed has changed the schema: `make schema` writes it."""
    assert (ROOT / "docs" / "stream.schema.json").read_text() == schema_text()


def test_the_schema_is_one() -> None:
    """It keeps to the rules of its own draft."""
    jsonschema.Draft202012Validator.check_schema(stream_schema())
    assert list(stream_schema()["$defs"]) == ["Absence", "Capability", "Finding", "Level", "Profile", "Verdict"]


@pytest.mark.parametrize("result", [every_outcome(), run(), run(expected=3, interrupted="Ctrl-C")])
def test_every_line_of_a_stream_fits(tmp_path: Path, result: RunResult) -> None:
    """Header, checks of every verdict and footer are what the schema says."""
    assert [complaints(line) for line in written(tmp_path, result)] == [[]] * (len(result.checks) + 2)


def test_the_stream_of_a_real_run_fits(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """So are the lines that a run writes, findings and capabilities included."""
    take_over(monkeypatch, FakeTarget(tmp_path / "closed"))
    told = lines(run_inside(pytester, one("expect(history, broken)")).report / "stream.jsonl")
    assert [line["record"] for line in told] == ["header", "check", "footer"]
    assert [complaints(line) for line in told] == [[], [], []]


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (0, {"schema": 99}),
        (0, {"token": "x"}),
        (0, {"nodes": "3"}),
        (1, {"verdict": "fine"}),
        (1, {"findings": [{"code": "x"}]}),
        (1, {"record": "czech"}),
        (-1, {"profiles": {"core": "so-so"}}),
        (-1, {"run": None}),
    ],
)
def test_what_no_run_writes_does_not_fit(tmp_path: Path, place: int, change: dict[str, Any]) -> None:
    """Another schema, an unknown field, another type, an unknown word: each is refused."""
    assert complaints(written(tmp_path, every_outcome())[place] | change)


@dataclass(frozen=True)
class Odd:
    """Has a field that JSON cannot tell from others."""

    data: bytes


def test_a_field_without_a_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that JSON cannot carry is noticed when the schema is made, and not by a reader."""
    monkeypatch.setattr(schema, "_RECORDS", {"odd": Odd})
    with pytest.raises(TypeError, match="bytes"):
        stream_schema()
