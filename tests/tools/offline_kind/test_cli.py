"""The command line of the offline kind."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from stsconf.cluster.embedded.runfolder import RunFolder
from stsconf.cluster.embedded.state import State, myself
from stsconf.errors import ExitCode
from tools.offline_kind import cli
from tools.offline_kind.cli import main
from tools.offline_kind.engine import KIND, Engine


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """Return where the engine x would have its files, in a folder of the test's own."""
    monkeypatch.setattr(cli, "Engine", lambda name: Engine(name, tmp_path))
    (tmp_path / "x").mkdir()
    return RunFolder(tmp_path / "x")


def test_run_needs_an_engine(folder: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """Without an engine a command is not run: it would meet another docker."""
    assert main(["--name", folder.name, "run", "kind", "get", "clusters"]) == ExitCode.USAGE
    assert capsys.readouterr().err.splitlines() == ["x does not run", "start it with: make kind-offline"]


def test_run_becomes_the_command(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command gets our place, and with it our exit code; its own options are its own."""
    State(KIND, None, myself()).write(folder)
    became: list[str] = []

    def become(_: str, command: list[str], __: dict[str, str]) -> NoReturn:
        became.extend(command)
        raise SystemExit

    monkeypatch.setattr(os, "execvpe", become)
    with pytest.raises(SystemExit):
        main(["--name", "x", "run", "make", "conformance", "--name", "y"])
    assert became[3:] == ["make", "conformance", "--name", "y"]


def test_down_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ending what is not there is fine: that is how an interrupted end is repeated."""
    monkeypatch.setattr(cli, "Engine", lambda name: Engine(name, tmp_path))
    assert main(["--name", "nothing-such", "down"]) == ExitCode.CONFORMANT
    assert capsys.readouterr().out == "nothing-such is gone\n"


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command tells what it does."""
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert all(f"\n    {command} " in told for command in ("up", "down", "run", "image"))
