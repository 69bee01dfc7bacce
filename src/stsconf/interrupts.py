"""Ctrl-C and SIGTERM: both end what is being done, neither ends the cleaning up after it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[None]:
    """Make SIGTERM end what is done in here as Ctrl-C does; a second one does not disturb the clean-up."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        shield()
        raise KeyboardInterrupt(signal.Signals(number).name)

    before = {number: signal.signal(number, interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def shield() -> None:
    """Let nothing but SIGKILL disturb the clean-up, until `interruptible` is left; its waits have deadlines."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
