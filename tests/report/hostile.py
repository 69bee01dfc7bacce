"""Streams and histories that no run wrote: cut, altered, foreign, and made to exhaust whoever reads them."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stsconf.model.verdict import Verdict
from stsconf.report.codec import encode
from stsconf.report.stored import history_file
from stsconf.report.stream import STREAM
from tests.report.samples import FINDING, broken_start, check, history, run
from tests.report.storing import store

Lines = list[dict[str, Any]]
NAME = "TestOrderedStartup-kubia"
RUN = run(check(0), check(1, Verdict.FAILED, findings=(FINDING,), evidence=f"evidence/{NAME}"), check(2))
MEGABYTE = 2**20


def whole(folder: Path) -> bytes:
    """Write the report of a run, and return its stream."""
    store(folder, RUN, {NAME: broken_start()})
    return (folder / STREAM).read_bytes()


def sealed(lines: Lines) -> bytes:
    """Write lines as a stream whose seal fits: whoever forges a stream can do that, too."""
    *before, footer = [json.dumps(line) for line in lines]
    text = "".join(f"{line}\n" for line in before) + footer.partition(', "sha256"')[0].removesuffix("}")
    return f'{text}, "sha256": "{hashlib.sha256(text.encode()).hexdigest()}"}}\n'.encode()


def changed(place: int, **fields: Any) -> Callable[[bytes], bytes]:
    """Return what gives one line other fields."""

    def spoil(stream: bytes) -> bytes:
        lines = [json.loads(line) for line in stream.splitlines()]
        lines[place] |= fields
        return sealed(lines)

    return spoil


def rearranged(*places: int) -> Callable[[bytes], bytes]:
    """Return what puts lines into this order; a line that is not named is left out."""

    def spoil(stream: bytes) -> bytes:
        lines = stream.splitlines(keepends=True)
        return b"".join(lines[place] for place in places)

    return spoil


def after_header(content: bytes) -> Callable[[bytes], bytes]:
    """Return what puts something behind the first line."""
    return lambda stream: stream.replace(b"\n", b"\n" + content, 1)


def _endless(stream: bytes) -> bytes:
    line = json.loads(stream.splitlines()[1])
    many = [line | {"id": f"x::y{number}", "title": "x" * 3 * MEGABYTE} for number in range(12)]
    return after_header("".join(f"{json.dumps(one)}\n" for one in many).encode())(stream)


STREAMS: Mapping[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "line 1: there is no header: the run ended before it had begun"),
    "half-a-header": (lambda stream: stream[:50], "line 1: there is no header: the run ended before it had begun"),
    "a-log": (lambda _: b"PASS everything\n", "line 1: the line is not JSON"),
    "an-archive": (lambda stream: gzip.compress(stream) + b"\n", "line 1: the line is not JSON"),
    "another-encoding": (lambda stream: stream.decode().encode("utf-16"), "line 1: the line is not JSON"),
    "no-utf-8": (after_header(b'{"record": "\xff\xfe"}\n'), "line 2: the line is not JSON"),
    "blank-line": (after_header(b"\n"), "line 2: the line is not JSON"),
    "foreign-schema": (changed(0, schema=99), "line 1: its schema is 99, this reader knows 2"),
    "unknown-record": (changed(1, record="czech"), "line 2: the record 'czech' is not known"),
    "unknown-field": (changed(1, extra=1), "line 2: CheckResult.extra is unknown"),
    "unknown-verdict": (changed(1, verdict="fine"), "line 2: CheckResult.verdict is not a Verdict"),
    "wrong-type": (changed(1, findings={"code": "x"}), "line 2: CheckResult.findings is not a list"),
    "wrong-type-below": (changed(1, observations=["3"]), "line 2: CheckResult.observations[0] is not a int"),
    "no-header": (rearranged(1, 2, 3, 4), "line 1: there is no header before it"),
    "two-headers": (rearranged(0, 0, 1, 2, 3, 4), "line 2: there is a second header"),
    "doubled-check": (rearranged(0, 1, 1, 2, 3, 4), "line 3: conformance/test_ordering.py::TestOrderedStartup::test_0"),
    "two-footers": (rearranged(0, 1, 2, 3, 4, 4), "line 6: something follows the footer"),
    "fewer-checks": (rearranged(0, 1, 2, 4), "line 4: the footer does not agree with the checks"),
    "shuffled": (rearranged(0, 3, 1, 2, 4), "line 5: the seal is broken"),
    "altered": (lambda stream: stream.replace(b"a pod waits", b"a pod wants", 1), "line 5: the seal is broken"),
    "mixed-runs": (changed(2, run="r2"), "line 3: the line belongs to another run"),
    "no-number": (lambda stream: stream.replace(b"12.34", b"NaN"), "line 5: the line is not JSON: NaN is no number"),
    "many-digits": (after_header(b'{"a": ' + b"9" * 5000 + b"}\n"), "line 2: the line is not JSON: Exceeds the limit"),
    "nested": (after_header(b"[" * MEGABYTE + b"\n"), "line 2: the line is nested too deeply"),
    "nested-objects": (after_header(b'{"a":' * MEGABYTE + b"\n"), "line 2: the line is longer than 4 MiB"),
    "long-line": (after_header(b"x" * 100 * MEGABYTE), "line 2: the line is longer than 4 MiB"),
    "endless": (_endless, "line 12: the file is larger than 32 MiB"),
    "many-lists": (after_header(b"[" + b"[]," * MEGABYTE + b"[]]\n"), "line 2: the line is no record of a run"),
    "long-word": (changed(1, record="x" * MEGABYTE), "line 2: the record 'xxxx"),
    "cursor-moves": (changed(1, record="\033[2J"), "line 2: the record '\\x1b[2J' is not known"),
    "history-outside": (changed(1, history="histories/../../secret"), "line 2: 'histories/../../secret' is no file of"),
    "history-absolute": (changed(1, history="/etc/passwd"), "line 2: '/etc/passwd' is no file of histories/"),
    "evidence-script": (changed(1, evidence="javascript:alert(1)//"), "line 2: 'javascript:alert(1)//' is no file of"),
}
"""Spoilt streams by name: what spoils a whole one, and how the reason of the refusal begins."""

_FRAME = {"schema": 1, "recorded": 1} | encode(history())
_EVENT = encode(broken_start().events[0])


def packed(*lines: object) -> bytes:
    """Pack lines as a history."""
    return gzip.compress("".join(f"{json.dumps(line)}\n" for line in lines).encode())


def _bomb() -> bytes:
    """Return a gigabyte of spaces: members of an archive may follow one another."""
    return gzip.compress(b" " * 10 * MEGABYTE) * 100


HISTORIES: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "no-archive": (lambda: b"hello", "Not a gzipped file"),
    "cut-archive": (lambda: packed(_FRAME, _EVENT)[:-12], "Compressed file ended before"),
    "bomb": (_bomb, "the line is longer than 4 MiB"),
    "bomb-of-lines": (
        lambda: gzip.compress(json.dumps(_FRAME).encode() + b"\n") + gzip.compress(b"1\n" * MEGABYTE) * 100,
        "Event is not an object",
    ),
    "foreign-schema": (lambda: packed(_FRAME | {"schema": 7}, _EVENT), "its schema is 7, this reader knows 1"),
    "fewer-events": (lambda: packed(_FRAME | {"recorded": 2}, _EVENT), "2 events were recorded, 1 are there"),
    "shuffled-events": (lambda: packed(_FRAME, _EVENT | {"index": 4}), "event 4 stands at the place of event 0"),
    "two-runs": (lambda: packed(_FRAME, _EVENT) * 2, "Event.at is missing"),
    "wrong-type": (lambda: packed(_FRAME, _EVENT | {"at": "soon"}), "Event.at is not a float"),
    "no-number": (lambda: packed(_FRAME, _EVENT | {"at": float("inf")}), "the line is not JSON: Infinity"),
    "nested": (lambda: gzip.compress(b"[" * MEGABYTE), "the line is nested too deeply"),
    "no-utf-8": (lambda: gzip.compress(b"\xff\xfe\n"), "the line is not JSON"),
}
"""Spoilt histories by name: their bytes, and how the reason of the refusal begins."""


def spoil_all(root: Path) -> None:
    """Write a report for each spoilt stream and history below `root`."""
    for name, (spoil, _) in STREAMS.items():
        (root / f"stream-{name}" / STREAM).write_bytes(spoil(whole(root / f"stream-{name}")))
    for name, (make, _) in HISTORIES.items():
        whole(root / f"history-{name}")
        history_file(root / f"history-{name}", NAME).write_bytes(make())
