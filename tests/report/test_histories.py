"""Histories as files."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.model.history import History, Stall
from stsconf.report.codec import encode
from stsconf.report.histories import load_history, save_history
from tests.report.samples import broken_start, history, redacted

STALL = Stall("Ready", "web-1", 10.0, 10.2, "Pending")
FRAME = {"schema": 1, "recorded": 2} | encode(history())
EVENT = encode(broken_start().events[0])
SECRET = {"metadata": {"name": "s", "managedFields": [{}]}, "data": {"password": "aHVudGVyMg=="}}


@pytest.mark.parametrize(
    "record",
    [
        broken_start(),
        history(),
        replace(broken_start().between("deploy", "kill"), stall=STALL, lost="refused", broken=("no node",)),
        history(("Http", "GET", {"url": "/", "status": 200, "error": None}), every=0.1),
    ],
    ids=["plain", "empty", "window", "probe"],
)
def test_a_history_is_loaded_as_it_was_saved(tmp_path: Path, record: History) -> None:
    """Events, window, stall, loss and broken assumptions survive exactly."""
    save_history(tmp_path / "h" / "history.jsonl.gz", record)
    assert load_history(tmp_path / "h" / "history.jsonl.gz") == record


def test_secrets_never_reach_the_file(tmp_path: Path) -> None:
    """What is saved is the redacted history."""
    record = history(("Secret", "ADDED", SECRET))
    save_history(tmp_path / "h.gz", record)
    assert b"aHVudGVyMg" not in gzip.decompress((tmp_path / "h.gz").read_bytes())
    assert load_history(tmp_path / "h.gz") == redacted(record)


def test_saving_what_was_loaded_gives_the_same_bytes(tmp_path: Path) -> None:
    """A file depends on the history alone, not on the hour or on how often it was read and written."""
    save_history(tmp_path / "first.gz", history(("Secret", "ADDED", SECRET)))
    save_history(tmp_path / "second.gz", load_history(tmp_path / "first.gz"))
    assert (tmp_path / "first.gz").read_bytes() == (tmp_path / "second.gz").read_bytes()


def lines(*content: object) -> bytes:
    """Pack lines as a history's file."""
    return gzip.compress("".join(f"{json.dumps(line)}\n" for line in content).encode())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"not gzip", "Not a gzipped file"),
        (lines(), "there is no frame"),
        (lines([1]), "there is no frame"),
        (lines({"schema": 9}), "its schema is 9, this reader knows 1"),
        (lines({"schema": 1, "recorded": 0}), "History.begin is missing"),
        (lines(FRAME | {"recorded": 2}, EVENT), "2 events were recorded, 1 are there"),
        (lines(FRAME, EVENT, EVENT | {"index": 1}, EVENT | {"index": 2}), "2 events were recorded, 3 are there"),
        (lines(FRAME, EVENT | {"index": 1}, EVENT), "event 1 stands at the place of event 0"),
        (lines(FRAME, EVENT), "2 events were recorded, 1 are there"),
        (lines(FRAME, EVENT, EVENT), "event 0 stands at the place of event 1"),
        (lines(FRAME, EVENT, {"index": 1}), "Event.at is missing"),
        (lines(FRAME, EVENT, EVENT | {"at": float("nan")}), "the line is not JSON: NaN is no number of JSON"),
        (lines(FRAME, EVENT, [[]]), "Event is not an object"),
        (gzip.compress(b"{"), "the line is not JSON: Expecting property name"),
        (gzip.compress(b"[" * 100_000), "the line is nested too deeply"),
        (gzip.compress(b"\xff\xfe\n"), "the line is not JSON"),
        (gzip.compress(bytes(100 * 2**20)), "the line is longer than 4 MiB"),
        (gzip.compress(json.dumps(FRAME).encode() + b"\n" * 2**20), "the line is not JSON"),
        (lines(FRAME, EVENT)[:-10], "Compressed file ended before"),
        (lines(FRAME, EVENT)[:40] + bytes(20) + lines(FRAME, EVENT)[60:], "Error -3 while decompressing"),
    ],
    ids=[
        *("text", "empty", "list", "schema", "frame", "cut-lines", "more-lines", "shuffled", "fewer", "doubled"),
        *("event", "nan", "no-event", "cut-json", "nested", "bytes", "bomb", "blank", "cut-archive", "overwritten"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, why: str) -> None:
    """Files that are cut, altered or something else give an error with the reason."""
    (tmp_path / "h.gz").write_bytes(content)
    with pytest.raises(StsconfError) as caught:
        load_history(tmp_path / "h.gz")
    assert caught.value.why.startswith(why)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there gives an error of three lines."""
    with pytest.raises(StsconfError, match="No such file"):
        load_history(tmp_path / "none.gz")
