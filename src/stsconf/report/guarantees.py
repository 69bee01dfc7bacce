"""The catalogue as a page: each promise with its source, and the checks that judge it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stsconf.model.guarantee import UNREPORTED, Guarantee
from stsconf.report.markdown import escape, ready_table
from stsconf.report.sources import link, short
from stsconf.report.tally import AREAS, place

_ISSUES = "https://github.com/kubernetes/kubernetes/issues/"
_HEADS = ("Guarantee", "Promise", "Kind", "Source", "Known issue", "Checks")


@dataclass(frozen=True, slots=True)
class GuaranteeRow:
    """A promise, the names of the checks that judge it, and what each noticed of what was broken on purpose.

    A check that `noticed` lacks was never held against anything broken, as far as is on record.
    """

    guarantee: Guarantee
    checks: Sequence[str]
    noticed: Mapping[str, int]


def guarantee_tables(rows: Iterable[GuaranteeRow]) -> str:
    """Return a table per area, in the order of the reports."""
    ordered = sorted(rows, key=lambda row: place(row.guarantee.id))
    areas: dict[str, list[GuaranteeRow]] = {}
    for row in ordered:
        areas.setdefault(row.guarantee.area, []).append(row)
    sections = [
        f"## {area}: {escape(AREAS.get(area, ''))}\n\n{ready_table(_HEADS, map(_cells, found))}"
        for area, found in areas.items()
    ]
    judged = sum(bool(row.checks) for row in ordered)
    count = f"{judged} of {len(ordered)} promises have a check."
    return "\n\n".join([*sections, count]) + "\n"


def kind(guarantee: Guarantee) -> str:
    """Return how binding a promise is, its profile, since when it is made, and what it needs of a cluster."""
    since = f"since {guarantee.since}" if guarantee.since else ""
    needs = f"needs {', '.join(sorted(guarantee.needs))}" if guarantee.needs else ""
    return "; ".join(filter(None, (f"{guarantee.level}, {guarantee.profile}", since, needs)))


def _cells(row: GuaranteeRow) -> list[str]:
    one = row.guarantee
    checks = (f"{escape(name)} ({row.noticed[name]})" if name in row.noticed else escape(name) for name in row.checks)
    source = _linked(short(one.source), link(one.source))
    return [one.id, escape(one.statement), escape(kind(one)), source, _issue(one), ", ".join(checks)]


def _issue(guarantee: Guarantee) -> str:
    number = guarantee.known_issue
    linked = _linked(number, f"{_ISSUES}{number.removeprefix('#')}" if number != UNREPORTED else "")
    return f"{linked}, before {guarantee.fixed}" if guarantee.fixed else linked


def _linked(text: str, address: str) -> str:
    return f"[{escape(text)}]({address})" if text and address else escape(text)
