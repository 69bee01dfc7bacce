"""A scenario's timeline, ready for the page."""

from stsconf.model.finding import Finding
from stsconf.model.history import Stall
from stsconf.report.figure import figure, middle
from tests.report.samples import FINDING, broken_start, history, pod

LONG = "a-name-of-sixty-three-characters-which-is-as-long-as-they-get-0"


def test_a_figure_has_everything_twice() -> None:
    """Whatever is drawn stands there as text as well, with its place on the chart."""
    drawn = figure(broken_start(), [FINDING], "s1", "Ordered startup", 60)
    assert [label.text for label in drawn.labels] == ["Pods", "web-0", "web-1"]
    assert [(place, at, text) for place, at, text in drawn.acts] == [
        (1, "0.00", "create web with 2 replicas"),
        (2, "1.75", "delete web-1"),
    ]
    marked = [entry for entry in drawn.entries if entry.marked]
    assert [(entry.at, entry.label, entry.text) for entry in marked] == [("0.750", "web-1", "created")]
    assert drawn.flag_of[FINDING].letter == "A"
    assert f'x="{marked[0].place.split()[0]}%"' in drawn.svg


def test_a_record_of_five_thousand_events_is_thinned() -> None:
    """A pod that flaps all day is some kilobytes; what a finding names is there, and the rest is counted."""
    flapping = (("Pod", "MODIFIED", pod("web-0", "u", at, "Running", ready=at % 2 == 0)) for at in range(5000))
    record = history(*flapping, every=0.01)
    drawn = figure(record, [Finding("x.y", "it is so", events=(2500,))], "s1", "Flapping", 160)
    assert drawn.size < 60_000
    assert [entry.at for entry in drawn.entries if entry.marked] == ["25.000"]
    assert sum(entry.skipped for entry in drawn.entries) + drawn.last_skipped + len(drawn.entries) == 5000


def test_findings_that_name_everything_do_not_fill_the_page() -> None:
    """Marked lines have room, and there is an end to it."""
    record = history(*(("Pod", "ADDED", pod(f"web-{at}", f"u{at}", at)) for at in range(2000)))
    drawn = figure(record, [Finding("x.y", "all of them", events=tuple(range(2000)))], "s1", "All", 50)
    assert len(drawn.entries) == 150
    assert drawn.last_skipped == 1850


def test_a_long_name_keeps_its_end() -> None:
    """The ordinal tells a pod from its neighbours; the whole name is there for who points at it."""
    drawn = figure(history(("Pod", "ADDED", pod(LONG, "u", 1))), [], "s1", "Long", 60)
    label = drawn.labels[1]
    assert (label.text, label.name) == ("a-name-o…g-as-they-get-0", LONG)
    assert len(label.text) <= 24


def test_a_short_name_is_left_alone() -> None:
    """Nothing is cut that fits."""
    assert middle("web-0", 5) == "web-0"
    assert middle("webs-0", 5) == "we…-0"


def test_how_a_record_ended_is_told_once() -> None:
    """A stall, unless a finding says it already; a lost cluster; a broken assumption."""
    stall = Stall("Ready", "Pod web-0", 1.0, 1.0, "Pending")
    record = history(("Act", "deploy", {}), stall=stall)
    told = Finding("did-not-happen", str(stall), ("Pod web-0",))
    assert figure(record, [], "s1", "", 60).endings == [f"Stalled: {stall}"]
    assert figure(record, [told], "s1", "", 60).endings == []
    lost = record.__class__(record.events, record.subject, lost="no answer", broken=("no pod",))
    assert figure(lost, [], "s1", "", 60).endings == ["The cluster was lost: no answer", "Assumption broken: no pod"]


def test_what_a_pod_said_is_cut() -> None:
    """A reply of a megabyte is a line, and holds nothing that moves a cursor."""
    reply = {"pod": "web-0", "url": "/", "status": 200, "body": "\x1b[31m" + "x" * 1_000_000}
    (entry,) = figure(history(("Http", "GET", reply)), [], "s1", "", 60).entries
    assert len(entry.text) == 300
    assert entry.text.isprintable()
