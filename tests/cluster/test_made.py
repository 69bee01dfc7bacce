"""What is remembered of clusters that other tools made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stsconf.cluster.made import Made, left_behind


@pytest.fixture(autouse=True)
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Return what this process would make, in a cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "tcp://engine")
    return Made.by_me("kind", "stsconf-r1")


def test_nothing_is_left_at_first() -> None:
    """A machine on which nothing was made."""
    assert list(left_behind()) == []


def test_owner_decides(made: Made) -> None:
    """What a living process made is its own; what a dead one made was left behind, until it is struck out."""
    made.remember()
    assert list(left_behind()) == []
    dead = replace(made, owner=replace(made.owner, started=made.owner.started - 1))
    dead.remember()
    assert list(left_behind()) == [dead]
    assert dead.engine == "tcp://engine"
    dead.forget()
    assert list(left_behind()) == []


@pytest.mark.parametrize(("socket", "gone"), [("there", False), ("nowhere", True)])
def test_engine_of_its_own(made: Made, tmp_path: Path, socket: str, *, gone: bool) -> None:
    """Only an engine that was named by its socket can be seen to be gone."""
    (tmp_path / "there").touch()
    assert replace(made, engine=f"unix://{tmp_path / socket}").engine_gone is gone
    assert not made.engine_gone
    assert not replace(made, engine="").engine_gone
