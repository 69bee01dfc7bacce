"""Waiting for the end of processes that a test did not start itself."""

from __future__ import annotations

import os
import select

_PATIENCE = 30.0
"""Seconds; a process that was killed ends as soon as the kernel gets to it, which is not at once."""


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
