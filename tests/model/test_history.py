"""Histories and their windows."""

import pytest

from stsconf.model.history import GAP, History, Stall
from tests.judge.builder import Script


def script() -> Script:
    """Two pods, an act, a third pod, another act, one pod's end."""
    return Script().start("web-0", "web-1").act("first").start("other-0", "web-2").act("second").gone("web-0")


def names(events: object) -> list[str]:
    """The names in order, each once."""
    assert isinstance(events, tuple)
    return list(dict.fromkeys(event.name for event in events))


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("", "", ["web-0", "web-1", "other-0", "web-2"]),
        ("first", "", ["other-0", "web-2", "web-0"]),
        ("", "first", ["web-0", "web-1"]),
        ("first", "second", ["other-0", "web-2"]),
        ("never", "", []),
        ("first", "never", ["other-0", "web-2", "web-0"]),
        ("second", "first", []),
    ],
)
def test_windows(since: str, until: str, expected: list[str]) -> None:
    """A window begins after one act and ends before another; without its beginning it is empty."""
    assert names(script().history(since=since, until=until).of("Pod")) == expected


def test_narrowing_twice_never_widens() -> None:
    """A window of a window lies within both."""
    history = script().history(since="second").since("first")
    assert names(history.of("Pod")) == ["web-0"]
    assert history.until("first").window == ()
    assert script().history(since="first").between("first", "second") == script().history(since="first", until="second")


def test_states_at_both_ends() -> None:
    """What exists follows from all events up to there, those before the window too."""
    history = script().history(since="first", until="second")
    assert set(history.at_start("Pod")) == {"web-0", "web-1"}
    assert set(history.at_end("Pod")) == {"web-0", "web-1", "web-2", "other-0"}
    assert set(script().history().at_end("Pod")) == {"web-1", "web-2", "other-0"}
    assert history.at_start("Service") == {}


def test_another_set_is_asked_about_by_its_name() -> None:
    """A scenario may have a second set, whose Service is called like it."""
    other = script().history().concerning("other")
    assert (other.subject.name, other.subject.service, other.subject.app) == ("other", "other", "kubia")
    assert (other.own("other-0"), other.own("web-0")) == (True, False)


def test_steps_show_the_state_before_each_event() -> None:
    """A replay tells, for each event, what existed just before it."""
    steps = list(script().history(since="second").steps("Pod"))
    assert [(step.event.type, sorted(step.before)) for step in steps] == [
        ("DELETED", ["other-0", "web-0", "web-1", "web-2"])
    ]
    assert [sorted(step.before) for step in script().history(since="second").pods()] == [["web-0", "web-1", "web-2"]]


def test_own_pods_are_known_by_name() -> None:
    """A pod is the set's if its name is set and ordinal."""
    history = script().history()
    assert history.own("web-7")
    assert not any(history.own(name) for name in ("other-0", "web", "web-x", "web-0-0"))
    assert {step.event.name for step in history.pods()} == {"web-0", "web-1", "web-2"}


def test_gaps_are_those_of_the_kinds_and_the_window() -> None:
    """A gap in what a judge does not read does not concern it."""
    events = script().record(GAP, "Pod", {"reason": "410"}).act("late").record(GAP, "Event", {}).history()
    assert [gap.type for gap in events.gaps("Pod", "Service")] == ["Pod"]
    assert [gap.type for gap in events.since("late").gaps("Pod", "Event")] == ["Event"]


def test_a_stall_tells_five_parts() -> None:
    """What was awaited, of what, for how long it could take, took, and what was last seen."""
    stall = Stall("Running and Ready", "Pod web-2", 30, 30.04, "Pending")
    assert str(stall) == "awaited Running and Ready of Pod web-2; deadline 30.0 s, elapsed 30.0 s; last seen: Pending"


def test_histories_are_values() -> None:
    """Two records of the same events are equal, and a window leaves the record as it was."""
    history = script().history()
    assert history == script().history()
    history.since("first")
    assert (history.begin, history.end) == (0, None)
    assert isinstance(history, History)
