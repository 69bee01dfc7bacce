"""The suite in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.mutants import exam
from stsconf.mutants.exam import Exam
from stsconf.report.stream import StreamWriter
from tests.report.samples import HEADER, check

EXAM = Exam(Path("/none/kubeconfig"), "lab", checks=("x.py::TestX",), apps=("nginx",), patience=0.2, seconds=60)


def play(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Run this program in the suite's place."""
    monkeypatch.setattr(exam, "_MAIN", program)


def test_the_stream_is_what_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The result is read from the file, whatever the screen and the exit code say; the command says what was asked."""
    folder = tmp_path / "report"
    with StreamWriter(folder / "stream.jsonl", HEADER) as stream:
        stream.write(check(0))
        written = stream.finish(1.0)
    saved = tmp_path / "arguments"
    play(monkeypatch, f"import sys; open({str(saved)!r}, 'w').write(chr(10).join(sys.argv[1:])); sys.exit(7)")
    assert EXAM.sit(folder, to_the_end=False) == written
    assert saved.read_text().split("\n") == [
        *("run", "--cluster=context:lab", "--kubeconfig=/none/kubeconfig", f"--report-dir={folder}"),
        *(
            "--timeout-scale=0.2",
            "--jobs=8",
            "--no-wait",
            "--no-evidence",
            "--apps=nginx",
            "--fail-fast",
            "x.py::TestX",
        ),
    ]


def test_no_stream_is_no_verdict(tmp_path: Path) -> None:
    """The real command, against a kubeconfig that does not exist: what it said is told."""
    with pytest.raises(StsconfError, match=r"the suite did not begin\n.*/none/kubeconfig"):
        Exam(Path("/none/kubeconfig"), "lab").sit(tmp_path)


def test_a_run_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Being late is the harness's trouble, and leaves no process."""
    play(monkeypatch, "import threading; threading.Event().wait()")
    with pytest.raises(StsconfError, match=r"the suite was not done after 0\.2 s"):
        Exam(Path("k"), "lab", seconds=0.2).sit(tmp_path)


def test_the_command_is_of_this_interpreter() -> None:
    """The suite that judges is the one that is installed here."""
    command = EXAM._command(Path("r"), to_the_end=True)  # noqa: SLF001 -- what is run, without running it
    assert command[0] == sys.executable
    assert "--fail-fast" not in command
