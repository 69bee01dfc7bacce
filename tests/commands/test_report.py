"""`stsconf report`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stsconf import cli
from stsconf.errors import ExitCode
from stsconf.model.result import RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.stored import history_file
from stsconf.report.stream import STREAM
from tests.report.samples import FINDING, broken_start, check, run
from tests.report.storing import store

ROOT = Path(__file__).parents[2]
KILLED = 0.0
BROKEN = check(1, Verdict.FAILED, findings=(FINDING,), evidence="evidence/TestOrderedStartup-kubia")


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (run(check()), ExitCode.CONFORMANT),
        (run(check(), BROKEN), ExitCode.NOT_CONFORMANT),
        (run(check(0, Verdict.INCONCLUSIVE)), ExitCode.NOT_JUDGED),
        (run(check(), expected=2), ExitCode.NOT_JUDGED),
        (run(check(), seconds=KILLED), ExitCode.NOT_JUDGED),
    ],
    ids=["passed", "failed", "inconclusive", "missing", "killed"],
)
def test_the_exit_code_is_the_runs(tmp_path: Path, result: RunResult, code: ExitCode) -> None:
    """By folder and by stream."""
    store(tmp_path, result, ended=result.seconds != KILLED)
    for path in (tmp_path, tmp_path / STREAM):
        assert cli.main(["report", str(path), "--output", str(tmp_path / "out.json")]) == code
    assert json.loads((tmp_path / "out.json").read_text())["exit_code"] == code


def test_a_pipe_gets_json_and_a_file_what_its_name_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing but the rendering is written."""
    store(tmp_path, run(check()))
    cli.main(["report", str(tmp_path)])
    assert json.loads(capsys.readouterr().out)["verdict"] == "conformant"
    cli.main(["report", str(tmp_path), "--format", "text"])
    assert "conformant: 1 passed of 1 check" in capsys.readouterr().out
    cli.main(["report", str(tmp_path), "--output", str(tmp_path / "summary.md")])
    assert (tmp_path / "summary.md").read_text().startswith("# StatefulSets: conformant")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "line 1: there is no header: the run ended before it had begun"),
        (b"PASS\n", "line 1: the line is not JSON"),
        (b"\x1f\x8b" + bytes(100) + b"\n", "line 1: the line is not JSON"),
    ],
)
def test_what_is_no_stream_is_told_in_three_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, why: str
) -> None:
    """No rendering, no verdict, no traceback."""
    (tmp_path / STREAM).write_bytes(content)
    assert cli.main(["report", str(tmp_path)]) == ExitCode.NOT_JUDGED
    said = capsys.readouterr()
    assert (said.out, said.err.splitlines()[1][: len(why)], len(said.err.splitlines())) == ("", why, 3)


@pytest.mark.parametrize("words", [["report"], ["report", "nowhere"], ["report", "."]], ids=" ".join)
def test_a_run_must_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    """What is no report is a usage error."""
    monkeypatch.chdir(tmp_path)
    assert cli.main(words) == ExitCode.USAGE
    assert "stream.jsonl" in capsys.readouterr().err


def test_a_damaged_history_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report is rendered without it."""
    store(tmp_path, run(check(), BROKEN), {"TestOrderedStartup-kubia": broken_start()})
    history_file(tmp_path, "TestOrderedStartup-kubia").write_bytes(b"x")
    assert cli.main(["report", str(tmp_path), "--format=text"]) == ExitCode.NOT_CONFORMANT
    assert "is not a recorded history" in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """It needs no run."""
    assert cli.main(["report", "--schema"]) == ExitCode.CONFORMANT
    assert capsys.readouterr().out == (ROOT / "docs" / "stream.schema.json").read_text()
