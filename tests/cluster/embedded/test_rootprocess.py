"""A cluster's root process: what is told of its end, and how it is killed."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stsconf.cluster.embedded.rootprocess import failure, inside, kill, last_words
from stsconf.cluster.embedded.runfolder import RunFolder
from stsconf.cluster.embedded.state import Process, State
from stsconf.errors import StsconfError


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """Return a run folder."""
    folder = RunFolder(tmp_path)
    folder.make()
    return folder


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """Return a process that lives until its input ends."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


class TestFailure:
    """Tests for what is told when a cluster ends by itself."""

    def test_it_names_the_process_and_its_last_words(self, folder: RunFolder) -> None:
        """Which is what one looks for first."""
        log = folder.logs / "etcd.log"
        log.write_text("starting\nbind: address already in use\n\n")
        folder.failure.write_text(json.dumps({"process": "etcd", "code": 1, "log": str(log)}))
        error = failure(folder)
        assert (error.what, error.why) == (
            "etcd ended (exit code 1), and the cluster with it",
            "bind: address already in use",
        )

    def test_without_a_report_the_first_process_is_to_blame(self, folder: RunFolder) -> None:
        """It may not have come as far as writing one."""
        (folder.logs / "init.log").write_text("mount: permission denied\n")
        assert failure(folder).why == "mount: permission denied"

    def test_a_silent_end_is_told_as_one(self, tmp_path: Path) -> None:
        """An empty line would look like a mistake of ours."""
        (tmp_path / "log").touch()
        assert last_words(tmp_path / "log") == "it said nothing"

    def test_a_log_that_is_not_there_says_nothing(self, tmp_path: Path) -> None:
        """Telling of a failure must not fail."""
        assert last_words(tmp_path / "log") == ""

    def test_long_logs_are_read_from_their_end(self, tmp_path: Path) -> None:
        """An API server writes megabytes."""
        (tmp_path / "log").write_bytes(b"x" * 100_000 + b"\xff\nlast\n")
        assert last_words(tmp_path / "log") == "last"


class TestInside:
    """Tests for `inside`, which is given a cluster's root process and finds the first one below it."""

    def test_a_command_joins_the_first_process(self, folder: RunFolder) -> None:
        """It is the one whose end the kernel makes everybody's."""
        command = ["sh", "-c", "tail -f /dev/null & echo $!; cat; kill $!"]  # until its input ends
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as popen:
            assert popen.stdout is not None
            first = popen.stdout.readline().strip()
            State("simulated", None, Process.of(popen.pid)).write(folder)
            joining = inside(folder, "program", "-flag")
        assert joining[:3] == ["nsenter", f"--target={first}", "--pid"]
        assert joining[-2:] == ["program", "-flag"]

    @pytest.mark.parametrize("root", [None, Process(1, 0)], ids=["not started", "ended"])
    def test_there_is_no_joining_the_dead(self, folder: RunFolder, root: Process | None) -> None:
        """What took the cluster down is told."""
        (folder.logs / "init.log").write_text("mount: permission denied\n")
        State("simulated", None, root).write(folder)
        with pytest.raises(StsconfError, match="permission denied"):
            inside(folder, "program")


class TestKill:
    """Tests for `kill`."""

    def test_it_returns_once_the_process_is_gone(self, child: subprocess.Popen[bytes]) -> None:
        """What follows removes what the process holds."""
        process = Process.of(child.pid)
        assert process is not None
        kill(process)
        assert not process.alive

    def test_a_stranger_of_the_same_number_is_spared(self, child: subprocess.Popen[bytes]) -> None:
        """The number may have been used again since it was written down."""
        process = Process.of(child.pid)
        assert process is not None
        kill(dataclasses.replace(process, started=process.started - 1))
        assert process.alive

    def test_what_is_gone_is_gone(self, child: subprocess.Popen[bytes]) -> None:
        """Clean-up happens in any state."""
        process = Process.of(child.pid)
        assert process is not None
        child.kill()
        child.wait()
        kill(process)
        assert not process.alive
