"""The page of the record."""

from stsconf.mutants.matrix import matrix
from stsconf.mutants.outcome import Outcome
from stsconf.mutants.record import Record
from tests.mutants.samples import trial
from tests.mutants.test_record import MUTANTS, REASONS, TRIALS


def test_the_page_tells_everything() -> None:
    """Score, places, checks with and without kills, survivors with and without reason, and what is invalid."""
    trials = [*TRIALS, trial("m.7", Outcome.INVALID, reason="the cluster | was lost")]
    idle = {"TestX.test_it": "no fault reaches it"}
    page = matrix(Record(MUTANTS, trials, REASONS, idle), ["TestScaling.test_order", "TestX.test_it"])
    for line in (
        "| killed | 1 |",
        "| survived, not explained | 1 |",
        "Inside of the promises that are checked: **50.0 %** (1 of 2). Score of all: **25.0 %** (1 of 4).",
        "| **stateful_set.go** | 1 | 4 | 2 | 50 % |",
        "| `sync` | 1 | 4 | 2 | 50 % |",
        "| `TestScaling.test_order` | 1 | `m.0` |",
        "| `TestX.test_it` | 0 | no fault reaches it |",
        "| `m.5` | `- a + b` | needs | UPD-5: partition |",
        "| `m.6` | `- a + b` | **not explained** |  |",
        "| `m.7` | the cluster \\| was lost |",
    ):
        assert line in page.splitlines()


def test_an_empty_record_is_a_page_too() -> None:
    """Nothing tried, nothing divided by zero."""
    page = matrix(Record(MUTANTS, [], {}), [])
    assert "| not tried | 8 |" in page
    assert "Survivors" not in page
