"""Questions to one object."""

import pytest

from stsconf.model import objects


def pod(phase: str = "Running", ready: str = "True", **metadata: object) -> objects.Object:
    """A pod in a phase, with a Ready condition."""
    return {"metadata": metadata, "status": {"phase": phase, "conditions": [{"type": "Ready", "status": ready}]}}


@pytest.mark.parametrize("part", [objects.metadata, objects.spec, objects.status, objects.labels, objects.controller])
@pytest.mark.parametrize("obj", [{}, {"metadata": None, "spec": None, "status": None}])
def test_what_is_missing_is_empty(part: object, obj: objects.Object) -> None:
    """An object without a part, or with null in its place, has nothing in it."""
    assert callable(part)
    assert part(obj) == {}


def test_names_and_versions() -> None:
    """Name, UID, version and labels come from the metadata, and are empty without it."""
    obj = {"metadata": {"name": "web-0", "uid": "u", "resourceVersion": "7", "labels": {"a": "b"}}}
    assert (objects.name(obj), objects.uid(obj), objects.resource_version(obj)) == ("web-0", "u", "7")
    assert objects.labels(obj) == {"a": "b"}
    assert (objects.name({}), objects.uid({}), objects.resource_version({})) == ("", "", "")


@pytest.mark.parametrize(
    ("obj", "fit"),
    [
        (pod(), True),
        (pod(ready="False"), False),
        (pod(phase="Pending"), False),
        (pod(deletionTimestamp="2026-01-01T00:00:00Z"), False),
        ({}, False),
    ],
)
def test_running_and_ready(obj: objects.Object, *, fit: bool) -> None:
    """A successor waits for a pod that runs, is Ready and stays."""
    assert objects.is_running_and_ready(obj) is fit


def test_a_condition_that_was_never_set_is_empty() -> None:
    """Conditions are found by their type."""
    assert objects.condition(pod(), "Ready") == {"type": "Ready", "status": "True"}
    assert objects.condition(pod(), "Other") == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web-0", ("web", 0)),
        ("web-10", ("web", 10)),
        ("a-b-3", ("a-b", 3)),
        ("web-00", ("", -1)),
        ("web-01", ("", -1)),
        ("web", ("", -1)),
        ("-1", ("", -1)),
        ("web-x", ("", -1)),
    ],
)
def test_set_and_ordinal(name: str, expected: tuple[str, int]) -> None:
    """A pod's name holds its set and its ordinal, written without leading zeros."""
    assert (objects.set_name(name), objects.ordinal(name)) == expected


def test_the_controller_is_one_of_the_owners() -> None:
    """An owner that does not control is no controller."""
    owners = [{"name": "a"}, {"name": "b", "controller": True}]
    assert objects.controller({"metadata": {"ownerReferences": owners}})["name"] == "b"
    assert objects.controller({"metadata": {"ownerReferences": owners[:1]}}) == {}
    assert objects.owners({"metadata": {"ownerReferences": owners}}) == owners
    assert objects.owners({}) == []


def test_claims_by_volume() -> None:
    """Volumes that are no claims are left out."""
    volumes = [{"name": "tmp", "emptyDir": {}}, {"name": "www", "persistentVolumeClaim": {"claimName": "www-web-0"}}]
    assert objects.claim_names({"spec": {"volumes": volumes}}) == {"www": "www-web-0"}


def test_revision_and_phase() -> None:
    """The revision is a label, the phase a part of the status."""
    assert objects.revision({"metadata": {"labels": {objects.REVISION_LABEL: "web-a"}}}) == "web-a"
    assert objects.revision({}) == ""
    assert objects.phase(pod("Pending")) == "Pending"


def test_created() -> None:
    """Creation is told in seconds; an object that was never created has none."""
    first, second = ({"metadata": {"creationTimestamp": f"2026-01-01T00:00:0{digit}Z"}} for digit in (1, 3))
    assert objects.created(second) - objects.created(first) == 2
    assert objects.created({}) == 0


def test_times() -> None:
    """A change of a condition, a deletion asked for, and a status written are told in seconds like a creation."""
    start = objects.created({"metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"}})
    changed = {"status": {"conditions": [{"type": "Ready", "lastTransitionTime": "2026-01-01T00:00:02Z"}]}}
    assert objects.since(changed, "Ready") - start == 2
    assert objects.since(changed, "Initialized") == 0
    asked = {"metadata": {"deletionTimestamp": "2026-01-01T00:00:33Z", "deletionGracePeriodSeconds": 30}}
    assert objects.deletion_asked(asked) - start == 3
    times = {"status": "2026-01-01T00:00:04Z", "scale": "2026-01-01T00:00:09Z"}
    owners = [{"subresource": part, "time": time} for part, time in times.items()]
    assert objects.status_written({"metadata": {"managedFields": owners}}) - start == 4
    assert objects.status_written({}) == 0


@pytest.mark.parametrize(("phase", "ended"), [("Failed", True), ("Succeeded", True), ("Running", False), ("", False)])
def test_has_ended(phase: str, ended: bool) -> None:  # noqa: FBT001 -- a table's column
    """A pod ends as one or the other."""
    assert objects.has_ended(pod(phase)) is ended
