"""Promises that nothing judges yet."""

import pytest

from stsconf.model.catalogue import GUARANTEES
from stsconf.model.catalogue_not_yet import NOT_YET, NotYet
from tests.model.test_catalogue import test_a_guarantee_is_complete as assert_complete


@pytest.mark.parametrize("one", NOT_YET.values(), ids=NOT_YET.keys())
def test_it_is_a_promise_with_a_reason(one: NotYet) -> None:
    """What will be judged one day is written down as carefully as what is."""
    assert_complete(one.guarantee)
    assert len(one.reason) > 20


def test_nothing_is_judged_and_not_judged() -> None:
    """An id stands in one of the two lists."""
    assert NOT_YET
    assert all(key == one.guarantee.id for key, one in NOT_YET.items())
    assert NOT_YET.keys() & GUARANTEES.keys() == set()
