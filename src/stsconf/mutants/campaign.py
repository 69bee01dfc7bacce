"""Many mutants against the suite: side by side, between two runs of the control, resumable at any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Protocol

from stsconf.errors import StsconfError
from stsconf.mutants.journal import Journal
from stsconf.mutants.outcome import Outcome, Trial
from stsconf.wait import Clock

BATCH = 20
"""Mutants between two runs of the control: so many are judged anew when the second does not pass."""


class Bench(Protocol):
    """A running cluster whose controller can be exchanged."""

    def control(self) -> str:
        """Run the suite against the unchanged controller; return what is wrong, empty if all passed."""

    def trial(self, mutant: str) -> Trial:
        """Run the suite against one mutant."""


_NO_CONTROL = "the unchanged controller does not pass"

Hire = Callable[[], AbstractContextManager[Bench]]
"""Makes a bench of its own for one worker."""


@dataclass
class Campaign:
    """The mutants that are left to judge, shared by several workers with a bench each."""

    mutants: Sequence[str]
    journal: Journal
    hire: Hire
    say: Callable[[str], None]
    workers: int = 2
    clock: Clock = field(default_factory=Clock)

    def run(self) -> None:
        """Judge all mutants; each is in the journal as soon as a control passed after it.

        A worker on whose new bench the control fails leaves the rest to the others. Raises `StsconfError` when none
        is left that could judge it.
        """
        self._left: SimpleQueue[str] = SimpleQueue()
        self._doubted: set[str] = set()
        self._done, self._lock, self._controlling = 0, Lock(), Lock()
        self._start = self.clock.now()
        self._broken, self._wrong = False, set[str]()
        for mutant in self.mutants:
            self._left.put(mutant)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="bench") as pool:
            workers = [pool.submit(self._work) for _ in range(self.workers)]
            try:
                for worker in workers:
                    worker.result()
            except BaseException:
                self._broken = True
                raise
        if not self._left.empty():
            raise StsconfError(_NO_CONTROL, "; ".join(sorted(self._wrong)), "a mutant would say nothing")

    def _work(self) -> None:
        """Take mutants until none is left, on a new bench whenever the former is in doubt."""
        try:
            while self._goes_on():
                with self.hire() as bench:
                    if not self._is_fit(bench):
                        return
                    while self._goes_on() and self._batch(bench):
                        pass
        except BaseException:
            self._broken = True  # the others end after their present mutant
            raise

    def _control(self, bench: Bench) -> str:
        """Run one control at a time: each takes the whole machine, and the more at once the later is what it awaits."""
        with self._controlling:
            return bench.control()

    def _goes_on(self) -> bool:
        return not self._left.empty() and not self._broken

    def _is_fit(self, bench: Bench) -> bool:
        """Tell whether the control passes on a new bench, and say so if it does not."""
        wrong = self._control(bench)
        if wrong:
            self._wrong.add(wrong)
            self.say(f"{_NO_CONTROL} on a new cluster, one worker less: {wrong}")
        return not wrong

    def _batch(self, bench: Bench) -> bool:
        """Judge some mutants and confirm them by a control; tell whether the bench may go on."""
        trials: list[Trial] = []
        try:
            while len(trials) < BATCH and not self._broken:
                trials.append(self._next(bench))
        except Empty:
            pass
        if not trials:
            return True
        doubt = self._control(bench)
        self._close(trials, doubt)
        return not doubt

    def _next(self, bench: Bench) -> Trial:
        mutant = self._left.get_nowait()
        trial = bench.trial(mutant)
        with self._lock:
            self._done += 1
            self.say(self._progress(trial))
        return trial

    def _close(self, trials: Sequence[Trial], doubt: str) -> None:
        """Write what is certain; what the control puts in doubt is judged once more, elsewhere."""
        with self._lock:
            certain = [trial for trial in trials if not doubt or trial.outcome in _OF_THE_COMPILER]
            again = [trial.mutant for trial in trials if trial not in certain and trial.mutant not in self._doubted]
            lost = [trial for trial in trials if trial not in certain and trial.mutant in self._doubted]
            self._doubted.update(again)
            self._done -= len(again)
            reason = f"the control did not pass after it: {doubt}"
            self.journal.write([*certain, *(_invalid(trial, reason) for trial in lost)])
        for mutant in again:
            self._left.put(mutant)
        if doubt:
            self.say(f"the control failed, {len(again)} mutants are judged anew on a new cluster: {doubt}")

    def _progress(self, trial: Trial) -> str:
        minutes = (self.clock.now() - self._start) / 60
        rest = minutes / self._done * (len(self.mutants) - self._done)
        by = f" by {trial.kills[0].check.partition('::')[2]}: {trial.kills[0].code}" if trial.kills else ""
        why = f": {trial.reason}" if trial.reason else ""
        count = f"[{self._done}/{len(self.mutants)}, {rest:.0f} min left]"
        return f"{count} {trial.outcome} {trial.mutant} ({trial.seconds:.1f} s){by}{why}"


_OF_THE_COMPILER = (Outcome.EQUIVALENT, Outcome.NOT_COMPILED)


def _invalid(trial: Trial, reason: str) -> Trial:
    return replace(trial, outcome=Outcome.INVALID, kills=(), reason=reason)


def to_do(mutants: Iterable[str], known: Iterable[Trial], cluster: str) -> tuple[str, ...]:
    """Return the mutants without a trial that holds on this kind of cluster; invalid ones are tried again."""
    judged = {one.mutant for one in known if one.cluster == cluster and one.outcome is not Outcome.INVALID}
    return tuple(mutant for mutant in mutants if mutant not in judged)
