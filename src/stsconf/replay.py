"""A stored run judged again: today's checks on the histories of then, and no cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version

import pytest

from stsconf.collected import Check
from stsconf.errors import ExitCode, StsconfError
from stsconf.interrupts import interruptible
from stsconf.model.catalogue import catalogue_hash
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.comparison import Comparison, compare
from stsconf.report.stored import StoredRun
from stsconf.scenario.schedule import Played, Scene


class Replay:
    """Stands in for the run that the plugin's hooks belong to. What a run asks of its cluster, it reads."""

    def __init__(self, stored: StoredRun, *, named: bool) -> None:
        """Judge the checks of a stored run; of checks that were `named`, also those that it did not make."""
        self._stored, self._named = stored, named
        self._then = {check.id: check for check in stored.result.checks}
        self._now: dict[str, CheckResult] = {}
        self._read: tuple[Scene, Played] | None = None
        self._version = stored.result.header.kubernetes_version
        self.result: RunResult | None = None
        self.error: StsconfError | None = None

    # ------------------------------------------------------------------ what the hooks ask

    def select(self, items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
        """Split collected items into those that are judged again, and the rest."""

        def chosen(check: Check) -> bool:
            return check.id in self._then or (self._named and self._stored.has(str(check.scene)))

        wanted = {item: chosen(Check.of(item)) for item in items}
        return [item for item in items if wanted[item]], [item for item in items if not wanted[item]]

    def wants(self, item: pytest.Item) -> bool:  # noqa: ARG002 -- what is asked of every run
        """Tell whether a check is to be judged: every one."""
        return True

    @contextmanager
    def open(self, items: Sequence[pytest.Item]) -> Iterator[None]:
        """Judge the checks in here; raises `StsconfError` when there are none."""
        if not items:
            why = "nothing that was chosen has a history in that run"
            raise StsconfError("no check was chosen", why, "name a check, a class or a file of today's suite")
        with interruptible():
            yield
        header = replace(
            self._stored.result.header,
            suite_version=version("stsconf"),
            catalogue=catalogue_hash(),
            checks_expected=len(items),
        )
        self.result = RunResult(header, tuple(self._now.values()), self._stored.result.seconds)

    def unsupported(self, item: pytest.Item) -> str:
        """Return why the cluster could not show what a check judges, empty if it could."""
        return Check.of(item).missing(self._stored.result.header.absences)

    @property
    def storage_class(self) -> str:
        """The default StorageClass that the cluster had."""
        return self._stored.result.header.storage_class

    def played(self, scene: Scene) -> Played:
        """Read what a scenario left; checks of one scenario follow one another, and share it."""
        if self._read is None or self._read[0] != scene:
            self._read = scene, Played(self._stored.history(str(scene)), 0.0, 0.0, {})
        return self._read[1]

    def judged(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Take in what a check says now."""
        check = Check.of(item)
        then, now = self._then.get(check.id), check.result(call, self.unsupported(item), self._version)
        if (
            then
            and then.verdict is Verdict.INCONCLUSIVE
            and not then.evidence
            and not self._stored.has(str(check.scene))
        ):
            now = then  # the scenario was not played, and the run knew why
        if then:
            kept = ("evidence", "history", "cluster_seconds", "suite_seconds")
            now = replace(now, **{name: getattr(then, name) for name in kept})
        self._now[check.id] = now

    def fail(self, error: StsconfError) -> None:
        """Keep the error that ended the judging."""
        self.error = error

    @property
    def exit_code(self) -> ExitCode:
        """What pytest is to end with; the verdict is the comparison's."""
        return ExitCode.CONFORMANT if self.result and self.error is None else ExitCode.NOT_JUDGED

    # ------------------------------------------------------------------ what came of it

    def compared(self) -> Comparison:
        """Hold today's verdicts against those of the run, or of those of its checks that were named.

        Raises what kept the checks from being judged.
        """
        if self.error or self.result is None:
            raise self.error or StsconfError("nothing was judged again", "pytest ended before the first check")
        then = self._stored.result
        if self._named:
            kept = tuple(check for check in then.checks if check.id in self._now)
            then = replace(then, checks=kept, header=replace(then.header, checks_expected=len(kept)))
        return compare(then, self.result, _same)


def replay_code(comparison: Comparison) -> ExitCode:
    """Return 0 where every verdict and finding stands, 3 where nothing but judgement is missing, else 1."""
    if not comparison.changes:
        return ExitCode.CONFORMANT
    now = [change.after for change in comparison.changes]
    unjudged = all(check is None or check.verdict is Verdict.INCONCLUSIVE for check in now)
    return ExitCode.NOT_JUDGED if unjudged else ExitCode.NOT_CONFORMANT


def _same(then: CheckResult, now: CheckResult) -> bool:
    return (then.verdict, then.findings, then.reason) == (now.verdict, now.findings, now.reason)
