"""Files of a report: written whole or not at all, read within bounds."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import Any, NoReturn

import orjson

from stsconf.report.text import shorten

LONGEST_LINE = 4 * 2**20
"""Bytes of a line that a reader takes at most: more than twice the largest object that etcd stores."""

LARGEST_FILE = 32 * 2**20
"""Bytes of a file, unpacked, that a reader takes at most: seventy times the longest record so far."""


_TOLD = 300
"""Characters of a reason for a refusal: a foreign file may hold a word of a million."""


def reason(error: Exception) -> str:
    """Return why a file was refused, on one line that fits a screen and cannot move its cursor."""
    return shorten(str(error), _TOLD)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Put `content` at `path` in one step: a reader meets the former file or the new one, never a part.

    Folders are made as needed. Raises `OSError` and leaves nothing behind when the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        partial.chmod(0o644)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def bounded_lines(file: BufferedIOBase) -> Iterator[bytes]:
    """Yield the lines of a file with their ends, never holding more than one.

    Raises `ValueError` at a line, or a file, that is larger than any run writes: a foreign file, or a bomb.
    """
    left = LARGEST_FILE
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise ValueError(f"the line is longer than {LONGEST_LINE // 2**20} MiB")
        left -= len(line)
        if left < 0:
            raise ValueError(f"the file is larger than {LARGEST_FILE // 2**20} MiB")
        yield line


def parse(line: bytes) -> Any:
    """Return what a line says in JSON.

    Raises `ValueError` for anything else, for numbers that JSON does not know, and for what is nested too deeply.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _slowly(line)


def _slowly(line: bytes) -> Any:
    """Parse what the fast parser refuses: JSON with half a character, or no JSON, and then tell why."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is no number of JSON")

    try:
        return json.loads(line, parse_constant=refuse)
    except RecursionError:
        raise ValueError("the line is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"the line is not JSON: {error}") from error
