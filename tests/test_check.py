"""What a check is written with: every way from a history to a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from stsconf.check import (
    SCENARIOS,
    InconclusiveError,
    NotConformantError,
    Promise,
    expect,
    expect_always,
    guarantee,
    scenario,
)
from stsconf.judge.base import Judge, found, judge
from stsconf.model.capability import Capability
from stsconf.model.finding import DID_NOT_HAPPEN, Finding, NothingToJudge
from stsconf.model.guarantee import Level, Profile
from stsconf.model.history import History, Stall, Subject
from stsconf.scenario.apps import APPS
from stsconf.scenario.stage import Stage
from tests.report.samples import history

STALL = Stall("Ready", "Pod web-0", 90.0, 90.1, "Pending")
GAP = ("Gap", "Pod", {"reason": "too old"})
EXPECTATIONS = (expect, expect_always)


@judge("fine", "Pod")
def fine(_history: History) -> Iterator[Finding]:
    """Find nothing."""
    return iter(())


@judge("broken", "Service")
def broken(_history: History) -> Iterator[Finding]:
    """Find something."""
    yield found("it broke")


@judge("worse", "Service")
def worse(_history: History) -> Iterator[Finding]:
    """Find something else."""
    yield found("it broke again")


@judge("silent", "Pod")
def silent(_history: History) -> Iterator[Finding]:
    """Have nothing to look at."""
    raise NothingToJudge("no pod was seen")


@judge("elsewhere", "Service")
def elsewhere(_history: History) -> Iterator[Finding]:
    """Find nothing, and look at no pod."""
    return iter(())


def codes(error: NotConformantError) -> list[str]:
    """Return the codes of what was found."""
    return [finding.code for finding in error.findings]


@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_kept_promises_raise_nothing(expectation: Callable[..., None]) -> None:
    """A record without gap or stall in which no judge finds anything is the only way to pass."""
    assert expectation(history(), fine, fine) is None  # type: ignore[func-returns-value] # nothing was raised


@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_all_findings_are_told(expectation: Callable[..., None]) -> None:
    """The findings of all judges are collected, in their order."""
    with pytest.raises(NotConformantError, match="it broke\nworse: it broke again") as caught:
        expectation(history(), fine, broken, silent, worse)
    assert codes(caught.value) == ["broken", "worse"]


@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_a_finding_beats_a_gap_and_a_stall(expectation: Callable[..., None]) -> None:
    """What one judge saw stays true, whatever another could not see and whatever did not happen."""
    with pytest.raises(NotConformantError) as caught:
        expectation(history(GAP, stall=STALL), fine, broken)
    assert codes(caught.value) == ["broken"]


@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_a_gap_beats_a_stall(expectation: Callable[..., None]) -> None:
    """Where the record has a gap, what was awaited may have happened in it."""
    with pytest.raises(InconclusiveError, match=r"^fine: the record of Pod has a gap: too old$"):
        expectation(history(GAP, stall=STALL), fine)


@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_a_gap_elsewhere_does_not_matter(expectation: Callable[..., None]) -> None:
    """A judge that does not read the kind with the gap judges."""
    with pytest.raises(NotConformantError):
        expectation(history(GAP), broken)


@pytest.mark.parametrize(
    ("expectation", "judges"),
    [(expect, (fine,)), (expect, (silent,)), (expect, (fine, silent)), (expect_always, (silent,))],
)
def test_a_stall_is_what_did_not_happen(expectation: Callable[..., None], judges: tuple[object, ...]) -> None:
    """Where nothing was found, the finding tells what was awaited and what was seen last."""
    with pytest.raises(NotConformantError) as caught:
        expectation(history(stall=STALL), *judges)
    assert caught.value.findings == (Finding(DID_NOT_HAPPEN, str(STALL), ("Pod web-0",)),)


@pytest.mark.parametrize("expectation", EXPECTATIONS)
@pytest.mark.parametrize(("judges", "stall"), [((fine, broken), None), ((elsewhere,), STALL)])
def test_nobody_is_accused_of_what_somebody_else_did(
    expectation: Callable[..., None], judges: tuple[Judge, ...], stall: Stall | None
) -> None:
    """Where the cluster sent a pod away meanwhile, findings and stalls say nothing; what holds, holds."""
    condition = {"type": "DisruptionTarget", "status": "True", "reason": "Evicted", "message": "drained"}
    pod = {"metadata": {"name": "web-0", "uid": "u"}, "status": {"conditions": [condition]}}
    sent_away = history(("Pod", "MODIFIED", pod), stall=stall)
    with pytest.raises(InconclusiveError, match="web-0 was sent away: Evicted: drained"):
        expectation(sent_away, *judges)
    assert expectation(history(("Pod", "MODIFIED", pod)), fine) is None  # type: ignore[func-returns-value] # as above


def test_of_many_pods_that_were_sent_away_a_few_are_told() -> None:
    """Each once; the rest are counted."""
    condition = {"type": "DisruptionTarget", "status": "True", "reason": "Evicted", "message": "drained"}
    pods = [
        ("Pod", "MODIFIED", {"metadata": {"name": name, "uid": uid}, "status": {"conditions": [condition]}})
        for uid, name in enumerate(("web-0", "web-1", "web-1", "web-2", "web-3", "web-4"))
    ]
    with pytest.raises(InconclusiveError, match=r"^web-0 .*; web-1 .*; web-2 .*; and 2 pods more\. Run again"):
        expect(history(*pods), broken)


def test_what_holds_always_held_until_the_stall() -> None:
    """An invariant that looked at pods is not charged with what came, or did not come, afterwards."""
    assert expect_always(history(stall=STALL), fine, silent) is None  # type: ignore[func-returns-value] # as above


def test_an_invariant_that_saw_no_pod_is_charged_with_the_stall() -> None:
    """A status that was never written is within all bounds: that is no promise kept."""
    with pytest.raises(NotConformantError, match=DID_NOT_HAPPEN):
        expect_always(history(stall=STALL), elsewhere, silent)


def test_every_judge_must_have_something_to_judge() -> None:
    """One judge with nothing to look at keeps the check from passing."""
    with pytest.raises(InconclusiveError, match=r"^silent: no pod was seen$"):
        expect(history(), fine, silent)


def test_invariants_that_do_not_apply_are_passed_over() -> None:
    """One invariant that looked is enough, for those that hold always."""
    assert expect_always(history(), silent, fine, silent) is None  # type: ignore[func-returns-value] # as above


def test_not_all_invariants_may_be_silent() -> None:
    """Invariants none of which looked at anything say nothing."""
    with pytest.raises(InconclusiveError, match=r"^silent: no pod was seen$"):
        expect_always(history(), silent, silent)


@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_no_judge_is_no_judgement(expectation: Callable[..., None]) -> None:
    """An expectation without judges cannot pass."""
    with pytest.raises(InconclusiveError, match="names no judge"):
        expectation(history())


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        ({"lost": "the cluster is gone"}, "the cluster is gone"),
        ({"broken": ("no quota", "no peace")}, "no quota; no peace"),
    ],
)
@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_a_lost_cluster_and_a_broken_assumption_beat_all(
    expectation: Callable[..., None], ended: dict[str, str], reason: str
) -> None:
    """Nothing is said about a cluster that went away, or about a scenario that was not what it claims to be."""
    subject = Subject("ns", "web", "web", "kubia")
    with pytest.raises(InconclusiveError, match=f"^{reason}$"):
        expectation(History((), subject, stall=STALL, **ended), broken)  # type: ignore[arg-type] # either of two


# ------------------------------------------------------------------------------------------------------ decorators
class Startup:
    """A check class as a file of checks has it."""

    @scenario(apps=["nginx"], needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Deploy something."""


