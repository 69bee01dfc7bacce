"""`stsconf cluster`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stsconf import cli
from stsconf.cluster.own import OwnCluster
from stsconf.errors import ExitCode


def test_a_cluster_stays_when_it_is_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Its kubeconfig is all that stdout says: a shell takes it from there."""
    stayed, made = list[str](), list[OwnCluster]()

    def start(target: OwnCluster, told: Callable[[str], None]) -> Any:
        made.append(target)
        told("it is ready")
        return argparse.Namespace(stay=lambda: stayed.append("stay"), kubeconfig=Path("/k/admin.kubeconfig"))

    monkeypatch.setattr("stsconf.commands.cluster.start", start)
    assert cli.main(["cluster", "up", "--kind", "simulated", "--name", "mine"]) == ExitCode.CONFORMANT
    assert capsys.readouterr() == ("/k/admin.kubeconfig\n", "it is ready\n")
    assert (stayed, made[0].kind, made[0].name) == (["stay"], "simulated", "mine")


def test_clusters_are_listed_and_ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each: name, kind and kubeconfig."""
    monkeypatch.setattr("stsconf.commands.cluster.running", lambda: [("mine", "embedded", Path("/k"))])
    monkeypatch.setattr("stsconf.commands.cluster.down", lambda name, say: say(f"cluster {name} is gone"))
    assert cli.main(["cluster", "list"]) == ExitCode.CONFORMANT
    assert cli.main(["cluster", "down", "--name", "mine"]) == ExitCode.CONFORMANT
    assert capsys.readouterr().out.splitlines() == ["mine\tembedded\t/k", "cluster mine is gone"]
