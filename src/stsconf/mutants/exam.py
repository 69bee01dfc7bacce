"""Running the suite against a cluster in a process of its own, and reading what the run wrote."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stsconf.errors import StsconfError
from stsconf.model.result import RunResult
from stsconf.report.stream import STREAM, read_stream

_MAIN = "import sys; from stsconf.cli import main; sys.exit(main())"
_LAST = 400
"""Characters of a run's screen that an error shows."""


@dataclass(frozen=True, slots=True)
class Exam:
    """How the suite is held against one running cluster.

    `kubeconfig` and `context` name it. `checks` are files, classes or checks in the order in which they are to run,
    all by default. `patience` multiplies the suite's deadlines; `seconds` is what a run may take altogether: not to
    be done by then is the harness's trouble and no verdict.
    """

    kubeconfig: Path
    context: str
    checks: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    patience: float = 1.0
    seconds: float = 900.0
    jobs: int = 8

    def sit(self, folder: Path, *, to_the_end: bool = True) -> RunResult:
        """Run the suite, with its report in `folder`, and return what its stream says.

        Not `to_the_end`: only up to the first check that fails. Raises `StsconfError` when the run left no stream, or
        took too long.
        """
        said = self._run(self._command(folder, to_the_end=to_the_end))
        if not (folder / STREAM).exists():
            raise StsconfError(
                "the suite did not begin", " ".join(said.split())[-_LAST:] or "it said nothing", "run it by hand"
            )
        return read_stream(folder / STREAM)

    def _command(self, folder: Path, *, to_the_end: bool) -> list[str]:
        options = [
            f"--cluster=context:{self.context}",
            f"--kubeconfig={self.kubeconfig}",
            f"--report-dir={folder}",
            f"--timeout-scale={self.patience}",
            f"--jobs={self.jobs}",
            "--no-wait",
            "--no-evidence",
        ]
        if self.apps:
            options.append(f"--apps={','.join(self.apps)}")
        if not to_the_end:
            options.append("--fail-fast")
        return [sys.executable, "-c", _MAIN, "run", *options, *self.checks]

    def _run(self, command: Sequence[str]) -> str:
        """Run a command to its end and return what it said; its exit code repeats what stands in the stream."""
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        with process:
            try:
                return process.communicate(timeout=self.seconds)[0]
            except BaseException as error:
                with suppress(ProcessLookupError):  # it may have ended just now
                    os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise StsconfError(f"the suite was not done after {self.seconds:g} s", "", "give it more") from None
                raise
