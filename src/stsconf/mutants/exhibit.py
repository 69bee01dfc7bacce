"""What an exhibit of the museum is: a bug that a release of Kubernetes had, and the checks that have to catch it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.mutants.outcome import Kill, Outcome, Trial, check_name, failed

BY_HAND = "made by hand"
"""Where a bug was told that no release had."""
PREFIX = "bug."
"""What the record puts before an exhibit's name, as it knows mutants and faults, too."""


@dataclass(frozen=True, slots=True)
class Catch:
    """A check, `test_file.py::TestClass::test_it`, that has to fail with a finding of this code."""

    check: str
    code: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One bug: where it was told, a release that has it, the first good one, and what it `did`, in one sentence.

    `fixed` is empty while no release is good. One that was made by hand is its own broken release. Every one of
    `catches` has to happen on the broken release, and not one on the fixed one.
    """

    name: str
    told: str
    broken: str
    fixed: str
    did: str
    catches: tuple[Catch, ...]

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that have to catch it, each once."""
        return tuple(dict.fromkeys(catch.check for catch in self.catches))


_DECIDED = {Verdict.PASSED, Verdict.FAILED}

Show = Callable[[str, tuple[str, ...]], RunResult]
"""Lets the controller of a release work, and runs these checks against it; all that there are if none is named."""


def viewed(exhibit: Exhibit, cluster: str, show: Show, *, whole: bool = False) -> Trial:
    """Show the checks the broken release and then the first good one; return what came of it.

    Killed means: caught as named, and the first good release passed. `whole`: all checks are shown the broken one.
    """
    broken = show(exhibit.broken, () if whole else exhibit.checks)
    caught = tuple(kill for catch in exhibit.catches if (kill := _caught(broken, catch)))
    trial = Trial(f"{PREFIX}{exhibit.name}", cluster, Outcome.KILLED, failed(broken) if whole else caught, whole)
    if len(caught) < len(exhibit.catches):
        return _not_as_named(trial, exhibit, exhibit.broken, broken)
    if exhibit.fixed:
        good = show(exhibit.fixed, exhibit.checks)
        if not all(_passed(good, check) for check in exhibit.checks):
            return _not_as_named(trial, exhibit, exhibit.fixed, good)
    return trial


def _passed(result: RunResult, name: str) -> bool:
    verdicts = {check.verdict for check in _named(result, name)}
    return verdicts == {Verdict.PASSED}


def _not_as_named(trial: Trial, exhibit: Exhibit, release: str, result: RunResult) -> Trial:
    """Return the trial as one that shows nothing, with what was said; what is not decided makes it invalid."""
    checks = {name: _named(result, name) for name in exhibit.checks}
    told = "; ".join(f"{name} {', '.join(map(_told, found)) or 'was not run'}" for name, found in checks.items())
    decided = all(found and {one.verdict for one in found} <= _DECIDED for found in checks.values())
    outcome = Outcome.SURVIVED if decided else Outcome.INVALID
    return replace(trial, outcome=outcome, kills=(), reason=f"{release}: {told}")


def _caught(result: RunResult, catch: Catch) -> Kill | None:
    """Return the named check with the named finding, None if it did not come to that."""
    for check in _named(result, catch.check):
        sentences = [finding.sentence for finding in check.findings if finding.code == catch.code]
        if check.verdict is Verdict.FAILED and sentences:
            return Kill(catch.check, check.guarantees, catch.code, sentences[0])
    return None


def _named(result: RunResult, name: str) -> list[CheckResult]:
    return [check for check in result.checks if check_name(check.id) == name]


def _told(check: CheckResult) -> str:
    """Say what came of a check, in a few words."""
    why = "; ".join(f"{finding.code}: {finding.sentence}" for finding in check.findings) or check.reason
    return f"{check.verdict}{f' ({why})' if why else ''}"
