"""What a run leaves in the cluster for a person to look at, and what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.report.stream import StreamWriter
from stsconf.runner import ConformanceRun
from stsconf.scenario.schedule import Scene, Schedule
from tests.fake_target import FakeTarget
from tests.inner_suite import HEAD, one, run_inside, take_over


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the fake cluster tells, once it is closed, what it was asked."""
    take_over(monkeypatch, FakeTarget(tmp_path / "closed"))
    return tmp_path / "closed"


def test_failed_scenarios_keep_their_namespaces(pytester: pytest.Pytester, closed: Path) -> None:
    """With --keep-on-failure the namespaces of the others are removed all the same."""
    good = one("expect(history, fine)").removeprefix(HEAD).replace("TestThing", "TestGood")
    ended = run_inside(pytester, one("expect(history, broken)") + good, "--keep-on-failure")
    kept = f"stsconf-{ended.result.header.run}-thing-kubia"
    removed = [line for line in closed.read_text().splitlines() if line.startswith("DELETE /api/v1/namespaces/")]
    assert f"DELETE /api/v1/namespaces/{kept.replace('thing', 'good')}" in removed
    assert f"DELETE /api/v1/namespaces/{kept}" not in removed
    assert f"kept: namespace {kept}" in ended.said.splitlines()


def test_scenarios_that_passed_are_not_kept_to_the_end(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --keep-on-failure, too, a scenario whose last check has passed gives its pods back: nodes have limits."""
    events: list[str] = []
    remove, finish = Schedule.remove, ConformanceRun._finish  # noqa: SLF001 -- the end of the judging

    def removed(self: Schedule, scene: Scene) -> None:
        events.append(scene.name)
        remove(self, scene)

    def finished(self: ConformanceRun, stream: StreamWriter, interrupted: str) -> None:
        events.append("the end")
        finish(self, stream, interrupted)

    monkeypatch.setattr(Schedule, "remove", removed)
    monkeypatch.setattr(ConformanceRun, "_finish", finished)
    good = one("expect(history, fine)").removeprefix(HEAD).replace("TestThing", "TestGood")
    run_inside(pytester, one("expect(history, broken)") + good, "--keep-on-failure")
    before = events[: events.index("the end")]
    assert "TestGood" in before
    assert "TestThing" not in events
