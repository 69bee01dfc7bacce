"""A history as lanes."""

from typing import Any

import pytest

from stsconf.report.lanes import CLAIMS, ENDPOINTS, PODS, SETS, Bar, Lane, bars, object_lanes, ordinals
from tests.report.samples import PRIME, broken_start, endpoints, history, pod


def told(lane: Lane) -> list[tuple[float, float, str, str]]:
    """Return the bars of a lane without what is beside the point."""
    return [(bar.start, bar.end, bar.look, bar.label) for bar in lane.bars]


def test_a_pods_phases_and_readiness_are_bars() -> None:
    """Each pod is a lane: phase, deletion and Ready from when to when; the second of a name has a prime."""
    first, second = object_lanes(broken_start(), 3.0)
    assert (first.group, first.name, second.name) == (PODS, "web-0", "web-1")
    assert told(first) == [(0.25, 0.5, "pending", "Pending"), (0.5, 3.0, "running", "Running")]
    assert [(bar.start, bar.end, bar.look) for bar in first.ready] == [(1.0, 3.0, "ready")]
    assert told(second) == [
        (0.75, 1.25, "pending", "Pending"),
        (1.25, 2.0, "running", "Running"),
        (2.0, 2.25, "leaving", "terminating"),
        (2.5, 3.0, "pending", f"Pending{PRIME}"),
    ]
    assert [(bar.start, bar.end) for bar in second.ready] == [(1.25, 2.0)]


def test_two_pods_of_one_name_at_once_have_rows() -> None:
    """What must never be is seen at once: one bar below the other."""
    record = history(
        ("Pod", "ADDED", pod("web-0", "u0", 1, "Running")),
        ("Pod", "ADDED", pod("web-0", "u1", 2, "Running")),
        ("Pod", "DELETED", pod("web-0", "u0", 3, "Running")),
        ("Pod", "ADDED", pod("web-0", "u2", 4, "Running")),
    )
    (lane,) = object_lanes(record, 2.0)
    assert [(bar.label, bar.row) for bar in lane.bars] == [
        ("Running", 0),
        (f"Running{PRIME}", 1),
        ("Running\N{DOUBLE PRIME}", 0),
    ]
    assert lane.rows == 2


def test_the_sets_own_pods_come_first() -> None:
    """By ordinal and not by letters; strangers below them."""
    names = ["a", "web-10", "web-2", "other-0"]
    record = history(*(("Pod", "ADDED", pod(name, name, 1)) for name in names))
    assert [lane.name for lane in object_lanes(record, 1.0)] == ["web-2", "web-10", "a", "other-0"]


def a_set(replicas: int, revision: str = "", **more: Any) -> dict[str, Any]:
    """Make a version of a StatefulSet."""
    metadata = {"name": "web", "uid": "s"} | more
    return {"metadata": metadata, "spec": {"replicas": replicas}, "status": {"updateRevision": revision}}


def test_a_sets_lane_tells_replicas_and_updates() -> None:
    """The first revision is no update; the next one is."""
    record = history(
        ("StatefulSet", "ADDED", a_set(3)),
        ("StatefulSet", "MODIFIED", a_set(3, "web-1")),
        ("StatefulSet", "MODIFIED", a_set(1, "web-1")),
        ("StatefulSet", "MODIFIED", a_set(1, "web-2")),
        ("StatefulSet", "MODIFIED", a_set(1, "web-2", deletionTimestamp="now")),
        ("StatefulSet", "DELETED", a_set(1, "web-2")),
    )
    (lane,) = object_lanes(record, 9.0)
    assert lane.group == SETS
    assert [label for *_, label in told(lane)] == [
        "3 replicas",
        "1 replica",
        "1 replica, update to web-2",
        "terminating",
    ]
    assert lane.bars[-1].end == 1.25


def test_claims_have_lanes() -> None:
    """Pending, bound, and gone."""
    claim = {"metadata": {"name": "data-web-0", "uid": "c"}}
    record = history(
        ("PersistentVolumeClaim", "ADDED", claim),
        ("PersistentVolumeClaim", "MODIFIED", claim | {"status": {"phase": "Bound"}}),
        ("PersistentVolumeClaim", "DELETED", claim),
    )
    (lane,) = object_lanes(record, 9.0)
    assert (lane.group, lane.name) == (CLAIMS, "data-web-0")
    assert told(lane) == [(0.0, 0.25, "pending", "Pending"), (0.25, 0.5, "bound", "Bound")]


def test_endpoints_are_a_lane_per_service() -> None:
    """Who is ready from when to when; pods that are not ready are not told, and no slice is no bar."""
    record = history(
        ("EndpointSlice", "ADDED", endpoints("web", unready="web-0")),
        ("EndpointSlice", "MODIFIED", endpoints("web", "web-10", "web-2")),
        ("EndpointSlice", "DELETED", endpoints("web", "web-10")),
        ("Pod", "ADDED", pod("web-0", "u", 1)),
    )
    lane = object_lanes(record, 0.75)[-1]
    assert (lane.group, lane.name) == (ENDPOINTS, "web")
    assert told(lane) == [(0.0, 0.25, "none", "none"), (0.25, 0.5, "some", "web-2 web-10")]
    assert [bar.brief for bar in lane.bars] == ["", "2 10"]


def test_equal_neighbours_are_one_bar() -> None:
    """A version that changes nothing to be seen begins nothing."""
    points = [(0.0, "a", "x"), (1.0, "a", "x"), (2.0, "", ""), (3.0, "b", "y")]
    assert list(bars(points, 4.0)) == [Bar(0.0, 2.0, "a", "x"), Bar(3.0, 4.0, "b", "y")]


@pytest.mark.parametrize(
    ("names", "expected"), [("web-0 web-12", "0 12"), ("web-0", "0"), ("none", ""), ("10.0.0.1", ""), ("", "")]
)
def test_ordinals_stand_for_names(names: str, expected: str) -> None:
    """Where there is no room for names of pods, their ordinals say as much."""
    assert ordinals(names) == expected
