"""Where moments stand on a chart."""

from itertools import pairwise

import pytest

from stsconf.report.scale import Scale


def test_a_busy_record_is_drawn_as_it_was() -> None:
    """Without idle stretches, place and time go together from edge to edge."""
    scale = Scale([1.0, 2.0, 3.0, 4.0, 5.0])
    assert [scale.place(at) for at in (1.0, 3.0, 5.0)] == [2.0, 50.0, 98.0]
    assert scale.idle == ()


def test_what_lies_outside_is_moved_to_the_edge() -> None:
    """A stall longer than the record cannot leave the chart."""
    scale = Scale([1.0, 2.0])
    assert (scale.place(-5.0), scale.place(9.0)) == (2.0, 98.0)


def test_an_idle_stretch_is_drawn_short() -> None:
    """Half a minute without an event takes a small part of the width, and says how long it was."""
    scale = Scale([0.0, 1.0, 2.0, 3.0, 33.0, 34.0])
    (idle,) = scale.idle
    assert (idle.seconds, idle.until) == (30.0, 33.0)
    assert 10 < idle.end - idle.start < 15
    assert scale.place(3.0) == idle.start
    assert scale.place(33.0) == idle.end


def test_places_never_go_back() -> None:
    """Later is further to the right, within idle stretches as well."""
    scale = Scale([0.0, 0.1, 40.0, 40.2, 90.0, 91.0])
    places = [scale.place(at / 10) for at in range(911)]
    assert places == sorted(places)
    assert len(scale.idle) == 2


def test_short_pauses_are_no_idle_stretches() -> None:
    """In a record of a second nothing is cut out, however uneven it is."""
    assert Scale([0.0, 0.1, 0.9, 1.0]).idle == ()


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        ([0.0, 0.5, 1.0], ["0.0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1.0 s"]),
        ([0.0, 20.0, 40.0, 60.0, 70.0], ["0 s", "10 s", "20 s", "30 s", "40 s", "50 s", "60 s", "70 s"]),
        ([3.0], []),
        ([], []),
    ],
    ids=["short", "long", "one-moment", "nothing"],
)
def test_ticks_are_round(moments: list[float], expected: list[str]) -> None:
    """A handful of round moments, and none for a record that has no length."""
    assert [text for _, text in Scale(moments).ticks()] == expected


def test_no_tick_within_an_idle_stretch() -> None:
    """A day's pause in a record of a second costs neither time nor ticks."""
    ticks = Scale([0.0, 0.2, 0.4, 0.6, 86_400.6, 86_400.8]).ticks()
    assert [text for _, text in ticks][:4] == ["0.0 s", "0.2 s", "0.4 s", "0.6 s"]
    assert len(ticks) <= 6
    assert min(later - former for (former, _), (later, _) in pairwise(ticks)) >= 6
