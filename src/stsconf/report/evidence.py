"""A folder of evidence for one check: all that is needed to understand it once the cluster is gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from stsconf.model import objects as question
from stsconf.model.finding import Finding
from stsconf.model.history import ACT, API, DELETED, DNS, GAP, HTTP, History
from stsconf.model.objects import Object
from stsconf.model.result import CheckResult
from stsconf.report.files import write_atomically
from stsconf.report.histories import save_history
from stsconf.report.redact import Redactor, redacted
from stsconf.report.timeline import timeline

_OURS = frozenset({ACT, GAP, HTTP, DNS, API})
_KUBERNETES_EVENT = "Event"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")

NO_LOGS: Mapping[tuple[str, str], str] = {}


def write_evidence(
    folder: Path,
    history: History,
    result: CheckResult,
    *,
    objects: Iterable[Object] = (),
    events: Iterable[Object] = (),
    logs: Mapping[tuple[str, str], str] = NO_LOGS,
) -> None:
    """Write the evidence of one check into `folder`, redacted.

    `objects` and `events` (of Kubernetes) were read at the end and add to those of the history; `logs` are
    texts by pod and container. Files: `history.jsonl.gz` to judge again, `finding.txt` to begin with,
    `objects.yaml` with the last version of each object, `events.txt`, `logs/<pod>-<container>.log`.
    """
    save_history(folder / "history.jsonl.gz", history)
    last = _last_versions(redacted(history), [*objects, *events])
    documents = [_document(*item) for item in last.items() if item[0][0] != _KUBERNETES_EVENT]
    happened = sorted((event for key, (event, _) in last.items() if key[0] == _KUBERNETES_EVENT), key=_moment)
    write_atomically(folder / "objects.yaml", "".join(documents))
    write_atomically(folder / "events.txt", "".join(f"{_told(event)}\n" for event in happened))
    write_atomically(folder / "finding.txt", finding_text(history, result))
    for (pod, container), text in logs.items():
        name = _UNSAFE.sub("_", f"{pod}-{container}")
        write_atomically(folder / "logs" / f"{name}.log", text.encode(errors="replace"))


def finding_text(history: History, result: CheckResult) -> str:
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
            timeline(history, result.findings) or "nothing was recorded",
            "",
        ]
    )


_Key = tuple[str, str, str]
"""Kind, name and UID."""


def _last_versions(history: History, extra: Iterable[Object]) -> dict[_Key, tuple[Object, bool]]:
    """Return the last version of each object, and whether it is gone."""
    last: dict[_Key, tuple[Object, bool]] = {}
    for event in history.events:
        if event.kind not in _OURS:
            last[event.kind, event.name, event.uid] = (event.object, event.type == DELETED)
    redactor = Redactor()
    for obj in extra:
        kind = str(obj.get("kind", _KUBERNETES_EVENT if "involvedObject" in obj else ""))
        last[kind, question.name(obj), question.uid(obj)] = (redactor.clean(kind, obj), False)
    return last


def _document(key: _Key, version: tuple[Object, bool]) -> str:
    obj, gone = version
    text = yaml.safe_dump(dict(obj), sort_keys=False, allow_unicode=True)
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
