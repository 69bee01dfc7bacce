"""A run as a short page of Markdown, for the summary of a CI job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stsconf.model.result import CheckResult, RunHeader, RunResult
from stsconf.report.tally import (
    AREAS,
    Outcome,
    by_area,
    duration,
    grouped_reasons,
    of_outcome,
    sentence,
    shortfalls,
    tally,
    totals,
    verdict_in_words,
)

_MOST = 20  # checks told one by one in a section; the report itself has all of them
_HEADS = ("Area", "What it is", *Outcome)


def summary(result: RunResult, report: str = "", areas: Mapping[str, str] = AREAS) -> str:
    """Return the page: verdict, target, what failed or could not be judged, numbers by area, reasons and notes.

    `report` names where the whole report is.
    """
    counted = by_area(result, areas) | {"all": tally(result.checks)}
    rows = [
        [name, areas.get(name, ""), *(str(counts[kind] or "") for kind in Outcome)] for name, counts in counted.items()
    ]
    sections = [
        f"# StatefulSets: {verdict_in_words(result)}",
        f"{totals(result)}{duration(result)}, on {_target(result.header)}.",
        "\n".join(f"**{escape(why)}**  " for why in shortfalls(result)),
        _checks("Failed", of_outcome(result, Outcome.FAILED)),
        _checks("Inconclusive", of_outcome(result, Outcome.INCONCLUSIVE)),
        table(_HEADS, rows) if result.checks else "",
        _reasons("Not supported by this target", of_outcome(result, Outcome.NOT_SUPPORTED)),
        _reasons("Skipped", of_outcome(result, Outcome.SKIPPED)),
        _checks("Noted, without effect on the verdict", of_outcome(result, Outcome.NOTED)),
        _checks("Known issues of Kubernetes, without effect on the verdict", of_outcome(result, Outcome.KNOWN)),
        _checks("Healed, the catalogue still knows an issue", of_outcome(result, Outcome.HEALED)),
        f"Report: {code(report)}" if report else "",
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of cells that are escaped here."""
    return ready_table(heads, ([escape(cell) for cell in row] for row in rows))


def ready_table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table whose rows are Markdown already."""
    titles = [escape(head) for head in heads]
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def escape(text: str) -> str:
    """Return text on one line that Markdown shows as it is, in a table's cell as well."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{character}" if character in "\\`*_[]|#" else character for character in line)


def code(text: str) -> str:
    """Return text as code on one line."""
    line = " ".join(text.split())
    fence = "``" if "`" in line else "`"
    return f"{fence}{line}{fence}"


def _target(header: RunHeader) -> str:
    nodes = "1 node" if header.nodes == 1 else f"{header.nodes} nodes"
    return f"{code(header.target)}, Kubernetes {escape(header.kubernetes_version)}, {nodes}"


def _checks(title: str, checks: list[CheckResult]) -> str:
    if not checks:
        return ""
    told = [
        f"- **{escape(' '.join(check.guarantees))}** {escape(sentence(check))} {code(check.id)}"
        for check in checks[:_MOST]
    ]
    if len(checks) > _MOST:
        told.append(f"- and {len(checks) - _MOST} more")
    return "\n".join([f"## {title}", "", *told])


def _reasons(title: str, checks: list[CheckResult]) -> str:
    told = [
        f"- {count} {'check' if count == 1 else 'checks'}: {escape(reason)}"
        for reason, count in grouped_reasons(checks)[:_MOST]
    ]
    return "\n".join([f"## {title}", "", *told]) if told else ""
