"""A history told event by event."""

from stsconf.model.history import Event
from stsconf.report.narrative import Generations, narrate, service_of
from tests.report.samples import broken_start, endpoints, history, pod


def test_each_event_of_interest_is_a_line() -> None:
    """Who and what; the suite's own acts have no text, and what nobody needs has no line."""
    told = [(line.event.index, line.label, line.text) for line in narrate(broken_start())]
    assert told[:3] == [
        (0, "-- create web with 2 replicas --", ""),
        (1, "web-0", "created"),
        (2, "web-0", "running"),
    ]
    assert 6 not in {index for index, _, _ in told}


def test_a_marked_event_always_has_a_line() -> None:
    """What a finding names is told even where nothing changed that a person would look for."""
    (line,) = (line for line in narrate(broken_start(), {6}) if line.event.index == 6)
    assert (line.label, line.text, line.marked) == ("Pod web-1", "changed (rv 815)", True)


def test_endpoints_are_told_by_their_service() -> None:
    """A slice's name says nothing; the pods that it shows as ready do, and only when they change."""
    record = history(
        ("EndpointSlice", "ADDED", endpoints("web")),
        ("EndpointSlice", "MODIFIED", endpoints("web", "web-0")),
        ("EndpointSlice", "MODIFIED", endpoints("web", "web-0")),
        ("EndpointSlice", "MODIFIED", endpoints("web", "web-1", "web-0")),
        ("EndpointSlice", "DELETED", endpoints("web")),
    )
    assert [(line.label, line.text) for line in narrate(record)] == [
        ("endpoints web", "created, none is ready"),
        ("endpoints web", "web-0"),
        ("endpoints web", "web-0, web-1"),
        ("endpoints web", "gone"),
    ]


def test_a_slice_without_a_service_has_its_own_name() -> None:
    """Whatever a cluster holds, there is a name to tell."""
    assert service_of({"metadata": {"name": "odd-1"}}) == "odd-1"


def test_generations_are_told_apart() -> None:
    """The second object of a name has a prime, the third two; from the fifth on they are counted."""
    generations = Generations()
    told = [generations.of(Event(0, 0.0, "Pod", "ADDED", pod("web-0", f"u{number}", 1))) for number in range(6)]
    assert told == ["", "\N{PRIME}", "\N{DOUBLE PRIME}", "\N{TRIPLE PRIME}", "\N{PRIME}5", "\N{PRIME}6"]
    assert generations.of(Event(0, 0.0, "Pod", "ADDED", pod("web-0", "u1", 1))) == "\N{PRIME}"
