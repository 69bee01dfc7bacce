"""The first process of a cluster, as a real process with real children, but without namespaces of its own."""

import fcntl
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stsconf.cluster.embedded import init

_PROGRAM = """
import json, pathlib, runpy, sys
main = runpy.run_path({file!r})["main"]
main.__globals__["isolate"] = lambda folder: None
sys.exit(main(json.loads(pathlib.Path({plan!r}).read_text())))
"""
_NOTIFY = """
import fcntl, os, socket
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"READY=1\\n", "\\0" + os.environ["NOTIFY_SOCKET"][1:])
fcntl.flock(os.open({gate!r}, os.O_RDONLY), fcntl.LOCK_SH)
"""


class Init:
    """The program under test: a plan, and a gate that keeps the plan's services alive while it is shut."""

    def __init__(self, folder: Path) -> None:
        """Keep its files in a folder."""
        self.folder, self.processes = folder, list[dict[str, Any]]()
        self._gate = folder / "gate"
        self._held = self._gate.open("w")
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def one_off(self, name: str, script: str = "true", after: str = "start") -> None:
        """Plan a process that runs a line of shell."""
        self._plan(name, ("/bin/sh", "-c", script), after, once=True)

    def service(self, name: str, after: str = "start") -> None:
        """Plan a process that lives until the gate opens."""
        self._plan(name, ("/bin/sh", "-c", f"exec /usr/bin/flock --shared {self._gate} true"), after)

    def notifier(self, name: str) -> None:
        """Plan a process that says that it is ready."""
        self._plan(name, (sys.executable, "-c", _NOTIFY.format(gate=str(self._gate))), "start", notifies=True)

    def _plan(
        self, name: str, argv: tuple[str, ...], after: str, *, once: bool = False, notifies: bool = False
    ) -> None:
        self.processes.append(
            {"name": name, "argv": argv, "env": {}, "after": [after], "once": once, "notifies": notifies}
        )

    def start(self) -> subprocess.Popen[str]:
        """Start it."""
        plan = {"run_folder": str(self.folder), "logs": str(self.folder), "failure": str(self.folder / "failure")}
        (self.folder / "plan").write_text(json.dumps(plan | {"processes": self.processes}))
        program = _PROGRAM.format(file=init.__file__, plan=str(self.folder / "plan"))
        command = [sys.executable, "-I", "-S", "-c", program]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def open_gate(self) -> None:
        """Let the services end."""
        self._held.close()

    @property
    def failure(self) -> Any:
        """What it wrote down when it gave up."""
        return json.loads((self.folder / "failure").read_text())


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Init]:
    """Return the program with an empty plan."""
    program = Init(tmp_path)
    yield program
    program.open_gate()


def test_a_process_starts_after_what_it_waits_for(program: Init) -> None:
    """And the owner hears of each event in order."""
    program.service("service")
    program.one_off("second", after="first")
    program.one_off("first")
    with program.start() as process:
        assert process.stdout is not None
        heard = [process.stdout.readline().strip() for _ in range(3)]
        process.communicate()
    assert heard == ["start", "first", "second"]


def test_a_service_is_there_when_it_says_so(program: Init) -> None:
    """Nobody has to ask it again and again."""
    program.notifier("store")
    program.one_off("client", after="store")
    with program.start() as process:
        assert process.stdout is not None
        heard = [process.stdout.readline().strip() for _ in range(3)]
        process.communicate()
    assert heard == ["start", "store", "client"]


def test_the_owner_names_events_too(program: Init) -> None:
    """What can be seen from outside only."""
    program.service("service")
    program.one_off("client", after="api-ready")
    with program.start() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("api-ready\n")
        process.stdin.flush()
        heard = [process.stdout.readline().strip() for _ in range(3)]
        process.communicate()
    assert heard == ["start", "api-ready", "client"]


def test_the_end_of_the_pipe_is_the_end(program: Init) -> None:
    """However its owner ended."""
    program.service("service")
    with program.start() as process:
        process.communicate()
    assert process.returncode == 0


def test_a_cluster_that_stays_outlives_the_pipe(program: Init) -> None:
    """It ends when one of its services does, which the pipe's end would have forestalled."""
    program.service("service")
    with program.start() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("stay\n")
        process.stdin.close()
        heard = [process.stdout.readline().strip() for _ in range(2)]
        program.open_gate()
    assert (heard, process.returncode) == (["start", "stay"], 1)


def test_a_service_that_ends_takes_the_cluster_down(program: Init) -> None:
    """Even one that ended well: it was not meant to."""
    program.service("service")
    with program.start() as process:
        program.open_gate()
        process.wait()
    assert program.failure == {"process": "service", "code": 0, "log": str(program.folder / "service.log")}


def test_a_one_off_that_fails_takes_the_cluster_down(program: Init) -> None:
    """Its log says why."""
    program.service("service")
    program.one_off("images", script="echo no space left; exit 3")
    with program.start() as process:
        process.wait()
    told = program.failure["process"], program.failure["code"], (program.folder / "images.log").read_text()
    assert told == ("images", 3, "no space left\n")


@pytest.mark.parametrize("after", ["start", "api-ready"])
def test_what_is_no_program_takes_the_cluster_down(program: Init, after: str) -> None:
    """Whoever waits for it, in whichever thread, is not left waiting."""
    (program.folder / "junk").write_text("junk")
    (program.folder / "junk").chmod(0o755)
    program.service("service")
    program.processes.append(
        {"name": "junk", "argv": [str(program.folder / "junk")], "env": {}, "after": [after]}
        | {"once": False, "notifies": False}
    )
    with program.start() as process:
        assert process.stdin is not None
        process.stdin.write("api-ready\n")
        process.stdin.flush()
        process.wait()
    assert program.failure["process"] == "junk"
    assert "Exec format error" in (program.folder / "junk.log").read_text()


def test_orphans_are_buried(program: Init) -> None:
    """A first process inherits every process whose parent is gone; their ends mean nothing."""
    program.service("service")
    program.one_off("parent", script="(exit 7) & exit 0")
    with program.start() as process:
        assert process.stdout is not None
        heard = [process.stdout.readline().strip() for _ in range(2)]
        process.communicate()
    assert (heard, process.returncode) == (["start", "parent"], 0)
