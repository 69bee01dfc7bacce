"""A bench builds, compares and shows, and tells its own trouble from a verdict."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stsconf.cluster.embedded.workshop import Built, NotBuilt
from stsconf.errors import StsconfError
from stsconf.model.finding import DID_NOT_HAPPEN
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.mutants.bench import UNNOTICED, UNREACHED, MutantBench
from stsconf.mutants.exam import Exam
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.outcome import Outcome, outcome
from stsconf.mutants.plan import in_checkout
from stsconf.mutants.reach import Atlas
from tests.report.samples import FINDING, check, run

SOURCE = b"one two three"
GOOD, BAD = run(check(0)), run(check(0, Verdict.FAILED, findings=(FINDING,)))


def mutant(word: str) -> Mutant:
    """Make a mutant that writes this word over the first one."""
    return Mutant(f"set.sync.{word}.1", "set.go", "sync", word, 1, 0, 3, "one", word, f"one -> {word}")


class HandWorkshop:
    """Builds what the first word of the source says."""

    def sources(self) -> Mapping[str, bytes]:
        """Return the one file."""
        return {"set.go": SOURCE}

    def build(self, changes: Mapping[str, bytes], out: Path) -> Built | NotBuilt:
        """Refuse nonsense, and make the same program of what is the same."""
        word = changes.get("set.go", SOURCE).split()[0].decode()
        return NotBuilt("set.go:1: nonsense\nand more") if word == "nonsense" else Built(out, word.lower())

    def build_counting(self, out: Path) -> None:
        """Build nothing: the lab runs nothing."""

    def profile(self, noted: Path) -> str:
        """Say that the first two lines ran and the third did not."""
        assert noted.is_dir()
        return "mode: set\nx/set.go:1.1,3.1 1 1\nx/set.go:3.1,4.1 1 0\n"


class HandLab:
    """Runs nothing, and remembers what it was given."""

    kubeconfig, context = Path("k"), "lab"

    def __init__(self) -> None:
        self.given = list[str]()

    @contextmanager
    def controller(self, binary: Path, *options: str, **environment: str) -> Iterator[Any]:
        """Take a controller, unless it does not begin."""
        self.given.append(" ".join([binary.name, *options, *environment]))
        yield argparse.Namespace(ask_to_end=lambda: self.given.append("end"))


@pytest.fixture
def sat(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], bool]]:
    """The suite's runs: which checks, and whether to the end; every mutant fails, `lost` is no verdict."""
    runs = list[tuple[tuple[str, ...], bool]]()

    def sit(exam: Exam, folder: Path, *, to_the_end: bool) -> RunResult:
        runs.append((exam.checks, to_the_end))
        folder.mkdir(parents=True)
        if len(runs) == 4:
            raise StsconfError("the suite did not begin", "lost")
        return GOOD if len(runs) == 1 else BAD

    monkeypatch.setattr(Exam, "sit", sit)
    return runs


def make(path: Path, *mutants: Mutant, kind: str = "simulated", **options: Any) -> tuple[MutantBench, HandLab]:
    """Make a bench of stand-ins that shows two checks."""
    lab: Any = HandLab()
    workshop: Any = HandWorkshop()
    known = {one.id: one for one in mutants}
    return MutantBench(lab, workshop, known, path, kind, lambda _control, _mutant: ("a", "b"), **options), lab


def test_what_the_compiler_decides_is_not_shown(tmp_path: Path, sat: list[Any]) -> None:
    """No program, or the control's own: the suite is not bothered."""
    same, none = mutant("ONE"), mutant("nonsense")
    hired, lab = make(tmp_path, same, none)
    assert hired.trial(same.id).outcome is Outcome.EQUIVALENT
    told = hired.trial(none.id)
    assert (told.outcome, told.reason) == (Outcome.NOT_COMPILED, "set.go:1: nonsense")
    assert (sat, lab.given) == ([], [])


