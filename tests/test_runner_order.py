"""In which order a run plays and judges."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fake_target import FakeTarget
from tests.inner_suite import HEAD, one, run_inside, take_over


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the fake cluster tells, once it is closed, what it was asked."""
    take_over(monkeypatch, FakeTarget(tmp_path / "closed", disposable=False))
    return tmp_path / "closed"


@pytest.mark.parametrize(
    ("options", "order"), [([], ["one", "long", "two"]), (["--fail-fast"], ["one", "two", "long"])]
)
def test_long_ones_start_early(pytester: pytest.Pytester, closed: Path, options: list[str], order: list[str]) -> None:
    """Whatever the order of their checks; where a failure is to end the run, the order that was asked for counts."""
    bare = one("expect(history, fine)").removeprefix(HEAD)
    short, long = bare.replace("TestThing", "TestTwo"), bare.replace("TestThing", "TestLong")
    source = HEAD + bare.replace("TestThing", "TestOne") + short + long.replace("@scenario(", "@scenario(long=True, ")
    ended = run_inside(pytester, source, "--jobs=1", *options)
    assert [check.scenario[4:-7].lower() for check in ended.result.checks] == ["one", "two", "long"]
    made = [
        line.split()[1] for line in closed.read_text().splitlines() if line.startswith("DELETE /api/v1/namespaces/")
    ]
    assert [path.split("-")[2] for path in made][:3] == order


def test_what_is_played_alone_is_judged_last(pytester: pytest.Pytester) -> None:
    """No check waits for a scenario that waits for all others."""
    alone = one("expect(history, fine)").replace("@scenario(", "@scenario(disruptive=True, ")
    source = alone + one("expect(history, fine)").removeprefix(HEAD).replace("TestThing", "TestAfter")
    ended = run_inside(pytester, source, "--profile=core,disruptive", "--allow-disruption")
    assert [check.scenario for check in ended.result.checks] == ["TestAfter[kubia]", "TestThing[kubia]"]
    assert [check.profiles for check in ended.result.checks] == [("core",), ("disruptive",)]
