"""What a check is written with: `@scenario` acts, `@guarantee` names the promise, `expect` judges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from stsconf.judge.base import Judge
from stsconf.judge.lives import disturbed
from stsconf.model.capability import Capability
from stsconf.model.catalogue import GUARANTEES
from stsconf.model.finding import DID_NOT_HAPPEN, Finding, NothingToJudge
from stsconf.model.guarantee import Level, Profile
from stsconf.model.history import History
from stsconf.model.observation import OBSERVATIONS
from stsconf.scenario.apps import APPS
from stsconf.scenario.schedule import Act, Scene

Test = TypeVar("Test", bound=Callable[..., None])

LOOKED: ContextVar[bool] = ContextVar("looked", default=False)
"""Whether a history was held against judges: a check in which it was not says nothing."""


_TOLD = 3
"""So many of the pods that somebody took away are told."""


class NotConformantError(AssertionError):
    """The record shows a broken promise."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings."""
        super().__init__("\n".join(map(str, findings)))
        self.findings = tuple(findings)


class InconclusiveError(Exception):
    """The record allows no judgement; the message says why."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a check class does to a cluster: the `act`, for which `apps`, and what it `needs`.

    `long` and `disruptive` are what `scenario` says.
    """

    act: Act
    apps: tuple[str, ...]
    needs: frozenset[Capability]
    long: bool = False
    disruptive: bool = False

    def scene(self, name: str, app: str) -> Scene:
        """Return the scenario with one app."""
        return Scene(name, app, self.act, long=self.long, alone=self.disruptive)


SCENARIOS: dict[tuple[str, str], Scenario] = {}
"""Every scenario by module and class name."""


def scenario(
    *,
    apps: Sequence[str] = tuple(APPS),
    needs: Sequence[Capability] = (),
    long: bool = False,
    disruptive: bool = False,
) -> Callable[[Act], Any]:
    """Make a class's `history` fixture of a function that acts on a stage.

    The function runs once per app, side by side with those of other classes. `apps` are those for which it makes
    sense; `needs` is what the cluster must be able to do, else all checks of the class are not supported.
    One that is `long`, of those that take most, starts early: the run does not end waiting for it alone.
    One that is `disruptive` touches nodes: it runs when all others have ended, and its checks are of that profile only.
    """

    def make(act: Act) -> Any:
        class_name = act.__qualname__.rpartition(".")[0]
        unknown = set(apps) - set(APPS)
        if not class_name or act.__name__ != "history" or unknown:
            raise ValueError(f"{act.__qualname__}: a scenario is called history, in a class, for known apps: {unknown}")
        SCENARIOS[act.__module__, class_name] = Scenario(act, tuple(apps), frozenset(needs), long, disruptive)

        def history(cls: type, played: History) -> History:  # noqa: ARG001 -- a method of the check class
            return played

        history.__doc__ = act.__doc__
        method: Any = classmethod(history)
        return pytest.fixture(scope="class")(method)

    return make


@dataclass(frozen=True, slots=True)
class Promise:
    """What a check says it judges: guarantee ids, and the tutorials' observations that it shows."""

    guarantees: tuple[str, ...]
    observations: tuple[int, ...]
    asks_for: frozenset[Capability] = frozenset()

    @property
    def level(self) -> Level:
        """The most binding level among the guarantees."""
        levels = {GUARANTEES[id_].level for id_ in self.guarantees}
        return next(level for level in Level if level in levels)

    def known_issue(self, version: str) -> str:
        """Return the issue because of which a version is expected to break the guarantees, empty if there is none."""
        return GUARANTEES[self.guarantees[0]].issue_in(version)

    @property
    def profiles(self) -> frozenset[Profile]:
        """The profiles that contain one of the guarantees."""
        return frozenset(GUARANTEES[id_].profile for id_ in self.guarantees)

    @property
    def needs(self) -> frozenset[Capability]:
        """What the guarantees, and this way of judging them, need of a cluster."""
        return self.asks_for.union(*(GUARANTEES[id_].needs for id_ in self.guarantees))


