"""A clock that stands still until a test moves it."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import UTC, datetime

from stsconf.wait import Clock


class HandClock(Clock):
    """Shows `time`, in seconds, and counts for each thread, by name, how often it looked."""

    def __init__(self) -> None:
        self.time = 0.0
        self.looks: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(0))

    def now(self) -> float:  # type: ignore[override]  # a clock of its own needs itself
        """Return what the hand shows."""
        self.looks[threading.current_thread().name].release()
        return self.time

    @staticmethod
    def utc() -> datetime:
        """Return the same date always."""
        return datetime(2026, 3, 1, 12, tzinfo=UTC)

    def await_looks(self, thread: str, count: int) -> bool:
        """Wait until a thread has looked that many times more; False if it does not for half a minute."""
        return all(self.looks[thread].acquire(timeout=30) for _ in range(count))
