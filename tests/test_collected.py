"""A check as pytest collected it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stsconf.check import InconclusiveError, NotConformantError
from stsconf.collected import Check, said
from stsconf.errors import StsconfError, UsageError
from stsconf.model.capability import Absence, Capability
from stsconf.model.finding import Finding
from stsconf.model.guarantee import Profile
from stsconf.model.verdict import Verdict
from tests.inner_suite import one

FINDING = Finding("order", "web-1 came first")


def raising(error: BaseException) -> Callable[[], None]:
    """Return a check that ends with an exception."""

    def check() -> None:
        raise error

    return check


@pytest.mark.parametrize(
    ("check", "missing", "expected"),
    [
        (lambda: None, "", (Verdict.PASSED, (), "")),
        (raising(NotConformantError([FINDING])), "", (Verdict.FAILED, (FINDING,), "")),
        (raising(InconclusiveError("a gap")), "", (Verdict.INCONCLUSIVE, (), "a gap")),
        (raising(StsconfError("it is lost", "no answer")), "", (Verdict.INCONCLUSIVE, (), "it is lost; no answer")),
        (raising(pytest.skip.Exception("no dns")), "no dns", (Verdict.NOT_SUPPORTED, (), "no dns")),
        (raising(pytest.skip.Exception("not today")), "", (Verdict.SKIPPED, (), "not today")),
        (raising(KeyError("x")), "", (Verdict.INCONCLUSIVE, (), "the check itself broke: KeyError: 'x'")),
        (raising(AssertionError("no")), "", (Verdict.INCONCLUSIVE, (), "the check itself broke: AssertionError: no")),
        (raising(pytest.fail.Exception("no")), "", (Verdict.INCONCLUSIVE, (), "the check itself broke: Failed: no")),
    ],
    ids=["kept", "broken", "inconclusive", "error", "not-supported", "skipped", "bug", "assertion", "fail"],
)
def test_how_a_check_ends_is_its_verdict(
    check: Callable[[], None], missing: str, expected: tuple[Verdict, tuple[Finding, ...], str]
) -> None:
    """Only findings fail a cluster; whatever else goes wrong is no judgement."""
    assert said(pytest.CallInfo.from_call(check, "call"), missing) == expected


def test_a_check_is_what_its_decorators_say(pytester: pytest.Pytester) -> None:
    """Id, title, promise, scenario and needs of a collected item."""
    item = pytester.getitem(one("expect(history, fine)", '"ORD-1", needs=[Capability.DNS]'), "test_it[kubia]")
    check = Check.of(item)
    assert (check.id, check.title) == (item.nodeid, "It MUST be.")
    assert (check.promise.guarantees, check.promise.observations) == (("ORD-1",), (2,))
    assert (str(check.scene), check.needs) == ("TestThing[kubia]", frozenset({Capability.DNS}))


def test_a_disruptive_scenario_is_chosen_by_that_alone(pytester: pytest.Pytester) -> None:
    """Whatever its checks promise, and it is played alone."""
    source = one("expect(history, fine)", '"ORD-1"').replace("@scenario(", "@scenario(disruptive=True, ")
    check = Check.of(pytester.getitem(source, "test_it[kubia]"))
    assert check.profiles == {Profile.DISRUPTIVE}
    assert check.scene.alone
    assert Profile.CORE in check.promise.profiles


def test_a_scenarios_needs_are_its_checks(pytester: pytest.Pytester) -> None:
    """What a scenario needs to be played is needed by all that judges it."""
    source = one("expect(history, fine)").replace('apps=["kubia"]', "needs=[Capability.STORAGE]")
    assert Check.of(pytester.getitem(source, "test_it[nginx]")).needs == {Capability.STORAGE}


def test_a_test_without_a_promise_is_no_check(pytester: pytest.Pytester) -> None:
    """What says nothing about a guarantee cannot be part of a run."""
    with pytest.raises(UsageError, match="test_it is no check"):
        Check.of(pytester.getitem("def test_it():\n    pass", "test_it"))


@pytest.mark.parametrize(
    ("absences", "expected"),
    [
        ([], ""),
        ([Absence(Capability.VOLUMES, "forbidden")], ""),
        ([Absence(Capability.DNS, "no add-on"), Absence(Capability.DATA, "no add-on")], "no dns, no data: no add-on"),
        ([Absence(Capability.DNS, "none"), Absence(Capability.DATA, "no class")], "no dns: none; no data: no class"),
    ],
    ids=["nothing", "elsewhere", "one-reason", "two-reasons"],
)
def test_what_is_missing_is_told_once_per_reason(
    pytester: pytest.Pytester, absences: list[Absence], expected: str
) -> None:
    """Only what a check needs counts, and capabilities that lack for one reason are told together."""
    source = one("expect(history, fine)", '"ORD-1", needs=[Capability.DNS, Capability.DATA]')
    assert Check.of(pytester.getitem(source, "test_it[kubia]")).missing(absences) == expected
