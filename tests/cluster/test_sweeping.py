"""`make sweep`: this machine first, then a cluster if one is named."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path

import pytest

from stsconf.cluster import sweeping
from stsconf.cluster.embedded.cluster import sweep_dead
from stsconf.cluster.embedded.state import Process
from stsconf.cluster.made import Made, left_behind
from stsconf.cluster.sweeping import sweep_target
from stsconf.errors import UsageError
from tests.fake_api import FakeApi, listing

SPACES = "/api/v1/namespaces"
PAST = "2020-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a folder for this machine, on which killed runs left a cluster, a private folder and a kind."""
    monkeypatch.setattr(sweeping, "sweep_dead", partial(sweep_dead, state_root=tmp_path / "clusters"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "clusters" / "dead").mkdir(parents=True)
    (tmp_path / "stsconf-private-1-1-run").mkdir()
    gone = f"unix://{tmp_path}/docker.sock"
    Made("kind", "stsconf-dead", Process(1, 1), gone).remember()
    return tmp_path


def left(machine: Path) -> set[str]:
    """Return what is left there of killed runs."""
    folders = {"cluster": machine / "clusters" / "dead", "private folder": machine / "stsconf-private-1-1-run"}
    return {name for name, folder in folders.items() if folder.exists()} | {made.tool for made in left_behind()}


def sweep(cluster: str, file: Path | None = None, *, dry_run: bool = False) -> list[str]:
    """Sweep and return what was said."""
    said: list[str] = []
    sweep_target(cluster, file, said.append, force=False, dry_run=dry_run)
    return said


@pytest.mark.parametrize("cluster", ["", "embedded", "simulated"])
def test_without_a_foreign_cluster_only_this_machine_is_swept(cluster: str, machine: Path) -> None:
    """Our own clusters have nothing in them that outlives them."""
    assert sweep(cluster) == [
        "removing what cluster dead left behind",
        f"removing {machine}/stsconf-private-1-1-run, which a killed run left behind",
    ]
    assert left(machine) == set()


def test_who_is_not_root_sweeps_what_may_be_theirs(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clusters that only root can start are root's to remove: nobody else may even look."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert sweep("") == [f"removing {machine}/stsconf-private-1-1-run, which a killed run left behind"]
    assert left(machine) == {"cluster"}


def test_a_cluster_that_would_have_to_be_made_is_refused() -> None:
    """Nothing can be left in a cluster that does not exist yet."""
    with pytest.raises(UsageError, match="kind names no existing cluster"):
        sweep("kind")


def test_a_dry_run_only_tells(api: FakeApi, tmp_path: Path, machine: Path) -> None:
    """Nothing is removed: neither from this machine nor from the cluster that is named."""
    metadata = {"labels": {"stsconf.dev/run": "a"}, "annotations": {"stsconf.dev/expires": PAST}}
    api.answers[f"GET {SPACES}"] = listing({"metadata": {"name": "stsconf-a-x", **metadata}})
    api.answers["GET /api/v1/persistentvolumes"] = listing()
    file = api.kubeconfig(tmp_path / "kubeconfig")
    said = sweep("context:fake", file, dry_run=True)
    assert all(line.startswith("would remove ") for line in said if not line.startswith("testing "))
    assert said[-1] == "would remove 1 namespaces: stsconf-a-x"
    assert api.asked("DELETE") == []
    assert left(machine) == {"cluster", "private folder", "kind"}
