"""`stsconf replay`, as it is typed, with the checks of the tree."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stsconf import cli
from stsconf.commands.replay import conclusion
from stsconf.errors import ExitCode
from stsconf.model.guarantee import Level
from stsconf.model.result import CheckResult
from stsconf.model.verdict import Verdict
from stsconf.report.comparison import compare
from tests.judge.builder import Script
from tests.report.samples import check, run
from tests.report.storing import store

ID = "conformance/test_scaling.py::TestScaling::test_no_identity_twice_and_no_pod_unexplained[kubia]"
CHECK = check(
    id=ID,
    title="At most one live pod MUST have an identity, and pods MUST come and go by the rules only.",
    guarantees=("OWN-7", "ORD-2", "ORD-11", "OWN-15", "OWN-16", "IDN-7"),
    observations=(1, 18, 19),
    level=Level.MUST,
    scenario="TestScaling[kubia]",
)


def stored(folder: Path, then: CheckResult) -> str:
    """Write a run of one check, about three pods that start in order, and return its folder."""
    history = Script().pending("web-0").running("web-0").ready("web-0").pending("web-1").history()
    return str(store(folder, run(then), {"TestScaling-kubia": history}))


def test_a_verdict_that_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole run, and one check of it by its id."""
    folder = stored(tmp_path, CHECK)
    for words in ([], [ID]):
        assert cli.main(["replay", folder, *words, "--format=text"]) == ExitCode.CONFORMANT
        assert capsys.readouterr().out.splitlines()[-1] == (
            "1 checks were judged again: every verdict and every finding is the same"
        )


def test_a_verdict_that_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe gets JSON; nothing of pytest's is in it."""
    folder = stored(tmp_path, replace(CHECK, verdict=Verdict.FAILED))
    assert cli.main(["replay", folder]) == ExitCode.NOT_CONFORMANT
    data = json.loads(capsys.readouterr().out)
    assert data["conclusion"] == "1 of 1 checks that were judged again say something else today"
    assert [one["id"] for one in data["changes"]["fixed"]] == [ID]
    assert cli.main(["replay", folder, "--output", str(tmp_path / "out.md")]) == ExitCode.NOT_CONFORMANT
    assert "## Fixed (1)" in (tmp_path / "out.md").read_text()


@pytest.mark.parametrize("words", [["nowhere"], ["{folder}", "conformance/test_nowhere.py"]], ids=["run", "check"])
def test_what_does_not_exist_is_a_usage_error(tmp_path: Path, words: list[str]) -> None:
    """Neither a run nor a check is guessed."""
    folder = stored(tmp_path, CHECK)
    assert cli.main(["replay", *(word.format(folder=folder) for word in words)]) == ExitCode.USAGE


def test_the_conclusion_counts() -> None:
    """What changed, of what was judged."""
    before, after = run(check(0), check(1)), run(check(0), check(1, Verdict.FAILED))
    assert conclusion(compare(before, after)).startswith("1 of 2 checks")
    assert conclusion(compare(before, before)).startswith("2 checks were judged again")
