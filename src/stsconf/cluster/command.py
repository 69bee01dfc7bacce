"""Running somebody else's command line tool to its end."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence

from stsconf.errors import StsconfError

_TAIL = 400
"""Characters of stderr that an error shows: tools put what matters last."""


class CommandError(StsconfError):
    """A command failed; `output` is all that it said on stderr."""

    def __init__(self, command: str, code: int, output: str) -> None:
        """Show the end of it."""
        super().__init__(f"{command} failed with exit code {code}", output.strip()[-_TAIL:])
        self.output = output


def run_command(argv: Sequence[str], seconds: float, environment: Mapping[str, str]) -> str:
    """Run a command without a shell and return its stdout.

    Raises `CommandError` when it fails, and `StsconfError` when it is not done after `seconds`. However
    this call is left, the command and its children do not outlive it: they get a process group of their own.
    """
    process = subprocess.Popen(
        argv,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    with process:
        try:
            out, err = process.communicate(timeout=seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise StsconfError(f"{' '.join(argv)} was stopped", f"it was not done after {seconds:g} s") from error
            raise
    if process.returncode:
        raise CommandError(" ".join(argv), process.returncode, err)
    return out
