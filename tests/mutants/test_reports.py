"""The committed record is whole: its page is its own, and nothing in it is without a reason or outlived."""

from __future__ import annotations

from stsconf.commands.checks import CONFORMANCE
from stsconf.commands.mutants import PAGE, RECORDS
from stsconf.mutants.faults.catalogue import FAULTS
from stsconf.mutants.matrix import matrix
from stsconf.mutants.outcome import Outcome
from stsconf.mutants.store import stored
from stsconf.tables import checks_of

_FAULT = "fault."
CHECKS = [check.name for check in checks_of(CONFORMANCE)]


def test_the_page_is_that_of_the_record() -> None:
    """Written anew it is the same: `stsconf mutants record` does it."""
    assert PAGE.read_text(encoding="utf-8") == matrix(stored(RECORDS), CHECKS)


def test_nothing_is_unexplained_or_outlived() -> None:
    """Every survivor has a reason, every check noticed something or has one, and no reason is outlived."""
    assert stored(RECORDS).wanting(CHECKS) == []


def test_faults_are_noticed_or_spared_as_they_should_be() -> None:
    """Each was tried: killed if it has to be, wherever it was, and spared if it harms no promise."""
    trials = [trial for trial in stored(RECORDS).trials if trial.mutant.startswith(_FAULT)]
    due = {name: Outcome.KILLED if fault.kills else Outcome.SURVIVED for name, fault in FAULTS.items()}
    wrong = [trial.mutant for trial in trials if trial.outcome is not due[trial.mutant.removeprefix(_FAULT)]]
    assert wrong == []
    assert due.keys() == {trial.mutant.removeprefix(_FAULT) for trial in trials}
