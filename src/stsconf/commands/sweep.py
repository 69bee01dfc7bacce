"""`stsconf sweep`: remove what killed runs left, on this machine and on a cluster if one is named."""

from __future__ import annotations

import argparse
from pathlib import Path

from stsconf.cluster.sweeping import sweep_target
from stsconf.commands.output import say
from stsconf.errors import ExitCode


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--cluster", default="", help="a target whose leftovers are removed too: context:NAME, …")
    parser.add_argument("--kubeconfig", type=Path, help="the file that holds context:NAME")
    parser.add_argument("--force", action="store_true", help="also what has not expired: ends other people's runs")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    parser.set_defaults(function=sweep)


def sweep(arguments: argparse.Namespace) -> ExitCode:
    """Remove what killed runs left: on this machine, and on a cluster if one is named."""
    sweep_target(arguments.cluster, arguments.kubeconfig, say, force=arguments.force, dry_run=arguments.dry_run)
    return ExitCode.CONFORMANT
