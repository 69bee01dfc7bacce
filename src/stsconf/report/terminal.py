"""A run on a terminal or in a CI log: pure functions that return text of at most 80 columns.

Lines stand alone, so that a log reads like the screen; only that of a run under way is drawn over, by who can.
Colour only repeats what the words say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from stsconf.model.result import CheckResult, RunResult
from stsconf.report.tally import (
    AREAS,
    NO_AREA,
    Outcome,
    by_area,
    duration,
    grouped_reasons,
    of_outcome,
    outcome,
    sentence,
    shortfalls,
    tally,
    totals,
    verdict_in_words,
)
from stsconf.report.text import WIDTH, command, folded, path_lines, shorten, span

_COLOURS = {Outcome.FAILED: "1;31", Outcome.INCONCLUSIVE: "1;33", Outcome.NOTED: "36", Outcome.HEALED: "1;32"}
_LOUD = frozenset({Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.HEALED})
_COLUMNS = (
    (6, "", "passed", (Outcome.PASSED, Outcome.HEALED)),
    (6, "", "failed", (Outcome.FAILED,)),
    (7, "incon-", "clusive", (Outcome.INCONCLUSIVE,)),
    (9, "not", "supported", (Outcome.NOT_SUPPORTED,)),
    (8, "skipped/", "noted", (Outcome.SKIPPED, Outcome.KNOWN, Outcome.NOTED)),
)
"""Columns of the table: width, two lines of title, the outcomes that are counted."""
_WORDS = 28  # columns for an area in words
_FEW = 10  # the part of the scenarios that has to have ended before what is left can be guessed
_FINDINGS = 5  # findings of one check that are told; all of them are in its evidence


def progress(number: int, total: int, check: CheckResult, *, colour: bool = False) -> str:
    """Return the line of a check that ended, as the `number`th of `total`: its name in words, and its promise's id."""
    kind = outcome(check)
    word = f"{kind.upper() if kind in _LOUD else kind:<6}"
    place = f"[{number:>{len(str(total))}}/{total}] "
    app = f"  [{check.app}]" if check.app else ""
    room = WIDTH - len(place) - len(word) - 2 - len(app)
    return f"{place}{_painted(word, kind, colour=colour)}  {shorten(f'{_ids(check):<9}  {_called(check)}', room)}{app}"


def underway(done: int, total: int, ended: int, scenarios: int, seconds: float, running: Sequence[str]) -> str:  # noqa: PLR0917 -- the line's numbers, from left to right
    """Return the line of a run that is under way: checks done, time gone and left, and the scenarios on stage.

    What is left is told once a tenth of the scenarios have `ended`: as long for each of the others.
    """
    known = scenarios / _FEW <= ended < scenarios
    rest = f", about {span(seconds / ended * (scenarios - ended))} to go" if ended and known else ""
    return shorten(f"... {span(seconds)}: {done} of {total} checks done{rest}; on stage: {', '.join(running)}", WIDTH)


def table(result: RunResult, areas: Mapping[str, str] = AREAS, *, colour: bool = False) -> str:
    """Return the numbers of checks by area of guarantees and outcome, and their sum; empty without checks."""
    if not result.checks:
        return ""
    upper, lower = ("  ".join(f"{column[line]:>{column[0]}}" for column in _COLUMNS) for line in (1, 2))
    counted = by_area(result, areas) | {"all": tally(result.checks)}
    return "\n".join(
        [
            f"{'':<4}  {'':<{_WORDS}}  {upper}",
            f"{'Area':<4}  {'What it is':<{_WORDS}}  {lower}",
            *(_row(name, areas.get(name, ""), counts, colour=colour) for name, counts in counted.items()),
        ]
    )


def failure(check: CheckResult, timeline: str = "", evidence: str = "", rerun: Sequence[str] = ()) -> str:
    """Return all that a person needs about a check that did not pass, ending with how to run it again.

    `evidence` is the folder to look into, `rerun` the command's words.
    """
    return "\n".join(
        [
            *folded(sentence(check), f"{outcome(check).upper()}  ", "  "),
            *folded(_promise(check), "  promise   ", " " * 12),
            *path_lines(check.id, "  check     ", " " * 12),
            *_findings(check),
            *(path_lines(evidence, "  evidence  ", " " * 12) if evidence else []),
            *(["  timeline  (> marks what the finding names)", timeline] if timeline else []),
            *(["  again     (this check alone)", *command(rerun)] if rerun else []),
        ]
    )


def not_supported(result: RunResult) -> str:
    """Return why checks could not be made on this target, each reason once; empty if there are none."""
    return _reasons("Not supported by this target:", of_outcome(result, Outcome.NOT_SUPPORTED))


