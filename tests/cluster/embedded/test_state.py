"""Who owns a cluster, and whether it lives."""

import dataclasses
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stsconf.cluster.embedded.runfolder import RunFolder
from stsconf.cluster.embedded.state import Process, State, folders, locked, myself


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """Return a process that lives until its input ends."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


class TestProcess:
    """Tests for `Process`."""

    def test_a_running_process_is_alive(self, child: subprocess.Popen[bytes]) -> None:
        """The one that was written down is the one that runs."""
        process = Process.of(child.pid)
        assert process is not None
        assert process.alive

    def test_an_ended_process_is_not(self, child: subprocess.Popen[bytes]) -> None:
        """Nor is one whose parent has not yet asked how it ended."""
        process = Process.of(child.pid)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert process is not None
        assert not process.alive

    def test_a_later_process_of_the_same_number_is_another(self) -> None:
        """Numbers are used again, and killing a stranger is not clean-up."""
        me = myself()
        assert not dataclasses.replace(me, started=me.started - 1).alive

    def test_there_is_no_process_without_a_number(self) -> None:
        """Zero is no process."""
        assert Process.of(0) is None


class TestState:
    """Tests for `State`."""

    def test_what_is_written_is_read(self, tmp_path: Path) -> None:
        """Both processes survive the file."""
        state = State("embedded", myself(), Process(1, 2))
        state.write(RunFolder(tmp_path))
        assert State.read(RunFolder(tmp_path)) == state

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"kind": "embedded"}', '{"kind": 1, "owner": 2, "root": 3}'])
    def test_what_cannot_be_understood_is_none(self, tmp_path: Path, content: str) -> None:
        """Half a file, or another version's, must not stop clean-up."""
        RunFolder(tmp_path).state.write_text(content)
        assert State.read(RunFolder(tmp_path)) is None

    def test_a_cluster_without_root_process_lives_by_its_owner(self) -> None:
        """It is being started."""
        assert State("embedded", myself(), None).alive

    def test_a_cluster_with_a_dead_root_process_is_dead(self) -> None:
        """Whatever its owner does."""
        assert not State("embedded", myself(), Process(1, 0)).alive

    def test_a_cluster_of_nobody_is_dead(self) -> None:
        """One that stays has a root process."""
        assert not State("embedded", None, None).alive


def test_run_folders_are_found_by_name(tmp_path: Path) -> None:
    """Files beside them are none."""
    (tmp_path / "b").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "file").touch()
    assert [folder.name for folder in folders(tmp_path)] == ["a", "b"]


def test_there_are_no_run_folders_before_the_first_cluster(tmp_path: Path) -> None:
    """Listing makes nothing."""
    assert folders(tmp_path / "none") == []


def test_the_lock_keeps_others_out(tmp_path: Path) -> None:
    """Two commands that start at once must not sweep each other's beginnings."""
    with locked(tmp_path):
        other = os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)
