"""How several verdicts become one."""

import itertools

import pytest

from stsconf.model.verdict import Verdict, worst

FAILED, INCONCLUSIVE, PASSED, NOT_SUPPORTED, SKIPPED = (
    Verdict.FAILED,
    Verdict.INCONCLUSIVE,
    Verdict.PASSED,
    Verdict.NOT_SUPPORTED,
    Verdict.SKIPPED,
)
RANK = [FAILED, INCONCLUSIVE, PASSED, NOT_SUPPORTED, SKIPPED]


@pytest.mark.parametrize(("first", "second"), list(itertools.product(RANK, repeat=2)))
def test_the_worst_of_two_wins(first: Verdict, second: Verdict) -> None:
    """Of any two verdicts the one that stands first in the ranking is the whole's."""
    assert worst([first, second]) is min(first, second, key=RANK.index)


def test_nothing_is_inconclusive() -> None:
    """Nothing looked at is never passed."""
    assert worst([]) is INCONCLUSIVE


def test_there_are_five() -> None:
    """No other outcome exists, and each is ranked."""
    assert set(RANK) == set(Verdict)
