"""What no run wrote is refused with a reason, by a reader that has little room."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stsconf.errors import ExitCode, UsageError
from stsconf.report.stored import StoredRun
from tests.report.hostile import HISTORIES, STREAMS, spoil_all

ROOT = Path(__file__).parents[2]
ROOM = 400 * 2**20
"""Bytes of address space for the reader, its interpreter and libraries included."""
READER = f"""
import contextlib, io, json, resource, sys
from pathlib import Path
from stsconf import cli
from stsconf.report import formats

resource.setrlimit(resource.RLIMIT_AS, ({ROOM}, {ROOM}))
told = {{}}
for folder in sorted(Path(sys.argv[1]).iterdir()):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(["report", str(folder), "--format=html"])
    told[folder.name] = int(code), out.getvalue(), err.getvalue()
print(json.dumps(told))
"""
"""Renders one report after the other with so little room, and tells what each came to."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `stsconf report` says of each report: exit code, output, complaints."""
    root = tmp_path_factory.mktemp("hostile")
    spoil_all(root)
    reader = [sys.executable, "-c", READER, str(root)]
    done = subprocess.run(reader, cwd=ROOT, capture_output=True, check=True)
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize(("name", "why"), [(name, why) for name, (_, why) in STREAMS.items()], ids=STREAMS)
def test_a_spoilt_stream_is_refused(told: dict[str, Any], name: str, why: str) -> None:
    """In three lines that fit a screen: which file, which line and why, what to do; nothing is rendered."""
    code, out, err = told[f"stream-{name}"]
    what, reason, remedy = err.splitlines()
    assert (code, out) == (ExitCode.NOT_JUDGED, "")
    assert what.endswith("stream.jsonl is not the stream of one run")
    assert reason.startswith(why)
    assert len(reason) < 320
    assert remedy.startswith("render the file that the run wrote")


@pytest.mark.parametrize(("name", "why"), [(name, why) for name, (_, why) in HISTORIES.items()], ids=HISTORIES)
def test_a_spoilt_history_is_left_out(told: dict[str, Any], name: str, why: str) -> None:
    """The page is rendered without it, the verdict stays that of the stream, and one line says what is missing."""
    code, out, err = told[f"history-{name}"]
    (note,) = err.splitlines()
    assert (code, "<h1>NOT conformant</h1>" in out, "<figure" in out) == (ExitCode.NOT_CONFORMANT, True, False)
    assert f"is not a recorded history: {why}" in note
    assert len(note) < 500


@pytest.mark.parametrize("link", ["/dev/zero", "stream.jsonl", "/nonexistent"])
def test_a_stream_that_leads_elsewhere_is_no_report(tmp_path: Path, link: str) -> None:
    """A link to a device, to itself or to nowhere is not read."""
    (tmp_path / "stream.jsonl").symlink_to(link)
    with pytest.raises(UsageError, match="is no report"):
        StoredRun.read(tmp_path)
