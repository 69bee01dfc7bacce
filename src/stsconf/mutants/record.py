"""The record of what the suite notices: one table of trials, joined with the mutants and the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from stsconf.mutants.outcome import Outcome, Trial
from stsconf.mutants.reasons import Kind, Reason

_WORST_FIRST = (Outcome.KILLED, Outcome.EQUIVALENT, Outcome.NOT_COMPILED, Outcome.INVALID, Outcome.SURVIVED)


class Named(Protocol):
    """What the record has to know of a mutant."""

    @property
    def id(self) -> str:
        """The mutant's id."""

    @property
    def file(self) -> str:
        """The file it is in."""

    @property
    def function(self) -> str:
        """The function it is in."""

    @property
    def line(self) -> int:
        """The line it begins in."""

    @property
    def diff(self) -> str:
        """Its change, in one line."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of outcomes of some mutants. `reasons` counts the survivors by kind of reason."""

    outcomes: Counter[Outcome]
    reasons: Counter[Kind]

    @property
    def judged(self) -> int:
        """Mutants that a check could have noticed: neither left out by the compiler nor equivalent with a reason."""
        return self.killed + self.outcomes[Outcome.SURVIVED] - self.reasons[Kind.EQUIVALENT]

    @property
    def killed(self) -> int:
        """Mutants that a check noticed."""
        return self.outcomes[Outcome.KILLED]

    @property
    def inside(self) -> int:
        """Of the judged ones, those that break a promise which is checked."""
        return self.judged - self.reasons[Kind.OUT_OF_SCOPE] - self.reasons[Kind.NEEDS]

    @property
    def whole_percent(self) -> float:
        """Killed of all judged, in percent."""
        return _percent(self.killed, self.judged)

    @property
    def inside_percent(self) -> float:
        """Killed of those inside of what is checked, in percent."""
        return _percent(self.killed, self.inside)


@dataclass(frozen=True)
class Record:
    """All that is known: the mutants, what came of each, why survivors survive, and why checks may be idle.

    There are also trials of what is no mutant: faults around the controller, and controllers of former releases.
    """

    mutants: Sequence[Named]
    trials: Sequence[Trial]
    reasons: Mapping[str, Reason]
    idle: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def settled(self) -> Mapping[str, Trial]:
        """One trial per mutant: of several kinds of cluster, the one that noticed something."""
        known: dict[str, Trial] = {}
        for trial in sorted(self.trials, key=lambda one: _WORST_FIRST.index(one.outcome)):
            known.setdefault(trial.mutant, trial)
        return known

    def outcome(self, mutant: str) -> Outcome | None:
        """Return what came of a mutant, None if it was not tried."""
        trial = self.settled.get(mutant)
        return trial.outcome if trial else None

    def score(self, mutants: Iterable[Named]) -> Score:
        """Return the score of some mutants."""
        ids = [one.id for one in mutants]
        outcomes = Counter(outcome for id_ in ids if (outcome := self.outcome(id_)))
        survived = (id_ for id_ in ids if self.outcome(id_) is Outcome.SURVIVED)
        return Score(outcomes, Counter(self.reasons[id_].kind for id_ in survived if id_ in self.reasons))

    @property
    def survivors(self) -> list[Named]:
        """The mutants that nothing noticed, in their order."""
        return [one for one in self.mutants if self.outcome(one.id) is Outcome.SURVIVED]

    @property
    def unexplained(self) -> list[str]:
        """Survivors without a reason."""
        return [one.id for one in self.survivors if one.id not in self.reasons]

    @property
    def stale(self) -> list[str]:
        """Reasons for mutants that do not survive, or do not exist."""
        return [id_ for id_ in self.reasons if self.outcome(id_) is not Outcome.SURVIVED]

    def kills_by_check(self, checks: Iterable[str]) -> Mapping[str, list[str]]:
        """Return what each of these checks noticed, by its name as it is written: class and function.

        A check that a class inherits is written once, whichever scenario it noticed something in. What a check noticed
        that is written no more stands under the name it had.
        """
        kills: dict[str, list[str]] = {check: [] for check in checks}
        inherited = {check.partition(".")[2]: check for check in kills if not check.startswith("Test")}
        for trial in self.trials:
            for kill in trial.kills:
                name = ".".join(kill.check.split("::")[1:])
                written = name if name in kills else inherited.get(name.partition(".")[2], name)
                kills.setdefault(written, []).append(trial.mutant)
        return kills

    def wanting(self, checks: Sequence[str]) -> list[str]:
        """Return what is wrong with the record, one line each: nothing in it may be without a reason, or outlived."""
        kills = self.kills_by_check(checks)
        idle = {check for check in checks if not kills[check]}
        return [
            *(f"nothing noticed {id_}, and no reason says why" for id_ in self.unexplained),
            *(f"the reason for {id_} is outlived: it does not survive" for id_ in self.stale),
            *(f"{check} noticed nothing, and no reason says why" for check in sorted(idle - self.idle.keys())),
            *(
                f"the reason for {check} is outlived: it noticed something, or is gone"
                for check in self.idle
                if check not in idle
            ),
            *(
                f"{check} noticed {found[0]}, and is gone: judge it again"
                for check, found in kills.items()
                if check not in checks
            ),
        ]


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
