"""`stsconf table`: write the tables of observations and guarantees, each with its checks."""

from __future__ import annotations

import argparse
from pathlib import Path

from stsconf.commands.checks import CHECKOUT, CONFORMANCE
from stsconf.errors import ExitCode
from stsconf.tables import write_tables


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="default: docs")
    parser.set_defaults(function=table)


def table(arguments: argparse.Namespace) -> ExitCode:
    """Write the tables of observations and guarantees, each with its checks."""
    write_tables(CONFORMANCE, CHECKOUT / "reports" / "mutants", arguments.output or CHECKOUT / "docs")
    return ExitCode.CONFORMANT
