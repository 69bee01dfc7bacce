"""A stored run in each of the forms that it can be read in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stsconf.model.result import RunResult
from stsconf.model.verdict import Verdict
from stsconf.report import junit, markdown, terminal
from stsconf.report.codec import as_json, encode
from stsconf.report.conformance import conformance_yaml
from stsconf.report.page import render_page
from stsconf.report.stored import StoredRun
from stsconf.report.tally import outcome, shortfalls, verdict_in_words

SHOWN = 5
"""So many failures are shown whole at the end of a text; the others have a line each, and their evidence."""


def text(run: StoredRun, *, colour: bool = False) -> str:
    """Return what stands at the end of a run on the screen: failures with their timelines, numbers, verdict."""
    blocks = [
        (
            check.verdict,
            terminal.failure(
                check,
                run.timelines.get(check.id, ""),
                str(run.folder / check.evidence) if check.evidence else "",
                [".venv/bin/stsconf", "replay", str(run.folder), check.id],
            ),
        )
        for check in run.result.checks
        if check.counts and check.evidence
    ]
    told = ending(blocks, str(run.folder / "evidence"))
    return "\n\n".join([*told, terminal.summary(run.result, str(run.folder), colour=colour)]) + "\n"


def ending(blocks: Sequence[tuple[Verdict, str]], evidence: str) -> list[str]:
    """Return the failures to show, what failed before what was inconclusive, and where the others are."""
    told = [block for _, block in sorted(blocks, key=lambda one: one[0] is not Verdict.FAILED)]
    rest = f"{len(told) - SHOWN} more that did not pass: {evidence} has them all"
    return told[:SHOWN] + ([rest] if len(told) > SHOWN else [])


def document(result: RunResult) -> dict[str, Any]:
    """Return a run as one JSON object: what stands in its stream, and what follows from it."""
    return {
        "verdict": verdict_in_words(result),
        "exit_code": int(result.exit_code),
        "complete": result.complete,
        "shortfalls": shortfalls(result),
        "seconds": result.seconds,
        "header": encode(result.header),
        "checks": [encode(check) | {"outcome": outcome(check).value} for check in result.checks],
    }


FORMATS: Mapping[str, Callable[[StoredRun], str]] = {
    "text": text,
    "json": lambda run: as_json(document(run.result)),
    "markdown": lambda run: markdown.summary(run.result, str(run.folder)),
    "junit": lambda run: junit.junit(run.result, run.timelines, str(run.folder)),
    "html": lambda run: render_page(run.result, run.histories),
    "conformance-report": lambda run: conformance_yaml(run.result),
}
"""The renderers of a stored run by the names of their formats."""
