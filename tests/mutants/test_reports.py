"""The committed record is whole: its page is its own, and nothing in it is without a reason or outlived."""

from __future__ import annotations

from stsconf.commands.checks import CONFORMANCE
from stsconf.commands.mutants import PAGE, RECORDS
from stsconf.mutants.matrix import matrix
from stsconf.mutants.store import stored
from stsconf.tables import checks_of

CHECKS = [check.name for check in checks_of(CONFORMANCE)]


def test_the_page_is_that_of_the_record() -> None:
    """Written anew it is the same: `stsconf mutants record` does it."""
    assert PAGE.read_text(encoding="utf-8") == matrix(stored(RECORDS), CHECKS)


def test_nothing_is_unexplained_or_outlived() -> None:
    """Every survivor has a reason, every reason a survivor, and who noticed something is still there.

    As long as only a part of the mutants was tried, a check that noticed none of them is told on the page, not here.
    """
    record = stored(RECORDS)
    untried = any(record.outcome(one.id) is None for one in record.mutants)
    wanting = [line for line in record.wanting(CHECKS) if not (untried and "noticed nothing" in line)]
    assert wanting == []
