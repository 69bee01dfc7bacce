"""A chart as SVG."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from stsconf.model.finding import Finding
from stsconf.model.history import History, Stall
from stsconf.report.drawing import number, svg
from stsconf.report.layout import NOMINAL, lay_out
from tests.report.samples import FINDING, broken_start, endpoints, history, pod

EVIL = "</text></svg><script>alert(1)</script>\"'&"


def drawn(record: History, *findings: Finding) -> ET.Element:
    """Return the chart of a history, read as XML: what is not well-formed cannot be read."""
    text = svg(lay_out(record, findings), "s1", "a title", "a description")
    return ET.fromstring(text)  # noqa: S314 -- XML that the code under test has just made


def by_class(chart: ET.Element, name: str, tag: str = "*") -> list[ET.Element]:
    """Return the elements of a class."""
    return [element for element in chart.iterfind(f".//{tag}") if name in element.get("class", "").split()]


def test_a_chart_says_what_it_is() -> None:
    """Title and description are there for those who cannot see it."""
    chart = drawn(broken_start())
    assert chart.get("role") == "group"
    ids = (chart.get("aria-labelledby") or "").split()
    assert [element.text for key in ids for element in chart if element.get("id") == key] == [
        "a title",
        "a description",
    ]


def test_a_pods_bars_are_drawn() -> None:
    """Two phases and the time in which it was Ready, for each of the pods, with words where there is room."""
    chart = drawn(broken_start())
    assert len(by_class(chart, "running", "rect")) == 2
    assert len(by_class(chart, "ready", "rect")) == 2
    assert len(by_class(chart, "leaving", "rect")) == 1
    assert "Running" in {element.text for element in chart.iter("text")}


def test_words_that_do_not_fit_wait_for_the_zoom() -> None:
    """A narrow bar's label appears at the zoom at which it fits."""
    record = history(
        ("Pod", "ADDED", pod("web-0", "u", 1, "Running")),
        *(("Act", "wait", {}) for _ in range(11)),
        ("Pod", "MODIFIED", pod("web-0", "u", 2, "Running", deletionTimestamp="now")),
        ("Pod", "DELETED", pod("web-0", "u", 2)),
    )
    labels = {element.text: element.get("class", "") for element in drawn(record).iter("text")}
    assert (labels["Running"], labels["terminating"]) == ("", "z2")


def test_ordinals_stand_where_names_do_not_fit() -> None:
    """Endpoints are told by ordinals on a narrow bar."""
    record = history(
        ("EndpointSlice", "ADDED", endpoints("web", "a-long-name-0", "a-long-name-1")),
        ("EndpointSlice", "MODIFIED", endpoints("web", "a-long-name-0", "a-long-name-1", "a-long-name-2")),
        *(("Act", "wait", {}) for _ in range(6)),
    )
    told = [element.text for element in drawn(record).iter("text")]
    assert "0 1" in told
    assert "a-long-name-0 a-long-name-1 a-long-name-2" in told


def test_the_violating_instant_is_flagged() -> None:
    """A line through all lanes, a ring on the event, a name to link to, and the sentence for those who listen."""
    chart = drawn(broken_start(), FINDING)
    (flag,) = by_class(chart, "flag")
    assert (flag.get("id"), flag.get("role")) == ("s1-A", "img")
    assert flag.get("aria-label") == f"A, at 0.750 s: {FINDING.sentence}"
    (line,) = flag.iter("line")
    (ring,) = (use for use in flag.iter("use") if use.get("href") == "#ring")
    created = next(rect for rect in by_class(chart, "pending", "rect") if rect.get("x") == ring.get("x"))
    assert line.get("x1") == ring.get("x") == created.get("x")
    assert int(created.get("y", "")) < int(ring.get("y", "")) < int(created.get("y", "")) + 20


def test_flags_of_one_moment_stand_side_by_side() -> None:
    """Two findings about one event can both be read; those on the right stand to the left of their line."""
    pair = [Finding("x.y", "one", events=(1,)), Finding("x.y", "two", events=(1,))]
    late = [Finding("x.y", "three", events=(10,)), Finding("x.y", "four", events=(10,))]
    text = svg(lay_out(broken_start(), [*pair, *late]), "s1", "", "")
    assert re.findall(r"translate\((-?\d+)\)", text) == ["0", "19", "-38", "-19"]


