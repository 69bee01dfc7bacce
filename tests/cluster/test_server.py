"""Which cluster answers, and as whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.cluster.server import Server, meet
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from tests.fake_api import FakeApi, Json

READY = [{"type": "Ready", "status": "True"}]


def met(api: FakeApi, tmp_path: Path) -> Server:
    """Meet the fake API."""
    return meet(Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig")))


def test_version_is_git_version(api: FakeApi, tmp_path: Path) -> None:
    """A minor version such as "36+" is no trouble."""
    assert met(api, tmp_path) == Server(api.url, "v1.36.4-eks-1", 1, simulated=False, identity="alice")


@pytest.mark.parametrize(
    "node",
    [
        {"spec": {"unschedulable": True}, "status": {"conditions": READY}},
        {"spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}, "status": {"conditions": READY}},
        {"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}},
    ],
)
def test_nodes_that_take_no_pods(api: FakeApi, tmp_path: Path, node: Json) -> None:
    """Cordoned, tainted and unready nodes do not count."""
    api.answers["GET /api/v1/nodes"] = {"items": [{"metadata": {"name": "n"}, **node}]}
    assert met(api, tmp_path).nodes == 0


def test_simulated_nodes(api: FakeApi, tmp_path: Path) -> None:
    """A cluster whose nodes are all kwok's is known as simulated, whatever the target is called."""
    node = {"metadata": {"name": "n", "annotations": {"kwok.x-k8s.io/node": "fake"}}, "status": {"conditions": READY}}
    api.answers["GET /api/v1/nodes"] = {"items": [node]}
    assert met(api, tmp_path).simulated


def test_something_else_answers(api: FakeApi, tmp_path: Path) -> None:
    """A server that answers, but not like Kubernetes, is no cluster."""
    api.answers["GET /version"] = {"hello": "world"}
    with pytest.raises(StsconfError, match="the cluster does not answer"):
        met(api, tmp_path)
