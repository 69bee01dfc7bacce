"""Clusters made by kind, minikube and k3d, proven on stand-ins that record how they are called."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from stsconf.cluster.made import Made, left_behind
from stsconf.cluster.provider import ExistingKind, NewCluster, sweep_made
from stsconf.cluster.target import Access, Target
from stsconf.cluster.tool import K3D, KIND, MINIKUBE, Tool, Wish
from stsconf.errors import StsconfError
from tests.fake_api import FakeApi, Json, kubeconfig, listing

STAND_IN = """#!/bin/sh
# Records its call; makes clusters by writing a kubeconfig, and rewrites KUBECONFIG on deletion as the real ones do.
here={folder}
echo "{tool} $*" >> $here/calls
echo "$KUBECONFIG" >> $here/kubeconfigs
echo "${{DOCKER_HOST-none}}" >> $here/engines
case "$*" in
    --version) echo "k3d version v5.8.3" ;;
    "get clusters" | "cluster list"* | "profile list"*) cat $here/clusters ;;
    *create* | start*)
        [ -e "$4" ] && cat "$4" > $here/plan
        [ -e $here/broken ] && {{ echo "Cannot connect to the Docker daemon" >&2; exit 1; }}
        [ {tool} = k3d ] || cp $here/template "$KUBECONFIG" ;;
    *"get kubeconfig"* | *"kubeconfig get"*)
        [ -e $here/broken ] && {{ echo "could not locate any control plane nodes" >&2; exit 1; }}
        cat $here/template ;;
    *delete*)
        [ -e $here/undeletable ] && {{ echo "it clings on" >&2; exit 1; }}
        echo rewritten >> "$KUBECONFIG" ;;
esac
"""
WISH = Wish("1.37.1")
READY = {"metadata": {"uid": "n"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
CLASS = {"metadata": {"uid": "c", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}


@dataclass
class Machine:
    """A machine with one of the tools on it; `said` is what the user was told."""

    folder: Path
    user_file: Path
    said: list[str]

    def open(self, target: Target) -> Access:
        """Open a target, close it again, and return what it gave."""
        with target.open(self.folder / "run", self.said.append) as access:
            if access.load:
                access.load(Path("images.tar"))
        return access

    @property
    def calls(self) -> list[str]:
        """The command lines, without the private folder's path."""
        return (self.folder / "calls").read_text().replace(f"{self.folder}/run", "RUN").splitlines()