def guarantee(*ids: str, shows: Sequence[int] = (), needs: Sequence[Capability] = ()) -> Callable[[Test], Test]:
    """Say which guarantees a check judges, and which observations it shows. Unknown ids stop the collection.

    `needs` is what this check needs beyond its guarantees, because of how it looks.
    """
    unknown = [str(one) for one in (*ids, *shows) if one not in GUARANTEES and one not in OBSERVATIONS]
    if unknown or not ids:
        raise ValueError(f"unknown guarantee or observation: {', '.join(unknown) or 'none named'}")
    if len({(GUARANTEES[id_].known_issue, GUARANTEES[id_].fixed) for id_ in ids}) > 1:
        raise ValueError(f"{', '.join(ids)}: what a known issue excuses would excuse the others too")
    return pytest.mark.guarantee(Promise(ids, tuple(shows), frozenset(needs)))


def expect(history: History, *judges: Judge) -> None:
    """Hold a history against judges, each of which must have something to judge.

    Raises `NotConformantError` for findings, and for a stalled scenario in which nothing was found: what was
    awaited did not happen. Raises `InconclusiveError` when the cluster was lost, the scenario's assumption did not
    hold, the record has a gap where it matters, pods were sent away by somebody else and something was found, or
    there was nothing to judge.
    """
    silent = _silent(history, judges)
    _require_happened(history)
    if silent or not judges:
        raise InconclusiveError("; ".join(silent.values()) or "the check names no judge")


def expect_always(history: History, *invariants: Judge) -> None:
    """Hold a history against judges that hold at every moment, as `expect` does.

    Those that do not apply to this scenario are passed over, but not all of them can be. What an invariant says of
    pods is no less true where the scenario stalled later; where no pod was seen, the stall is what is told.
    """
    silent = _silent(history, invariants)
    spoke = [judge for judge in invariants if judge not in silent]
    if not any("Pod" in judge.kinds for judge in spoke):
        _require_happened(history)
    if not spoke:
        raise InconclusiveError("; ".join(silent.values()) or "the check names no judge")


def _silent(history: History, judges: Sequence[Judge]) -> dict[Judge, str]:
    """Return the judges that had nothing to judge, each with its reason.

    Raises what the others found, or why the record allows no judgement.
    """
    LOOKED.set(True)
    if history.lost or history.broken:
        raise InconclusiveError(history.lost or "; ".join(history.broken))
    findings: list[Finding] = []
    gaps: list[str] = []
    silent: dict[Judge, str] = {}
    for judge in judges:
        missed = history.gaps(*judge.kinds)
        if missed:
            gaps.append(f"{judge.code}: the record of {missed[0].type} has a gap: {missed[0].object.get('reason')}")
            continue
        try:
            findings.extend(judge(history))
        except NothingToJudge as error:
            silent[judge] = f"{judge.code}: {error}"
    if findings:
        _require_undisturbed(history)
        raise NotConformantError(findings)
    if gaps:
        raise InconclusiveError("; ".join(gaps))
    return silent


def _require_happened(history: History) -> None:
    """Raise `NotConformantError` with what did not happen, if the scenario stalled."""
    if history.stall:
        _require_undisturbed(history)
        raise NotConformantError([Finding(DID_NOT_HAPPEN, str(history.stall), (history.stall.object,))])


def _require_undisturbed(history: History) -> None:
    """Raise `InconclusiveError` when somebody else took a pod away meanwhile: what was found may come of that."""
    if told := list(dict.fromkeys(disturbed(history))):
        more = f"; and {len(told) - _TOLD} pods more" * (len(told) > _TOLD)
        raise InconclusiveError(f"{'; '.join(told[:_TOLD])}{more}. Run again when nobody evicts pods")
