"""Folders in the user's cache that are whole or absent: made once, checked at each use, also by two at a time."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from stsconf.cluster.target import Say
from stsconf.errors import StsconfError

_SUMS = "SHA256SUMS"
_STAMPS = "STAMPS.json"
_KEY_LENGTH = 12
_ROOM = "free some disk, or set XDG_CACHE_HOME to a folder on a larger one"


def cache_home() -> Path:
    """Return the folder of everything that is cached: $XDG_CACHE_HOME/stsconf, by default ~/.cache/stsconf."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stsconf"


def key_of(*parts: str | bytes) -> str:
    """Return a short key that differs whenever one of the parts does."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(raw) + raw)
    return digest.hexdigest()[:_KEY_LENGTH]


def find(parent: Path, name: str, key: str, say: Say) -> Path | None:
    """Return the folder `name-key` of parent, or None where it is absent or (told by a line) damaged."""
    folder = parent / f"{name}-{key}"
    if not folder.exists():
        return None
    damaged = _damaged(folder)
    if damaged:
        say(f"{folder / damaged} is damaged: making {name} again")
        return None
    return folder


def ensure(parent: Path, name: str, key: str, fill: Callable[[Path], None], say: Say) -> Path:
    """Return the folder `name-key` of parent, filled by `fill` if it is absent or damaged.

    `fill` works in a temporary folder beside it that is renamed once complete, so that no interruption leaves half a
    folder behind. Of two processes that want the same folder one makes it and the other waits.
    Raises StsconfError when the cache cannot be written, and whatever `fill` raises.
    """
    folder = parent / f"{name}-{key}"
    if found := find(parent, name, key, say):
        return found
    with _disk_errors(folder), _locked(parent, name, say), termination_unwinds():
        for left_behind in parent.glob(f"{name}-{'?' * _KEY_LENGTH}.partial"):
            shutil.rmtree(left_behind)
        if folder.exists() and not _damaged(folder):
            return folder
        partial = folder.with_name(f"{folder.name}.partial")
        try:
            partial.mkdir()
            fill(partial)
            _seal(partial)
            if folder.exists():
                shutil.rmtree(folder)
            partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return folder


@contextmanager
def termination_unwinds() -> Iterator[None]:
    """Within this block a SIGTERM raises SystemExit, so that clean-up runs; a handler of the caller's own is kept."""

    def unwind(number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    mine = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    if mine:
        signal.signal(signal.SIGTERM, unwind)
    try:
        yield
    finally:
        if mine:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def _locked(parent: Path, name: str, say: Say) -> Iterator[None]:
    """Hold the lock of one name; the operating system lets go of it however the process ends."""
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another process that makes {name}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    """Turn a full or unwritable disk into an error that a user can act upon."""
    try:
        yield
    except OSError as error:
        do = _ROOM if error.errno == errno.ENOSPC else "set XDG_CACHE_HOME to a folder that can be written"
        raise StsconfError(f"could not make {folder}", str(error), do) from error


def _seal(folder: Path) -> None:
    """Write down the sums of all files, in the format of sha256sum, and the stamps that make checking them cheap."""
    files = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    sums = {path.relative_to(folder).as_posix(): _sha256(path) for path in files if not path.is_symlink()}
    (folder / _SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()))
    (folder / _STAMPS).write_text(json.dumps({path.relative_to(folder).as_posix(): _stamp(path) for path in files}))


def _damaged(folder: Path) -> str | None:
    """Return the name of a file that is not what was sealed, or None; only files whose stamps differ are read."""
    try:
        stamps: dict[str, list[str | int]] = json.loads((folder / _STAMPS).read_text())
        lines = (folder / _SUMS).read_text().splitlines()
    except (OSError, ValueError):
        return _SUMS
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    changed = [name for name, stamp in stamps.items() if _stamp(folder / name) != stamp]
    for name in changed:
        path = folder / name
        if name not in sums or not path.is_file() or _sha256(path) != sums[name]:
            return name
    if changed:
        (folder / _STAMPS).write_text(json.dumps({name: _stamp(folder / name) for name in stamps}))
    return None


def _stamp(path: Path) -> list[str | int] | None:
    """Return what changes when a file does: size and times, or the target of a link; None if it is gone."""
    try:
        if path.is_symlink():
            return [str(path.readlink())]
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
