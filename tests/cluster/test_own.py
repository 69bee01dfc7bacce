"""The targets that the suite starts by itself; starting one for real is the business of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stsconf.cluster import own
from stsconf.cluster.embedded import components, packages
from stsconf.cluster.embedded.cluster import EmbeddedCluster
from stsconf.cluster.embedded.kinds import Kind, RealNode, SimulatedNodes
from stsconf.cluster.own import STANDALONE, OwnCluster
from stsconf.cluster.target import OWN_KINDS
from stsconf.errors import UsageError

KUBECONFIG = Path("kubeconfig")


@dataclass
class Started:
    """Stands for the cluster that was started: what it was made of, and what became of it."""

    name: str
    kind: Kind
    kubeconfig: Path = KUBECONFIG
    ends: list[str] = field(default_factory=list)

    def stay(self) -> None:
        """Outlive the run."""
        self.ends.append("stays")

    def stop(self) -> None:
        """End."""
        self.ends.append("stopped")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, tuple[object, ...]]:
    """Take the place of all that installs, builds and starts; tell with what each was called."""
    seen: dict[str, tuple[object, ...]] = {}

    def note(name: str, answer: Callable[..., object]) -> Callable[..., object]:
        def called(*words: object, **options: object) -> object:
            seen[name] = (*words, *options.values())
            return answer(*words)

        return called

    def start(name: str, kind: Kind, _say: object) -> Started:
        started = Started(name, kind)
        seen["started"] = (started,)
        return started

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(packages, "ensure_packages", note("packages", lambda *_: None))
    monkeypatch.setattr(own, "ensure_binaries", note("binaries", lambda *_: "the binaries"))
    monkeypatch.setattr(own, "ensure_images", note("images", lambda *_: ["apps.tar"]))
    monkeypatch.setattr(EmbeddedCluster, "start", start)
    return seen


def started(calls: dict[str, tuple[object, ...]]) -> Started:
    """Return the cluster that was started."""
    (found,) = calls["started"]
    assert isinstance(found, Started)
    return found


def test_the_real_node(calls: dict[str, tuple[object, ...]], tmp_path: Path) -> None:
    """All programs and images are there before the cluster starts; it ends with the run."""
    with OwnCluster("embedded", "one", install=False).open(tmp_path, print) as access:
        assert (access.kubeconfig, access.disposable, access.simulated, access.pace) == (KUBECONFIG, True, False, 1.0)
        assert started(calls).ends == []
    assert (started(calls).name, type(started(calls).kind)) == ("one", RealNode)
    assert started(calls).ends == ["stopped"]
    assert (calls["packages"][0], calls["packages"][-1]) == (packages.EMBEDDED, False)
    assert calls["binaries"][:2] == (components.EMBEDDED, tmp_path / "stsconf")
    assert calls["images"][0] == "the binaries"


def test_simulated_nodes(calls: dict[str, tuple[object, ...]], tmp_path: Path) -> None:
    """Nothing runs in them, so that they need no images and less patience."""
    with OwnCluster("simulated", "one").open(tmp_path, print) as access:
        assert (access.simulated, access.pace < 1.0) == (True, True)
    assert type(started(calls).kind) is SimulatedNodes
    assert (calls["packages"][0], calls["packages"][-1]) == (packages.SIMULATED, True)
    assert calls["binaries"][0] == components.SIMULATED
    assert "images" not in calls


@pytest.mark.parametrize("kind", OWN_KINDS)
def test_another_kubernetes(calls: dict[str, tuple[object, ...]], tmp_path: Path, kind: str) -> None:
    """Kubernetes is built as that release pins it, and the rest is what it always is."""
    with OwnCluster(kind, "one", kubernetes="1.36").open(tmp_path, print):
        parts = components.EMBEDDED if kind == "embedded" else components.SIMULATED
        assert calls["binaries"][0] == (components.RELEASES["1.36"], *parts[1:])


def test_a_kubernetes_that_nobody_pinned() -> None:
    """It is refused before anything is built, with a list of those that there are."""
    with pytest.raises(UsageError, match=r"no Kubernetes '1\.33' to build") as refused:
        OwnCluster("simulated", "one", kubernetes="1.33")
    assert str(refused.value).count("\n") == 2
    assert ", ".join(components.RELEASES) in refused.value.do


def test_our_own_controller_is_of_one_kubernetes() -> None:
    """A controller is never newer than the API server that it talks to."""
    with pytest.raises(UsageError, match=r"does not go together with Kubernetes v1\.36"):
        OwnCluster("simulated", "one", statefulset_controller=STANDALONE, kubernetes="1.36")


def test_a_run_that_broke_ends_its_cluster(calls: dict[str, tuple[object, ...]], tmp_path: Path) -> None:
    """Whatever ends the run, the cluster goes with it."""
    with pytest.raises(KeyboardInterrupt), OwnCluster("simulated", "one").open(tmp_path, print):
        raise KeyboardInterrupt
    assert started(calls).ends == ["stopped"]


def test_a_statefulset_controller_by_path(
    calls: dict[str, tuple[object, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cluster starts elsewhere, so that the path is made whole, and told."""
    (tmp_path / "mine").touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    with OwnCluster("simulated", "one", statefulset_controller="mine").open(tmp_path, said.append):
        assert started(calls).kind.programs.statefulset_controller == tmp_path / "mine"
    assert said == [f"the StatefulSet controller is {tmp_path / 'mine'}"]


def test_our_own_statefulset_controller(
    calls: dict[str, tuple[object, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is built where that was not done yet."""
    monkeypatch.setattr(own, "ensure_controller", lambda cache, _say: cache / "ours")
    with OwnCluster("simulated", "one", statefulset_controller=STANDALONE).open(tmp_path, print):
        assert started(calls).kind.programs.statefulset_controller == tmp_path / "stsconf" / "ours"


@pytest.mark.parametrize("given", ["", "nowhere", "folder", "text"])
def test_what_is_no_program(tmp_path: Path, given: str) -> None:
    """It is refused before anything is built or started."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").touch(mode=0o644)
    with pytest.raises(UsageError, match="is not the path of a program"):
        OwnCluster("simulated", "one", statefulset_controller=str(tmp_path / given) if given else "")


def test_a_cluster_can_be_kept(calls: dict[str, tuple[object, ...]], tmp_path: Path) -> None:
    """A person who wants to look is told how to, and how to end it."""
    said: list[str] = []
    with OwnCluster("simulated", "run-r1").open(tmp_path, said.append) as access:
        assert access.keep is not None
        access.keep()
    assert started(calls).ends == ["stays"]
    assert said == [
        "the cluster stays: export KUBECONFIG=kubeconfig",
        "end it with: make cluster-down ARGS='--name run-r1'",
    ]
