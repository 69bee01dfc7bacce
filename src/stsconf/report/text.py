"""Fitting text into columns."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Sequence

WIDTH = 80
"""Columns of a line at most."""


_ROOM = WIDTH - 2  # a line of a command may still get " \\"
_PIECE = 64  # characters of a word, so that indent, quotes and "\\" fit as well


def printable(text: str) -> str:
    """Return the text on one line, with spaces for what could move a terminal's cursor or change its colours."""
    return text if text.isprintable() else "".join(one if one.isprintable() else " " for one in text)


def span(seconds: float) -> str:
    """Return a length of time in whole seconds, and minutes if there are any: `2 min 31 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def shorten(text: str, width: int) -> str:
    """Return the text on one line, its end cut off for an ellipsis where it is wider than `width`."""
    line = printable(text).rstrip()
    return line if len(line) <= width else line[: max(width - 1, 0)].rstrip() + "…"


def folded(text: str, first: str = "", rest: str = "") -> list[str]:
    """Return the text in lines of `WIDTH` columns: `first` begins the first line, `rest` the others."""
    line = " ".join(printable(text).split())
    lines = textwrap.wrap(line, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return lines or [first.rstrip()]


def path_lines(path: str, first: str = "", rest: str = "") -> list[str]:
    """Return a path or a check's id in lines of `WIDTH` columns, broken before a `/` or `::` where it can be."""
    parts = _parts(printable(path), WIDTH - max(len(first), len(rest)))
    return [f"{rest if number else first}{part}" for number, part in enumerate(parts)]


def _parts(path: str, room: int) -> list[str]:
    """Cut a path before a `/` or `::` where it can be, into as few parts of at most `room` characters."""
    names = [name for name in re.split(r"(?=::|/)", path) if name]
    parts = [""]
    for piece in (name[start : start + room] for name in names for start in range(0, len(name), room)):
        if len(parts[-1]) + len(piece) > room:
            parts.append("")
        parts[-1] += piece
    return parts


def command(words: Sequence[str]) -> list[str]:
    r"""Return a command as lines that a shell takes as they stand, folded by a `\` at the line's end.

    A word too long for a line is cut into pieces that the shell joins again: the lines between two pieces
    have no indent, because a space would part them.
    """
    lines = [" "]
    for word in words:
        quoted = shlex.quote(word)
        if len(lines[-1]) + 1 + len(quoted) <= _ROOM:
            lines[-1] += f" {quoted}"
            continue
        lines[-1] += " \\"
        pieces = [shlex.quote(part) for part in _parts(word, _PIECE)]
        lines += [f"{piece}\\" for piece in [f"    {pieces[0]}", *pieces[1:]]]
        lines[-1] = lines[-1].removesuffix("\\")
    return lines
