"""Opening a run and leaving nothing of it behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.model.capability import Capability
from stsconf.session import Options, open_run
from stsconf.wait import Clock, Deadlines
from tests.fake_api import Json, Request, listing, refusal
from tests.fake_target import SERVED, FakeTarget

NAMESPACES = "GET /api/v1/namespaces"
LEFT = {"metadata": {"name": "stsconf-r1-lost-pod-kubia", "labels": {"stsconf.dev/run": "r1"}}}


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Where the fake cluster tells, once it is closed, what it was asked."""
    return tmp_path / "closed"


def test_an_open_run_knows_its_cluster(tmp_path: Path, closed: Path) -> None:
    """Facts, capabilities, deadlines and images reach the scenarios."""
    said: list[str] = []
    options = Options(timeout_scale=2.0, images="example.test/images")
    with open_run(FakeTarget(closed), "r1", tmp_path, options, Clock(), said.append) as run:
        assert run.facts.kubernetes_version == "v1.37.1"
        assert (run.context.run, run.context.storage_class, run.context.images) == (
            "r1",
            "standard",
            "example.test/images",
        )
        assert run.context.can(Capability.STORAGE)
        assert not run.context.can(Capability.DNS)
        assert run.context.deadlines == Deadlines().scaled(2.0)
    assert said == ["the fake answers"]
    assert closed.exists()


def test_what_may_come_of_it_is_noted(tmp_path: Path, closed: Path) -> None:
    """A cluster that would refuse the suite's pods is tested all the same, and the user is told."""
    target = FakeTarget(closed, {"POST /api/v1/namespaces/stsconf-r1-observer/pods": refusal(403, "no strangers")})
    said: list[str] = []
    with open_run(target, "r1", tmp_path, Options(), Clock(), said.append):
        assert said[-1] == "note: a pod of the suite would be refused: no strangers"


def leaving(_request: Request) -> Json:
    """List a namespace of the run until it was deleted."""
    return listing() if SERVED[0].asked("DELETE") else listing(LEFT)


@pytest.mark.parametrize(
    ("stays", "options", "removed"),
    [
        ("it stays", Options(), ["stsconf-r1-lost-pod-kubia"]),
        ("it stays", Options(keep_on_failure=True), ["stsconf-r1-observer"]),
        ("it stays", Options(wait=False), ["stsconf-r1-lost-pod-kubia"]),
        ("", Options(), []),
        ("", Options(wait=False), []),
        ("", Options(keep_on_failure=True), ["stsconf-r1-observer"]),
    ],
    ids=["existing", "kept", "unawaited", "thrown-away", "thrown-away-unawaited", "thrown-away-unless-kept"],
)
def test_a_run_leaves_nothing_behind(
    tmp_path: Path, closed: Path, stays: str, options: Options, removed: list[str]
) -> None:
    """Namespaces are removed from a cluster that stays; where a person wants to look at them, all but our own."""
    target = FakeTarget(closed, {NAMESPACES: leaving}, disposable=not stays)
    with open_run(target, "r1", tmp_path, options, Clock(), lambda _line: None) as run:
        assert run.context.disposable == (not stays and not options.keep_on_failure)
    deleted = [line for line in closed.read_text().splitlines() if line.startswith("DELETE")]
    assert deleted == [f"DELETE /api/v1/namespaces/{name}" for name in removed]


def test_a_run_that_broke_leaves_nothing_behind(tmp_path: Path, closed: Path) -> None:
    """Whatever ends a run, the clean-up is made and the error reaches the caller."""
    target = FakeTarget(closed, {NAMESPACES: leaving}, disposable=False)
    with (
        pytest.raises(KeyboardInterrupt),
        open_run(target, "r1", tmp_path, Options(), Clock(), lambda _line: None),
    ):
        raise KeyboardInterrupt
    assert "DELETE /api/v1/namespaces/stsconf-r1-lost-pod-kubia" in closed.read_text()


def test_a_clean_up_that_fails_is_told(tmp_path: Path, closed: Path) -> None:
    """A cluster that refuses the clean-up does not hide the run's result: what may remain is said."""
    said: list[str] = []
    target = FakeTarget(closed, {NAMESPACES: refusal(403, "no longer yours")}, disposable=False)
    with open_run(target, "r1", tmp_path, Options(), Clock(), said.append):
        pass
    assert said[-1] == (
        "the run's namespaces may remain: the API server refused GET /api/v1/namespaces; make sweep removes them"
    )


def test_a_cluster_that_may_not_be_used_is_closed_again(tmp_path: Path, closed: Path) -> None:
    """When the look at a cluster ends in an error, the target is closed before the error is told."""
    target = FakeTarget(closed, {"GET /api/v1/nodes": {"items": []}})
    with (
        pytest.raises(StsconfError, match="no node takes pods"),
        open_run(target, "r1", tmp_path, Options(), Clock(), lambda _line: None),
    ):
        pass
    assert closed.exists()