def test_a_scenario_is_known_by_its_class() -> None:
    """What acts, for which apps and with which needs is found by module and class."""
    known = SCENARIOS[__name__, "Startup"]
    assert (known.apps, known.needs) == (("nginx",), frozenset({Capability.STORAGE}))
    assert known.act.__doc__ == "Deploy something."
    assert str(known.scene("Startup", "nginx")) == "Startup[nginx]"


def test_a_scenario_is_for_all_apps_unless_it_says_so() -> None:
    """Without more, a scenario is played with every app and needs nothing."""

    class Plain:
        @scenario()
        def history(stage: Stage) -> None:
            pass

    known = SCENARIOS[__name__, Plain.__qualname__]
    assert (known.apps, known.needs) == (tuple(APPS), frozenset())


def test_a_scenario_has_its_place() -> None:
    """A function outside of a class, one of another name and an unknown app are refused where they are written."""

    def history(stage: Stage) -> None:
        """Act nowhere."""

    history.__qualname__ = "history"
    with pytest.raises(ValueError, match="history: a scenario is called history, in a class"):
        scenario()(history)
    history.__qualname__, history.__name__ = "Test.acts", "acts"
    with pytest.raises(ValueError, match=r"Test\.acts: a scenario"):
        scenario()(history)
    history.__qualname__, history.__name__ = "Test.history", "history"
    with pytest.raises(ValueError, match="mysql"):
        scenario(apps=["mysql"])(history)


@pytest.mark.parametrize(
    ("ids", "shows", "told"),
    [(("ORD-1", "ORD-99"), [], "ORD-99"), (("ORD-1",), [66, 67], "67"), ((), [1], "none named")],
)
def test_a_guarantee_must_exist(ids: tuple[str, ...], shows: list[int], told: str) -> None:
    """An id or a number that is not in the catalogue stops the collection."""
    with pytest.raises(ValueError, match=f"unknown guarantee or observation: {told}"):
        guarantee(*ids, shows=shows)


def test_a_known_issue_excuses_nothing_else() -> None:
    """A check judges promises with one known issue, or without any: what is expected of one hides no other."""
    with pytest.raises(ValueError, match="UPD-13, UPD-12: what a known issue excuses"):
        guarantee("UPD-13", "UPD-12")
    with pytest.raises(ValueError, match="would excuse the others too"):
        guarantee("UPD-13", "UPD-25")
    assert Promise(("UPD-13",), ()).known_issue("v1.37.1") == "#67250"
    assert Promise(("UPD-12", "UPD-2"), ()).known_issue("v1.37.1") == ""


def test_an_issue_excuses_the_versions_that_have_it() -> None:
    """Once it is mended, the promise is like any other."""
    mended = Promise(("STA-6",), ())
    assert (mended.known_issue("v1.36.4"), mended.known_issue("v1.37.0")) == ("#106055", "")


@pytest.mark.parametrize(
    ("ids", "level"),
    [
        (("POD-2",), Level.SHOULD),
        (("STA-14",), Level.REPORT),
        (("STA-14", "POD-2"), Level.SHOULD),
        (("STA-14", "POD-2", "ORD-1"), Level.MUST),
    ],
)
def test_the_most_binding_level_counts(ids: tuple[str, ...], level: Level) -> None:
    """A check of several guarantees is as binding as the most binding of them."""
    assert Promise(ids, ()).level is level


def test_a_promise_sums_up_its_guarantees() -> None:
    """Profiles and needs are those of all guarantees, and what the check asks for itself."""
    promise = Promise(("ORD-1", "STO-1"), (), frozenset({Capability.DNS}))
    assert promise.profiles == {Profile.CORE, Profile.STORAGE}
    assert promise.needs == {Capability.DNS, Capability.STORAGE}
