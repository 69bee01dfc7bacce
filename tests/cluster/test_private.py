"""The folder for keys and tokens."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from stsconf.cluster.embedded.state import Process, myself
from stsconf.cluster.private import private_folder, sweep_private

_KILLED = """
import os, signal, sys
from pathlib import Path
from stsconf.cluster.private import private_folder
with private_folder(Path(sys.argv[1])) as folder:
    (folder / "token").write_text("secret")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nobody_else_may_look(tmp_path: Path) -> None:
    """The folder belongs to its user alone, and is gone afterwards."""
    with private_folder(tmp_path) as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(tmp_path.iterdir()) == []


def test_it_goes_when_the_run_fails(tmp_path: Path) -> None:
    """An exception takes the folder with it."""

    def fail() -> None:
        with private_folder(tmp_path) as folder:
            (folder / "token").write_text("secret")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    """The folder of a run that was killed goes when the next one begins."""
    subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], check=False)
    assert len(list(tmp_path.iterdir())) == 1
    with private_folder(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]


def test_a_recycled_process_number_keeps_nothing(tmp_path: Path) -> None:
    """A folder is that of one process, not of whoever has its number later."""
    me = myself()
    recycled = tmp_path / f"stsconf-private-{me.pid}-{me.started - 1}"
    living = tmp_path / f"stsconf-private-{me.pid}-{me.started}"
    for folder in (recycled, living):
        folder.mkdir()
    said: list[str] = []
    sweep_private(tmp_path, said.append)
    assert list(tmp_path.iterdir()) == [living]
    assert said == [f"removing {recycled}, which a killed run left behind"]
    assert Process.of(me.pid) == me


def test_a_dry_run_only_tells(tmp_path: Path) -> None:
    """What would go is named and stays; nor does a folder that is needed meanwhile take it away."""
    left = tmp_path / "stsconf-private-1-1-run"
    left.mkdir()
    said: list[str] = []
    sweep_private(tmp_path, said.append, dry_run=True)
    assert said == [f"would remove {left}, which a killed run left behind"]
    with private_folder(tmp_path, sweep=False):
        assert left.exists()