def inconclusive(result: RunResult) -> str:
    """Return why checks could not be judged, each reason once; empty if there are none."""
    return _reasons("Could not be judged:", of_outcome(result, Outcome.INCONCLUSIVE))


def skipped(result: RunResult) -> str:
    """Return why checks were left out by the caller, each reason once; empty if there are none."""
    return _reasons("Skipped:", of_outcome(result, Outcome.SKIPPED))


def noted(result: RunResult) -> str:
    """Return the deviations that are told and never fail a run; empty if there are none."""
    return _told("Noted, without effect on the verdict:", of_outcome(result, Outcome.NOTED))


def known(result: RunResult) -> str:
    """Return the deviations that known issues make expected; empty if there are none."""
    return _told("Known issues of Kubernetes, without effect on the verdict:", of_outcome(result, Outcome.KNOWN))


def healed(result: RunResult) -> str:
    """Return the promises that were kept though an issue is known; empty if there are none."""
    return _told("Healed, the catalogue still knows an issue:", of_outcome(result, Outcome.HEALED))


def closing(result: RunResult, report: str = "", *, colour: bool = False) -> str:
    """Return the run's last lines: verdict in words, numbers, seconds, and where the report is."""
    verdict = verdict_in_words(result)
    kind = {"conformant": Outcome.PASSED, "NOT conformant": Outcome.FAILED}.get(verdict, Outcome.INCONCLUSIVE)
    first, *more = folded(f"{verdict}: {totals(result)}{duration(result)}", "", "  ")
    return "\n".join(
        [
            *(line for why in shortfalls(result) for line in folded(why, "", "  ")),
            first.replace(verdict, _painted(verdict, kind, colour=colour), 1),
            *more,
            *(path_lines(report, "report: ", " " * 8) if report else []),
        ]
    )


def summary(result: RunResult, report: str = "", areas: Mapping[str, str] = AREAS, *, colour: bool = False) -> str:
    """Return what stands at a run's end, below the failures: table, reasons, notes and closing lines."""
    parts = [
        table(result, areas, colour=colour),
        inconclusive(result),
        not_supported(result),
        skipped(result),
        noted(result),
        known(result),
        healed(result),
        closing(result, report, colour=colour),
    ]
    return "\n\n".join(filter(None, parts))


def _row(name: str, words: str, counts: Counter[Outcome], *, colour: bool) -> str:
    cells = []
    for width, _, _, kinds in _COLUMNS:
        number = sum(counts[kind] for kind in kinds)
        cells.append(_painted(f"{number or '-':>{width}}", kinds[-1], colour=colour and number > 0))
    return f"{shorten(name, 4):<4}  {shorten(words, _WORDS):<{_WORDS}}  {'  '.join(cells)}"


def _ids(check: CheckResult) -> str:
    """Return the first guarantee's id, and how many there are more."""
    more = len(check.guarantees) - 1
    return f"{check.guarantees[0]}{f' +{more}' if more else ''}" if check.guarantees else NO_AREA


def _called(check: CheckResult) -> str:
    """Return the name of a check's function in words."""
    function = check.id.partition("[")[0].rpartition("::")[2]
    return function.removeprefix("test_").replace("_", " ")


def _promise(check: CheckResult) -> str:
    return "  ".join(filter(None, [" ".join(check.guarantees), check.title]))


def _findings(check: CheckResult) -> Iterable[str]:
    """Yield the code of the finding that the block began with, then what else was found."""
    for finding in check.findings[:1]:
        yield f"  code      {finding.code}"
    for finding in check.findings[1:_FINDINGS]:
        yield from folded(str(finding), "  also      ", " " * 12)
    if len(check.findings) > _FINDINGS:
        yield f"  also      {len(check.findings) - _FINDINGS} findings more"
    if check.findings and check.reason:
        yield from folded(check.reason, "  also      ", " " * 12)


def _told(title: str, checks: list[CheckResult]) -> str:
    lines = [line for check in checks for line in folded(_attributed(check), "  ", "      ")]
    return "\n".join([title, *lines]) if lines else ""


def _attributed(check: CheckResult) -> str:
    app = f" [{check.app}]" if check.app else ""
    return f"{' '.join(check.guarantees)}: {sentence(check)}{app}"


def _reasons(title: str, checks: list[CheckResult]) -> str:
    lines = [
        line
        for reason, count in grouped_reasons(checks)
        for line in folded(reason, f"  {count:>3} {'check ' if count == 1 else 'checks'}  ", " " * 14)
    ]
    return "\n".join([title, *lines]) if lines else ""


def _painted(text: str, kind: Outcome, *, colour: bool) -> str:
    return f"\033[{_COLOURS[kind]}m{text}\033[0m" if colour and kind in _COLOURS else text
