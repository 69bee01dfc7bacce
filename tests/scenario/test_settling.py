"""When an answer to a watched name can be relied on."""

from __future__ import annotations

import pytest

from stsconf.model.history import DNS, Event
from stsconf.scenario.settling import addresses, answers, settled
from tests.scenario.stages import view

NAME = "web-0.nginx.ns.svc.cluster.local."
OLD, NEW, NONE = "10.0.0.1", "10.0.0.2", ""
Told = tuple[float, str, int]
"""When an answer was told, which address it held, and how often it had come before."""


def told(*lines: Told, ttl: int | None = 30) -> list[Event]:
    """Return what was told of one name."""
    return [
        Event(
            index,
            at,
            DNS,
            "A",
            {
                "name": NAME,
                "watched": True,
                "rcode": "NOERROR" if data else "NXDOMAIN",
                "answers": [{"type": "A", "data": data}] if data else [],
                "ttl": ttl,
                "unchanged": unchanged,
            },
        )
        for index, (at, data, unchanged) in enumerate(lines)
    ]


@pytest.mark.parametrize(("unchanged", "reliable"), [(0, False), (15, False), (16, True), (32, True)])
def test_an_answer_has_to_stay(unchanged: int, reliable: bool) -> None:  # noqa: FBT001 -- a table's column
    """What was said once may be unsaid by the next server."""
    assert settled(told((0.0, OLD, 0), (5.0, NEW, 0), (6.6, NEW, unchanged))) is reliable


@pytest.mark.parametrize(("at", "reliable"), [(2.0, False), (31.1, False), (31.3, True)])
def test_servers_that_differed(at: float, reliable: bool) -> None:  # noqa: FBT001 -- a table's column
    """Where two servers took turns, what the other one may still keep has to have expired."""
    turns: tuple[Told, ...] = ((0.0, OLD, 0), (1.0, NEW, 0), (1.2, OLD, 0), (1.3, NEW, 0))
    assert settled(told(*turns, (at, NEW, 16))) is reliable
    assert settled(told(*turns, (at, NEW, 16), ttl=0))


def test_an_answer_that_does_not_say_how_long_it_may_be_kept() -> None:
    """It is taken to be kept as long as is usual."""
    turns: tuple[Told, ...] = ((0.0, NONE, 0), (1.0, NEW, 0), (1.2, NONE, 0), (1.3, NEW, 0))
    assert not settled(told(*turns, (20.0, NEW, 16), ttl=None))
    assert settled(told(*turns, (31.3, NEW, 16), ttl=None))
    assert settled(told(*turns, (20.0, NEW, 16), ttl=5))


def test_a_pod_that_was_away_is_no_other_server() -> None:
    """An answer that is back after a while tells of the cluster: nothing has to expire."""
    assert settled(told((0.0, OLD, 0), (5.0, NONE, 0), (8.0, OLD, 0), (9.6, OLD, 16)))


def test_a_stream_that_was_opened_anew() -> None:
    """It begins with the answer that is known: nobody took turns."""
    assert settled(told((0.0, NEW, 0), (1.0, OLD, 0), (2.0, OLD, 0), (3.6, OLD, 16)))


def test_a_third_answer_between() -> None:
    """Servers may differ in more than two answers."""
    turns: tuple[Told, ...] = ((0.0, OLD, 0), (1.0, NEW, 0), (1.2, NONE, 0), (1.3, OLD, 0), (1.4, NEW, 0))
    assert not settled(told(*turns, (3.0, NEW, 16)))


def test_answers_are_found_by_name() -> None:
    """Those to a watched name are found with and without its last dot, in order; only addresses are addresses."""
    sight = view()
    for data, watched in (("10.0.0.1", True), ("10.0.0.2", True), ("10.0.0.3", False)):
        records = [{"type": "A", "data": data}, {"type": "CNAME", "data": "other"}]
        sight.apply(Event(0, 0.0, DNS, "A", {"name": NAME, "watched": watched, "answers": records}))
    assert [addresses(event) for event in answers(sight, NAME.rstrip("."))] == [{"10.0.0.1"}, {"10.0.0.2"}]
    assert answers(sight, "other") == []
