"""Names, owners and remains of clusters; starting one for real is the business of a run."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stsconf.cluster.embedded.build import Binaries
from stsconf.cluster.embedded.cluster import EmbeddedCluster, down, running, sweep_dead
from stsconf.cluster.embedded.kinds import SimulatedNodes
from stsconf.cluster.embedded.packages import Machine
from stsconf.cluster.embedded.plan import Programs
from stsconf.cluster.embedded.runfolder import RunFolder
from stsconf.cluster.embedded.state import Process, State, myself
from stsconf.errors import StsconfError, UsageError

_KIND = SimulatedNodes(Programs(Binaries({}), Machine(root=True, debian=True, folders=())), "*")
_DEAD = Process(1, 0)


@pytest.fixture
def said() -> list[str]:
    """Return what was said."""
    return []


@pytest.fixture
def child() -> Iterator[Process]:
    """Return a process that stands for a cluster's."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as popen:
        process = Process.of(popen.pid)
        assert process is not None
        yield process
        popen.kill()


def _cluster(root: Path, name: str, state: State) -> RunFolder:
    folder = RunFolder(root / name)
    folder.path.mkdir()
    state.write(folder)
    return folder


class TestStart:
    """Tests for what `start` refuses."""

    @pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a/b", "..", "a" * 41])
    def test_a_name_that_cannot_name_folders_and_namespaces(self, tmp_path: Path, name: str) -> None:
        """It ends up in paths."""
        with pytest.raises(UsageError, match="cannot be a cluster's name"):
            EmbeddedCluster.start(name, _KIND, print, tmp_path)

    def test_anybody_but_root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """And says what it is needed for."""
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(UsageError, match="needs root"):
            EmbeddedCluster.start("one", _KIND, print, tmp_path)

    def test_a_name_that_is_taken(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """And leaves the cluster of that name alone."""
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        folder = _cluster(tmp_path, "one", State("embedded", myself()))
        with pytest.raises(UsageError, match="runs already"):
            EmbeddedCluster.start("one", _KIND, print, tmp_path)
        assert folder.state.exists()

    def test_a_disk_that_is_full(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before etcd ends with a page of Go."""
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(SimulatedNodes, "megabytes", 10**12)
        with pytest.raises(StsconfError, match="not enough disk"):
            EmbeddedCluster.start("one", _KIND, print, tmp_path)
        assert not (tmp_path / "one").exists()


class TestSweep:
    """Tests for `sweep_dead`."""

    @pytest.mark.parametrize(
        "state",
        [State("embedded", _DEAD), State("embedded", None, _DEAD), State("embedded", myself(), _DEAD)],
        ids=["killed while starting", "ended after its owner", "ended before its owner"],
    )
    def test_what_the_dead_left_is_removed(self, tmp_path: Path, said: list[str], state: State) -> None:
        """And told, since a killed run may be news to somebody."""
        folder = _cluster(tmp_path, "one", state)
        sweep_dead(said.append, tmp_path)
        assert (folder.path.exists(), said) == (False, ["removing what cluster one left behind"])

    def test_a_folder_without_state_is_removed(self, tmp_path: Path, said: list[str]) -> None:
        """Its owner was killed between two steps."""
        (tmp_path / "one").mkdir()
        sweep_dead(said.append, tmp_path)
        assert not (tmp_path / "one").exists()

    def test_a_dry_run_only_tells(self, tmp_path: Path, said: list[str]) -> None:
        """What would go is named, and stays."""
        folder = _cluster(tmp_path, "one", State("embedded", _DEAD))
        sweep_dead(said.append, tmp_path, dry_run=True)
        assert (folder.path.exists(), said) == (True, ["would remove what cluster one left behind"])

    def test_the_living_are_left_alone(self, tmp_path: Path, said: list[str], child: Process) -> None:
        """Those that stay, and those that are being started."""
        _cluster(tmp_path, "stays", State("embedded", None, child))
        _cluster(tmp_path, "starts", State("embedded", myself()))
        sweep_dead(said.append, tmp_path)
        assert [name for name, _, _ in running(tmp_path)] == ["starts", "stays"]


class TestDown:
    """Tests for `down`."""

    def test_it_ends_the_cluster_and_removes_it(self, tmp_path: Path, said: list[str], child: Process) -> None:
        """Whoever started it."""
        folder = _cluster(tmp_path, "one", State("embedded", None, child))
        down("one", said.append, tmp_path)
        assert (child.alive, folder.path.exists(), said) == (False, False, ["cluster one is gone"])

    def test_an_unknown_name_is_told_with_the_known_ones(self, tmp_path: Path, said: list[str]) -> None:
        """A slip of the finger."""
        _cluster(tmp_path, "one", State("embedded", myself()))
        with pytest.raises(UsageError, match="there is no cluster two") as caught:
            down("two", said.append, tmp_path)
        assert caught.value.why == "the clusters on this machine: one"


def test_clusters_are_listed_with_their_kubeconfigs(tmp_path: Path) -> None:
    """Dead ones are not."""
    folder = _cluster(tmp_path, "one", State("simulated", myself()))
    _cluster(tmp_path, "two", State("embedded", _DEAD))
    assert running(tmp_path) == [("one", "simulated", folder.kubeconfig)]
