"""Recorders of pods on a fake API server, and short texts of what they recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from stsconf.kube.client import Kube
from stsconf.model.history import Subject
from stsconf.record import Recorder, View
from stsconf.wait import Clock, Deadlines
from tests.fake_api import Json

PODS = "/api/v1/namespaces/shop/pods"
SUBJECT = Subject("shop", "web", "nginx", "nginx")
Record = Callable[..., Recorder]


def pod(name: str, version: str, uid: str = "") -> Json:
    """Return one version of a pod."""
    return {"metadata": {"name": name, "uid": uid or f"uid-{name}", "resourceVersion": version}}


def event(kind: str, obj: Json) -> Json:
    """Return a line of a watch."""
    return {"type": kind, "object": obj}


def added(name: str, version: str) -> Json:
    """Return the line of a watch that tells a new pod."""
    return event("ADDED", pod(name, version))


@contextmanager
def recorders(kube: Kube) -> Iterator[Record]:
    """Lend a function that opens recorders, and close them afterwards."""
    opened = []

    def record(clock: Clock | None = None, deadlines: Deadlines | None = None) -> Recorder:
        opened.append(Recorder(kube, "shop", deadlines or Deadlines(lost=20), clock or Clock(), ("Pod",)))
        return opened[-1]

    try:
        yield record
    finally:
        for recorder in opened:
            recorder.close()


def until(recorder: Recorder, happened: Callable[[View], object], deadline: float = 1e9) -> object:
    """Wait for something to be on record."""
    return recorder.until(
        happened, awaited="Ready", object="Pod web-0", deadline=deadline, last_seen=lambda view: f"{view.all('Pod')}"
    )


def at(name: str, version: str) -> Callable[[View], bool]:
    """Return the question whether a pod is there in this version."""
    return lambda view: (view.get("Pod", name) or pod("", ""))["metadata"]["resourceVersion"] == version


def told(recorder: Recorder) -> list[str]:
    """Return what is on record, one short text per event."""
    events = recorder.history(SUBJECT).events
    return [f"{e.kind} {e.type} {e.name}@{e.resource_version}" if e.name else f"{e.kind} {e.type}" for e in events]
