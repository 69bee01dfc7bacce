"""Whether a run noticed a fault, told from its results alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from stsconf.model.finding import DID_NOT_HAPPEN, Finding
from stsconf.model.guarantee import Level
from stsconf.model.result import CheckResult, RunHeader, RunResult
from stsconf.model.verdict import Verdict
from stsconf.mutants.fault import Expected, Fault, Site
from stsconf.mutants.faults.judgement import Judgement, judged
from stsconf.mutants.outcome import Outcome

KILL = Expected("DNS-1", "dns.pod-address")
PASSED, FAILED, INCONCLUSIVE = Verdict.PASSED, Verdict.FAILED, Verdict.INCONCLUSIVE


@contextmanager
def harmless(_: Site) -> Iterator[None]:
    """Do nothing: only what a fault expects is of interest here."""
    yield


def fault(
    *kills: Expected,
    may_fail: frozenset[str] = frozenset(),
    withholds: tuple[str, ...] = (),
    may_pass: frozenset[str] | None = None,
) -> Fault:
    """A fault with these expectations."""
    return Fault(
        "broken", "Something.", harmless, kills=kills, may_fail=may_fail, withholds=withholds, may_pass=may_pass
    )


def check(
    guarantees: str, verdict: Verdict, code: str = "", scenario: str = "TestNames", app: str = "kubia"
) -> CheckResult:
    """A check of guarantees with a verdict, and with the finding that goes with it."""
    name = f"{scenario}::{guarantees}::{code}[{app}]"
    findings = (Finding(code, "a sentence"),) if code else ()
    return CheckResult(name, "", tuple(guarantees.split()), (), Level.MUST, app, scenario, verdict, findings)


def run(*checks: CheckResult, missing: int = 0, interrupted: str = "") -> RunResult:
    """A run with these checks, and some that it announced and never judged."""
    header = RunHeader("run", "0", "target", "v1", 1, "", len(checks) + missing, "catalogue", "now")
    return RunResult(header, checks, 1.0, interrupted)


KILLING = check("DNS-1", FAILED, "dns.pod-address")


def test_a_kill_needs_guarantee_and_finding() -> None:
    """A check that fails for another reason, or for another promise, noticed something else."""
    elsewhere = check("DNS-2", FAILED, "dns.pod-address")
    otherwise = check("DNS-1", FAILED, "dns.distinct")
    assert judged(fault(KILL), run(KILLING)).killed == {KILL: (KILLING.id,)}
    assert judged(fault(KILL), run(KILLING)).good
    assert judged(fault(KILL), run(elsewhere, otherwise)).missed == (KILL,)


def test_an_inconclusive_check_kills_nothing() -> None:
    """A finding without a verdict of failed is none."""
    assert judged(fault(KILL), run(check("DNS-1", INCONCLUSIVE, "dns.pod-address"))).missed == (KILL,)


def test_every_kill_has_to_happen() -> None:
    """One of two expected findings is not enough."""
    second = Expected("DNS-2", "dns.service")
    said = judged(fault(KILL, second), run(KILLING, check("DNS-2", PASSED)))
    assert (tuple(said.killed), said.missed, said.good) == ((KILL,), (second,), False)


def test_what_a_cluster_cannot_show_is_not_expected() -> None:
    """A kill whose guarantee is not supported is not missed, as long as another happens."""
    data = Expected("STO-4", "data.survives")
    unsupported = check("STO-4", Verdict.NOT_SUPPORTED)
    assert judged(fault(KILL, data), run(KILLING, unsupported)).good
    assert not judged(fault(data), run(unsupported)).good
    assert judged(fault(KILL, data), run(KILLING)).missed == (data,)


@pytest.mark.parametrize(
    ("other", "harmed", "undecided"),
    [
        (check("ORD-1", PASSED), 0, 0),
        (check("ORD-1", Verdict.NOT_SUPPORTED), 0, 0),
        (check("ORD-1", FAILED, "order.create"), 1, 0),
        (check("ORD-1", INCONCLUSIVE), 0, 1),
        (check("DNS-3", FAILED, "dns.vanishes"), 0, 0),
        (check("ORD-1 DNS-3", FAILED, "dns.vanishes"), 0, 0),
        (check("PAR-3", FAILED, KILL.code), 0, 0),
        (check("ORD-1", FAILED, DID_NOT_HAPPEN), 0, 0),
        (check("ORD-1", FAILED, DID_NOT_HAPPEN, app="nginx"), 1, 0),
        (check("ORD-1", FAILED, DID_NOT_HAPPEN, scenario="TestScaling"), 1, 0),
    ],
)
def test_what_is_not_concerned_is_spared(other: CheckResult, harmed: int, undecided: int) -> None:
    """Only the promises that a fault reaches may suffer, and scenarios that stalled where it was noticed."""
    said = judged(fault(KILL, may_fail=frozenset({"DNS-3"})), run(KILLING, other))
    assert (len(said.harmed), len(said.undecided)) == (harmed, undecided)
    assert said.good is not bool(harmed or undecided)
    assert all(one == f"{other.id}: {other.findings[0].sentence}" for one in said.harmed)


def test_who_waits_for_what_is_withheld_is_spared() -> None:
    """A scenario that tells that it awaited just that has nothing to say of other promises."""
    stalled = check("ORD-1", FAILED, DID_NOT_HAPPEN, scenario="TestScaling")
    assert judged(fault(KILL, withholds=("a sentence",)), run(KILLING, stalled)).good
    assert not judged(fault(KILL, withholds=("an address",)), run(KILLING, stalled)).good
    assert not judged(fault(KILL, withholds=("a sentence",)), run(KILLING, check("ORD-1", FAILED, "order.create"))).good


def test_what_never_counts_does_not_count_here() -> None:
    """A check of level REPORT, and one whose deviation is a known issue, fail on healthy clusters, too."""
    report = replace(check("ORD-1", FAILED, "order.create"), level=Level.REPORT)
    known = replace(check("ORD-1", FAILED, "order.create"), known_issue="1")
    assert judged(fault(), run(report, known)).good


def test_a_fault_without_kills_is_spared_by_all() -> None:
    """A slow API is no lost promise: nothing may fail, and no more may be undecided."""
    assert judged(fault(), run(check("ORD-1", PASSED))).good
    assert not judged(fault(), run(check("ORD-1", FAILED, "order.create"))).good
    assert not judged(fault(), run(check("ORD-1", INCONCLUSIVE))).good


def test_a_dead_cluster_keeps_no_promise() -> None:
    """Whatever passes there is told, but for what another component keeps."""
    dead = fault(KILL, may_pass=frozenset({"CTR-1"}))
    assert judged(dead, run(KILLING, check("CTR-1", PASSED), check("ORD-1", FAILED, DID_NOT_HAPPEN))).good
    deceived = check("ORD-1", PASSED)
    assert judged(dead, run(KILLING, deceived)).deceived == (deceived.id,)


def test_a_run_that_did_not_end_says_nothing() -> None:
    """Neither a kill nor mercy follows from half a run."""
    assert judged(fault(KILL), run(KILLING, missing=1)).invalid == "1 of 2 checks said something"
    assert judged(fault(KILL), run(KILLING, interrupted="by a signal")).invalid == "by a signal"
    assert not judged(fault(KILL), run(KILLING, missing=1)).good


def test_it_reads_as_a_line_and_one_per_fault_of_ours() -> None:
    """A person sees what was noticed, and each thing that is wrong."""
    assert str(judged(fault(KILL), run(KILLING))) == "broken: killed by DNS-1 (dns.pod-address)"
    assert str(judged(fault(), run(check("ORD-1", PASSED)))) == "broken: killed by nothing, as it should be"
    text = str(Judgement("broken", {}, (KILL,), (), ("a",), ("b",), ("c",), "cut"))
    assert [line.split(":")[0].strip() for line in text.splitlines()] == [
        "broken",
        "not killed by DNS-1 (dns.pod-address)",
        "not spared",
        "neither spared nor condemned",
        "passed on a dead cluster",
        "invalid",
    ]


def test_what_the_record_keeps_of_it() -> None:
    """Which checks noticed it, by the finding; a run that says nothing is invalid, and no survivor."""
    stalled = check("ORD-1", FAILED, DID_NOT_HAPPEN)
    beside = check("DNS-2", FAILED, "dns.service-name")
    noticed = judged(fault(KILL), run(KILLING, beside, stalled)).trial("embedded")
    assert (noticed.mutant, noticed.cluster, noticed.outcome) == ("fault.broken", "embedded", Outcome.KILLED)
    assert [(kill.guarantees, kill.code) for kill in noticed.kills] == [
        (("DNS-1",), "dns.pod-address"),
        (("DNS-2",), "dns.service-name"),
    ]
    assert judged(fault(), run(check("DNS-1", PASSED))).trial("simulated").outcome is Outcome.SURVIVED
    assert judged(fault(), run(missing=1)).trial("simulated").outcome is Outcome.INVALID
