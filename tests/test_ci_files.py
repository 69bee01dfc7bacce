"""The ready files of docs/ci.md: what they call exists, and whatever happens they sweep and keep the report."""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from stsconf.plugin import add_options

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "docs" / "ci").iterdir())
GITHUB, GITLAB, NIGHTLY = (ROOT / "docs" / "ci" / name for name in ("github-actions.yml", "gitlab-ci.yml", "nightly"))


def unknown(text: str) -> list[str]:
    """Return the make targets and the options of `stsconf run` that a file calls and that do not exist."""
    targets = set(re.findall(r"^([a-z.][\w./-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    parser = argparse.ArgumentParser()
    add_options(parser.add_argument)
    options = set(re.findall(r"--[\w-]+", parser.format_help()))
    joined = text.replace("\\\n", " ")
    commands = "\n".join(line for line in joined.splitlines() if not line.lstrip().startswith("#"))
    called = set(re.findall(r"\bmake (\S+)", commands)) - {"and"}
    given = {option for call in re.findall(r"stsconf run (.*)", commands) for option in re.findall(r"--[\w-]+", call)}
    return sorted((called - targets) | (given - options))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_commands_exist(path: Path) -> None:
    """Every file calls what there is, sweeps, and has the run itself decide, not make."""
    text = path.read_text()
    assert unknown(text) == []
    assert "make sweep" in text
    assert "stsconf run --cluster kind" in text


def test_rule_can_fail() -> None:
    """A target and an option that do not exist are named."""
    assert unknown("make sweepp\nstsconf run --clusters kind\n") == ["--clusters", "sweepp"]


def steps() -> list[dict[str, Any]]:
    """Return the steps of GitHub's job."""
    found: list[dict[str, Any]] = yaml.safe_load(GITHUB.read_text())["jobs"]["conformance"]["steps"]
    return found


@pytest.mark.parametrize("part", ["make sweep", "GITHUB_STEP_SUMMARY", "upload-artifact"])
def test_github_always(part: str) -> None:
    """Sweep, summary and artifact come whatever the run said."""
    step = next(step for step in steps() if part in str(step.get("run", "")) + str(step.get("uses", "")))
    assert step["if"] == "always()"


def test_gitlab_always() -> None:
    """The sweep comes after a failed or cancelled job, too, and the report is kept."""
    job = yaml.safe_load(GITLAB.read_text())["conformance"]
    assert "make sweep" in job["after_script"]
    assert job["artifacts"]["when"] == "always"
    assert job["artifacts"]["reports"]["junit"] == "reports/ci/junit.xml"


@pytest.mark.parametrize(("code", "shown"), [(0, ""), (1, "judged\n")])
def test_nightly(tmp_path: Path, code: int, shown: str) -> None:
    """It sweeps, is silent about a good night, tells of a bad one, and ends with the run's own exit code."""
    checkout = tmp_path / "checkout"
    for folder in ("docs/ci", ".venv/bin"):
        (checkout / folder).mkdir(parents=True)
    (checkout / "docs" / "ci" / "nightly").write_text(NIGHTLY.read_text())
    (checkout / "Makefile").write_text("sweep .venv/.stamp:\n\t@touch $@ swept\n.PHONY: sweep .venv/.stamp\n")
    run = checkout / ".venv" / "bin" / "stsconf"
    run.write_text(f'#!/bin/sh\nmkdir -p "$7"; touch "$7/stream.jsonl"; echo judged; exit {code}\n')
    run.chmod(0o755)
    reports = tmp_path / "reports"
    done = subprocess.run(
        ["bash", checkout / "docs" / "ci" / "nightly", reports], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (code, shown)
    assert (checkout / "swept").exists()
    assert (reports / "latest" / "stream.jsonl").exists()
