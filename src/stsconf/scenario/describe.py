"""What was last seen of an object, in one line, for the message of an act that ran out of time."""

from __future__ import annotations

from stsconf.model import objects
from stsconf.model.objects import Object
from stsconf.record import View


def describe(view: View, kind: str, name: str) -> str:
    """Say in what state an object is, and the last Event about it."""
    obj = view.get(kind, name)
    state = f"{name} does not exist" if obj is None else _DESCRIBERS.get(kind, _plain)(obj)
    return state + _last_event(view, kind, name)


def _plain(obj: Object) -> str:
    return f"{objects.name(obj)} at version {objects.resource_version(obj)}"


def _pod(pod: Object) -> str:
    ready = "Ready" if objects.is_ready(pod) else "not Ready"
    leaving = ", being deleted" if objects.is_terminating(pod) else ""
    waiting = [
        f"{entry['name']} {reason}"
        for entry in objects.status(pod).get("containerStatuses") or []
        if (reason := (entry.get("state", {}).get("waiting") or {}).get("reason"))
    ]
    detail = f" ({', '.join(waiting)})" if waiting else ""
    scheduled = objects.condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        detail += f" ({scheduled.get('reason')}: {scheduled.get('message')})"
    return f"{objects.name(pod)} is {objects.phase(pod) or 'without phase'}, {ready}{leaving}{detail}"


def _set(obj: Object) -> str:
    status = objects.status(obj)
    counters = ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "observedGeneration")
    shown = ", ".join(f"{key} {status.get(key, 0)}" for key in counters)
    generation = objects.metadata(obj).get("generation")
    return f"{objects.name(obj)} wants {objects.spec(obj).get('replicas')}, generation {generation}, status {shown}"


def _claim(obj: Object) -> str:
    leaving = ", being deleted" if objects.is_terminating(obj) else ""
    return f"claim {objects.name(obj)} is {objects.phase(obj)}{leaving}"


_DESCRIBERS = {"Pod": _pod, "StatefulSet": _set, "PersistentVolumeClaim": _claim}


def _last_event(view: View, kind: str, name: str) -> str:
    """Return the last Event about an object; about its StatefulSet where a pod never came to be."""
    wanted = {(kind, name), ("StatefulSet", objects.set_name(name))}
    about = [
        event
        for event in view.all("Event").values()
        if (event.get("involvedObject", {}).get("kind"), event.get("involvedObject", {}).get("name")) in wanted
    ]
    if not about:
        return ""
    last = max(about, key=lambda event: int(objects.resource_version(event) or 0))
    return f"; last Event: {last.get('reason')}: {' '.join(str(last.get('message', '')).split())[:300]}"
