"""Runs put on disk as a run would put them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stsconf.model.history import History
from stsconf.model.result import RunResult
from stsconf.report.histories import save_history
from stsconf.report.stored import history_file
from stsconf.report.stream import STREAM, StreamWriter

NONE: Mapping[str, History] = {}


def store(folder: Path, result: RunResult, histories: Mapping[str, History] = NONE, *, ended: bool = True) -> Path:
    """Write a run into a folder, without its footer if it did not end, and return the folder."""
    with StreamWriter(folder / STREAM, result.header) as stream:
        for check in result.checks:
            stream.write(check)
        if ended:
            stream.finish(result.seconds, result.interrupted)
    for name, history in histories.items():
        save_history(history_file(folder, name), history)
    return folder