def test_no_flag_covers_another() -> None:
    """However close findings are: each letter can be read, in the order of time."""
    moments = [(name, at) for at, name in enumerate("abcdefgh", 1)]
    crowd = history(*(("Pod", "ADDED", pod(name, name, at)) for name, at in moments), every=0.01)
    late = crowd.events[-1].__class__(8, 3.0, "Act", "late", {})
    record = History((*crowd.events, late), crowd.subject)
    text = svg(lay_out(record, [Finding("x.y", name, events=(at - 1,)) for name, at in moments]), "s1", "", "")
    flags = re.findall(r'<svg x="([\d.]+)%" y="32"><g transform="translate\((-?\d+)\)">', text)
    lefts = [float(x) / 100 * NOMINAL + int(shift) for x, shift in flags]
    assert len(lefts) == 8
    assert all(latter - former >= 19 for former, latter in pairwise(lefts))


def test_acts_have_numbers() -> None:
    """One badge per act; those too close to tell apart share one."""
    badges = [badge.find("text") for badge in by_class(drawn(broken_start()), "badge")]
    assert [text.text for text in badges if text is not None] == ["1", "2"]
    crowd = drawn(history(*(("Act", "wait", {}) for _ in range(100))))
    texts = [text.text for badge in by_class(crowd, "badge") for text in badge.iter("text")]
    assert texts[:2] == ["1\N{EN DASH}5", "6\N{EN DASH}11"]
    assert len(by_class(crowd, "act", "line")) == 100


def test_what_never_came_is_hatched() -> None:
    """The time in which it was awaited, up to the record's end."""
    record = history(
        ("Pod", "ADDED", pod("web-0", "u", 1)),
        *(("Act", "wait", {}) for _ in range(4)),
        stall=Stall("Ready", "Pod web-0", 0.5, 0.5, ""),
    )
    (band,) = by_class(drawn(record), "stall")
    assert (band.get("x"), band.get("width")) == ("50%", "48%")


def test_idle_stretches_and_gaps_are_shown() -> None:
    """What is drawn short says how long it was, and where the record misses something there is a line."""
    record = history(("Act", "a", {}), ("Act", "b", {}), ("Gap", "Pod", {}), ("Act", "c", {}), every=0.1)
    late = history(("Act", "d", {})).events[0]
    events = (*record.events, late.__class__(4, 60.3, "Act", "d", {}))
    chart = drawn(History(events, record.subject))
    assert (len(by_class(chart, "idle")), len(by_class(chart, "gap"))) == (1, 1)
    assert [text.text for text in by_class(chart, "rest")] == ["60.0 s"]


@pytest.mark.parametrize("kind", ["Pod", "PersistentVolumeClaim", "StatefulSet"])
def test_nothing_of_a_cluster_becomes_markup(kind: str) -> None:
    """Names, phases and sentences are text, whatever stands in them."""
    record = history((kind, "ADDED", pod(EVIL, EVIL, 1, EVIL)), ("Act", EVIL, {"sentence": EVIL}))
    chart = drawn(record, Finding(EVIL, EVIL, (EVIL,), (EVIL,), (0,)))
    assert list(chart.iter("script")) == []
    assert EVIL in (by_class(chart, "flag")[0].get("aria-label") or "")


def test_answers_are_dots_and_a_crowd_of_them_is_thinned() -> None:
    """A thousand good answers are a row of dots; one that is wrong is never lost among them."""
    replies = [("Http", "GET", {"pod": "web-0", "status": 200}) for _ in range(1000)]
    replies[500] = ("Http", "GET", {"pod": "web-0", "error": "refused"})
    dots = [use.get("href") for use in drawn(history(*replies, every=0.001)).iter("use")]
    assert 200 < len(dots) < 350
    assert dots.count("#dot-wrong") == 1


@pytest.mark.parametrize(("value", "text"), [(2.0, "2"), (12.3456, "12.35"), (0.1, "0.1"), (100.0, "100")])
def test_numbers_are_short(value: float, text: str) -> None:
    """A page has many of them."""
    assert number(value) == text
