"""`stsconf compare`, as it is typed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stsconf import cli
from stsconf.errors import ExitCode
from stsconf.model.verdict import Verdict
from tests.report.samples import FINDING, check, run
from tests.report.storing import store

GOOD = run(check(), check(1))
BAD = run(check(), check(1, Verdict.FAILED, findings=(FINDING,)))


@pytest.fixture
def nights(tmp_path: Path) -> dict[str, str]:
    """Report folders by name."""
    foreign = replace(GOOD, header=replace(GOOD.header, catalogue="other"))
    runs = {"good": GOOD, "bad": BAD, "foreign": foreign}
    return {name: str(store(tmp_path / name, one)) for name, one in runs.items()}


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("good good", 0),
        ("good bad", 1),
        ("bad good", 0),
        ("bad bad", 0),
        ("good good bad", 1),
        ("good bad good", 0),
        ("good", 2),
        ("good foreign", 2),
        ("good bad foreign", 2),
        ("good nowhere", 2),
    ],
)
def test_the_exit_code_tells_a_regression(nights: dict[str, str], names: str, code: int) -> None:
    """1 for one, 0 for none, 2 for what cannot be compared."""
    assert cli.main(["compare", *(nights.get(name, name) for name in names.split())]) == code


def test_different_promises_are_compared_on_demand_and_told(
    nights: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The difference stands above everything else."""
    assert cli.main(["compare", "--anyway", "--format=text", nights["good"], nights["foreign"]]) == ExitCode.CONFORMANT
    assert "note: held to different promises (catalogues): sha256:4f1c / other" in capsys.readouterr().out


@pytest.mark.parametrize("names", [["good", "bad"], ["good", "bad", "good"]], ids=["two", "many"])
def test_every_form_is_of_the_same(
    nights: dict[str, str], names: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two and many runs have text, Markdown, JSON and a page."""
    codes = {}
    for form in ("text", "markdown", "json", "html"):
        codes[form] = cli.main(["compare", f"--format={form}", *(nights[name] for name in names)])
        said = capsys.readouterr().out
        (tmp_path / form).write_text(said)
        assert "ORD-2" in said
    assert set(codes.values()) == {json.loads((tmp_path / "json").read_text())["exit_code"]}
    assert (tmp_path / "html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "markdown").read_text().startswith("# StatefulSets: ")
