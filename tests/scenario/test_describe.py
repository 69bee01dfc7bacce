"""The last line of a timeout's message: in what state an object was."""

from __future__ import annotations

from typing import Any

import pytest

from stsconf.scenario.describe import describe
from tests.fake_api import Json
from tests.scenario.stages import pod, stateful_set, view


def event(kind: str, name: str, version: int, reason: str, message: str = "") -> Json:
    """Return an Event of the cluster about an object."""
    about = {"kind": kind, "name": name}
    metadata = {"name": f"event-{version}", "uid": f"event-{version}", "resourceVersion": str(version)}
    return {"metadata": metadata, "involvedObject": about, "reason": reason, "message": message}


def waiting() -> Json:
    """Return a pod one of whose containers does not get its image."""
    obj = pod(0, ready=False)
    obj["status"] |= {"phase": "Pending", "containerStatuses": [{"name": "nginx", "state": {}}]}
    obj["status"]["containerStatuses"] += [{"name": "side", "state": {"waiting": {"reason": "ImagePullBackOff"}}}]
    return obj


def unscheduled() -> Json:
    """Return a pod for which there is no node."""
    metadata = {"name": "web-0", "uid": "u"}
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"}
    return {"metadata": metadata, "status": {"phase": "Pending", "conditions": [condition]}}


@pytest.mark.parametrize(
    ("obj", "line"),
    [
        (pod(0), "web-0 is Running, Ready"),
        (pod(0, ready=False), "web-0 is Running, not Ready"),
        (pod(0, deleting=True), "web-0 is Running, Ready, being deleted"),
        (waiting(), "web-0 is Pending, not Ready (side ImagePullBackOff)"),
        (unscheduled(), "web-0 is Pending, not Ready (Unschedulable: 0/1 nodes)"),
        ({"metadata": {"name": "web-0", "uid": "u"}}, "web-0 is without phase, not Ready"),
    ],
    ids=["ready", "not-ready", "deleting", "waiting", "unscheduled", "new"],
)
def test_pod(obj: Json, line: str) -> None:
    """Phase, readiness, deletion, and what its containers wait for."""
    assert describe(view(Pod=[obj]), "Pod", "web-0") == line


def test_stateful_set() -> None:
    """What is wanted beside what the status counts, and whether the status is of the current generation."""
    obj = stateful_set(generation=3, observedGeneration=2, replicas=2, readyReplicas=1, updatedReplicas=2)
    assert describe(view(StatefulSet=[obj]), "StatefulSet", "web") == (
        "web wants 2, generation 3, status replicas 2, readyReplicas 1, currentReplicas 0, updatedReplicas 2, "
        "observedGeneration 2"
    )


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "claim www-web-0 is Pending"),
        ({"deletionTimestamp": "2026-03-01T12:00:00Z"}, "claim www-web-0 is Pending, being deleted"),
    ],
)
def test_claim(more: dict[str, Any], line: str) -> None:
    """Phase and deletion."""
    claim = {"metadata": {"name": "www-web-0", "uid": "u", **more}, "status": {"phase": "Pending"}}
    assert describe(view(PersistentVolumeClaim=[claim]), "PersistentVolumeClaim", "www-web-0") == line


def test_other_kinds() -> None:
    """Of a kind without a line of its own, at least the version."""
    service = {"metadata": {"name": "nginx", "uid": "u", "resourceVersion": "7"}}
    assert describe(view(Service=[service]), "Service", "nginx") == "nginx at version 7"


@pytest.mark.parametrize("kind", ["Pod", "StatefulSet", "PersistentVolumeClaim", "Service"])
def test_nothing_there(kind: str) -> None:
    """What does not exist is told as that."""
    assert describe(view(), kind, "web-0") == "web-0 does not exist"


def test_last_event() -> None:
    """The latest Event about the object, by its version as a number; those of others do not count."""
    events = [
        event("Pod", "web-0", 9, "Scheduled"),
        event("Pod", "web-0", 10, "Failed", "no\nimage"),
        event("Pod", "web-1", 11, "Killing"),
        event("Node", "web-0", 12, "Rebooted"),
    ]
    assert describe(view(Pod=[pod(0)], Event=events), "Pod", "web-0") == (
        "web-0 is Running, Ready; last Event: Failed: no image"
    )


def test_last_event_of_the_set() -> None:
    """Why a pod never came to be, its StatefulSet's Events tell; a long story is cut."""
    events = [event("StatefulSet", "web", 9, "FailedCreate", "x" * 500)]
    assert describe(view(Event=events), "Pod", "web-0") == (
        f"web-0 does not exist; last Event: FailedCreate: {'x' * 300}"
    )
