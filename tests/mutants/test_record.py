"""What the record counts, and what it finds wanting."""

from dataclasses import replace

from stsconf.mutants.outcome import Outcome
from stsconf.mutants.reasons import Kind, Reason
from stsconf.mutants.record import Record
from tests.mutants.samples import Change, kill, trial

MUTANTS = [Change(f"m.{number}") for number in range(8)]
TRIALS = [
    trial("m.0", Outcome.KILLED),
    trial("m.1", Outcome.EQUIVALENT),
    trial("m.2", Outcome.NOT_COMPILED),
    trial("m.3"),
    trial("m.4"),
    trial("m.5"),
    trial("m.6"),
]
REASONS = {
    "m.3": Reason(Kind.EQUIVALENT, "the same"),
    "m.4": Reason(Kind.OUT_OF_SCOPE, "a metric"),
    "m.5": Reason(Kind.NEEDS, "UPD-5: partition"),
}
RECORD = Record(MUTANTS, TRIALS, REASONS)


def test_the_score_leaves_out_what_nobody_could_notice() -> None:
    """Killed of all that are neither equivalent nor uncompilable; and of those inside of what is checked."""
    score = RECORD.score(MUTANTS)
    assert (score.killed, score.judged, score.inside) == (1, 4, 2)
    assert (score.whole_percent, score.inside_percent) == (25.0, 50.0)
    assert Record([], [], {}).score([]).whole_percent == 0


def test_what_is_wanting() -> None:
    """Survivors need a reason, and a reason needs a survivor."""
    assert [one.id for one in RECORD.survivors] == ["m.3", "m.4", "m.5", "m.6"]
    assert RECORD.unexplained == ["m.6"]
    assert Record(MUTANTS, TRIALS, {"m.0": REASONS["m.3"], "m.9": REASONS["m.3"]}).stale == ["m.0", "m.9"]


def test_one_cluster_that_notices_is_enough() -> None:
    """A mutant that survived on simulated nodes and was killed on a real one is killed."""
    there = trial("m.3", Outcome.KILLED, cluster="embedded")
    assert Record(MUTANTS, [*TRIALS, there], {}).outcome("m.3") is Outcome.KILLED
    assert RECORD.outcome("m.7") is None


CHECKS = ["TestScaling.test_order", "TestX.test_it", "Invariants.test_always"]


def test_each_check_has_its_kills() -> None:
    """By its name as it is written, over all trials; one that classes inherit counts once."""
    other = replace(
        trial("m.3", Outcome.KILLED),
        kills=(kill(), kill("test_y.py::TestY::test_always"), kill("test_z.py::TestZ::test_gone")),
    )
    assert Record(MUTANTS, [TRIALS[0], other], {}).kills_by_check(CHECKS) == {
        "TestScaling.test_order": ["m.0", "m.3"],
        "TestX.test_it": [],
        "Invariants.test_always": ["m.3"],
        "TestZ.test_gone": ["m.3"],
    }


def test_nothing_may_be_without_a_reason_or_outlived() -> None:
    """Survivors, reasons, checks that notice nothing, and kills by checks that are gone."""
    gone = replace(trial("m.2", Outcome.KILLED), kills=(kill("test_z.py::TestZ::test_gone"),))
    reasons = {**REASONS, "m.0": REASONS["m.3"]}
    idle = {"Invariants.test_always": "it never fails here", "TestScaling.test_order": "no fault reaches it"}
    assert Record(MUTANTS, [*TRIALS, gone], reasons, idle).wanting(CHECKS) == [
        "nothing noticed m.6, and no reason says why",
        "the reason for m.0 is outlived: it does not survive",
        "TestX.test_it noticed nothing, and no reason says why",
        "the reason for TestScaling.test_order is outlived: it noticed something, or is gone",
        "TestZ.test_gone noticed m.2, and is gone: judge it again",
    ]
