"""Where one mutant after the other is built and shown to the suite, on one running cluster."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from stsconf.cluster.embedded.workshop import Built, NotBuilt, Workshop
from stsconf.errors import StsconfError
from stsconf.model.result import RunResult
from stsconf.mutants.exam import Exam
from stsconf.mutants.lab import Lab
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.outcome import Outcome, Trial, outcome
from stsconf.mutants.reach import Reach
from stsconf.wait import Clock

PATIENCE = {"simulated": 0.2, "embedded": 0.5}
"""What multiplies the suite's deadlines, by kind of cluster: a mutant that does nothing costs this much each time."""

UNREACHED = "no scenario makes it run"
_JOBS = 5
"""Scenarios at a time: most mutants are killed by the first ones, and what was begun beside them is for nothing."""

Choose = Callable[[RunResult], tuple[str, ...]]
"""Picks the checks that mutants are shown from what the control passed, in the order in which they are to run."""


@dataclass
class MutantBench:
    """A lab, a workshop, and the mutants that may be asked for, by id."""

    lab: Lab
    workshop: Workshop
    mutants: Mapping[str, Mutant]
    folder: Path
    kind: str
    choose: Choose
    whole: bool = False

    def __post_init__(self) -> None:
        """Build the control, with which every mutant is compared."""
        self._clock = Clock()
        self._exam = Exam(self.lab.kubeconfig, self.lab.context, patience=PATIENCE[self.kind], jobs=_JOBS)
        self._checks: tuple[str, ...] = ()
        self._reach: Reach | None = None
        built = self.workshop.build({}, self.folder / "control")
        if isinstance(built, NotBuilt):
            raise StsconfError("the unchanged controller cannot be built", built.message)
        self._control = built

    @classmethod
    @contextmanager
    def open(
        cls, kind: str, workshop: Workshop, mutants: Sequence[Mutant], folder: Path, choose: Choose, *, whole: bool
    ) -> Iterator[Self]:
        """Start a lab for a bench, with its own files below `folder`."""
        name = f"lab-{secrets.token_hex(3)}"
        own = folder / name
        own.mkdir(parents=True)
        try:
            with Lab.open(kind, name, lambda _line: None) as lab:
                yield cls(lab, workshop, {one.id: one for one in mutants}, own, kind, choose, whole)
        finally:
            shutil.rmtree(own)

    def control(self) -> str:
        """Run the suite against the unchanged controller; return what is wrong, empty if all passed.

        The first time, it is one that notes what of it runs.
        """
        try:
            result = self._show(self._control, to_the_end=True) if self._reach else self._show_counting()
        except StsconfError as error:
            return " ".join(str(error).split())
        found, kills, reason = outcome(result)
        if found is not Outcome.SURVIVED:
            return reason or f"{kills[0].check}: {kills[0].sentence}"
        self._checks = self._checks or self.choose(result)
        return ""

    def trial(self, mutant: str) -> Trial:
        """Build one mutant and run the suite against it; trouble of the harness makes the trial invalid."""
        start = self._clock.now()
        try:
            trial = self._trial(self.mutants[mutant])
        except StsconfError as error:
            trial = Trial(mutant, self.kind, Outcome.INVALID, reason=" ".join(str(error).split()))
        return replace(trial, seconds=round(self._clock.now() - start, 1))

    def _trial(self, mutant: Mutant) -> Trial:
        source = self.workshop.sources()[mutant.file]
        built = self.workshop.build({mutant.file: mutant.apply(source)}, self.folder / "mutant")
        if isinstance(built, NotBuilt):
            return Trial(mutant.id, self.kind, Outcome.NOT_COMPILED, reason=built.message.partition("\n")[0])
        if built.sum == self._control.sum:
            return Trial(mutant.id, self.kind, Outcome.EQUIVALENT)
        if self._reach and not self._reach.has(mutant, source):
            return Trial(mutant.id, self.kind, Outcome.SURVIVED, whole=True, reason=UNREACHED)
        found, kills, reason = outcome(self._show(built, to_the_end=self.whole))
        return Trial(mutant.id, self.kind, found, kills, self.whole or not kills, reason=reason)

    def _show(self, controller: Built, *, to_the_end: bool) -> RunResult:
        """Let a controller work, and hold the suite against it."""
        with self.lab.controller(controller.binary):
            return self._sit(to_the_end=to_the_end)

    def _show_counting(self) -> RunResult:
        """Do the same with a control that counts, and read what it noted."""
        counting, noted = self.folder / "counting", self.folder / "noted"
        noted.mkdir()
        self.workshop.build_counting(counting)
        with self.lab.controller(counting, GOCOVERDIR=str(noted)) as running:
            result = self._sit(to_the_end=True)
            running.ask_to_end()
        self._reach = Reach.read(self.workshop.profile(noted))
        return result

    def _sit(self, *, to_the_end: bool) -> RunResult:
        report = self.folder / "report"
        shutil.rmtree(report, ignore_errors=True)
        return replace(self._exam, checks=self._checks).sit(report, to_the_end=to_the_end)
