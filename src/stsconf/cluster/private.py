"""Folders of one process: copies of kubeconfigs, keys and tokens, which nobody else may read, and what it builds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stsconf.cluster.embedded.state import Process, myself
from stsconf.cluster.target import Say

_PREFIX = "stsconf-private-"


@contextmanager
def private_folder(root: Path | None = None, *, purpose: str = "run", sweep: bool = True) -> Iterator[Path]:
    """Give a folder that is removed at the end; those of processes that were killed are removed first, with `sweep`.

    A process has one for each `purpose` at a time.
    """
    root = root or Path(tempfile.gettempdir())
    for left in _abandoned(root) if sweep else ():
        shutil.rmtree(left, ignore_errors=True)
    owner = myself()
    folder = root / f"{_PREFIX}{owner.pid}-{owner.started}-{purpose}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_private(root: Path, say: Say, *, dry_run: bool = False) -> None:
    """Remove the folders whose process is gone; a `dry_run` only tells."""
    for folder in _abandoned(root):
        say(f"{'would remove' if dry_run else 'removing'} {folder}, which a killed run left behind")
        if not dry_run:
            shutil.rmtree(folder, ignore_errors=True)


def _abandoned(root: Path) -> Iterator[Path]:
    """Yield the folders whose process is gone; a recycled process number does not keep one alive."""
    for folder in root.glob(f"{_PREFIX}*-*"):
        pid, started = folder.name.removeprefix(_PREFIX).split("-")[:2]
        owner = Process.of(int(pid)) if pid.isdigit() else None
        if owner is None or str(owner.started) != started:
            yield folder
