"""Which checks mutants are shown, and in which order."""

from dataclasses import replace

from stsconf.model.finding import DID_NOT_HAPPEN
from stsconf.model.guarantee import Level
from stsconf.model.result import CheckResult
from stsconf.model.verdict import Verdict
from stsconf.mutants.outcome import Kill, Outcome
from stsconf.mutants.plan import among, checks_left_over, checks_to_show, in_checkout
from tests.mutants.samples import kill, trial
from tests.report.samples import check, run


def one(name: str, app: str = "nginx", verdict: Verdict = Verdict.PASSED) -> CheckResult:
    """Make a result of a check with one app."""
    return check(0, verdict, id=f"conformance/test_x.py::{name}[{app}]", app=app)


def names(ids: tuple[str, ...]) -> list[str]:
    """Return ids without the path that leads to them."""
    assert all(id_.startswith("/") for id_ in ids)
    return [id_.partition("::")[2] for id_ in ids]


def test_each_check_is_shown_once() -> None:
    """With the usual app where it knows several; what the control did not pass, or only notes, says nothing."""
    control = run(
        one("TestA::test_1", "kubia"),
        one("TestA::test_1"),
        one("TestB::test_1", "kubia"),
        one("TestB::test_2", verdict=Verdict.NOT_SUPPORTED),
        replace(one("TestB::test_3"), level=Level.REPORT),
    )
    assert names(checks_to_show(control, [])) == ["TestA::test_1[nginx]", "TestB::test_1[kubia]"]


def test_the_best_killers_come_first() -> None:
    """Scenarios are sorted by what they killed first, and their checks stay together."""
    control = run(*(one(name) for name in ("TestA::test_1", "TestA::test_2", "TestB::test_1", "TestC::test_1")))
    past = [replace(trial(f"m.{n}", Outcome.KILLED), kills=(kill(f"test_x.py::TestC::test_{n}"),)) for n in range(2)]
    past.append(replace(trial("m.3", Outcome.KILLED), kills=(kill("test_x.py::TestB::test_1"), kill("x::TestA::y"))))
    expected = ["TestC::test_1[nginx]", "TestB::test_1[nginx]", "TestA::test_1[nginx]", "TestA::test_2[nginx]"]
    assert names(checks_to_show(control, past)) == expected


def test_what_killed_a_neighbour_comes_before() -> None:
    """A kill in the mutant's own function tells more than several in its file, and these more than any elsewhere."""
    control = run(*(one(name) for name in ("TestA::test_1", "TestB::test_1", "TestC::test_1", "TestD::test_1")))
    killed = {"set.sync.call.1": "D", "set.update.call.1": "C", "other.f.call.1": "B", "other.f.call.2": "B"}
    past = [
        replace(trial(mutant, Outcome.KILLED), kills=(kill(f"test_x.py::Test{name}::test_1"),))
        for mutant, name in killed.items()
    ]
    order = [name[4] for name in names(checks_to_show(control, past, "set.sync.bound.3"))]
    assert order == ["D", "C", "B", "A"]


def test_what_is_seen_comes_before_what_is_awaited_in_vain() -> None:
    """One finding is worth several deadlines that pass."""
    control = run(*(one(name) for name in ("TestA::test_1", "TestB::test_1")))
    late = Kill("test_x.py::TestA::test_1", ("ORD-1",), DID_NOT_HAPPEN, "")
    past = [replace(trial(f"m.f.call.{n}", Outcome.KILLED), kills=(late,)) for n in range(5)]
    past.append(replace(trial("m.f.call.9", Outcome.KILLED), kills=(kill("test_x.py::TestB::test_1"),)))
    assert names(checks_to_show(control, past)) == ["TestB::test_1[nginx]", "TestA::test_1[nginx]"]


def test_left_over_is_what_could_not_be_judged_elsewhere() -> None:
    """The second kind of cluster is asked only what the first could not answer."""
    here = run(one("TestA::test_1"), one("TestA::test_2"))
    elsewhere = run(one("TestA::test_1"), one("TestA::test_2", verdict=Verdict.NOT_SUPPORTED))
    assert names(checks_left_over(here, elsewhere, [])) == ["TestA::test_2[nginx]"]


def test_only_what_was_asked_for_is_shown() -> None:
    """By file, class or check, with any app; without a wish all are."""
    file = "conformance/test_x.py"
    checks = tuple(
        in_checkout(f"{file}::{name}[nginx]") for name in ("TestA::test_1", "TestA::test_12", "TestAB::test_1")
    )
    assert among(checks, [file]) == among(checks, []) == checks
    assert among(checks, [f"{file}::TestA"]) == checks[:2]
    assert among(checks, [f"{file}::TestA::test_1"]) == checks[:1]
    assert among(checks, [f"{file}::TestAB::test_1[nginx]", "conformance/test_y.py"]) == checks[2:]
