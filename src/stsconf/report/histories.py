"""Histories as files: gzip over JSON lines, redacted, for judging again without a cluster."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from stsconf.errors import StsconfError
from stsconf.model.history import Event, History
from stsconf.report.codec import decode, encode
from stsconf.report.files import write_atomically
from stsconf.report.redact import redacted

SCHEMA = 1
"""Version of the file's form; a reader refuses every other."""


def save_history(path: Path, history: History) -> None:
    """Write a history, redacted: one line with its frame, then one line per event.

    The same history gives the same bytes.
    """
    clean = redacted(history)
    frame = {"schema": SCHEMA, "recorded": len(clean.events)} | encode(replace(clean, events=()))
    lines = (json.dumps(line) for line in (frame, *map(encode, clean.events)))
    write_atomically(path, gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))


def load_history(path: Path) -> History:
    """Read a history that `save_history` wrote.

    Raises:
        StsconfError: the file cannot be read, was cut, or is not a history of this schema.
    """
    try:
        return _decoded([json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()])
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise StsconfError(
            f"{path} is not a recorded history", str(error), "name a history.jsonl.gz that a run wrote"
        ) from error


def _decoded(lines: list[Any]) -> History:
    if not lines or not isinstance(lines[0], dict):
        raise ValueError("there is no frame")
    frame, *events = lines
    if (schema := frame.pop("schema", None)) != SCHEMA:
        raise ValueError(f"its schema is {schema}, this reader knows {SCHEMA}")
    if (recorded := frame.pop("recorded", None)) != len(events):
        raise ValueError(f"{recorded} events were recorded, {len(events)} are there")
    return replace(decode(History, frame), events=tuple(decode(Event, event) for event in events))
