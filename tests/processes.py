"""The command called in a process of its own, and the end of processes that a test did not start itself."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

_PATIENCE = 30.0
"""Seconds; a process that was killed ends as soon as the kernel gets to it, which is not at once."""

_ROOT = Path(__file__).parents[1]


def call(*words: str, folder: Path = _ROOT) -> subprocess.CompletedProcess[str]:
    """Call the command in a process of its own."""
    command = [sys.executable, "-c", "import sys; from stsconf.cli import main; sys.exit(main())", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def ended(pid: int) -> bool:
    """Wait for a process to end and tell whether it did; one that is gone already did."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], _PATIENCE)[0])
    finally:
        os.close(descriptor)
