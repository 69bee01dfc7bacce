"""Runs on disk: found, read, and rendered as far as they go."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.errors import StsconfError, UsageError
from stsconf.model.verdict import Verdict
from stsconf.report.histories import save_history
from stsconf.report.stored import StoredRun, history_file
from stsconf.report.stream import STREAM
from tests.report.samples import FINDING, broken_start, check, history, run
from tests.report.storing import store

SCENARIO = "TestOrderedStartup[kubia]"
NAME = "TestOrderedStartup-kubia"
BROKEN = check(1, Verdict.FAILED, findings=(FINDING,))


def test_a_run_is_read_by_its_folder_and_by_its_stream(tmp_path: Path) -> None:
    """Both name the same run, with its histories by the names of their files."""
    store(tmp_path, run(check(), BROKEN), {NAME: broken_start()})
    by_folder, by_stream = StoredRun.read(tmp_path), StoredRun.read(tmp_path / STREAM)
    assert by_folder == by_stream
    assert by_folder.result == run(check(), BROKEN)
    assert by_folder.histories == {SCENARIO: broken_start()}
    assert list(by_folder.timelines) == [BROKEN.id]
    assert ">    0.750  web-1" in by_folder.timelines[BROKEN.id]


@pytest.mark.parametrize(("name", "why"), [("none", "there is no such file"), ("", "there is no stream.jsonl in it")])
def test_what_is_no_report_is_a_usage_error(tmp_path: Path, name: str, why: str) -> None:
    """The error says what is missing."""
    with pytest.raises(UsageError) as caught:
        StoredRun.read(tmp_path / name)
    assert caught.value.why.startswith(why)


def test_a_killed_run_is_read_without_what_it_did_not_write(tmp_path: Path) -> None:
    """Checks whose history is missing are rendered without; asking for one says why."""
    store(tmp_path, run(BROKEN, expected=9), {}, ended=False)
    stored = StoredRun.read(tmp_path)
    assert (stored.result.complete, dict(stored.histories), dict(stored.timelines)) == (False, {}, {})
    with pytest.raises(StsconfError, match="it was not played"):
        stored.history(SCENARIO)


def test_a_damaged_history_is_told_and_left_out(tmp_path: Path) -> None:
    """One file that cannot be read takes nothing from the others."""
    other = check(2, app="nginx", scenario="TestOrderedStartup[nginx]")
    store(tmp_path, run(check(), other), {NAME: history()})
    history_file(tmp_path, "TestOrderedStartup-nginx").write_bytes(b"no archive")
    stored = StoredRun.read(tmp_path)
    assert stored.damaged == []  # not looked at yet
    assert list(stored.histories) == [SCENARIO]
    assert [why.endswith("Not a gzipped file (b'no')") for why in stored.damaged] == [True]


def test_a_stream_names_no_file_outside_of_its_report(tmp_path: Path) -> None:
    """A scenario called like a path has no history."""
    save_history(tmp_path / "outside-x.jsonl.gz", history())
    odd = check(scenario="../../outside[x]", app="x")
    store(tmp_path / "report", run(odd), {NAME: history()})
    stored = StoredRun.read(tmp_path / "report")
    assert history_file(stored.folder, "../../outside-x").exists()
    assert (stored.has(SCENARIO), stored.has(odd.scenario)) == (True, False)


def test_histories_are_not_kept(tmp_path: Path) -> None:
    """All of them together may be too large: the last one is kept for what is asked next, no other."""
    other = check(2, app="nginx", scenario="TestOrderedStartup[nginx]")
    store(tmp_path, run(check(), other), {NAME: broken_start(), "TestOrderedStartup-nginx": history()})
    read = StoredRun.read(tmp_path).histories
    first = read[SCENARIO]
    assert read[SCENARIO] is first
    assert (read["TestOrderedStartup[nginx]"], len(read)) == (history(), 2)
    assert read[SCENARIO] is not first
