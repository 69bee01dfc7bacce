"""What a run leaves: a header, one result per check, and what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from stsconf.errors import ExitCode
from stsconf.model.capability import Absence
from stsconf.model.finding import DID_NOT_HAPPEN, Finding
from stsconf.model.guarantee import Level, Profile
from stsconf.model.verdict import Verdict, worst


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check said.

    `id` is stable between runs (file, class, function, app); `title` is the promise in one line;
    `scenario` names the act it judged. `reason` tells why there is no judgement, empty when there is.
    `known_issue` is the number of the upstream issue because of which the promise is expected to be broken.
    `profiles` are those that contain one of its guarantees. `evidence` is the folder of evidence below the report
    folder, `history` the file of its scenario's record; empty when there is none.
    `cluster_seconds` and `suite_seconds` belong to the scenario and stand on its first check only: time in which
    the cluster was awaited, and time in which the suite itself was at work.
    """

    id: str
    title: str
    guarantees: tuple[str, ...]
    observations: tuple[int, ...]
    level: Level
    app: str
    scenario: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    evidence: str = ""
    cluster_seconds: float = 0.0
    suite_seconds: float = 0.0
    known_issue: str = ""
    profiles: tuple[Profile, ...] = ()
    history: str = ""

    @property
    def expected(self) -> bool:
        """Tell whether the promise was seen broken as the known issue says; that nothing happened shows no issue."""
        stalled = any(finding.code == DID_NOT_HAPPEN for finding in self.findings)
        return bool(self.known_issue) and self.verdict is Verdict.FAILED and not stalled

    @property
    def healed(self) -> bool:
        """Tell whether the promise was kept though an issue is known: the issue is to be taken off the catalogue."""
        return bool(self.known_issue) and self.verdict is Verdict.PASSED

    @property
    def evidence_file(self) -> str:
        """The file below the report folder that tells what this check found; empty when there is none."""
        function = self.id.partition("[")[0].rpartition("::")[2]
        return f"{self.evidence}/{function}.txt" if self.evidence else ""

    @property
    def counts(self) -> bool:
        """Tell whether this check's verdict decides about the run: REPORT and an expected deviation never do."""
        return self.level is not Level.REPORT and not self.expected


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What was run against what: no host name, token or path.

    `capabilities` maps each capability that the target has to how it was found.
    """

    run: str
    suite_version: str
    target: str
    kubernetes_version: str
    nodes: int
    storage_class: str
    checks_expected: int
    catalogue: str
    started: str
    capabilities: dict[str, str] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run as a whole. `interrupted` tells why it ended early, empty if it did not."""

    header: RunHeader
    checks: tuple[CheckResult, ...]
    seconds: float = 0.0
    interrupted: str = ""

    @property
    def complete(self) -> bool:
        """Tell whether every announced check said something."""
        return not self.interrupted and len(self.checks) == self.header.checks_expected

    @property
    def verdict(self) -> Verdict:
        """The run's verdict: the worst that counts; inconclusive when checks are missing or nothing was judged."""
        overall = self._worst(self.checks)
        return overall if overall in {Verdict.PASSED, Verdict.FAILED} else Verdict.INCONCLUSIVE

    @property
    def profiles(self) -> dict[Profile, Verdict]:
        """The verdict of each profile that has checks which count, in the order of the profiles."""
        parts = {profile: [check for check in self.checks if profile in check.profiles] for profile in Profile}
        return {profile: self._worst(part) for profile, part in parts.items() if any(check.counts for check in part)}

    def _worst(self, checks: Iterable[CheckResult]) -> Verdict:
        """Return the worst verdict that counts; where checks are missing, only a failure is certain."""
        overall = worst(check.verdict for check in checks if check.counts)
        return overall if self.complete or overall is Verdict.FAILED else Verdict.INCONCLUSIVE

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that follows from the verdict."""
        return {
            Verdict.PASSED: ExitCode.CONFORMANT,
            Verdict.FAILED: ExitCode.NOT_CONFORMANT,
        }.get(self.verdict, ExitCode.NOT_JUDGED)

    def counts(self) -> Counter[Verdict]:
        """Return how many checks reached each verdict."""
        return Counter(check.verdict for check in self.checks)
