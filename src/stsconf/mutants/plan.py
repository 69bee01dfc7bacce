"""Which checks a mutant is shown, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from stsconf.model.finding import DID_NOT_HAPPEN
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.mutants.outcome import Trial, check_name

_CHECKOUT = Path(__file__).parents[3]
_APP = "nginx"
"""The app that checks are shown with where they know several: a controller treats all alike."""
_SAME_FUNCTION, _SAME_FILE = 100, 5
"""How much more a kill of a neighbour tells about a mutant than one of any other."""
_SEEN = 10
"""How much better a finding is than that something did not happen, for which a deadline has to pass, twice."""


def checks_to_show(control: RunResult, past: Iterable[Trial], mutant: str = "") -> tuple[str, ...]:
    """Return the checks that a control passed, each with one app, those first whose scenario is likest to kill.

    That is which killed most so far, above all of the mutant's function and file.
    """
    passed = [check for check in control.checks if check.verdict is Verdict.PASSED and check.counts]
    return _by_kills(_one_app(passed), past, mutant)


def checks_left_over(
    control: RunResult, elsewhere: RunResult, past: Iterable[Trial], mutant: str = ""
) -> tuple[str, ...]:
    """Return the checks that a control passed and that could not be judged `elsewhere`."""
    judged = {check.id for check in elsewhere.checks if check.verdict is Verdict.PASSED}
    passed = [check for check in control.checks if check.verdict is Verdict.PASSED and check.counts]
    return _by_kills([check for check in _one_app(passed) if check.id not in judged], past, mutant)


def _one_app(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """Return each check once: with the usual app, or with its only one."""
    usual = {check_name(check.id) for check in checks if check.app == _APP}
    return [check for check in checks if check.app == _APP or check_name(check.id) not in usual]


def _by_kills(checks: Iterable[CheckResult], past: Iterable[Trial], mutant: str) -> tuple[str, ...]:
    """Sort by scenario, the best killer first; checks of a scenario stay together, as it is played once."""
    kills = Counter[str]()
    for trial in past:
        for kill in trial.kills[:1]:
            kills[_scenario(kill.check)] += _weight(trial.mutant, mutant) * (
                _SEEN if kill.code != DID_NOT_HAPPEN else 1
            )
    ranked = sorted(checks, key=lambda check: -kills[_scenario(check_name(check.id))])
    return tuple(in_checkout(check.id) for check in ranked)


def _weight(killed: str, mutant: str) -> int:
    """Return how much the kill of one mutant tells about another; ids are `file.function.operator.number`."""
    if killed.rsplit(".", 2)[0] == mutant.rsplit(".", 2)[0]:
        return _SAME_FUNCTION
    return _SAME_FILE if killed.partition(".")[0] == mutant.partition(".")[0] else 1


def among(checks: Iterable[str], asked: Sequence[str]) -> tuple[str, ...]:
    """Return those checks that were asked for, by file, class or name; all if nothing was asked for."""
    places = tuple(in_checkout(one) for one in asked)
    return tuple(check for check in checks if not places or any(_within(check, place) for place in places))


def _within(check: str, place: str) -> bool:
    return check == place or check.startswith((f"{place}::", f"{place}["))


def in_checkout(check: str) -> str:
    """Return a check as it is named wherever the command is called from."""
    return str(_CHECKOUT / check)


def _scenario(check: str) -> str:
    return check.rpartition("::")[0]
