"""`stsconf replay`: a stored run judged again by today's judges, without a cluster."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stsconf.commands.checks import CHECKOUT, call_pytest
from stsconf.commands.output import add_output, chosen_format, put
from stsconf.errors import ExitCode, UsageError
from stsconf.report import compared
from stsconf.report.comparison import Comparison
from stsconf.report.stored import StoredRun

if TYPE_CHECKING:
    import pytest

    from stsconf.replay import Replay


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", type=Path, metavar="RUN", help="a report folder, or its stream.jsonl")
    parser.add_argument("checks", nargs="*", metavar="CHECK", help="FILE.py, FILE.py::CLASS::CHECK[APP]: these only")
    add_output(parser, compared.FORMATS)
    parser.set_defaults(function=replay)


def replay(arguments: argparse.Namespace) -> ExitCode:
    """Judge a stored run again with today's judges; tells where a verdict or a finding changed."""
    from stsconf.replay import replay_code  # noqa: PLC0415 -- loads pytest

    comparison = judged_again(StoredRun.read(arguments.run), arguments.checks)
    code, told = replay_code(comparison), conclusion(comparison)
    form = chosen_format(arguments, compared.FORMATS)
    put(compared.FORMATS[form](comparison, compared.Conclusion(told, code)), arguments.output)
    return code


def conclusion(comparison: Comparison) -> str:
    """Return what a replay comes to, in one sentence."""
    judged = len(comparison.after.checks)
    if comparison.changes:
        return f"{len(comparison.changes)} of {judged} checks that were judged again say something else today"
    return f"{judged} checks were judged again: every verdict and every finding is the same"


def judged_again(
    stored: StoredRun, checks: Sequence[str] = (), root: Path = CHECKOUT, folder: str = "conformance"
) -> Comparison:
    """Judge a stored run again, or those checks that are named, and hold the verdicts against the stored ones.

    Raises `UsageError` for checks that do not exist, and `StsconfError` where nothing could be judged.
    """
    from stsconf.replay import Replay  # noqa: PLC0415 -- loads pytest

    again = Replay(stored, named=bool(checks))
    with redirect_stdout(sys.stderr):  # what pytest says is no part of the answer
        code = call_pytest(checks, _Attached(again), root=root, folder=folder)
    if code == ExitCode.USAGE and again.error is None:
        raise UsageError("the checks cannot be chosen so", "pytest says why", "name checks as the report names them")
    return again.compared()


@dataclass(frozen=True, slots=True)
class _Attached:
    """The plugin through which pytest gets its checks judged by a replay."""

    replay: Replay

    def pytest_configure(self, config: pytest.Config) -> None:
        """Put the replay where a run would be."""
        from stsconf.plugin import attach  # noqa: PLC0415 -- loads pytest

        attach(config, self.replay)
