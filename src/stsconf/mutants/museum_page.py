"""The museum as a page of Markdown: each bug, the releases, and the check that caught it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stsconf.mutants.exhibit import BY_HAND, PREFIX, Catch, Exhibit
from stsconf.mutants.outcome import Outcome, Trial

_HEAD = """\
# Bugs that releases of Kubernetes had, and what catches them

The StatefulSet controllers of past releases, run one after the other in a cluster of today, against this suite.
*Caught* means: the check failed on the broken release with the finding named here, and passed on the first good one,
on the same cluster. docs/trust.md explains it, `make museum` repeats it; `stsconf museum --record` writes this page,
and a test fails when it is stale.
"""
_BY_HAND = """\
## Bugs that were made by hand, and what catches them

The StatefulSet controller of today with what a person could get wrong in it, and no single mutation is: an order turned
over, a step too early, a promise kept in the plain case alone. *Caught* means the same as above, and the controller as
it is released passed. `make museum ARGS=--handmade` repeats it.
"""
_ROW = ("bug", "told in", "broken", "good from", "what it did", "guarantees", "check", "finding", "seen on")


def museum_page(exhibits: Iterable[Exhibit], trials: Iterable[Trial]) -> str:
    """Return the page of what was shown so far."""
    known: dict[str, list[Trial]] = {}
    for trial in trials:
        known.setdefault(trial.mutant, []).append(trial)
    rows = [row for one in exhibits for row in _rows(one, known.get(f"{PREFIX}{one.name}", []))]
    past, by_hand = [row for row in rows if row[1] != BY_HAND], [row for row in rows if row[1] == BY_HAND]
    releases = {release for one in past for release in one[2:4]} - {"none yet"}
    parts = [_HEAD, f"{_caught(past)} bugs caught, {len(releases)} releases.", _table(_ROW, past)]
    if by_hand:
        parts += [_BY_HAND, f"{_caught(by_hand)} bugs caught.", _table(_short(_ROW), map(_short, by_hand))]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _caught(rows: Iterable[tuple[str, ...]]) -> int:
    return len({row[0] for row in rows if row[-1]})


def _short(row: tuple[str, ...]) -> tuple[str, ...]:
    """Return a row without what only bugs of releases have."""
    return (row[0], *row[4:])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _rows(exhibit: Exhibit, trials: Sequence[Trial]) -> list[tuple[str, ...]]:
    """Return a row for each catch of an exhibit."""
    head = (f"`{exhibit.name}`", exhibit.told, exhibit.broken, exhibit.fixed or "none yet", exhibit.did)
    return [(*head, *_evidence(catch, _seen(catch, trials))) for catch in exhibit.catches]


def _seen(catch: Catch, trials: Sequence[Trial]) -> Mapping[str, tuple[str, ...]]:
    """Return the kinds of cluster on which a catch happened, each with the guarantees of the check."""
    kills = ((trial.cluster, kill) for trial in trials if trial.outcome is Outcome.KILLED for kill in trial.kills)
    return {kind: kill.guarantees for kind, kill in kills if (kill.check, kill.code) == (catch.check, catch.code)}


def _evidence(catch: Catch, seen: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    guarantees = ", ".join(dict.fromkeys(id_ for ids in seen.values() for id_ in ids))
    return guarantees, f"`{catch.check}`", catch.code, ", ".join(sorted(seen))
