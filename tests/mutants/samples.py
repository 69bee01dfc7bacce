"""Trials and mutants made by hand."""

from __future__ import annotations

from dataclasses import dataclass

from stsconf.mutants.outcome import Kill, Outcome, Trial


@dataclass(frozen=True, slots=True)
class Change:
    """A mutant, as far as the record knows it."""

    id: str
    file: str = "stateful_set.go"
    function: str = "sync"
    line: int = 7
    diff: str = "- a + b"


def kill(check: str = "test_scaling.py::TestScaling::test_order", code: str = "order.create") -> Kill:
    """Make a check that failed."""
    return Kill(check, ("ORD-1",), code, "web-1 came first")


def trial(mutant: str, outcome: Outcome = Outcome.SURVIVED, *, cluster: str = "simulated", reason: str = "") -> Trial:
    """Make a trial, with a kill if that is its outcome."""
    kills = (kill(),) if outcome is Outcome.KILLED else ()
    return Trial(mutant, cluster, outcome, kills, reason=reason)
