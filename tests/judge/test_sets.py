"""What a set asks for."""

import pytest

from stsconf.judge import sets
from stsconf.model.finding import NothingToJudge
from stsconf.model.objects import Object
from tests.judge.builder import NAME, Script

IN = {"key": "tier", "operator": "In", "values": ["a", "b"]}


def test_a_window_is_governed_by_what_was_in_force() -> None:
    """The version at the window's start counts with those in it, older ones do not."""
    history = Script(replicas=5).scale(3).act("mark").scale(1).history(since="mark")
    assert [sets.replicas(one) for one in sets.in_force(history)] == [3, 1]
    assert sets.replicas(sets.current(history)) == 1
    assert sets.allowed(history) == {0, 1, 2}
    assert sets.lasting(history) == {0}
    assert len(sets.versions(history)) == 3
    assert sets.last_version(history).index == history.events[-1].index


def test_ordinals_begin_where_the_set_says() -> None:
    """The range follows the start ordinal; a change of it leaves what both agree on."""
    history = Script(replicas=2, ordinals={"start": 3}).history()
    assert sets.ordinals(sets.current(history)) == range(3, 5)
    moved = Script(replicas=3).alter("StatefulSet", NAME, {"spec.ordinals": {"start": 1}}).history()
    assert sets.lowest(moved) == 1
    assert sets.lasting(moved) == {1, 2}


def test_a_deleted_set_is_remembered_by_its_last_version() -> None:
    """What a set asked for can be told after its end."""
    history = Script(replicas=2).drop("StatefulSet", NAME).history()
    assert sets.replicas(sets.current(history)) == 2


def test_unrecorded_sets_are_nothing_to_judge() -> None:
    """Without the set there is nothing to hold its pods against."""
    history = Script().act("mark").history(until="never")
    empty = type(history)((), history.subject)
    for ask in (sets.current, sets.last_version, sets.require_ordered, sets.claim_templates):
        with pytest.raises(NothingToJudge, match="not recorded"):
            ask(empty)


def test_selection_needs_every_label_and_a_selector() -> None:
    """An empty selector selects nothing."""
    assert sets.selects({"app": "x"}, {"app": "x", "y": "z"})
    assert not sets.selects({"app": "x", "y": "z"}, {"app": "x"})
    assert not sets.selects({}, {"app": "x"})


@pytest.mark.parametrize(
    ("selector", "labels", "matches"),
    [
        ({"matchLabels": {"app": "x"}}, {"app": "x", "y": "z"}, True),
        ({"matchLabels": {"app": "x"}}, {"app": "y"}, False),
        ({"matchLabels": {"app": "x"}, "matchExpressions": [IN]}, {"app": "x", "tier": "a"}, True),
        ({"matchLabels": {"app": "x"}, "matchExpressions": [IN]}, {"app": "x", "tier": "c"}, False),
        ({"matchLabels": {"app": "x"}, "matchExpressions": [IN]}, {"app": "y", "tier": "a"}, False),
        ({"matchExpressions": [IN]}, {"tier": "b"}, True),
        ({"matchExpressions": [IN | {"operator": "NotIn"}]}, {"tier": "b"}, False),
        ({"matchExpressions": [IN | {"operator": "NotIn"}]}, {}, True),
        ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, {"tier": ""}, True),
        ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, {}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, {}, True),
        ({}, {"app": "x"}, False),
    ],
)
def test_a_sets_selector_may_ask_for_more(selector: Object, labels: Object, matches: bool) -> None:  # noqa: FBT001 -- a table's column
    """By labels, by expressions, or by both."""
    assert sets.claims_labels({"spec": {"selector": selector}}, labels) is matches
