"""The clock and the deadlines."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, astuple
from datetime import timedelta

import pytest

from stsconf.wait import Clock, Deadlines


def test_seconds_never_go_backwards() -> None:
    """Readings of one clock are in order."""
    readings = [Clock.now() for _ in range(100)]
    assert readings == sorted(readings)


def test_date_is_utc() -> None:
    """The date carries its zone, without which no expiry could be compared."""
    assert Clock.utc().utcoffset() == timedelta(0)


@pytest.mark.parametrize("factor", [1.0, 0.5, 3.0])
def test_scaled_deadlines(factor: float) -> None:
    """A factor holds for every deadline."""
    assert astuple(Deadlines().scaled(factor)) == tuple(factor * seconds for seconds in astuple(Deadlines()))


def test_deadlines_cannot_be_changed() -> None:
    """Whoever holds the deadlines holds the same ones as everybody else."""
    with pytest.raises(FrozenInstanceError):
        Deadlines().pod = 1.0  # type: ignore[misc]  # this is what must not work
