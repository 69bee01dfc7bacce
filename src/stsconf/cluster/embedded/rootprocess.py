"""The one process that holds a cluster: started in its namespaces, spoken to through a pipe, killed to end it all."""

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from stsconf.cluster.embedded import init
from stsconf.cluster.embedded.runfolder import RunFolder
from stsconf.cluster.embedded.state import Process, State
from stsconf.errors import StsconfError

_TAIL_BYTES = _CHUNK = 4096
_EVENT_SECONDS = 60


class RootProcess:
    """A cluster's root process, as its owner sees it."""

    def __init__(self, folder: RunFolder) -> None:
        """Prepare the pipes; the process is started by `start`."""
        self._folder = folder
        inside_in, outside_in = os.pipe()
        outside_out, inside_out = os.pipe()
        self._to, self._from = os.fdopen(outside_in, "wb", buffering=0), os.fdopen(outside_out, "rb", buffering=0)
        self._inside_in, self._inside_out = os.fdopen(inside_in), os.fdopen(inside_out, "wb")
        self._happened = ""
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> Process | None:
        """Start the process, which carries out the plan in the run folder; return it for the state file."""
        command = [
            *("nsenter", f"--net=/run/netns/{self._folder.label}"),
            *("unshare", "--pid", "--mount", "--fork", "--kill-child=SIGKILL", "--mount-proc"),
            *(sys.executable, "-I", "-S", init.__file__, str(self._folder.plan)),
        ]
        log_file = self._folder.logs / "init.log"
        with log_file.open("wb") as log, self._inside_in as stdin, self._inside_out as stdout:
            # a session of its own: Ctrl-C is for the owner, who then ends the cluster in order
            popen = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=log, start_new_session=True)
        self._popen = popen
        return Process.of(popen.pid)

    def tell(self, event: str) -> None:
        """Tell the cluster of an event."""
        with suppress(BrokenPipeError):  # whoever waits for what follows from the event will be told why
            self._to.write(f"{event}\n".encode())

    def await_event(self, event: str) -> None:
        """Return once the event has happened in the cluster (see `plan`); raises `StsconfError` if it does not."""
        while event not in self._happened.split():
            if not select.select([self._from], [], [], _EVENT_SECONDS)[0]:
                raise StsconfError(
                    f"nothing was heard of {event} for {_EVENT_SECONDS} s",
                    f"the cluster has come as far as {', '.join(self._happened.split())}",
                )
            news = self._from.read(_CHUNK)
            if not news:
                raise failure(self._folder)
            self._happened += news.decode()

    def check(self, patience: float = 0) -> None:
        """Raise `StsconfError` if the cluster has ended by itself, or does so within `patience` seconds."""
        with suppress(subprocess.TimeoutExpired):
            if self._popen is not None:
                self._popen.wait(patience)
            raise failure(self._folder)

    def end(self) -> None:
        """End the cluster, however far its start has come, and return once none of its processes is left.

        The first process ends when the pipe to it does, and with that the other pipe.
        """
        for pipe in (self._to, self._inside_in, self._inside_out):
            pipe.close()
        while self._from.read(_CHUNK):
            pass
        self._from.close()
        if self._popen is not None:
            self._popen.wait()

    def leave(self) -> None:
        """Let the cluster outlive this process."""
        self.tell("stay")
        self._to.close()
        self._from.close()


def inside(folder: RunFolder, *command: str) -> list[str]:
    """Return a command that runs `command` among a cluster's processes, with which it ends at the latest.

    Raises `StsconfError` if the cluster has ended.
    """
    known = State.read(folder)
    first = children(known.root.pid) if known and known.root and known.root.alive else []
    if not first:
        raise failure(folder)
    # nsenter stays behind, outside: what it has started follows it
    return ["nsenter", f"--target={first[0]}", "--pid", "--", "setpriv", "--pdeathsig=KILL", "--", *command]


def failure(folder: RunFolder) -> StsconfError:
    """Tell which process took the cluster down, by the report of the cluster's first process or by that one's log."""
    try:
        report = json.loads(folder.failure.read_text())
    except (OSError, ValueError):
        report = {"process": "the cluster's first process", "code": "?", "log": str(folder.logs / "init.log")}
    return StsconfError(
        f"{report['process']} ended (exit code {report['code']}), and the cluster with it",
        last_words(Path(report["log"])),
    )


def last_words(log: Path) -> str:
    """Return the last line of a log, which is where programs say why they give up."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            lines = stream.read().decode(errors="replace").split("\n")
    except OSError:
        return ""
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")


def kill(root: Process) -> None:
    """Kill a root process and return once all of its cluster's processes are gone; gone already is fine."""
    watched: list[int] = []
    try:
        watched += [os.pidfd_open(pid) for pid in (root.pid, *children(root.pid))]
        if root.alive:
            os.kill(root.pid, signal.SIGKILL)
            for descriptor in watched:
                select.select([descriptor], [], [])
    except ProcessLookupError:
        return
    finally:
        for descriptor in watched:
            os.close(descriptor)


def children(pid: int) -> list[int]:
    """Return the processes that a process started, none if it is gone."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