def test_the_control_chooses_what_mutants_are_shown(tmp_path: Path, sat: list[Any]) -> None:
    """It is shown everything once; mutants get what was chosen then, up to the first failure, which has to repeat."""
    two = mutant("two")
    hired, lab = make(tmp_path, two)
    assert hired.control() == ""
    trial = hired.trial(two.id)
    assert (trial.outcome, trial.kills[0].code, trial.whole) == (Outcome.KILLED, FINDING.code, False)
    assert sat[:2] == [((), True), (("a", "b"), False)]
    ((again,), to_the_end) = sat[2]
    assert (Path(again).name, to_the_end) == (Path(BAD.checks[0].id).name, True)
    assert lab.given == ["counting GOCOVERDIR", "end", "mutant"]


def test_trouble_is_no_verdict(tmp_path: Path, sat: list[Any]) -> None:
    """A suite that did not begin makes the trial invalid, and a control doubtful; the reason is told."""
    two = mutant("two")
    hired, _ = make(tmp_path, two, whole=True)
    hired.control()
    assert hired.trial(two.id).whole
    trial = hired.trial(two.id)
    assert (trial.outcome, trial.reason) == (Outcome.INVALID, "the suite did not begin lost")
    assert hired.control() == f"{trial_check()}: {FINDING.sentence}"
    assert len(sat) == 5


def test_where_writes_fail_the_control_has_to_bear_it_too(tmp_path: Path, sat: list[Any]) -> None:
    """The control and the mutant are called with the same options."""
    two = mutant("two")
    hired, lab = make(tmp_path, two, kind="rough")
    assert hired.control() == ""
    assert hired.trial(two.id).cluster == "rough"
    assert lab.given == ["counting -refuse=5 GOCOVERDIR", "end", "mutant -refuse=5"]
    assert len(sat) == 3


def trial_check() -> str:
    """Return the name of the check that fails in here."""
    return outcome(replace(BAD))[1][0].check


def test_a_control_that_cannot_be_built_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to compare with."""
    monkeypatch.setattr(HandWorkshop, "build", lambda *_: NotBuilt("set.go:1: nonsense"))
    with pytest.raises(StsconfError, match=r"the unchanged controller cannot be built\nset\.go:1: nonsense"):
        make(tmp_path)


IN_VAIN = replace(FINDING, code=DID_NOT_HAPPEN)
NEVER, UNSURE = check(0, Verdict.FAILED, findings=(IN_VAIN,)), check(0, Verdict.INCONCLUSIVE, reason="gone")


@pytest.mark.parametrize(
    ("answers", "found", "shown"),
    [
        ([NEVER, NEVER], Outcome.KILLED, [2, 1]),
        ([NEVER, check(0), check(0)], Outcome.SURVIVED, [2, 1, 2]),
        ([NEVER, check(0), NEVER, NEVER], Outcome.KILLED, [2, 1, 2, 1]),
        ([NEVER, check(0), NEVER, check(0)], Outcome.INVALID, [2, 1, 2, 1]),
        ([UNSURE, check(0)], Outcome.SURVIVED, [2, 2]),
        ([UNSURE, UNSURE], Outcome.INVALID, [2, 2]),
    ],
    ids=["again", "late", "later", "by chance", "unsure at first", "unsure"],
)
def test_haste_and_chance_decide_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[CheckResult], found: Outcome, shown: list[int]
) -> None:
    """A check that failed has to fail again, alone and with all the patience of the suite, or it kills nothing."""
    told, exams = [run(check(0)), *map(run, answers)], list[Exam]()

    def sit(exam: Exam, folder: Path, *, to_the_end: bool) -> RunResult:  # noqa: ARG001 -- the suite's own form
        exams.append(exam)
        return told[len(exams) - 1]

    monkeypatch.setattr(Exam, "sit", sit)
    two = mutant("two")
    hired, _ = make(tmp_path, two)
    assert hired.control() == ""
    assert hired.trial(two.id).outcome is found
    again = [1.0 if checks == 1 else 0.9 for checks in shown[1:]]
    assert [exam.patience for exam in exams] == pytest.approx([0.9, 0.3, *again])
    assert [len(exam.checks) for exam in exams] == [0, *shown]


def test_what_passed_in_haste_has_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutant that was late is shown again only what it did not pass: the check that failed, and those not reached."""
    shown, checks = list[tuple[str, ...]](), [check(number) for number in range(3)]
    told = iter([run(*checks), run(checks[0], replace(NEVER, id=checks[1].id)), run(checks[1]), run(*checks[1:])])

    def sit(exam: Exam, folder: Path, *, to_the_end: bool) -> RunResult:  # noqa: ARG001 -- the suite's own form
        shown.append(exam.checks)
        return next(told)

    monkeypatch.setattr(Exam, "sit", sit)
    two, ids = mutant("two"), tuple(in_checkout(one.id) for one in checks)
    hired, _ = make(tmp_path, two)
    hired.choose = lambda _control, _mutant: ids
    assert hired.control() == ""
    assert hired.trial(two.id).outcome is Outcome.SURVIVED
    assert shown == [(), ids, ids[1:2], ids[1:]]


