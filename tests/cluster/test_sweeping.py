"""`make sweep`: this machine first, then a cluster if one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.cluster import sweeping
from stsconf.cluster.sweeping import sweep_target
from stsconf.errors import UsageError
from tests.fake_api import FakeApi, listing

SPACES = "/api/v1/namespaces"
PAST = "2020-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Return what is swept on this machine, instead of sweeping it."""
    swept: list[str] = []
    monkeypatch.setattr(sweeping, "sweep_dead", lambda _: swept.append("clusters"))
    monkeypatch.setattr(sweeping, "sweep_private", lambda _: swept.append("private folders"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return swept


def sweep(cluster: str, file: Path | None = None, *, dry_run: bool = False) -> list[str]:
    """Sweep and return what was said."""
    said: list[str] = []
    sweep_target(cluster, file, said.append, force=False, dry_run=dry_run)
    return said


@pytest.mark.parametrize("cluster", ["", "embedded", "simulated"])
def test_without_a_foreign_cluster_only_this_machine_is_swept(cluster: str, machine: list[str]) -> None:
    """Our own clusters have nothing in them that outlives them."""
    assert sweep(cluster) == []
    assert machine == ["clusters", "private folders"]


def test_a_cluster_that_would_have_to_be_made_is_refused() -> None:
    """Nothing can be left in a cluster that does not exist yet."""
    with pytest.raises(UsageError, match="kind names no existing cluster"):
        sweep("kind")


def test_expired_namespaces_of_a_named_cluster_are_told(api: FakeApi, tmp_path: Path) -> None:
    """With a dry run nothing is deleted."""
    metadata = {"labels": {"stsconf.dev/run": "a"}, "annotations": {"stsconf.dev/expires": PAST}}
    api.answers[f"GET {SPACES}"] = listing({"metadata": {"name": "stsconf-a-x", **metadata}})
    api.answers["GET /api/v1/persistentvolumes"] = listing()
    file = api.kubeconfig(tmp_path / "kubeconfig")
    said = sweep("context:fake", file, dry_run=True)
    assert said[-1] == "would remove 1 namespaces: stsconf-a-x"
    assert api.asked("DELETE") == []
