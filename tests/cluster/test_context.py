"""An existing cluster, named by a context."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest
import yaml

from stsconf.cluster.context import ContextTarget
from stsconf.errors import StsconfError
from tests.fake_api import FakeApi, kubeconfig, refusal


def opened(api: FakeApi, tmp_path: Path) -> list[str]:
    """Open the fake API's context and return what was said."""
    said: list[str] = []
    file = api.kubeconfig(tmp_path / "config")
    (tmp_path / "run").mkdir()
    with ContextTarget("fake", file).open(tmp_path / "run", said.append):
        pass
    return said


def test_says_what_will_be_tested(api: FakeApi, tmp_path: Path) -> None:
    """One line names the server, its version, its nodes and our identity."""
    assert opened(api, tmp_path) == [f"testing context fake: {api.url}, Kubernetes v1.36.4-eks-1, 1 node, as alice"]


def test_private_copy(api: FakeApi, tmp_path: Path) -> None:
    """The run works on a private copy, gone afterwards; the user's file stays as it was."""
    file = api.kubeconfig(tmp_path / "config")
    before = file.read_bytes()
    with ContextTarget("fake", file).open(tmp_path, lambda _: None) as access:
        assert access.kubeconfig != file
        assert stat.S_IMODE(access.kubeconfig.stat().st_mode) == 0o600
        assert yaml.safe_load(access.kubeconfig.read_text())["current-context"] == "fake"
        assert not access.disposable
    assert not access.kubeconfig.exists()
    assert file.read_bytes() == before


def test_changes_nothing(api: FakeApi, tmp_path: Path) -> None:
    """Opening and closing a context only reads, but for the question who we are."""
    opened(api, tmp_path)
    assert {request.path for request in api.requests if request.method != "GET"} == {
        "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    }


@pytest.mark.parametrize("marks", ["labels", "annotations"])
def test_do_not_test(api: FakeApi, tmp_path: Path, marks: str) -> None:
    """A mark on kube-system keeps us out."""
    api.answers["GET /api/v1/namespaces/kube-system"] = {"metadata": {marks: {"stsconf.dev/do-not-test": "payments"}}}
    with pytest.raises(StsconfError, match="this cluster is not to be tested"):
        opened(api, tmp_path)


def test_marks_that_may_not_be_read(api: FakeApi, tmp_path: Path) -> None:
    """Where neither nodes, identity nor kube-system may be read, the context can be used all the same."""
    for path in ("GET /api/v1/nodes", "GET /api/v1/namespaces/kube-system"):
        api.answers[path] = refusal(403, "no")
    api.answers["POST /apis/authentication.k8s.io/v1/selfsubjectreviews"] = refusal(404, "no such kind")
    assert opened(api, tmp_path)[0].endswith("nodes unknown, as (the cluster does not tell)")


def test_no_answer(tmp_path: Path) -> None:
    """A cluster that is not there: three lines with the URL and the root cause."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    (tmp_path / "config").write_text(yaml.safe_dump(kubeconfig(f"http://127.0.0.1:{port}")))
    with pytest.raises(StsconfError) as caught, ContextTarget("fake", tmp_path / "config").open(tmp_path, print):
        pytest.fail("opened")
    assert str(caught.value).splitlines() == [
        "the cluster does not answer",
        f"http://127.0.0.1:{port}/version: [Errno 111] Connection refused",
        "is it running, and does kubectl reach it with this kubeconfig?",
    ]
    assert not (tmp_path / "kubeconfig").exists()


def test_turned_away(api: FakeApi, tmp_path: Path) -> None:
    """Credentials that are not accepted are told as such."""
    api.answers["GET /version"] = refusal(401, "Unauthorized")
    with pytest.raises(StsconfError, match="the cluster turns us away"):
        opened(api, tmp_path)


def test_missing_plugin(tmp_path: Path) -> None:
    """A credential plugin that is not installed is named before anything is sent."""
    config = kubeconfig("http://127.0.0.1:1")
    config["users"][0]["user"] = {"exec": {"command": "no-such-plugin"}}
    (tmp_path / "config").write_text(yaml.safe_dump(config))
    with (
        pytest.raises(StsconfError, match="'no-such-plugin' is not installed"),
        ContextTarget("fake", tmp_path / "config").open(tmp_path, print),
    ):
        pytest.fail("opened")
