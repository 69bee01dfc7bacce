"""A comparison of two runs as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stsconf.errors import ExitCode
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.codec import as_json, encode
from stsconf.report.comparison import Change, Comparison, Kind, Slower
from stsconf.report.markdown import code, escape
from stsconf.report.tally import NO_AREA, Outcome, outcome, sentence, tally, totals, verdict_in_words
from stsconf.report.text import folded, path_lines

MOST = 20
"""Changes of one kind that a person is told one by one."""

_PACE = 1.25
"""From this factor on, it is told that one run was slower as a whole."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a comparison comes to: one `sentence`, and the exit code."""

    sentence: str
    code: ExitCode


def conclusion(comparison: Comparison) -> Conclusion:
    """Return what follows from one run after another."""
    return Conclusion(_sentence(comparison), comparison.exit_code)


def _sentence(comparison: Comparison) -> str:
    if comparison.regressions:
        return f"regression: {_count(len(comparison.regressions), 'check')} broken that did not fail before"
    if comparison.unknown or not comparison.after.complete:
        return f"no regression seen, but {_unseen(comparison)}"
    fails = tally(comparison.after.checks)[Outcome.FAILED]
    still = f"; {_count(fails, 'check')} failed before and after" if fails else ""
    return f"no regression{'' if comparison.changes else ', and no difference'}{still}"


def text(comparison: Comparison, end: Conclusion) -> str:
    """Return the comparison for a screen: the two runs, what differs, and the conclusion last."""
    return "\n".join(
        [
            *_runs(comparison),
            *(line for note in comparison.notes for line in folded(note, "note: ", "      ")),
            *(line for kind in Kind for line in _section(kind, comparison.of(kind))),
            *_slow_text(comparison),
            "",
            *folded(end.sentence, "", "  "),
            "",
        ]
    )


def markdown(comparison: Comparison, end: Conclusion) -> str:
    """Return the comparison for a ticket or a job's summary, the conclusion first."""
    before, after = (escape(described(run)) for run in (comparison.before, comparison.after))
    sections = [
        f"# StatefulSets: {escape(end.sentence)}",
        f"- before: {before}\n- after: {after}",
        "\n".join(f"**{escape(note)}**  " for note in comparison.notes),
        *(_markdown_section(kind, comparison.of(kind)) for kind in Kind),
        _slow_markdown(comparison),
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def document(comparison: Comparison, end: Conclusion) -> dict[str, Any]:
    """Return the comparison as one JSON object, with every change."""
    return {
        "conclusion": end.sentence,
        "exit_code": int(end.code),
        "before": run_document(comparison.before),
        "after": run_document(comparison.after),
        "notes": comparison.notes,
        "changes": {kind.value: [_change(change) for change in comparison.of(kind)] for kind in Kind},
        "pace": round(comparison.pace, 3),
        "slower": encode(comparison.slower),
    }


FORMATS: Mapping[str, Callable[[Comparison, Conclusion], str]] = {
    "text": text,
    "json": lambda comparison, end: as_json(document(comparison, end)),
    "markdown": markdown,
}
"""The renderers of a comparison by the names of their formats."""


def run_document(run: RunResult) -> dict[str, Any]:
    """Return what one run was and came to."""
    numbers = {kind.value: count for kind, count in tally(run.checks).items()}
    return {"header": encode(run.header), "verdict": verdict_in_words(run), "complete": run.complete, "totals": numbers}


def described(run: RunResult) -> str:
    """Return a run in one line: its id, when it was made of what, and what it came to."""
    header = run.header
    conditions = f"{header.run}, {header.started}, {header.target}, {header.kubernetes_version}"
    return f"{conditions}: {verdict_in_words(run)}, {totals(run)}"


def told(change: Change) -> str:
    """Return what a change consists of: both outcomes where there are two, and what was said at last."""
    states = [outcome(check).value if check else "not made" for check in (change.before, change.after)]
    return f"{' → '.join(dict.fromkeys(states))}: {_said(change.check)}"


def _change(change: Change) -> dict[str, Any]:
    states = {"before": change.before, "after": change.after}
    return {
        "id": change.check.id,
        "guarantees": list(change.check.guarantees),
        **{when: outcome(check).value if check else None for when, check in states.items()},
        "told": _said(change.check),
        "findings": encode(change.after.findings) if change.after else [],
    }


def _said(check: CheckResult) -> str:
    return check.title if check.verdict is Verdict.PASSED else sentence(check)


def _unseen(comparison: Comparison) -> str:
    unknown = len(comparison.unknown)
    parts = [f"{_count(unknown, 'check')} that was judged is not judged any more"] if unknown == 1 else []
    parts += [f"{unknown} checks that were judged are not judged any more"] if unknown > 1 else []
    return " and ".join(parts + ([] if comparison.after.complete else ["the later run is incomplete"]))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _runs(comparison: Comparison) -> Iterator[str]:
    for word, run in (("before", comparison.before), ("after", comparison.after)):
        yield from folded(described(run), f"{word:<8}", " " * 8)


def _section(kind: Kind, changes: list[Change]) -> Iterator[str]:
    """Yield the changes of one kind; what several checks say, a scenario that stalled for instance, is told once."""
    if changes:
        yield from ("", f"{kind.upper()} ({len(changes)})")
    saying: dict[str, list[CheckResult]] = {}
    for change in changes[:MOST]:
        saying.setdefault(told(change), []).append(change.check)
    for said, checks in saying.items():
        yield from folded(said, "  ", "    ")
        for check in checks:
            yield from path_lines(check.id, f"    {check.guarantees[0] if check.guarantees else NO_AREA:<7} ", " " * 12)
    if len(changes) > MOST:
        yield f"  and {len(changes) - MOST} more"


def _markdown_section(kind: Kind, changes: list[Change]) -> str:
    if not changes:
        return ""
    lines = [
        f"- **{escape(' '.join(one.check.guarantees))}** {escape(told(one))} {code(one.check.id)}" for one in changes
    ]
    more = [f"- and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return "\n".join([f"## {kind.capitalize()} ({len(changes)})", "", *lines[:MOST], *more])


def _slow(slower: Iterable[Slower]) -> Iterator[str]:
    for one in slower:
        yield (
            f"{one.scenario} waited {one.after:.1f} s for the cluster; "
            f"{one.expected:.1f} s was to be expected, {one.before:.1f} s it was before"
        )


def _pace(comparison: Comparison) -> str:
    if 1 / _PACE < comparison.pace < _PACE:
        return ""
    return f"all scenarios together took {comparison.pace:.2f} times as long (median); nothing follows from that alone"


def _slow_text(comparison: Comparison) -> Iterator[str]:
    if comparison.slower:
        yield from ("", f"SLOWER beyond noise ({len(comparison.slower)})")
    for line in _slow(comparison.slower):
        yield from folded(line, "  ", "    ")
    if pace := _pace(comparison):
        yield from ("", *folded(pace))


def _slow_markdown(comparison: Comparison) -> str:
    lines = [f"- {escape(line)}" for line in _slow(comparison.slower)]
    head = [f"## Slower beyond noise ({len(lines)})", ""] if lines else []
    return "\n".join([*head, *lines, *([f"\n{escape(pace)}"] if (pace := _pace(comparison)) else [])]).strip()
