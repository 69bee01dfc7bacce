"""Which clusters there are on this machine, and whether the processes behind them still live."""

import dataclasses
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster.embedded.runfolder import RunFolder


@dataclass(frozen=True, slots=True)
class Process:
    """One process of this machine.

    When it `started`, in clock ticks after boot, tells it from a later one of the same number.
    """

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """Return the process that has this number now, or None; one that has ended counts as none."""
        try:
            status = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return None
        # the second field is the program's name, which may hold spaces and parentheses
        fields = status.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else cls(pid, int(fields[19]))

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return Process.of(self.pid) == self


@dataclass(frozen=True, slots=True)
class State:
    """What is known about one cluster.

    `owner` is the process with which it ends, None for one that stays. `root` is the process whose end is the end
    of the whole cluster, None until that has been started.
    """

    kind: str
    owner: Process | None
    root: Process | None = None

    @property
    def alive(self) -> bool:
        """Whether the cluster runs or is being started."""
        held = self.root or self.owner
        return held is not None and held.alive

    def write(self, folder: RunFolder) -> None:
        """Write the state down, at once or not at all."""
        draft = folder.state.with_suffix(".draft")
        draft.write_text(json.dumps(dataclasses.asdict(self)))
        draft.replace(folder.state)

    @classmethod
    def read(cls, folder: RunFolder) -> "State | None":
        """Return what was written last, None where nothing was or where it cannot be understood."""
        try:
            fields = json.loads(folder.state.read_text())
            for role in ("owner", "root"):
                fields[role] = fields[role] and Process(**fields[role])
            return cls(**fields)
        except (OSError, ValueError, TypeError, KeyError):
            return None


def myself() -> Process:
    """Return the calling process; raises FileNotFoundError where /proc is not mounted."""
    process = Process.of(os.getpid())
    if process is None:
        raise FileNotFoundError("/proc/self/stat")
    return process


def folders(root: Path) -> list[RunFolder]:
    """Return the run folders below root, by name."""
    if not root.is_dir():
        return []
    return [RunFolder(path) for path in sorted(root.iterdir()) if path.is_dir()]


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Be the only one who adds clusters below root or removes them; the lock ends with the process that holds it."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
