"""What one event of a history means to a person, in a few words: `created`, `Ready`, `gone`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stsconf.model import objects
from stsconf.model.history import ADDED, DELETED, Event
from stsconf.model.objects import Object


def changes(event: Event, before: Object) -> list[str]:
    """Return what an object's event changed, in a few words each; none when it is of no interest.

    `before` is the former version of the same object, empty if this one is new.
    """
    told = _KINDS.get(event.kind)
    if told is None:
        return []
    if event.type == DELETED:
        return ["gone"]
    now = event.object
    asked = objects.is_terminating(now) and not objects.is_terminating(before)
    return [
        *(["created"] if event.type == ADDED and not before else []),
        *told(before, now),
        *([f"deletion asked for (rv {event.resource_version})"] if asked else []),
    ]


def http(event: Event) -> str:
    """Tell a question over HTTP and its answer in one line."""
    asked = event.object
    sent = f' "{asked["sent"]}"' if asked.get("sent") else ""
    place = " ".join(filter(None, [str(asked.get("pod") or ""), str(asked.get("url") or "")]))
    answer = " ".join(str(asked[part]).strip() for part in ("status", "body") if asked.get(part))
    return f"{event.type} {place}{sent} → {asked.get('error') or answer or 'no answer'}"


def dns(event: Event) -> str:
    """Tell a question to DNS and its answer in one line: the records' data, else the response code."""
    asked = event.object
    data = sorted({str(record["data"]) for record in asked.get("answers") or []})
    answer = ", ".join(data) or asked.get("rcode") or "no answer"
    return f"{event.type} {asked.get('name', '')} → {asked.get('error') or answer}"


def api(event: Event) -> str:
    """Tell a request to the API server and its answer in one line."""
    asked = event.object
    answer = " ".join(str(asked[part]) for part in ("status", "reason", "message") if asked.get(part))
    return f"{asked.get('request', '')} → {answer}"


def _pod(before: Object, now: Object) -> list[str]:
    told = []
    if (phase := objects.phase(now)) != objects.phase(before) and phase not in {"", "Pending"}:
        told.append(phase.lower())
    if objects.is_ready(now) != objects.is_ready(before):
        told.append("Ready" if objects.is_ready(now) else "not Ready")
    if (restarts := _restarts(now)) > _restarts(before):
        told.append(f"restarted ({restarts})")
    told += sorted(_troubles(now) - _troubles(before))
    return told + _ownership(before, now)


def _ownership(before: Object, now: Object) -> list[str]:
    former, latter = objects.controller(before), objects.controller(now)
    if not before or former.get("uid") == latter.get("uid"):
        return []
    return [f"adopted by {latter.get('name')}" if latter else f"released by {former.get('name')}"]


def _containers(pod: Object) -> list[Mapping[str, Any]]:
    return list(objects.status(pod).get("containerStatuses") or [])


def _restarts(pod: Object) -> int:
    return sum(int(container.get("restartCount") or 0) for container in _containers(pod))


def _troubles(pod: Object) -> set[str]:
    waiting = ((container.get("state") or {}).get("waiting") or {} for container in _containers(pod))
    reasons = {str(state.get("reason", "")) for state in waiting}
    return reasons - {"", "ContainerCreating", "PodInitializing"}


def _claim(before: Object, now: Object) -> list[str]:
    phase = objects.phase(now)
    return [phase.lower()] if phase != objects.phase(before) and phase not in {"", "Pending"} else []


def _set(before: Object, now: Object) -> list[str]:
    told = []
    former, latter = (objects.spec(version).get("replicas") for version in (before, now))
    if former != latter:
        told.append(f"replicas {latter}" if former is None else f"replicas {former} → {latter}")
    former, latter = (objects.status(version).get("updateRevision") for version in (before, now))
    if former and latter and former != latter:
        told.append(f"revision {former} → {latter}")
    return told


def _endpoints(before: Object, now: Object) -> list[str]:
    ready = ready_endpoints(now)
    return [", ".join(sorted(ready)) or "none is ready"] if not before or ready != ready_endpoints(before) else []


def ready_endpoints(endpoint_slice: Object) -> set[str]:
    """Return the names of the pods, else the addresses, that an EndpointSlice shows as ready."""
    ready = (
        endpoint
        for endpoint in endpoint_slice.get("endpoints") or []
        if (endpoint.get("conditions") or {}).get("ready") is not False
    )
    return {
        str((endpoint.get("targetRef") or {}).get("name") or ", ".join(endpoint.get("addresses") or []))
        for endpoint in ready
    }


_KINDS: Mapping[str, Callable[[Object, Object], list[str]]] = {
    "Pod": _pod,
    "PersistentVolumeClaim": _claim,
    "StatefulSet": _set,
    "EndpointSlice": _endpoints,
}
