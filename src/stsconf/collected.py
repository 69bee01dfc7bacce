"""A check as pytest collected it: what it judges, in which scenario, what it needs, and what it said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from stsconf.check import SCENARIOS, InconclusiveError, NotConformantError, Promise
from stsconf.errors import StsconfError, UsageError
from stsconf.model.capability import Absence, Capability
from stsconf.model.finding import Finding
from stsconf.model.guarantee import Profile
from stsconf.model.result import CheckResult
from stsconf.model.verdict import Verdict
from stsconf.scenario.schedule import Scene


@dataclass(frozen=True, slots=True)
class Check:
    """One check with one app: its `id` and `title`, its promise, its scenario, and all that both need of a cluster.

    `profiles` are those that it is chosen by.
    """

    id: str
    title: str
    promise: Promise
    scene: Scene
    needs: frozenset[Capability]
    profiles: frozenset[Profile]

    @classmethod
    def of(cls, item: pytest.Item) -> Check:
        """Read a collected item, once; raises `UsageError` when it is no check, for it would end without a verdict."""
        if _READ not in item.stash:
            item.stash[_READ] = cls._read(item)
        return item.stash[_READ]

    @classmethod
    def _read(cls, item: pytest.Item) -> Check:
        mark = item.get_closest_marker("guarantee")
        if mark is None or not isinstance(item, pytest.Function) or item.cls is None:
            why = "it names no guarantee, or stands in no class"
            raise UsageError(f"{item.nodeid} is no check", why, "a run takes checks only")
        promise: Promise = mark.args[0]
        scenario = SCENARIOS[item.cls.__module__, item.cls.__qualname__]
        scene = scenario.scene(item.cls.__name__, str(item.callspec.params["app_name"]))
        title = (item.function.__doc__ or item.name).strip().partition("\n")[0]
        profiles = frozenset({Profile.DISRUPTIVE}) if scenario.disruptive else promise.profiles
        return cls(item.nodeid, title, promise, scene, promise.needs | scenario.needs, profiles)

    def missing(self, absences: Iterable[Absence]) -> str:
        """Return what this check needs and a cluster lacks, with the reasons; empty if there is nothing."""
        reasons: dict[str, list[str]] = {}
        for absence in absences:
            if absence.capability in self.needs:
                reasons.setdefault(absence.reason, []).append(f"no {absence.capability}")
        return "; ".join(f"{', '.join(absent)}: {reason}" for reason, absent in reasons.items())

    def result(self, call: pytest.CallInfo[None], missing: str, version: str) -> CheckResult:
        """Return what this check said of a version of Kubernetes: how it ended, and what was `missing`."""
        verdict, findings, reason = said(call, missing)
        return CheckResult(
            id=self.id,
            title=self.title,
            guarantees=self.promise.guarantees,
            observations=self.promise.observations,
            level=self.promise.level,
            app=self.scene.app,
            scenario=str(self.scene),
            verdict=verdict,
            findings=findings,
            reason=reason,
            known_issue=self.promise.known_issue(version),
            profiles=tuple(sorted(self.profiles, key=list(Profile).index)),
        )


_READ = pytest.StashKey[Check]()


def said(call: pytest.CallInfo[None], missing: str) -> tuple[Verdict, tuple[Finding, ...], str]:
    """Return verdict, findings and reason that follow from how a check ended, and from what was `missing`."""
    error = call.excinfo.value if call.excinfo else None
    match error:
        case None:
            return Verdict.PASSED, (), ""
        case NotConformantError():
            return Verdict.FAILED, error.findings, ""
        case pytest.skip.Exception():
            return (Verdict.NOT_SUPPORTED if missing else Verdict.SKIPPED), (), str(error.msg)
        case InconclusiveError() | StsconfError():
            return Verdict.INCONCLUSIVE, (), "; ".join(str(error).splitlines())
        case _:
            return Verdict.INCONCLUSIVE, (), f"the check itself broke: {type(error).__name__}: {error}"
