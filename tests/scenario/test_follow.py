"""Waiting for objects by list and watch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stsconf.kube.client import Kube
from stsconf.kube.errors import ApiError
from stsconf.scenario.follow import follow
from stsconf.wait import Clock
from tests.fake_api import FakeApi, Json, listing, serve

NODES = "/api/v1/nodes"


def node(name: str, version: str = "1") -> Json:
    """Return an object."""
    return {"metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": version}}


def expired(code: int) -> Json:
    """Return the status that a watch sends when it gives up."""
    return {"kind": "Status", "code": code, "reason": "Gone", "message": "too old"}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """Return a fake API server."""
    with serve() as api:
        yield api


def followed(api: FakeApi, tmp_path: Path, seconds: float) -> Iterator[list[str]]:
    """Follow the nodes, by name and version."""
    kube = Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig"))
    for nodes in follow(kube, "Node", seconds, Clock(), labelSelector="a=b"):
        yield [f"{found['metadata']['name']}@{found['metadata']['resourceVersion']}" for found in nodes]


def test_state_after_each_change(api: FakeApi, tmp_path: Path) -> None:
    """First the list, then the objects after every event."""
    api.answers[f"GET {NODES}"] = listing(node("a"))
    api.emit("ADDED", node("b"))
    api.emit("MODIFIED", node("a", "2"))
    api.emit("DELETED", node("b"))
    states = followed(api, tmp_path, 5)
    assert [next(states) for _ in range(4)] == [["a@1"], ["a@1", "b@1"], ["a@2", "b@1"], ["a@2"]]


def test_selectors_go_along(api: FakeApi, tmp_path: Path) -> None:
    """List and watch are asked for the same objects, the watch from where the list was."""
    api.emit("ADDED", node("a"))
    states = followed(api, tmp_path, 5)
    assert [next(states), next(states)] == [[], ["a@1"]]
    assert [request.query["labelSelector"] for request in api.requests] == ["a=b", "a=b"]
    assert api.requests[1].query["resourceVersion"] == "1"


def test_ends_in_time(api: FakeApi, tmp_path: Path) -> None:
    """When nothing happens the server ends the watch, and the iteration is over."""
    assert list(followed(api, tmp_path, 0.01)) == [[]]


def test_expired_watch_is_begun_anew(api: FakeApi, tmp_path: Path) -> None:
    """After a 410 the objects are listed again."""
    api.emit("ERROR", expired(410))
    states = followed(api, tmp_path, 5)
    assert [next(states), next(states)] == [[], []]
    assert [("watch" in request.query) for request in api.requests] == [False, True, False]


def test_other_errors_are_raised(api: FakeApi, tmp_path: Path) -> None:
    """Whatever a new list does not cure ends the waiting."""
    api.emit("ERROR", expired(403))
    with pytest.raises(ApiError, match="too old"):
        list(followed(api, tmp_path, 5))
