"""A run that is killed with SIGKILL, at any moment: what it leaves can be read, and is no verdict."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from stsconf import cli
from stsconf.errors import ExitCode
from stsconf.report.stream import NO_FOOTER, STREAM, read_stream
from tests.report.junit_schema import complaints

ROOT = Path(__file__).parents[2]
CHECKS = 5000
WRITER = f"""
import sys
from pathlib import Path
from stsconf.report.junit import write_junit
from stsconf.report.stream import StreamWriter
from tests.report.samples import check, run

folder, result = Path(sys.argv[1]), run(*(check(number) for number in range({CHECKS})))
with StreamWriter(folder / "stream.jsonl", result.header) as stream:
    for number, one in enumerate(result.checks):
        if number % 25 == 0:
            write_junit(folder / "junit.xml", stream.so_far(1.0))
        stream.write(one)
        print(number, flush=True)
"""
"""A run without a cluster: a stream that grows as fast as it can, and a file for readers of JUnit beside it."""


def killed_after(checks: int, folder: Path) -> None:
    """Start a writer and kill it as soon as it said that so many checks are written, while it goes on writing."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, bufsize=0
    ) as writer:
        assert writer.stdout is not None
        for _ in range(checks):
            assert writer.stdout.readline()
        writer.kill()


@pytest.mark.parametrize("checks", random.Random(5).sample(range(1, 400), 10))  # noqa: S311 -- moments, no secrets
def test_what_a_killed_run_leaves_is_incomplete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], checks: int
) -> None:
    """Every check that was told is in the stream, JUnit is valid and red, and reports end with 3: no verdict."""
    killed_after(checks, tmp_path)
    left = read_stream(tmp_path / STREAM)
    assert checks <= len(left.checks) < CHECKS
    assert (left.interrupted, left.exit_code) == (NO_FOOTER, ExitCode.NOT_JUDGED)
    junit = (tmp_path / "junit.xml").read_text()
    assert complaints(junit) == []
    assert "did not end" in junit
    assert cli.main(["report", str(tmp_path), "--format=junit"]) == ExitCode.NOT_JUDGED
    assert complaints(capsys.readouterr().out) == []
    assert cli.main(["report", str(tmp_path), "--format=text"]) == ExitCode.NOT_JUDGED
    assert "incomplete: " in capsys.readouterr().out
