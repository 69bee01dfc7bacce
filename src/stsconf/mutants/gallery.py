"""Where controllers that have bugs are built, take one another's place, and are shown to the suite."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from stsconf.errors import StsconfError
from stsconf.model.result import RunResult
from stsconf.mutants.exam import Exam
from stsconf.mutants.exhibit import PREFIX, Exhibit, viewed
from stsconf.mutants.lab import Lab
from stsconf.mutants.outcome import Outcome, Trial
from stsconf.wait import Clock

Build = Callable[[str], Path]
"""Returns the controller of a release, or of a bug made by hand."""
PATIENCE = {"simulated": 0.4, "embedded": 1.0}
"""What multiplies the suite's deadlines, by kind of cluster: a good release has to pass on a busy machine, too."""
_CONFORMANCE = Path(__file__).parents[3] / "conformance"


@dataclass
class Gallery:
    """A lab, and what builds the controllers of releases."""

    lab: Lab
    kind: str
    folder: Path
    build: Build

    @classmethod
    @contextmanager
    def open(cls, kind: str, folder: Path, build: Build) -> Iterator[Self]:
        """Start a lab for a gallery whose reports go to a folder."""
        with Lab.open(kind, f"museum-{secrets.token_hex(3)}", lambda _line: None) as lab:
            yield cls(lab, kind, folder, build)

    def view(self, exhibit: Exhibit, *, whole: bool = False) -> Trial:
        """Hold the suite against both releases of an exhibit; trouble of the harness makes the trial invalid."""
        clock = Clock()
        start = clock.now()
        try:
            trial = viewed(exhibit, self.kind, self._show, whole=whole)
        except StsconfError as error:
            reason = " ".join(str(error).split())
            trial = Trial(f"{PREFIX}{exhibit.name}", self.kind, Outcome.INVALID, reason=reason)
        return replace(trial, seconds=round(clock.now() - start, 1))

    def _show(self, version: str, checks: tuple[str, ...]) -> RunResult:
        report = self.folder / "report"
        shutil.rmtree(report, ignore_errors=True)
        paths = tuple(str(_CONFORMANCE / check) for check in checks)
        exam = Exam(self.lab.kubeconfig, self.lab.context, paths, patience=PATIENCE[self.kind])
        with self.lab.controller(self.build(version)):
            return exam.sit(report)
