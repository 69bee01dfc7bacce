"""The museum as a page of Markdown: each bug, the releases, and the check that caught it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stsconf.mutants.exhibit import PREFIX, Catch, Exhibit
from stsconf.mutants.outcome import Outcome, Trial

_HEAD = """\
# Bugs that releases of Kubernetes had, and what catches them

The StatefulSet controllers of past releases, run one after the other in a cluster of today, against this suite.
*Caught* means: the check failed on the broken release with the finding named here, and passed on the first good one,
on the same cluster. docs/trust.md explains it, `make museum` repeats it; `stsconf museum --record` writes this page,
and a test fails when it is stale.
"""
_ROW = ("bug", "told in", "broken", "good from", "what it did", "guarantees", "check", "finding", "seen on")


def museum_page(exhibits: Iterable[Exhibit], trials: Iterable[Trial]) -> str:
    """Return the page of what was shown so far."""
    known: dict[str, list[Trial]] = {}
    for trial in trials:
        known.setdefault(trial.mutant, []).append(trial)
    rows = [row for one in exhibits for row in _rows(one, known.get(f"{PREFIX}{one.name}", []))]
    caught = len({row[0] for row in rows if row[-1]})
    lines = [_ROW, ["---"] * len(_ROW), *rows]
    table = "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
    releases = {release for one in rows for release in one[2:4]} - {"none yet"}
    return f"{_HEAD}\n{caught} bugs caught, {len(releases)} releases.\n\n{table}\n"


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
