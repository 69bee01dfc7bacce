"""A folder of evidence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from stsconf.model.history import History
from stsconf.model.result import CheckResult
from stsconf.model.verdict import Verdict
from stsconf.report.evidence import NO_LOGS, finding_text, write_evidence
from stsconf.report.histories import load_history, save_history
from stsconf.report.timeline import timeline
from tests.report.samples import FINDING, broken_start, check, history, pod

FAILED = check(0, Verdict.FAILED, findings=(FINDING,), reason="stalled")


def write(folder: Path, history: History, result: CheckResult, logs: Mapping[tuple[str, str], str] = NO_LOGS) -> None:
    """Write a check's evidence as a run does: from the history that it saved."""
    saved = folder.parent / "saved.jsonl.gz"
    save_history(saved, history)
    write_evidence(folder, saved, finding_text(result, timeline(history, result.findings)), logs)


def event(name: str, **more: Any) -> dict[str, Any]:
    """Make an Event of Kubernetes."""
    metadata = {"name": name, "uid": name, "resourceVersion": more.pop("version", "1")}
    return {"kind": "Event", "metadata": metadata, "involvedObject": {"kind": "Pod", "name": "web-0"}} | more


def test_the_folder_holds_all_that_one_needs(tmp_path: Path) -> None:
    """History, objects, events, logs and finding, each in its file."""
    write(tmp_path / "e", broken_start(), FAILED, logs={("web-0", "main"): "one\ntwo\n"})
    files = sorted(str(path.relative_to(tmp_path / "e")) for path in (tmp_path / "e").rglob("*") if path.is_file())
    assert files == ["events.txt", "finding.txt", "history.jsonl.gz", "logs/web-0-main.log", "objects.yaml"]
    assert load_history(tmp_path / "e" / "history.jsonl.gz") == broken_start()
    assert (tmp_path / "e" / "logs" / "web-0-main.log").read_text() == "one\ntwo\n"


def test_the_finding_comes_with_its_timeline(tmp_path: Path) -> None:
    """The text to begin with names verdict, promise, check, finding and what happened when."""
    write(tmp_path / "e", broken_start(), FAILED)
    assert (tmp_path / "e" / "finding.txt").read_text(encoding="utf-8") == (
        "verdict     failed\n"
        "guarantees  ORD-2 (MUST)\n"
        "promise     a pod waits for its predecessor\n"
        "check       conformance/test_ordering.py::TestOrderedStartup::test_00000_waits[kubia]\n"
        "reason      stalled\n"
        f"finding     order.create-before-ready: {FINDING.sentence} [web-1 (rv 812)]\n"
        f"\n{timeline(broken_start(), FAILED.findings)}\n"
    )


def test_objects_are_told_in_their_last_version(tmp_path: Path) -> None:
    """Each object once, by UID; what is gone is marked, and what was asked and done is no object."""
    write(tmp_path / "e", broken_start(), FAILED)
    text = (tmp_path / "e" / "objects.yaml").read_text()
    heads = [line for line in text.splitlines() if line.startswith("---")]
    assert heads == [
        "--- # Pod web-0",
        "--- # Pod web-1, gone",
        "--- # Pod web-1",
    ]
    versions = [obj["metadata"].get("resourceVersion") for obj in yaml.safe_load_all(text)]
    assert versions == ["813", "817", "818"]


def test_events_are_told_in_order(tmp_path: Path) -> None:
    """By time and then by version, each once, in its last version."""
    recorded = event(
        "a", lastTimestamp="2026-11-21T02:00:02Z", type="Warning", reason="FailedCreate", message="no\nroom"
    )
    later = recorded | {"count": 3}
    others = [
        event("b", eventTime="2026-11-21T02:00:01.5Z", reason="Second", note="n", version="10"),
        event("c", lastTimestamp="2026-11-21T02:00:01Z", reason="First", version="9"),
        event("d", series={"lastObservedTime": "2026-11-21T02:00:03.1Z", "count": 2}, regarding={}),
        event("e"),
    ]
    told = [
        ("Event", "ADDED", recorded),
        *(("Event", "ADDED", other) for other in others),
        ("Event", "MODIFIED", later),
    ]
    write(tmp_path / "e", history(*told), FAILED)
    assert (tmp_path / "e" / "events.txt").read_text().splitlines() == [
        "-      Pod/web-0  ",
        "2026-11-21T02:00:01Z    First  Pod/web-0  ",
        "2026-11-21T02:00:01.5Z    Second  Pod/web-0  n",
        "2026-11-21T02:00:02Z  Warning  FailedCreate  Pod/web-0  (x3)  no room",
        "2026-11-21T02:00:03.1Z      Pod/web-0  (x2)  ",
    ]


def test_secrets_are_in_no_file(tmp_path: Path) -> None:
    """Values of Secrets and environments are redacted."""
    secret = {"kind": "Secret", "metadata": {"name": "s", "uid": "s"}, "data": {"p": "hunter2"}}
    env = {"spec": {"containers": [{"name": "c", "env": [{"name": "P", "value": "hunter2"}]}]}}
    told = history(("Secret", "ADDED", secret), ("Pod", "ADDED", pod("web-0", "u", 1) | env))
    write(tmp_path / "e", told, FAILED)
    plain = [path.read_text() for path in (tmp_path / "e").glob("*.*") if path.suffix != ".gz"]
    assert len(plain) == 3
    assert not any("hunter2" in text for text in plain)
    assert "hunter2" not in str(load_history(tmp_path / "e" / "history.jsonl.gz"))


def test_nothing_is_evidence_too(tmp_path: Path) -> None:
    """An empty record leaves its files, and the text says that nothing was recorded."""
    write(tmp_path / "e", history(), check(0, Verdict.INCONCLUSIVE, reason="lost"))
    assert ((tmp_path / "e" / "objects.yaml").read_text(), (tmp_path / "e" / "events.txt").read_text()) == ("", "")
    assert (tmp_path / "e" / "finding.txt").read_text().endswith("reason      lost\n\nnothing was recorded\n")


def test_logs_stay_in_their_folder(tmp_path: Path) -> None:
    """No name leads elsewhere, and no byte of an app breaks the writing."""
    write(tmp_path / "e", history(), FAILED, logs={("../../x", "a b"): "\ud800"})
    assert [(path.name, path.read_text()) for path in (tmp_path / "e" / "logs").iterdir()] == [(".._.._x-a_b.log", "?")]
