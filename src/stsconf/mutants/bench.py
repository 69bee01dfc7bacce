"""Where one mutant after the other is built and shown to the suite, on one running cluster."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from stsconf.cluster.embedded.workshop import NotBuilt, Workshop
from stsconf.errors import StsconfError
from stsconf.model.finding import DID_NOT_HAPPEN
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.mutants.exam import Exam
from stsconf.mutants.lab import Controller, Lab
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.outcome import Kill, Outcome, Trial, outcome
from stsconf.mutants.plan import in_checkout
from stsconf.mutants.reach import EVERYTHING, Atlas, Reach
from stsconf.wait import Clock


@dataclass(frozen=True, slots=True)
class Setting:
    """Where mutants are judged: on which cluster of ours, and with which options their controller is called.

    `patience` multiplies the suite's deadlines: a mutant that does nothing costs this much each time. `jobs` are
    scenarios at a time: what was begun beside the one that kills is for nothing, and other benches work beside.
    """

    cluster: str
    patience: float
    jobs: int = 4
    options: tuple[str, ...] = ()


SETTINGS = {
    "simulated": Setting("simulated", 0.3),
    # two changes of five fail, and all sets together may repeat ten a second
    "rough": Setting("simulated", 0.5, jobs=2, options=("-refuse=5",)),
    "embedded": Setting("embedded", 0.5),
}

_LATE = 3
"""So many times more patience has the control, and a mutant that was only late, for what it did not pass before."""
_SURE = 1.0
"""With all the patience of the suite a check has to fail again, alone: controllers pause longer with every attempt."""
UNREACHED = "no scenario makes it run"
UNNOTICED = "no check of those asked for notices it"

Choose = Callable[[RunResult, str], tuple[str, ...]]
"""Picks the checks that a mutant is shown, by its id, from what the control passed, in the order in which they run."""


@dataclass
class MutantBench:
    """A lab, a workshop, and the mutants that may be asked for, by id."""

    lab: Lab
    workshop: Workshop
    mutants: Mapping[str, Mutant]
    folder: Path
    kind: str
    choose: Choose
    atlas: Atlas = field(default_factory=Atlas)
    whole: bool = False
    part: bool = False

    def __post_init__(self) -> None:
        """Build the control, with which every mutant is compared."""
        self._clock = Clock()
        self._setting = SETTINGS[self.kind]
        self._exam = Exam(
            self.lab.kubeconfig, self.lab.context, patience=self._setting.patience, jobs=self._setting.jobs
        )
        self.passed: RunResult | None = None
        built = self.workshop.build({}, self.folder / "control")
        if isinstance(built, NotBuilt):
            raise StsconfError("the unchanged controller cannot be built", built.message)
        self._control = built

    @classmethod
    @contextmanager
    def open(  # noqa: PLR0917 -- what it works with
        cls,
        kind: str,
        workshop: Workshop,
        mutants: Sequence[Mutant],
        folder: Path,
        choose: Choose,
        atlas: Atlas,
        *,
        whole: bool,
        part: bool = False,
    ) -> Iterator[Self]:
        """Start a lab for a bench, with its own files below `folder`; `part` says that not all checks are shown."""
        name = f"lab-{secrets.token_hex(3)}"
        own = folder / name
        own.mkdir(parents=True)
        try:
            with Lab.open(SETTINGS[kind].cluster, name, lambda _line: None) as lab:
                yield cls(lab, workshop, {one.id: one for one in mutants}, own, kind, choose, atlas, whole, part)
        finally:
            shutil.rmtree(own)

    def control(self) -> str:
        """Run the suite against the unchanged controller; return what is wrong, empty if all passed.

        As long as nobody knows what of it runs, it is one that notes that, part of the checks by part.
        """
        try:
            result = self._show_control() if self.atlas.known else self._explore()
        except StsconfError as error:
            return " ".join(str(error).split())
        found, kills, reason = outcome(result)
        if found is not Outcome.SURVIVED:
            return reason or f"{kills[0].check}: {kills[0].sentence}"
        self.passed = self.passed or result
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
        checks = self.choose(self.passed, mutant.id) if self.passed else ()
        shown = self.atlas.reaching(checks, mutant, source)
        if checks and not shown and not self.part:
            return Trial(mutant.id, self.kind, Outcome.SURVIVED, whole=True, reason=UNREACHED)
        if self.part and not shown:
            return Trial(mutant.id, self.kind, Outcome.INVALID, reason=UNNOTICED)
        with self._working(built.binary):
            result = self._sit(shown, to_the_end=self.whole)
            if not self._stands(result):
                result = self._sit(_not_passed(shown, result), to_the_end=self.whole, patience=_LATE)
                self._require_stands(result)
        found, kills, reason = outcome(result)
        if self.part and found is Outcome.SURVIVED:
            return Trial(mutant.id, self.kind, Outcome.INVALID, reason=UNNOTICED)
        whole = not self.part and (self.whole or not kills)
        return Trial(mutant.id, self.kind, found, _noticed(kills), whole, reason=reason)

    def _show_control(self) -> RunResult:
        """Let the control work, and hold the suite against it, with all the patience that a mutant may get."""
        checks = self.choose(self.passed, "") if self.passed else ()
        with self._working(self._control.binary):
            return self._sit(checks, to_the_end=True, patience=_LATE)

    def _explore(self) -> RunResult:
        """Do the same with a control that counts, part by part, and read what it noted."""
        counting = self.folder / "counting"
        self.workshop.build_counting(counting)
        results = [self._count(counting, part) for part in self.atlas.parts]
        header = replace(results[0].header, checks_expected=sum(one.header.checks_expected for one in results))
        checks = tuple(check for one in results for check in one.checks)
        cut = next((one.interrupted for one in results if one.interrupted), "")
        return RunResult(header, checks, sum(one.seconds for one in results), cut)

    def _count(self, counting: Path, part: str) -> RunResult:
        noted = self.folder / "noted" / Path(part).stem
        noted.mkdir(parents=True)
        with self._working(counting, GOCOVERDIR=str(noted)) as running:
            result = self._sit((part,) if part != EVERYTHING else (), to_the_end=True, patience=_LATE)
            running.ask_to_end()
        self.atlas.reach[part] = Reach.read(self.workshop.profile(noted))
        return result

    def _working(self, binary: Path, **environment: str) -> AbstractContextManager[Controller]:
        return self.lab.controller(binary, *self._setting.options, **environment)

    def _stands(self, result: RunResult) -> bool:
        """Tell whether a result is more than haste: whoever waits for what never comes has to be hasty.

        Nothing is killed by haste, nor by chance: the check that failed first has to fail again.
        """
        found, _, _ = outcome(result)
        if found is not Outcome.KILLED:
            return found is Outcome.SURVIVED
        again = replace(self._exam, checks=(in_checkout(_first_failed(result).id),), patience=_SURE)
        return outcome(self._sat(again, to_the_end=True))[0] is Outcome.KILLED

    def _require_stands(self, result: RunResult) -> None:
        if outcome(result)[0] is Outcome.KILLED and not self._stands(result):
            raise StsconfError(f"{_first_failed(result).id} failed, and not again", "", "is the machine busy?")

    def _sit(self, checks: tuple[str, ...], *, to_the_end: bool, patience: int = 1) -> RunResult:
        exam = replace(self._exam, checks=checks, patience=self._exam.patience * patience)
        return self._sat(exam, to_the_end=to_the_end)

    def _sat(self, exam: Exam, *, to_the_end: bool) -> RunResult:
        report = self.folder / "report"
        shutil.rmtree(report, ignore_errors=True)
        return exam.sit(report, to_the_end=to_the_end)


def _noticed(kills: Sequence[Kill]) -> tuple[Kill, ...]:
    """Leave out what only awaited something in vain, in haste: of the kills the first one alone was repeated."""
    return (*kills[:1], *(kill for kill in kills[1:] if kill.code != DID_NOT_HAPPEN))


def _not_passed(shown: tuple[str, ...], result: RunResult) -> tuple[str, ...]:
    """Return the checks that are still to pass; all of them where each did, and the run ended in some other way."""
    passed = {in_checkout(check.id) for check in result.checks if check.verdict is Verdict.PASSED}
    return tuple(check for check in shown if check not in passed) or shown


def _first_failed(result: RunResult) -> CheckResult:
    return next(check for check in result.checks if check.counts and check.verdict is Verdict.FAILED)
