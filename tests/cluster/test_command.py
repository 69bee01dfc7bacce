"""Running somebody else's command line tool."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stsconf.cluster.command import run_command
from stsconf.errors import StsconfError
from tests.processes import ended


def test_stdout_is_returned() -> None:
    """The answer is stdout alone, and the environment is the one given."""
    assert run_command(["sh", "-c", "echo $WORD; echo noise >&2"], 10, {**os.environ, "WORD": "hello"}) == "hello\n"


def test_nothing_is_expanded() -> None:
    """Arguments arrive as they are: there is no shell in between."""
    assert run_command(["printf", "%s", "$(id) > 'file'"], 10, os.environ) == "$(id) > 'file'"


def test_failure_shows_the_end_of_stderr() -> None:
    """What a tool says last is what the error shows."""
    with pytest.raises(StsconfError, match="the reason") as caught:
        run_command(["sh", "-c", "printf '%2000s' x >&2; echo the reason >&2; exit 3"], 10, os.environ)
    assert "exit code 3" in caught.value.what
    assert len(caught.value.why) <= 400


def test_out_of_time(tmp_path: Path) -> None:
    """A tool that does not end is killed with its children: what holds the pipe open is gone."""
    script = "sleep 1000 & echo $! > child; wait"
    with pytest.raises(StsconfError, match=r"was not done after 2 s"):
        run_command(["sh", "-c", f"cd {tmp_path}; {script}"], 2, os.environ)
    assert ended(int((tmp_path / "child").read_text()))
