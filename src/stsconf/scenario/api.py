"""Requests to the API server itself, on record with their answers: what it refuses, fills in, or leaves undone."""

from __future__ import annotations

import copy
import json
from typing import Any

from stsconf.kube.client import MERGE
from stsconf.kube.kinds import KINDS
from stsconf.model.history import API
from stsconf.scenario.stage import Stage

Json = dict[str, Any]


def ask(
    stage: Stage,
    mark: str,
    method: str,
    kind: str,
    name: str = "",
    *,
    body: Any = None,
    subresource: str = "",
    query: str = "",
    **due: Any,
) -> Json:
    """Send one request about an object, or a kind, of the stage's namespace; record it and return the answer.

    Whatever the answer is: nothing is repeated and a refusal raises nothing. `due` is what the judges of the record
    have to know: `status`, the answer that is right, and `field`, which a refusal has to name.
    """
    path = KINDS[kind].path(stage.namespace, name, subresource)
    content_type = MERGE if method == "PATCH" else "application/json"
    response = stage.kube.send(
        method,
        f"{path}?{query}" if query else path,
        body=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": content_type, "Accept": "application/json"},
    )
    answer = _json(response.text)
    asked = "/".join(filter(None, (KINDS[kind].plural, name, subresource)))
    request: Json = {
        "request": f"{method} {asked}{'?' * bool(query)}{query}",
        "name": name or str(((body or {}).get("metadata") or {}).get("name", "")),
        "sent": body,
        "status": response.status_code,
        "due": due,
    }
    told = {"answer": answer} if response.ok else _refusal(answer, response.text)
    stage.recorder.note(API, mark, _SILENT | request | told)
    return copy.deepcopy(answer) if response.ok else {}


_SILENT: Json = {"answer": {}, "reason": "", "message": "", "fields": [], "causes": []}


def _refusal(answer: Json, text: str) -> Json:
    """Return what a refusal says: why, and which fields are wrong."""
    causes = (answer.get("details") or {}).get("causes") or []
    return {
        "reason": answer.get("reason", ""),
        "message": answer.get("message", text[:300]),
        "fields": [str(cause.get("field", "")) for cause in causes],
        "causes": [str(cause.get("reason", "")) for cause in causes],
    }


def _json(text: str) -> Json:
    """Return an answer as JSON; what is none, from a proxy in between, says nothing."""
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
