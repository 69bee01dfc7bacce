"""Stored runs judged again: real runs on a fake cluster, whose checks are then other ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from stsconf import options
from stsconf.commands.replay import judged_again
from stsconf.errors import ExitCode, StsconfError, UsageError
from stsconf.model.verdict import Verdict
from stsconf.replay import Replay, replay_code
from stsconf.report.comparison import Comparison, Kind
from stsconf.report.stored import StoredRun, history_file
from stsconf.report.stream import STREAM
from tests.fake_target import FakeTarget
from tests.inner_suite import HEAD, own_modules, run_inside, take_over

SUITE = (
    HEAD
    + """
class TestThing:
    @scenario(apps=["kubia", "nginx"])
    def history(stage):
        stage.recorder.note("Pod", "ADDED", {"metadata": {"name": "web-0", "uid": "u0", "resourceVersion": "7"}})

    @guarantee("ORD-1")
    def test_broken(self, history):
        "It MUST be."
        expect(history, broken)

    @guarantee("STO-2")
    def test_fine(self, history, storage_class):
        "So MUST this be."
        assert storage_class == "standard"
        assert len(history.of("Pod")) == 1
        expect(history, fine)

    @guarantee("ORD-2")
    def test_silent(self, history):
        "It MUST be judged."
        expect(history, silent)

    @guarantee("DNS-1", needs=[Capability.DNS])
    def test_lacking(self, history):
        "It MUST be found."
        expect(history, fine)

class TestStalled:
    @scenario(apps=["kubia"])
    def history(stage):
        stage.until("Pod", "web-0", lambda view: None, "Ready", 0.0)

    @guarantee("ORD-3")
    def test_it(self, history):
        "It MUST happen."
        expect(history, fine)

class TestOdd:
    @scenario(apps=["kubia"])
    def history(stage):
        raise RuntimeError("nothing is left of this")

    @guarantee("ORD-4")
    def test_it(self, history):
        "It MUST be judged."
        expect(history, fine)
"""
)


@pytest.fixture
def report(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of a run that is over; from here on no target can be named, let alone opened."""
    take_over(monkeypatch, FakeTarget(tmp_path / "closed"))
    (pytester.path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    ended = run_inside(pytester, SUITE)
    assert ended.code == ExitCode.NOT_CONFORMANT
    monkeypatch.setattr(options, "parse_target", None)
    return ended.report


def again(report: Path, checks: Sequence[str] = (), **replaced: str) -> Comparison:
    """Judge a run again after words of its suite were replaced, in modules of its own."""
    (suite,) = report.parent.glob("test_*.py")
    source = suite.read_text()
    for old, new in replaced.items():
        assert old in source
        source = source.replace(old, new)
    suite.write_text(source)
    with own_modules():
        return judged_again(StoredRun.read(report), [f"{suite}{check}" for check in checks], report.parent, ".")


def said(comparison: Comparison) -> dict[str, str]:
    """Return what changed, by the name of the check."""
    return {change.check.id.partition("::")[2]: change.kind.value for change in comparison.changes}


def test_every_verdict_is_reached_again(report: Path) -> None:
    """Passed, failed, inconclusive, stalled, not supported and never played: all as they were, findings included."""
    two = again(report)
    assert said(two) == {}
    assert two.after.checks == two.before.checks
    assert {check.verdict for check in two.after.checks} == set(Verdict) - {Verdict.SKIPPED}
    assert replay_code(two) is ExitCode.CONFORMANT


@pytest.mark.parametrize(
    ("old", "new", "kind", "checks", "code"),
    [
        ('yield found("web-0 came twice")', "return ()", Kind.FIXED, ["broken[kubia]", "broken[nginx]"], 1),
        ('"web-0 came twice"', '"web-0 is odd"', Kind.CHANGED, ["broken[kubia]", "broken[nginx]"], 1),
        ("test_fine", "test_renamed", Kind.GONE, ["fine[kubia]", "fine[nginx]"], 3),
    ],
    ids=["judge", "sentence", "gone"],
)
def test_another_judge_says_something_else(  # noqa: PLR0917 -- the columns of a table
    report: Path, old: str, new: str, kind: Kind, checks: list[str], code: int
) -> None:
    """What changed is told check by check, another sentence and a check that is gone as well."""
    two = again(report, **{old: new})
    assert said(two) == {f"TestThing::test_{check}": kind.value for check in checks}
    assert replay_code(two) == code


def test_a_promise_that_is_broken_today_is_told(report: Path) -> None:
    """A judge that has become stricter condemns the history of then."""
    two = again(report, **{"    return ()": '    yield found("web-0 is odd")'})
    assert said(two) == {
        "TestThing::test_fine[kubia]": "broken",
        "TestThing::test_fine[nginx]": "broken",
        "TestStalled::test_it[kubia]": "changed",
    }


def test_named_checks_are_judged_alone(report: Path) -> None:
    """By class and by check; also those that the run did not make, if it has their history."""
    assert [check.app for check in again(report, ["::TestThing::test_fine[nginx]"]).before.checks] == ["nginx"]
    assert len(again(report, ["::TestStalled"]).after.checks) == 1
    two = again(report, ["::TestThing"], test_fine="test_renamed")
    assert said(two) == {"TestThing::test_renamed[kubia]": "new", "TestThing::test_renamed[nginx]": "new"}
    assert [change.kind for change in again(report).changes] == [Kind.GONE] * 2


def test_a_lost_history_is_no_verdict(report: Path) -> None:
    """What was passed or failed is inconclusive now, with the reason; the scenario that was never played has none."""
    history_file(report, "TestThing-nginx").unlink()
    history_file(report, "TestThing-kubia").write_bytes(b"x")
    two = again(report)
    assert {name.partition("::")[2]: kind for name, kind in said(two).items()} == {
        f"test_{name}[{app}]": kind
        for name, kind in (("broken", "no longer judged"), ("fine", "no longer judged"), ("silent", "changed"))
        for app in ("kubia", "nginx")
    }
    reasons = {change.check.app: change.check.reason for change in two.changes}
    assert reasons["nginx"].startswith("there is no history of TestThing[nginx]; ")
    assert reasons["kubia"].startswith(f"{history_file(report, 'TestThing-kubia')} is not a recorded history; ")
    assert replay_code(two) is ExitCode.NOT_JUDGED


def test_a_killed_run_is_judged_as_far_as_it_went(report: Path) -> None:
    """The first check of a stream without a footer."""
    lines = (report / STREAM).read_text().splitlines(keepends=True)
    (report / STREAM).write_text("".join(lines[:2]))
    two = again(report)
    assert (said(two), len(two.after.checks)) == ({}, 1)


def test_what_cannot_be_judged_is_told(report: Path) -> None:
    """Nothing that was made, nothing that exists, and nothing that can be read."""
    with pytest.raises(UsageError, match="the checks cannot be chosen so"):
        again(report, ["::TestNowhere"])
    with pytest.raises(StsconfError, match="no check was chosen"):
        again(report, ["::TestOther"], TestOdd="TestOther")
    with pytest.raises(StsconfError, match="could not be collected"):
        again(report, **{"ORD-1": "ORD-99"})


def test_nothing_judged_is_no_success(report: Path) -> None:
    """A replay that was never run has no verdict."""
    idle = Replay(StoredRun.read(report), named=False)
    assert idle.exit_code is ExitCode.NOT_JUDGED
    with pytest.raises(StsconfError, match="nothing was judged again"):
        idle.compared()
