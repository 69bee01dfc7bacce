"""Histories as files: gzip over JSON lines, redacted, for judging again without a cluster."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from stsconf.errors import StsconfError
from stsconf.model.history import Event, History
from stsconf.report.codec import as_line, decode, encode
from stsconf.report.files import bounded_lines, parse, reason, write_atomically
from stsconf.report.redact import Redactor

SCHEMA = 1
"""Version of the file's form; a reader refuses every other."""
_EFFORT = 4
"""Of gzip: the usual 6 takes half as much time again, and saves a fifth of the room."""


def save_history(path: Path, history: History) -> None:
    """Write a history, redacted: one line with its frame, then one line per event.

    The same history gives the same bytes.
    """
    frame = {"schema": SCHEMA, "recorded": len(history.events)} | encode(replace(history, events=()))
    lines = (as_line(frame), *map(Redactor().line, history.events))
    packed = gzip.compress("".join(f"{line}\n" for line in lines).encode(), compresslevel=_EFFORT, mtime=0)
    write_atomically(path, packed)


def load_history(path: Path) -> History:
    """Read a history that `save_history` wrote.

    Raises:
        StsconfError: the file cannot be read, was cut, or is not a history of this schema.
    """
    try:
        with gzip.open(path) as file:
            return _decoded(bounded_lines(file))
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise StsconfError(
            f"{path} is not a recorded history", reason(error), "name a history.jsonl.gz that a run wrote"
        ) from error


def _decoded(lines: Iterator[bytes]) -> History:
    frame = parse(next(lines, b"null"))
    if not isinstance(frame, dict):
        raise ValueError("there is no frame")  # noqa: TRY004 -- whoever reads tells one kind of error
    if (schema := frame.pop("schema", None)) != SCHEMA:
        raise ValueError(f"its schema is {schema}, this reader knows {SCHEMA}")
    recorded = frame.pop("recorded", None)
    history = decode(History, frame)
    events = tuple(decode(Event, parse(line)) for line in lines)
    if recorded != len(events):
        raise ValueError(f"{recorded} events were recorded, {len(events)} are there")
    for place, event in enumerate(events):
        if event.index != place:
            raise ValueError(f"event {event.index} stands at the place of event {place}")
    return replace(history, events=events)
