"""A few that stand for all."""

from __future__ import annotations

from collections import Counter

import pytest

from stsconf.errors import UsageError
from stsconf.mutants.generate import FILES
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.sample import sample


def many() -> tuple[Mutant, ...]:
    """Make mutants that are unevenly spread: four files, ten functions, and one operator of which there are few."""
    places = [(f"f{n % 10}", FILES[n % 10 % 4], "rare" if n % 25 == 0 else f"op{n % 3}") for n in range(200)]
    return tuple(
        Mutant(f"m{n}", file, function, operator, n, n, n, "", "", "")
        for n, (function, file, operator) in enumerate(places)
    )


def test_a_sample_is_the_same_under_the_same_seed() -> None:
    """Whatever the order in which the mutants come."""
    assert sample(many(), 30, seed=7) == sample(many(), 30, seed=7)
    assert set(sample(many(), 30, seed=7)) == set(sample(many()[::-1], 30, seed=7))


def test_another_seed_is_another_sample() -> None:
    """So that time brings all of them to the test."""
    assert sample(many(), 30, seed=1) != sample(many(), 30, seed=2)


def test_a_sample_is_spread() -> None:
    """Every file, function and operator has its share, also a rare one."""
    chosen = sample(many(), 30)
    assert len(chosen) == 30
    assert {mutant.function for mutant in chosen} == {f"f{n}" for n in range(10)}
    assert set(Counter(mutant.function for mutant in chosen).values()) <= {2, 3, 4}
    assert {mutant.operator for mutant in chosen} == {"op0", "op1", "op2", "rare"}


def test_a_larger_sample_holds_the_smaller() -> None:
    """What was judged once stays judged."""
    assert set(sample(many(), 20)) < set(sample(many(), 40))


def test_the_order_is_kept() -> None:
    """A sample reads like the whole."""
    places = [mutant.line for mutant in sample(many(), 30)]
    assert places == sorted(places)


def test_more_than_there_are_is_all() -> None:
    """Nothing is chosen twice."""
    assert sample(many(), 1000) == many()


@pytest.mark.parametrize("count", [0, -3])
def test_an_empty_sample_is_refused(count: int) -> None:
    """It would prove nothing."""
    with pytest.raises(UsageError, match=f"a sample of {count} mutants proves nothing"):
        sample(many(), count)
