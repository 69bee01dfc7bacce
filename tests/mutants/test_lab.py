"""Controllers that come and go in a lab, played by shells; the cluster around them is one in name only."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from stsconf.cluster.embedded.cluster import EmbeddedCluster
from stsconf.errors import StsconfError
from stsconf.mutants.lab import Lab
from tests.processes import ended

Write = Callable[[str], Path]


@dataclass
class ClusterInName:
    """What a lab asks of its cluster."""

    logs: Path
    kubeconfig: Path = Path("kubeconfig")
    name: str = "lab-one"

    def inside(self, *command: str) -> list[str]:
        """Run a command here, below another process, as it is below nsenter."""
        return ["sh", "-c", '"$@" & wait $!', "inside", *command]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Return a lab."""
    return Lab(cast("EmbeddedCluster", ClusterInName(tmp_path)))


@pytest.fixture
def controller(tmp_path: Path) -> Write:
    """Return what makes a controller of a few lines of shell."""

    def write(script: str) -> Path:
        path = tmp_path / "controller"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return write


def test_its_memory_has_a_limit(lab: Lab, controller: Write) -> None:
    """A mutant that grows without end dies of it, and nothing else does."""
    with lab.controller(controller("ulimit -v >&2; echo synced; tail -f /dev/null")) as running:
        assert running.last_lines() == str(4 << 20)


def test_it_works_as_long_as_it_is_wanted(lab: Lab, controller: Write, tmp_path: Path) -> None:
    """It is told the kubeconfig and what is asked, and is gone at the end with all that it started, deaf or not."""
    deaf = controller('trap "" TERM INT; echo $$ "$@" >&2; echo synced; tail -f /dev/null')
    with lab.controller(deaf, "-refuse=4") as running:
        number, *flags = running.last_lines().split()
        assert (flags, running.died) == (["-kubeconfig", "kubeconfig", "-refuse=4"], False)
    assert ended(int(number))
    assert lab.kubeconfig == Path("kubeconfig")
    assert lab.context == "lab-one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["controller", "statefulset-controller.log"]


def test_each_has_a_log_of_its_own(lab: Lab, controller: Write) -> None:
    """The last words of one are not taken for another's."""
    with lab.controller(controller("echo first >&2; echo synced; exec tail -f /dev/null")) as running:
        assert running.last_lines() == "first"
    with lab.controller(controller("seq 20 >&2; echo synced; exec tail -f /dev/null")) as running:
        assert running.last_lines(2) == "19\n20"


def test_a_controller_that_dies_is_seen(lab: Lab, controller: Write, tmp_path: Path) -> None:
    """What it said last tells why."""
    os.mkfifo(tmp_path / "gate")
    script = f"echo $PPID >&2; echo synced; read word < {tmp_path / 'gate'}; echo bad $word >&2"
    with lab.controller(controller(script)) as running:
        parent = running.last_lines()
        assert not running.died
        (tmp_path / "gate").write_text("luck\n")
        assert ended(int(parent))
        assert (running.died, running.last_lines(1)) == (True, "bad luck")


def test_a_controller_that_cannot_begin(lab: Lab, controller: Write) -> None:
    """It may have lost its rights, or been built to fail."""
    with (
        pytest.raises(StsconfError, match="ended before it began its work\nno such host"),
        lab.controller(controller("echo no such host >&2; exit 1")),
    ):
        pytest.fail("it did not work")


def test_a_controller_that_never_begins(lab: Lab, controller: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ended, and what it said is told."""
    monkeypatch.setattr("stsconf.mutants.lab._SYNC_SECONDS", 0.5)
    with (
        pytest.raises(StsconfError, match=r"did not begin its work in .*\nwaiting"),
        lab.controller(controller("echo waiting >&2; exec tail -f /dev/null")),
    ):
        pytest.fail("it did not work")


def test_it_can_end_in_order(lab: Lab, controller: Write, tmp_path: Path) -> None:
    """It is asked, not what is around it, and has the time that it takes; its environment is what was given."""
    note = tmp_path / "note"
    lines = (
        "import os, pathlib, signal",
        "end = lambda *_: (pathlib.Path(os.environ['NOTE']).write_text('ended'), os._exit(0))",
        "signal.signal(signal.SIGTERM, end)",
        "print('synced', flush=True)",
        "signal.pause()",
    )
    script = f'exec {sys.executable} -c "{"; ".join(lines)}"'
    with lab.controller(controller(script), NOTE=str(note)) as running:
        running.ask_to_end()
        assert note.read_text() == "ended"
