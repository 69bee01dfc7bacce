"""The `stsconf` command: its commands, each in a module of `stsconf.commands`, and how errors are told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from stsconf.commands.run import run
from stsconf.errors import ExitCode, StsconfError
from stsconf.interrupts import interruptible

_RUN = "run"
_COMMANDS = {
    _RUN: "Judge a cluster; stsconf run --help tells how.",
    "report": "Render a stored run: as text, page, JUnit, Markdown, JSON or ConformanceReport.",
    "compare": "Tell what changed between runs.",
    "replay": "Judge a stored run again with today's judges.",
    "cluster": "Keep a Kubernetes of this machine's own.",
    "sweep": "Remove what killed runs left: on this machine, and on a cluster if one is named.",
    "faults": "Break a cluster around the controller, and see which checks notice.",
    "museum": "Judge controllers with a bug, of past releases or made by hand, and see which check notices.",
    "mutants": "Break the StatefulSet controller, and see which checks notice.",
    "images": "Write the apps' images and list them.",
    "table": "Write the tables of observations and guarantees, each with its checks.",
}


def parser(chosen: str) -> argparse.ArgumentParser:
    """Return the parser of every command but `run`, whose options are pytest's.

    Only the command that was chosen is loaded: some load a client of Kubernetes or a parser of Go.
    """
    top = argparse.ArgumentParser(prog="stsconf", description="Conformance of Kubernetes StatefulSets.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, help_ in _COMMANDS.items():
        command = commands.add_parser(name, help=help_)
        if name == chosen:
            import_module(f"stsconf.commands.{name}").add(command)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are told in three lines at most."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words[:1] == [_RUN]:
            return run(words[1:])
        chosen = parser(words[0] if words else "").parse_args(words)
        with interruptible():
            code: int = chosen.function(chosen)
    except StsconfError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return ExitCode.NOT_JUDGED
    return code
