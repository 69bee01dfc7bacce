"""Where things stand on a chart."""

from stsconf.model.finding import Finding
from stsconf.model.history import Stall
from stsconf.report.lanes import PODS, Bar
from stsconf.report.layout import ACTS_AT, READY, ROW, SPACE, gaps, lane_key, lay_out, thinned
from stsconf.report.scale import Scale
from tests.report.samples import FINDING, broken_start, history, pod


def test_lanes_lie_one_below_the_other() -> None:
    """Each group begins with its title; no lane covers another; the chart ends below the last."""
    layout = lay_out(broken_start())
    assert [placed.lane.name for placed in layout.lanes] == ["web-0", "web-1"]
    assert [title for title, _ in layout.titles] == [PODS]
    first, second = layout.lanes
    assert layout.titles[0][1] < first.top
    assert first.top + first.height == second.top
    assert first.height == ROW + READY + SPACE
    assert layout.height > second.top + second.height


def test_a_finding_is_a_flag_at_its_last_event() -> None:
    """Flags are lettered by time; the same finding of several checks is one flag; without events it is at the end."""
    late = Finding("x.y", "too late", events=(1, 9))
    early = Finding("x.y", "too early", events=(1,))
    never = Finding("did-not-happen", "it never came")
    layout = lay_out(broken_start(), [late, never, early, late])
    assert [(flag.letter, flag.at, flag.finding) for flag in layout.flags] == [
        ("A", 0.25, early),
        ("B", 2.25, late),
        ("C", 2.5, never),
    ]


def test_a_finding_of_another_record_does_no_harm() -> None:
    """An index that the record does not have is passed over."""
    (flag,) = lay_out(broken_start(), [Finding("x.y", "it is so", events=(999,))]).flags
    assert flag.at == 2.5


def test_a_flood_of_findings_is_flagged_in_part() -> None:
    """So many flags that they can be told apart; the others are with their checks."""
    assert len(lay_out(broken_start(), [Finding("x.y", str(number)) for number in range(99)]).flags) == 12


def test_acts_are_badges_and_a_stall_is_none() -> None:
    """What the suite did stands on the chart; that it gave up waiting is drawn otherwise."""
    stalled = ("Act", "stalled", {"sentence": "awaited Ready"})
    layout = lay_out(history(("Act", "deploy", {}), stalled, stall=Stall("Ready", "Pod web-0", 1.0, 1.0, "")))
    assert [act.type for act in layout.acts] == ["deploy"]


def test_events_know_their_lanes() -> None:
    """A pod's event stands on its lane, an act on top, and what was left out nowhere."""
    layout = lay_out(broken_start())
    act, first, *_ = layout.history.events
    assert layout.height_of(act) == ACTS_AT
    assert layout.height_of(first) == layout.lanes[0].top + (layout.lanes[0].height - SPACE) // 2
    layout.middles.clear()
    assert layout.height_of(first) is None


def test_other_kinds_have_no_lane() -> None:
    """Events of Kubernetes and revisions are told elsewhere."""
    (event,) = history(("ControllerRevision", "ADDED", {})).events
    assert lane_key(event, broken_start()) is None


def test_a_crowd_of_pods_is_drawn_in_part() -> None:
    """Sixty lanes and those that a finding names; the rest is counted."""
    record = history(*(("Pod", "ADDED", pod(f"web-{number}", f"u{number}", number)) for number in range(200)))
    layout = lay_out(record, [Finding("x.y", "it is so", events=(150,))])
    assert (len(layout.lanes), layout.left_out) == (61, 139)
    assert layout.lanes[-1].lane.name == "web-150"


def test_bars_too_narrow_to_see_are_one() -> None:
    """A flapping pod is one bar that says how often it changed; broad bars and other rows stay as they are."""
    flapping = [Bar(at / 1000, (at + 1) / 1000, "ab"[at % 2], "x") for at in range(1000)]
    found = thinned([*flapping, Bar(1.0, 99.0, "a"), Bar(1.0, 1.001, "b", row=1)], Scale([0.0, 99.0]))
    assert [(bar.look, bar.label, bar.row) for bar in found] == [
        ("mixed", "1000 changes", 0),
        ("a", "", 0),
        ("b", "", 1),
    ]
    assert (found[0].start, found[0].end) == (0.0, 1.0)


def test_narrow_bars_far_apart_are_drawn_each() -> None:
    """Only neighbours are drawn as one: what lies between two moments is not covered."""
    apart = [Bar(10.0, 10.001, "a"), Bar(60.0, 60.001, "a")]
    assert thinned(apart, Scale([0.0, 99.0])) == apart


def test_an_empty_record_has_a_layout() -> None:
    """A scenario in which nothing was recorded does no harm."""
    layout = lay_out(history(), [FINDING])
    assert (layout.lanes, layout.flags[0].at) == ([], 0.0)


def test_gaps_are_found() -> None:
    """Where the record misses something, the chart says so."""
    record = history(("Gap", "Pod", {"reason": "too old"}), ("Act", "deploy", {}))
    assert [event.type for event in gaps(record)] == ["Pod"]
