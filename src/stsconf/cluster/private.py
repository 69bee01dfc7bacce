"""Folders of one process: copies of kubeconfigs, keys and tokens, which nobody else may read, and what it builds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stsconf.cluster.embedded.state import Process, myself

_PREFIX = "stsconf-private-"


@contextmanager
def private_folder(root: Path | None = None, *, purpose: str = "run") -> Iterator[Path]:
    """Give a folder that is removed at the end; those of processes that were killed are removed first.

    A process has one for each `purpose` at a time.
    """
    root = root or Path(tempfile.gettempdir())
    sweep_private(root)
    owner = myself()
    folder = root / f"{_PREFIX}{owner.pid}-{owner.started}-{purpose}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_private(root: Path) -> None:
    """Remove the folders whose process is gone; a recycled process number does not keep one alive."""
    for folder in root.glob(f"{_PREFIX}*-*"):
        pid, started = folder.name.removeprefix(_PREFIX).split("-")[:2]
        owner = Process.of(int(pid)) if pid.isdigit() else None
        if owner is None or str(owner.started) != started:
            shutil.rmtree(folder, ignore_errors=True)