@pytest.fixture
def machine(api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a machine with stand-ins for all tools, whose clusters lead to the fake API."""
    api.answers["GET /apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices"] = listing(
        {"metadata": {"uid": "s"}, "endpoints": [{"conditions": {"ready": True}}]}
    )
    api.answers["GET /apis/storage.k8s.io/v1/storageclasses"] = listing(CLASS)
    api.answers["GET /api/v1/nodes"] = listing(READY)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    for name in ("bin", "run"):
        (tmp_path / name).mkdir()
    for tool in ("kind", "minikube", "k3d"):
        script = tmp_path / "bin" / tool
        script.write_text(STAND_IN.format(folder=tmp_path, tool=tool))
        script.chmod(0o755)
    (tmp_path / "clusters").write_text("kind\nstsconf-r10\n")
    (tmp_path / "template").write_text(yaml.safe_dump(kubeconfig(api.url, "made")))
    user_file = tmp_path / "config"
    user_file.write_text("# somebody's clusters\n")
    monkeypatch.setenv("KUBECONFIG", str(user_file))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return Machine(tmp_path, user_file, [])


def test_kind_command_lines(machine: Machine) -> None:
    """Kind is given our name, the version, a private kubeconfig; images go in as an archive."""
    machine.open(NewCluster(KIND, "r1", WISH))
    assert machine.calls == [
        "kind get clusters",
        "kind create cluster --config RUN/plan.json --kubeconfig RUN/kind.kubeconfig",
        "kind load image-archive images.tar --name stsconf-r1",
        "kind delete cluster --name stsconf-r1",
    ]


def test_minikube_command_lines(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Minikube is given our name and the version; it knows its kubeconfig by the environment alone."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.open(NewCluster(MINIKUBE, "r1", WISH))
    assert machine.calls == [
        "minikube profile list --light --output json",
        "minikube start -p stsconf-r1 --driver docker --embed-certs --kubernetes-version v1.37.1",
        "minikube image load images.tar --profile stsconf-r1",
        "minikube delete -p stsconf-r1",
    ]


def test_k3d_command_lines(machine: Machine) -> None:
    """K3d is given our name and the version, leaves all kubeconfigs alone, and prints its own."""
    machine.open(NewCluster(K3D, "r1", WISH))
    assert [call for call in machine.calls if call != "k3d --version"] == [
        "k3d cluster list --no-headers",
        "k3d cluster create --config RUN/plan.json --kubeconfig-update-default=0 --wait --timeout=900s",
        "k3d kubeconfig get stsconf-r1",
        "k3d image import images.tar --cluster stsconf-r1",
        "k3d cluster delete stsconf-r1",
    ]


@pytest.mark.parametrize("tool", [KIND, MINIKUBE, K3D], ids=lambda tool: tool.name)
class TestEveryTool:
    """What holds for all three."""

    def test_user_files_stay(self, machine: Machine, tool: Tool) -> None:
        """The user's kubeconfig is byte for byte what it was, and so is the environment."""
        before = machine.user_file.read_bytes(), dict(os.environ)
        machine.open(NewCluster(tool, "r1", WISH))
        assert (machine.user_file.read_bytes(), dict(os.environ)) == before

    def test_access(self, machine: Machine, tool: Tool) -> None:
        """The cluster is disposable, its kubeconfig private, and no credential stays behind."""
        with NewCluster(tool, "r1", WISH).open(machine.folder / "run", machine.said.append) as access:
            assert access.disposable
            assert stat.S_IMODE(access.kubeconfig.stat().st_mode) == 0o600
            assert yaml.safe_load(access.kubeconfig.read_text())["contexts"][0]["name"] == "made"
        assert list((machine.folder / "run").iterdir()) == []
        assert list((machine.folder / "cache" / "stsconf" / "made").iterdir()) == []

    def test_deleted_after_an_error(self, machine: Machine, tool: Tool) -> None:
        """An error in the run deletes the cluster too."""
        with (
            pytest.raises(KeyboardInterrupt),
            NewCluster(tool, "r1", WISH).open(machine.folder / "run", machine.said.append),
        ):
            raise KeyboardInterrupt
        assert "delete" in machine.calls[-1]

    def test_create_fails(self, machine: Machine, tool: Tool) -> None:
        """A cluster that fails half-way is deleted, and the error shows what the tool said last."""
        (machine.folder / "broken").touch()
        with pytest.raises(StsconfError) as caught:
            machine.open(NewCluster(tool, "r1", WISH))
        assert str(caught.value).splitlines() == [
            f"{tool.name} could not make a cluster of 1 node",
            "Cannot connect to the Docker daemon",
            "if it speaks of docker: is that running, and may you use it?",
        ]
        assert "delete" in machine.calls[-1]

    def test_name_is_taken(self, machine: Machine, tool: Tool) -> None:
        """A cluster of that name which somebody else made is neither used nor deleted."""
        with pytest.raises(StsconfError, match=f"there is a {tool.name} cluster stsconf-r10 already"):
            machine.open(NewCluster(tool, "r10", WISH))
        assert len(machine.calls) == 1

    def test_not_installed(self, machine: Machine, tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
        """A tool that is missing is named."""
        monkeypatch.setenv("PATH", str(machine.folder))
        with pytest.raises(StsconfError, match=f"{tool.name} is not installed"):
            machine.open(NewCluster(tool, "r1", WISH))

    def test_delete_fails(self, machine: Machine, tool: Tool) -> None:
        """A cluster that cannot be deleted is told, with its name and the reason; the run stands."""
        (machine.folder / "undeletable").touch()
        machine.open(NewCluster(tool, "r1", WISH))
        assert f"{tool.name} cluster stsconf-r1 may still be there" in machine.said[-1]
        assert "it clings on" in machine.said[-1]


def test_three_nodes(machine: Machine, api: FakeApi) -> None:
    """The nodes and their image stand in the configuration file; the run waits for the last of them."""
    api.answers["GET /api/v1/nodes"] = listing(*({**READY, "metadata": {"uid": uid}} for uid in "abc"))
    machine.open(NewCluster(KIND, "r1", Wish("1.37.1", 3, "mine:1")))
    plan = yaml.safe_load((machine.folder / "plan").read_text())
    assert plan["name"] == "stsconf-r1"
    assert [node["role"] for node in plan["nodes"]] == ["control-plane", "worker", "worker"]
    assert {node["image"] for node in plan["nodes"]} == {"mine:1"}
    assert machine.said[0] == "making kind cluster stsconf-r1: 3 nodes of mine:1"


def test_a_node_is_missing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that stays smaller than was asked for is deleted."""
    monkeypatch.setattr("stsconf.cluster.provider.USABLE_SECONDS", 0.01)
    with pytest.raises(StsconfError) as caught:
        machine.open(NewCluster(KIND, "r1", Wish("1.37.1", 3)))
    assert "one of its 3 nodes was not ready" in str(caught.value)
    assert "delete" in machine.calls[-1]


def killed(tool: str, name: str, engine: str = "") -> Made:
    """Remember a cluster of a process that is gone: this one's number, at another time."""
    made = replace(Made.by_me(tool, name), engine=engine)
    made = replace(made, owner=replace(made.owner, started=1))
    made.remember()
    return made


class TestKilledRuns:
    """What runs that were killed left behind."""

    def test_next_run_deletes(self, machine: Machine) -> None:
        """The next run deletes it first, and then makes its own."""
        killed("kind", "stsconf-dead")
        machine.open(NewCluster(KIND, "r1", WISH))
        assert machine.calls[0] == "kind delete cluster --name stsconf-dead"
        assert "kind delete cluster --name stsconf-r1" in machine.calls
        assert list(left_behind()) == []

    def test_its_own_engine(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is deleted in the engine that it was made in, not in the one that is meant now."""
        monkeypatch.setenv("DOCKER_HOST", "tcp://another")
        killed("kind", "stsconf-a", "")
        killed("kind", "stsconf-b", "tcp://first")
        sweep_made(machine.folder / "run", machine.said.append)
        assert (machine.folder / "engines").read_text().split() == ["none", "tcp://first"]

    def test_engine_is_gone(self, machine: Machine) -> None:
        """Where the engine had a socket of its own that is gone, its clusters are, too."""
        killed("kind", "stsconf-dead", f"unix://{machine.folder}/docker.sock")
        sweep_made(machine.folder / "run", machine.said.append)
        assert not (machine.folder / "calls").exists()
        assert list(left_behind()) == []

    def test_remembered_until_deleted(self, machine: Machine) -> None:
        """What cannot be deleted is told, and tried again by the next sweep."""
        (machine.folder / "undeletable").touch()
        made = killed("kind", "stsconf-dead")
        sweep_made(machine.folder / "run", machine.said.append)
        assert "kind cluster stsconf-dead may still be there" in machine.said[-1]
        assert list(left_behind()) == [made]

    def test_a_dry_run_only_tells(self, machine: Machine) -> None:
        """No tool is called and nothing is forgotten, not even where the engine is gone."""
        made = [killed("kind", "stsconf-a"), killed("kind", "stsconf-b", f"unix://{machine.folder}/docker.sock")]
        sweep_made(machine.folder / "run", machine.said.append, dry_run=True)
        assert machine.said == ["would remove kind cluster stsconf-a, which a killed run left behind"]
        assert not (machine.folder / "calls").exists()
        assert list(left_behind()) == made

    def test_a_living_run_is_spared(self, machine: Machine) -> None:
        """A cluster whose run goes on is nobody's to delete."""
        Made.by_me("kind", "stsconf-alive").remember()
        sweep_made(machine.folder / "run", machine.said.append)
        assert machine.said == []
        assert not (machine.folder / "calls").exists()


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("GET /apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices", "its DNS add-on kube-system/kube-dns"),
        ("GET /apis/storage.k8s.io/v1/storageclasses", "a default StorageClass"),
    ],
)
def test_never_usable(machine: Machine, api: FakeApi, path: str, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster whose add-ons do not come up is deleted, and the missing one named."""
    monkeypatch.setattr("stsconf.cluster.provider.USABLE_SECONDS", 0.01)
    api.answers[path] = listing()
    with pytest.raises(StsconfError, match=missing):
        machine.open(NewCluster(KIND, "r1", WISH))
    assert "delete" in machine.calls[-1]


TAINTED: Json = {
    "metadata": {"name": "n", "uid": "n"},
    "spec": {"taints": [{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]},
    "status": {"conditions": [{"type": "Ready", "status": "True"}]},
}


def test_a_node_that_is_ready_keeps_its_taint_for_a_moment(machine: Machine, api: FakeApi) -> None:
    """Until then it takes no pod: it is waited for."""
    listings = iter([listing(TAINTED)])
    api.answers["GET /api/v1/nodes"] = lambda _request: next(listings, listing(TAINTED | {"spec": {}}))
    api.emit("MODIFIED", TAINTED | {"spec": {}}, "/api/v1/nodes")
    machine.open(NewCluster(KIND, "r1", WISH))
    assert "/api/v1/nodes" in {request.path for request in api.requests if "watch" in request.query}


def test_a_node_that_never_takes_pods(machine: Machine, api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cluster is deleted, and it is told."""
    monkeypatch.setattr("stsconf.cluster.provider.USABLE_SECONDS", 0.2)
    api.answers["GET /api/v1/nodes"] = listing(TAINTED)
    with pytest.raises(StsconfError, match="one of its 1 nodes"):
        machine.open(NewCluster(KIND, "r1", WISH))
    assert "delete" in machine.calls[-1]


def test_existing_kind_cluster(machine: Machine) -> None:
    """Somebody's kind cluster is used under its own name and never deleted."""
    access = machine.open(ExistingKind("team"))
    assert machine.calls == ["kind get kubeconfig --name team", "kind load image-archive images.tar --name team"]
    assert not access.disposable
    assert not access.kubeconfig.exists()
    assert machine.said[0].startswith("testing kind cluster team: ")


def test_no_such_kind_cluster(machine: Machine) -> None:
    """A kind cluster that does not exist: what kind says about it."""
    (machine.folder / "broken").touch()
    with pytest.raises(StsconfError) as caught:
        machine.open(ExistingKind("team"))
    assert str(caught.value).splitlines() == [
        "the kind cluster team cannot be used",
        "could not locate any control plane nodes",
        "if it speaks of docker: is that running, and may you use it?",
    ]


def test_existing_kind_cluster_is_protected(machine: Machine, api: FakeApi) -> None:
    """The owner's mark counts for kind clusters as well."""
    marks = {"metadata": {"labels": {"stsconf.dev/do-not-test": "true"}}}
    api.answers["GET /api/v1/namespaces/kube-system"] = marks
    with pytest.raises(StsconfError, match="not to be tested"):
        machine.open(ExistingKind("team"))
