"""Findings, and having nothing to judge."""

import pytest

from stsconf.model.finding import Finding, NothingToJudge, require


def test_a_finding_renders_as_code_and_sentence() -> None:
    """The code leads, so that findings can be told apart at a glance."""
    assert str(Finding("order.create", "web-1 was created after web-2", ("web-1",))) == (
        "order.create: web-1 was created after web-2"
    )


@pytest.mark.parametrize("nothing", [False, [], {}, 0, None, ""])
def test_nothing_is_no_ground_for_a_judgement(nothing: object) -> None:
    """What is empty is not there to be looked at."""
    with pytest.raises(NothingToJudge, match="no pod was created"):
        require(nothing, "no pod was created")


def test_something_is() -> None:
    """What is there can be looked at."""
    reason = "no pod was created"
    require([reason], reason)
    with pytest.raises(NothingToJudge):
        require([], reason)
