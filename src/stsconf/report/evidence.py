"""A folder of evidence for one check: all that is needed to understand it once the cluster is gone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from stsconf.model import objects as question
from stsconf.model.finding import Finding
from stsconf.model.history import ACT, API, DELETED, DNS, GAP, HTTP, History
from stsconf.model.objects import Object
from stsconf.model.result import CheckResult
from stsconf.report.files import write_atomically
from stsconf.report.histories import load_history

_OURS = frozenset({ACT, GAP, HTTP, DNS, API})
_KUBERNETES_EVENT = "Event"
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""Writes the same with libyaml as without it, and five times faster."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")

NO_LOGS: Mapping[tuple[str, str], str] = {}


def write_evidence(folder: Path, saved: Path, told: str, logs: Mapping[tuple[str, str], str] = NO_LOGS) -> None:
    """Write into `folder` what is known of a scenario of which a check did not pass.

    `saved` is its history as `save_history` wrote it, `told` the text to begin with, `logs` are texts by pod and
    container. Files: `history.jsonl.gz` to judge again, `finding.txt`, `objects.yaml` with the last version of
    each object, `events.txt`, `logs/<pod>-<container>.log`.
    """
    write_atomically(folder / "history.jsonl.gz", saved.read_bytes())
    last = _last_versions(load_history(saved))
    documents = [_document(*item) for item in last.items() if item[0][0] != _KUBERNETES_EVENT]
    happened = sorted((event for key, (event, _) in last.items() if key[0] == _KUBERNETES_EVENT), key=_moment)
    write_atomically(folder / "objects.yaml", "".join(documents))
    write_atomically(folder / "events.txt", "".join(f"{_told(event)}\n" for event in happened))
    write_atomically(folder / "finding.txt", told)
    for (pod, container), text in logs.items():
        name = _UNSAFE.sub("_", f"{pod}-{container}")
        write_atomically(folder / "logs" / f"{name}.log", text.encode(errors="replace"))


def finding_text(result: CheckResult, timeline: str) -> str:
    """Return what a check found and when, as the text of `finding.txt`."""
    return "\n".join(
        [
            f"verdict     {result.verdict}",
            f"guarantees  {' '.join(result.guarantees)} ({result.level})",
            f"promise     {result.title}",
            f"check       {result.id}",
            *([f"reason      {result.reason}"] if result.reason else []),
            *(f"finding     {finding}{_witnesses(finding)}" for finding in result.findings),
            "",
            timeline or "nothing was recorded",
            "",
        ]
    )


_Key = tuple[str, str, str]
"""Kind, name and UID."""


def _last_versions(history: History) -> dict[_Key, tuple[Object, bool]]:
    """Return the last version of each object, and whether it is gone."""
    last: dict[_Key, tuple[Object, bool]] = {}
    for event in history.events:
        if event.kind not in _OURS:
            last[event.kind, event.name, event.uid] = (event.object, event.type == DELETED)
    return last


def _document(key: _Key, version: tuple[Object, bool]) -> str:
    obj, gone = version
    text = yaml.dump(dict(obj), Dumper=_DUMPER, sort_keys=False, allow_unicode=True)
    return f"--- # {key[0]} {key[1]}{', gone' if gone else ''}\n{text}"


def _witnesses(finding: Finding) -> str:
    shown = zip(finding.objects, finding.resource_versions, strict=False)
    named = ", ".join(f"{name} (rv {version})" if version else name for name, version in shown if name)
    return f" [{named}]" if named else ""


def _time(event: Object) -> str:
    """Return when an Event of Kubernetes was last seen, in whichever field its reporter put that."""
    candidates = (
        (event.get("series") or {}).get("lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        question.metadata(event).get("creationTimestamp"),
    )
    return next((str(candidate) for candidate in candidates if candidate), "-")


def _moment(event: Object) -> tuple[str, int]:
    """Return the sorting key of an Event: its second, and its version within that second."""
    version = question.resource_version(event)
    return _time(event).partition(".")[0].rstrip("Z"), int(version) if version.isdecimal() else 0


def _told(event: Object) -> str:
    about = event.get("involvedObject") or event.get("regarding") or {}
    count = (event.get("series") or {}).get("count") or event.get("count") or 1
    words = [
        _time(event),
        str(event.get("type", "")),
        str(event.get("reason", "")),
        f"{about.get('kind', '')}/{about.get('name', '')}",
        *([f"(x{count})"] if count > 1 else []),
        " ".join(str(event.get("message") or event.get("note") or "").split()),
    ]
    return "  ".join(words)
