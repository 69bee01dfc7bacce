"""The first process of a cluster's own PID namespace: when it ends, the kernel ends every process of the cluster.

Run as a program, in fresh mount, PID and network namespaces, with one argument: the plan (see `plan`). Standard
library only, and no import of ours, so that it is there in an instant.

Its standard input is a pipe from the owner. A line in it is an event that the owner saw; the end of the pipe, however
the owner ended, is the end of the cluster, unless the event `stay` came before. On its standard output it names each
event, so that the owner can follow.
"""

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

_STAY = "stay"
_HIDDEN = ("/run", "/var/log")
"""Where components write whatever their settings say: empty in here, so that none of it lands on the host."""
_COVERED = "/var/lib"
"""The same, but what the host has there stays readable: interpreters and caches may live below."""
_COVER = Path("/run/cover")


class Supervisor:
    """Starts the plan's processes, each as soon as what it comes after has happened."""

    def __init__(self, plan: dict[str, Any]) -> None:
        """Take the plan; nothing is started yet."""
        self._waiting: list[dict[str, Any]] = plan["processes"]
        self._logs, self._failure = Path(plan["logs"]), Path(plan["failure"])
        self._running: dict[int, dict[str, Any]] = {}
        self._happened: set[str] = set()
        self._lock = threading.Lock()

    def happened(self, event: str) -> None:
        """Note an event and start what waited for it."""
        with self._lock:
            with suppress(BrokenPipeError):  # the owner of a cluster that stays has gone
                os.write(1, f"{event}\n".encode())
            self._happened.add(event)
            ready = [each for each in self._waiting if self._happened.issuperset(each["after"])]
            self._waiting = [each for each in self._waiting if each not in ready]
            for process in ready:
                self._running[self._start(process)] = process

    def ended(self, pid: int, code: int) -> bool:
        """Note the end of a process; False if the cluster cannot live without it."""
        with self._lock:
            process = self._running.pop(pid, None)
        if process is None:  # a grandchild that lost its parent, such as a container's shim
            return True
        if process["once"] and code == 0:
            self.happened(process["name"])
            return True
        self._report(process, code)
        return False

    def _report(self, process: dict[str, Any], code: int) -> None:
        report = {"process": process["name"], "code": code, "log": str(self._log(process))}
        self._failure.write_text(json.dumps(report))

    def _start(self, process: dict[str, Any]) -> int:
        try:
            return self._spawn(process)
        except OSError as error:  # a program that somebody gave us, and that is none
            self._log(process).write_text(f"{error}\n")
            self._report(process, error.errno or 0)
            os._exit(1)

    def _spawn(self, process: dict[str, Any]) -> int:
        environment = dict(process["env"])
        if process["notifies"]:
            environment["NOTIFY_SOCKET"] = self._expect_notice(process["name"])
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return os.posix_spawn(
            process["argv"][0],
            process["argv"],
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self._log(process)), flags, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setpgroup=0,
            setsigmask=[],
        )

    def _expect_notice(self, name: str) -> str:
        """Listen, once, for the notice that a service manager is given when its service is ready (sd_notify)."""
        address = f"@{name}"
        notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notices.bind("\0" + address[1:])

        def listen() -> None:
            while b"READY=1" not in notices.recv(4096).split():
                pass
            notices.close()
            self.happened(name)

        threading.Thread(target=listen, daemon=True).start()
        return address

    def _log(self, process: dict[str, Any]) -> Path:
        return self._logs / f"{process['name']}.log"


def isolate(run_folder: Path) -> None:
    """Hide from the host what components write outside of the run folder; the host keeps what it has."""
    here = os.open(run_folder, os.O_PATH)
    for folder in _HIDDEN:
        _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", folder)
    upper, work = _COVER / "upper", _COVER / "work"
    for layer in (upper, work):
        layer.mkdir(parents=True)
    _mount("-t", "overlay", "-o", f"lowerdir={_COVERED},upperdir={upper},workdir={work}", "overlay", _COVERED)
    run_folder.mkdir(parents=True, exist_ok=True)
    _mount("--no-canonicalize", "--bind", f"/proc/self/fd/{here}", str(run_folder), keep=here)
    os.close(here)
    _mount("--make-rshared", "/")
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")


def _mount(*arguments: str, keep: int | None = None) -> None:
    kept = () if keep is None else (keep,)
    subprocess.run(["mount", *arguments], pass_fds=kept, check=True)


def heed_owner(supervisor: Supervisor) -> None:
    """Take the owner's events; when the owner goes without having said that the cluster stays, end it."""
    line = ""
    for line in sys.stdin:
        supervisor.happened(line.strip())
    if line.strip() != _STAY:
        os._exit(0)


def main(plan: dict[str, Any]) -> int:
    """Run the plan; return when a process has ended that must not."""
    isolate(Path(plan["run_folder"]))
    supervisor = Supervisor(plan)
    supervisor.happened("start")
    threading.Thread(target=heed_owner, args=(supervisor,), daemon=True).start()
    alive = True
    while alive:
        pid, status = os.wait()
        alive = supervisor.ended(pid, os.waitstatus_to_exitcode(status))
    return 1


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text())))