def test_a_mutant_is_shown_what_makes_it_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first control runs part by part; a part that does not reach a mutant is left out, and no part at all is told.

    The next bench of a campaign knows it already.
    """
    shown = list[tuple[str, ...]]()

    def sit(exam: Exam, folder: Path, *, to_the_end: bool) -> RunResult:  # noqa: ARG001 -- the suite's own form
        shown.append(exam.checks)
        return run(check(len(shown)))

    def profile(_: HandWorkshop, noted: Path) -> str:
        return f"mode: set\nx/set.go:1.1,2.1 1 {int(noted.name == 'a')}\nx/set.go:2.1,3.1 1 1\n"

    monkeypatch.setattr(Exam, "sit", sit)
    monkeypatch.setattr(HandWorkshop, "profile", profile)
    atlas, two = Atlas(("a", "b")), mutant("two")
    hired, _ = make(tmp_path, two, atlas=atlas)
    assert hired.control() == ""
    assert hired.passed is not None
    assert [one.id for one in hired.passed.checks] == [check(1).id, check(2).id]
    assert hired.trial(two.id).outcome is Outcome.SURVIVED
    other, _ = make(tmp_path / "other", two, atlas=atlas)
    assert other.control() == ""
    assert shown == [("a",), ("b",), ("a",), ()]
    atlas.reach["a"] = atlas.reach["b"]
    assert other.trial(two.id).reason == UNREACHED
    assert len(shown) == 4


def test_a_part_of_the_checks_lets_nothing_survive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What those that were asked for do not notice, others may; what they notice is not all there is."""
    good = run(check(0))
    told = iter([good, good, run(check(0, Verdict.FAILED, findings=(FINDING,))), BAD])
    monkeypatch.setattr(Exam, "sit", lambda *_, **__: next(told))
    two = mutant("two")
    hired, _ = make(tmp_path, two, whole=True, part=True)
    assert hired.control() == ""
    trials = [hired.trial(two.id) for _ in range(2)]
    assert [(one.outcome, one.whole) for one in trials] == [(Outcome.INVALID, False), (Outcome.KILLED, False)]
    assert trials[0].reason == UNNOTICED
    hired.choose = lambda _control, _mutant: ()
    assert hired.trial(two.id).reason == UNNOTICED


def test_only_the_first_may_have_awaited_something_in_vain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It alone was repeated with patience; of the others those count that found something."""
    found = enumerate((IN_VAIN, IN_VAIN, FINDING))
    failed = [check(number, Verdict.FAILED, findings=(one,)) for number, one in found]
    told = iter([run(check(0)), run(*failed), run(failed[0])])
    monkeypatch.setattr(Exam, "sit", lambda *_, **__: next(told))
    two = mutant("two")
    hired, _ = make(tmp_path, two, whole=True)
    assert hired.control() == ""
    assert [kill.code for kill in hired.trial(two.id).kills] == [DID_NOT_HAPPEN, FINDING.code]
