"""What one event means to a person."""

from typing import Any

import pytest

from stsconf.model.history import Event
from stsconf.report.changes import changes, dns, http, ready_endpoints
from tests.report.samples import endpoints, pod


def told(kind: str, event_type: str, before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return what an event of this kind tells."""
    return changes(Event(0, 0.0, kind, event_type, now), before)


def waiting(reason: str, restarts: int = 0) -> dict[str, Any]:
    """Make a pod whose container waits."""
    status = {"containerStatuses": [{"restartCount": restarts, "state": {"waiting": {"reason": reason}}}]}
    return {"metadata": {"name": "web-0", "uid": "u"}, "status": status}


def owned(uid: str | None) -> dict[str, Any]:
    """Make a pod with this controller."""
    owners = [{"controller": True, "uid": uid, "name": "web"}] if uid else []
    return {"metadata": {"name": "web-0", "uid": "u", "ownerReferences": owners}}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (pod("a", "u", 1), pod("a", "u", 2), []),
        (pod("a", "u", 1), pod("a", "u", 2, "Running"), ["running"]),
        (pod("a", "u", 1), pod("a", "u", 2, "Running", ready=True), ["running", "Ready"]),
        (pod("a", "u", 1, "Running", ready=True), pod("a", "u", 2, "Running", ready=False), ["not Ready"]),
        (pod("a", "u", 1, "Running"), pod("a", "u", 2, "Failed"), ["failed"]),
        (pod("a", "u", 1), pod("a", "u", 2, deletionTimestamp="x"), ["deletion asked for (rv 2)"]),
        (pod("a", "u", 1, deletionTimestamp="x"), pod("a", "u", 2, deletionTimestamp="x"), []),
        (waiting("ContainerCreating"), waiting("ImagePullBackOff"), ["ImagePullBackOff"]),
        (waiting("CrashLoopBackOff", 1), waiting("CrashLoopBackOff", 2), ["restarted (2)"]),
        (owned("s"), owned(None), ["released by web"]),
        (owned(None), owned("s"), ["adopted by web"]),
        (owned("s"), owned("s"), []),
    ],
)
def test_a_pods_changes(before: dict[str, Any], now: dict[str, Any], expected: list[str]) -> None:
    """A pod's new version tells what is new about it."""
    assert told("Pod", "MODIFIED", before, now) == expected


@pytest.mark.parametrize(
    ("kind", "before", "now", "expected"),
    [
        ("PersistentVolumeClaim", {}, {"status": {"phase": "Pending"}}, ["created"]),
        ("PersistentVolumeClaim", {}, {"status": {"phase": "Bound"}}, ["created", "bound"]),
        ("StatefulSet", {}, {"spec": {"replicas": 3}}, ["created", "replicas 3"]),
        ("Pod", {}, owned("s"), ["created"]),
        ("Service", {}, {"metadata": {"name": "web"}}, []),
    ],
)
def test_what_is_new(kind: str, before: dict[str, Any], now: dict[str, Any], expected: list[str]) -> None:
    """The first version of an object tells that it was created and its state; other kinds tell nothing."""
    assert told(kind, "ADDED", before, now) == expected


def test_a_set_tells_scale_and_revision() -> None:
    """Replicas and update revision are told with what they were."""
    before = {"spec": {"replicas": 3}, "status": {"updateRevision": "web-1a"}}
    now = {"spec": {"replicas": 1}, "status": {"updateRevision": "web-2b"}}
    assert told("StatefulSet", "MODIFIED", before, now) == ["replicas 3 → 1", "revision web-1a → web-2b"]


def test_an_object_seen_again_after_a_gap_is_not_created() -> None:
    """A second list reports known objects as added: that creates nothing."""
    assert told("Pod", "ADDED", pod("a", "u", 1), pod("a", "u", 2, "Running")) == ["running"]


@pytest.mark.parametrize("kind", ["Pod", "PersistentVolumeClaim", "StatefulSet"])
def test_what_is_deleted_is_gone(kind: str) -> None:
    """The last event of an object says so and nothing else."""
    assert told(kind, "DELETED", pod("a", "u", 1), pod("a", "u", 2, "Failed")) == ["gone"]


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (
            {"pod": "web-0", "url": "/", "sent": "abc", "status": 200, "body": "stored\n"},
            'GET web-0 / "abc" → 200 stored',
        ),
        ({"pod": "", "url": "http://web/", "sent": None, "status": 200, "body": ""}, "GET http://web/ → 200"),
        ({"pod": "web-0", "url": "/", "status": 503, "body": "no", "error": "refused"}, "GET web-0 / → refused"),
        ({"url": "/", "status": None, "body": None, "error": ""}, "GET / → no answer"),
    ],
)
def test_an_answer_over_http_is_one_line(obj: dict[str, Any], expected: str) -> None:
    """Who was asked what, with which status and body, or why there was none."""
    assert http(Event(0, 0.0, "Http", "GET", obj)) == expected


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (
            {"name": "web.ns", "rcode": "NOERROR", "answers": [{"data": "10.0.0.2"}, {"data": "10.0.0.1"}]},
            "10.0.0.1, 10.0.0.2",
        ),
        ({"name": "web.ns", "rcode": "NXDOMAIN", "answers": []}, "NXDOMAIN"),
        ({"name": "web.ns", "rcode": None, "answers": [], "error": "timed out"}, "timed out"),
        ({"name": "web.ns"}, "no answer"),
    ],
)
def test_an_answer_of_dns_is_one_line(obj: dict[str, Any], expected: str) -> None:
    """The records' data in a stable order, else the response code, else the error."""
    assert dns(Event(0, 0.0, "Dns", "A", obj)) == f"A web.ns → {expected}"


def test_ready_endpoints_are_told_by_pod_or_address() -> None:
    """An endpoint whose condition is unknown counts as ready, as the API says; one without a pod has its address."""
    bare = {"endpoints": [{"addresses": ["10.0.0.1"]}, {"addresses": ["10.0.0.2"], "conditions": {"ready": False}}]}
    assert ready_endpoints(bare) == {"10.0.0.1"}
    assert ready_endpoints(endpoints("web", "web-0", unready="web-1")) == {"web-0"}
    assert ready_endpoints({"endpoints": None}) == set()
