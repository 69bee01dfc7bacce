"""Waiting for a cluster, against a fake API server."""

import threading
from pathlib import Path
from typing import Any

import pytest

from stsconf.cluster.embedded.readiness import await_api, await_object, is_ready, takes_pods
from stsconf.errors import StsconfError
from stsconf.kube import client
from stsconf.kube.client import Kube
from tests.fake_api import FakeApi, listing

Json = dict[str, Any]


def _node(status: str, **spec: Any) -> Json:
    conditions = [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": status}]
    return {"metadata": {"name": "node"}, "spec": spec, "status": {"conditions": conditions}}


@pytest.fixture
def kube(api: FakeApi, tmp_path: Path) -> Kube:
    """Return the fake API server's API."""
    return Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig"))


class TestApi:
    """Tests for `await_api`."""

    def test_it_asks_until_the_server_is_ready(self, api: FakeApi, kube: Kube) -> None:
        """A server that answers is not yet one that is ready."""
        answers = iter(list[tuple[int, Json]]([(500, {}), (500, {}), (200, {})]))
        api.answers["GET /readyz"] = lambda _: next(answers)
        await_api(kube, lambda: None)
        assert len(api.asked("GET")) == 3

    def test_it_stops_where_there_is_nothing_to_wait_for(self, api: FakeApi, kube: Kube) -> None:
        """The cluster's end is seen at once, not after the deadline."""
        api.answers["GET /readyz"] = (500, {})

        def dead() -> None:
            raise StsconfError("etcd ended")

        with pytest.raises(StsconfError, match="etcd ended"):
            await_api(kube, dead)


class TestObject:
    """Tests for `await_object`."""

    def test_an_object_that_is_good_already_is_returned(self, api: FakeApi, kube: Kube) -> None:
        """Without a watch."""
        api.answers["GET /api/v1/nodes"] = listing(_node("True"))
        assert await_object(kube, "Node", "node", "", is_ready) == _node("True")

    def test_an_object_that_gets_good_is_returned_as_it_is_then(self, api: FakeApi, kube: Kube) -> None:
        """The others of its kind are none of our business."""
        api.answers["GET /api/v1/nodes"] = listing(_node("False"))
        other = _node("True") | {"metadata": {"name": "other"}}

        def emit() -> None:
            for obj in (other, _node("False"), _node("True", unschedulable=True)):
                api.emit("MODIFIED", obj)

        threading.Thread(target=emit).start()
        assert await_object(kube, "Node", "node", "", is_ready)["spec"] == {"unschedulable": True}

    def test_the_deadline_is_told_with_what_was_seen_last(
        self, api: FakeApi, kube: Kube, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Which is where looking for the reason begins."""
        monkeypatch.setattr(client, "WATCH_SECONDS", 0)
        api.answers["GET /api/v1/nodes"] = listing(_node("Unknown"))
        with pytest.raises(StsconfError, match="Node node did not get ready in time") as caught:
            await_object(kube, "Node", "node", "", is_ready)
        assert "Ready is Unknown" in caught.value.why

    def test_an_object_that_never_was_is_told_as_such(
        self, api: FakeApi, kube: Kube, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nobody made it."""
        monkeypatch.setattr(client, "WATCH_SECONDS", 0)
        api.answers["GET /api/v1/nodes"] = listing()
        with pytest.raises(StsconfError, match="in time") as caught:
            await_object(kube, "Node", "node", "", is_ready)
        assert caught.value.why == "nothing was seen of it"


@pytest.mark.parametrize(
    ("node", "taken"),
    [
        (_node("True"), True),
        (_node("True", taints=[{"key": "node.kubernetes.io/not-ready"}]), False),
        (_node("False"), False),
        ({"metadata": {}, "spec": {}}, False),
    ],
    ids=["ready", "tainted", "not ready", "newborn"],
)
def test_a_node_takes_pods_once_its_first_taint_is_gone(node: Json, taken: bool) -> None:  # noqa: FBT001 -- a table
    """A node is born with one, which outlives its getting Ready by a moment."""
    assert takes_pods(node) is taken
