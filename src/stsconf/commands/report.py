"""`stsconf report`: render a stored run, whole or killed, without a cluster."""

from __future__ import annotations

import argparse
from pathlib import Path

from stsconf.commands.output import add_output, chosen_format, coloured, note, put
from stsconf.errors import ExitCode, UsageError
from stsconf.report.formats import FORMATS, text
from stsconf.report.schema import schema_text
from stsconf.report.stored import StoredRun


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", nargs="?", type=Path, metavar="RUN", help="a report folder, or its stream.jsonl")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of a stream's lines instead")
    add_output(parser, FORMATS)
    parser.set_defaults(function=report)


def report(arguments: argparse.Namespace) -> ExitCode:
    """Render a run that was stored, also one that was killed; the exit code is the run's."""
    if arguments.schema:
        put(schema_text(), arguments.output)
        return ExitCode.CONFORMANT
    if arguments.run is None:
        raise UsageError("stsconf report: which run?", "", "name a report folder, or its stream.jsonl")
    run = StoredRun.read(arguments.run)
    form = chosen_format(arguments, FORMATS)
    put(text(run, colour=coloured()) if form == "text" else FORMATS[form](run), arguments.output)
    for damage in run.damaged if form in {"text", "html", "junit"} else ():
        note(f"note: {damage}")
    return run.result.exit_code
