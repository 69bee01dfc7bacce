"""Where a rendering goes, and in which form: text on a terminal, JSON in a pipe, or what the caller says."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection
from pathlib import Path

from stsconf.report.files import write_atomically

_SUFFIXES = {".html": "html", ".xml": "junit", ".md": "markdown", ".txt": "text", ".yaml": "conformance-report"}


def add_output(parser: argparse.ArgumentParser, formats: Collection[str]) -> None:
    """Declare `--format` and `--output`."""
    parser.add_argument("--format", choices=list(formats), help="default: text on a terminal, json in a pipe")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: stdout; the suffix may tell the format")


def chosen_format(arguments: argparse.Namespace, formats: Collection[str]) -> str:
    """Return the format that was asked for, else the one that goes with the place."""
    told = arguments.format or (_SUFFIXES.get(arguments.output.suffix) if arguments.output else None)
    if told in formats:
        return str(told)
    return "text" if arguments.output is None and sys.stdout.isatty() else "json"


def coloured() -> bool:
    """Tell whether text may be coloured: on a terminal whose user did not forbid it."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def say(line: str) -> None:
    """Tell the user one line of progress, at once."""
    _write(f"{line}\n")


def put(text: str, output: Path | None) -> None:
    """Write a rendering where the caller wants it."""
    text = text.encode(errors="replace").decode()  # JSON may hold half a character, which no file can
    if output is not None:
        write_atomically(output, text)
    else:
        _write(text)


def _write(text: str) -> None:
    """Write to stdout; a reader that has seen enough may go."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter's own flush fails again


def note(line: str) -> None:
    """Tell the user one thing that is no part of the rendering."""
    sys.stderr.write(f"{line}\n")
