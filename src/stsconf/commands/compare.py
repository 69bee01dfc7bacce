"""`stsconf compare`: two runs against each other, or many as a matrix."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from stsconf.commands.output import add_output, chosen_format, put
from stsconf.errors import ExitCode, UsageError
from stsconf.model.result import RunResult
from stsconf.report import compared, comparison, matrix, matrix_page
from stsconf.report.codec import as_json
from stsconf.report.stored import StoredRun

_MANY: Mapping[str, Callable[[matrix.Matrix], str]] = {
    "text": matrix.text,
    "json": lambda many: as_json(matrix.document(many)),
    "markdown": matrix.markdown,
    "html": matrix_page.html,
}


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="report folders or streams, oldest first")
    parser.add_argument("--anyway", action="store_true", help="also runs that were held to different catalogues")
    add_output(parser, _MANY)
    parser.set_defaults(function=compare)


def compare(arguments: argparse.Namespace) -> ExitCode:
    """Hold a run against an earlier one; more than two make a matrix, of which the last two are compared."""
    if len(arguments.runs) < 2:  # noqa: PLR2004 -- a pair
        raise UsageError("stsconf compare: with which run?", "one was named", "name two or more, the oldest first")
    runs = [StoredRun.read(path).result for path in arguments.runs]
    if not arguments.anyway:
        comparison.refuse_foreign(runs)
    return _render(arguments, runs)


def _render(arguments: argparse.Namespace, runs: Sequence[RunResult]) -> ExitCode:
    form = chosen_format(arguments, _MANY)
    if len(runs) > 2 or form not in compared.FORMATS:  # noqa: PLR2004 -- more than a pair
        many = matrix.matrix(runs)
        put(_MANY[form](many), arguments.output)
        return many.last.exit_code
    two = comparison.compare(runs[0], runs[1])
    end = compared.conclusion(two)
    put(compared.FORMATS[form](two, end), arguments.output)
    return end.code
