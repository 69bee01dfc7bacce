"""The command line: what it says, what it returns, and what it calls."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from stsconf import cli
from stsconf.errors import ExitCode, StsconfError, UsageError
from tests.processes import call

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--help"], ["run", "report", "compare", "replay", "cluster", "sweep", "images", "table"]),
        (["cluster", "--help"], ["up", "down", "list"]),
        (
            ["cluster", "up", "--help"],
            ["--kind", "--name", "--no-install", "--controllers", "--statefulset-controller", "--kubernetes"],
        ),
        (["sweep", "--help"], ["--cluster", "--kubeconfig", "--force", "--dry-run"]),
        (["table", "--help"], ["--output"]),
        (["report", "--help"], ["RUN", "--schema", "--format", "--output"]),
        (["compare", "--help"], ["RUN", "--anyway", "--format", "--output"]),
        (["replay", "--help"], ["RUN", "CHECK", "--format", "--output"]),
        (
            ["run", "--help"],
            [
                *("--cluster TARGET", "embedded, simulated", "--profile", "--apps", "--jobs", "--timeout-scale"),
                *(
                    "--keep-on-failure",
                    "--fail-fast",
                    "--no-wait",
                    "--no-evidence",
                    "--report-dir",
                    "--statefulset-controller",
                    "--kubernetes MINOR",
                    "--image-registry",
                    "--kubeconfig",
                    "--no-install",
                    "pytest's",
                ),
            ],
        ),
    ],
    ids=["top", "cluster", "up", "sweep", "table", "report", "compare", "replay", "run"],
)
def test_help_tells_what_there_is(
    capsys: pytest.CaptureFixture[str], words: Sequence[str], told: Sequence[str]
) -> None:
    """Each command lists its verbs and options, on one screen."""
    try:
        code = cli.main(words)
    except SystemExit as ended:
        code = int(str(ended.code))
    said = capsys.readouterr().out
    assert code == ExitCode.CONFORMANT
    assert [word for word in told if word not in said] == []
    assert len(said.splitlines()) <= 40


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["destroy"],
        ["cluster"],
        ["cluster", "sideways"],
        ["cluster", "up", "--kind", "minikube"],
        ["table", "--output"],
        ["images", "more"],
        ["run", "--cluster=nonsense"],
        ["run", "--cluster=kind", "--profile=fast"],
        ["run", "--cluster=kind", "--nonsense"],
        ["run", "--cluster=kind", "--statefulset-controller=standalone"],
        ["run", "--cluster=simulated", "--statefulset-controller=nowhere"],
        ["cluster", "up", "--statefulset-controller=nowhere"],
        ["run", "--cluster=simulated", "--kubernetes=1.33"],
        ["run", "--cluster=kind", "--kubernetes=latest"],
        ["run", "--cluster=context:mine", "--kubernetes=1.36"],
        ["cluster", "up", "--kubernetes=v1.36"],
        ["run", "--cluster=kind", "nowhere.py"],
        ["run", "--cluster=kind", "tests/test_errors.py"],
    ],
    ids=" ".join,
)
def test_what_does_not_exist_is_a_usage_error(words: list[str]) -> None:
    """Unknown verbs, options, targets and files end with exit code 2, and with no traceback."""
    done = call(*words)
    assert done.returncode == ExitCode.USAGE
    assert "Traceback" not in done.stdout + done.stderr
    assert len((done.stdout + done.stderr).strip().splitlines()) <= 4


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StsconfError("it broke", "of age", "mend it"), ExitCode.NOT_JUDGED),
        (UsageError("it is not there", "", "take another"), ExitCode.USAGE),
        (KeyboardInterrupt(), ExitCode.NOT_JUDGED),
    ],
    ids=["error", "usage", "Ctrl-C"],
)
def test_errors_are_told_in_three_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: ExitCode
) -> None:
    """What happened, why, and what to do, on stderr."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("stsconf.commands.table.write_tables", fail)
    assert cli.main(["table"]) == code
    said = capsys.readouterr()
    assert (said.out, said.err.rstrip("\n")) == ("", str(error) or "interrupted")
