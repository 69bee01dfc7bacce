"""Signals to this very process, while a run is made and while it cleans up."""

from __future__ import annotations

import signal
from contextlib import ExitStack

import pytest

from stsconf.interrupts import interruptible, shield

SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_what_is_done(number: signal.Signals) -> None:
    """Both signals raise what Ctrl-C does, and name themselves."""
    with pytest.raises(KeyboardInterrupt, match=f"^{number.name}$"), interruptible():
        signal.raise_signal(number)


@pytest.mark.parametrize("second", SIGNALS)
def test_a_second_signal_does_not_disturb_the_clean_up(second: signal.Signals) -> None:
    """Once a run is ending, no impatience leaves half of it behind."""

    def run() -> None:
        with interruptible(), ExitStack() as cleaning:
            cleaning.callback(signal.raise_signal, second)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match="SIGINT"):
        run()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_clean_up_that_was_reached_is_not_disturbed(number: signal.Signals) -> None:
    """The end of a run that nobody interrupted cannot be interrupted either."""
    with interruptible():
        shield()
        signal.raise_signal(number)
        assert signal.getsignal(number) is signal.SIG_IGN


def test_afterwards_signals_mean_what_they_meant() -> None:
    """The handlers that were there are back, whatever happened."""
    before = [signal.getsignal(number) for number in SIGNALS]
    with pytest.raises(KeyboardInterrupt), interruptible():
        signal.raise_signal(signal.SIGTERM)
    assert [signal.getsignal(number) for number in SIGNALS] == before
