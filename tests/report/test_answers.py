"""Answers of DNS and HTTP as lanes."""

from typing import Any

import pytest

from stsconf.report.answers import answer_lanes, lane_of
from stsconf.report.lanes import NAMES, REPLIES
from tests.report.samples import history, pod

FULL = "web-0.web.ns.svc.cluster.local."


def asked(
    name: str = FULL, *data: str, rcode: str = "NOERROR", error: str = "", watched: bool = True
) -> dict[str, Any]:
    """Make a question to DNS and its answer."""
    answers = [{"name": name, "data": one} for one in data]
    return {"name": name, "answers": answers, "rcode": rcode, "error": error, "watched": watched}


def test_a_watched_name_is_a_lane_of_bars() -> None:
    """Addresses of pods are told by their names; no record, no name and no answer are told apart."""
    first = pod("web-0", "u", 1) | {"status": {"podIP": "10.0.0.1"}}
    record = history(
        ("Pod", "ADDED", first),
        ("Dns", "A", asked(FULL, "10.0.0.1")),
        ("Dns", "A", asked(FULL, "10.0.0.9")),
        ("Dns", "A", asked(FULL, rcode="NXDOMAIN")),
        ("Dns", "A", asked(FULL)),
        ("Dns", "A", asked(FULL, rcode="SERVFAIL")),
        ("Dns", "A", asked(FULL, rcode="", error="timed out")),
    )
    (lane,) = answer_lanes(record, 2.0)
    assert (lane.group, lane.name) == (NAMES, "web-0.web")
    assert [(bar.look, bar.label) for bar in lane.bars] == [
        ("some", "web-0"),
        ("some", "10.0.0.9"),
        ("none", "no such name"),
        ("none", "no record"),
        ("wrong", "SERVFAIL"),
        ("wrong", "no answer"),
    ]
    assert (lane.bars[0].start, lane.bars[-1].end) == (0.25, 2.0)


def test_a_single_question_is_a_dot() -> None:
    """Below the bars of the same name, if that was watched as well."""
    record = history(("Dns", "A", asked(FULL, "10.0.0.1")), ("Dns", "A", asked(FULL, watched=False)))
    (lane,) = answer_lanes(record, 1.0)
    assert lane.dots == [(0.25, "none")]
    assert lane.under


def test_replies_are_dots_by_host() -> None:
    """A reply, and none; names before replies."""
    record = history(
        ("Http", "GET", {"pod": "web-0", "url": "/", "status": 200, "error": ""}),
        ("Http", "GET", {"pod": "web-0", "url": "/", "status": None, "error": "refused"}),
        ("Dns", "SRV", asked("_http._tcp.web.ns.svc.cluster.local.", "0 50 80 web-0", watched=False)),
    )
    names, replies = answer_lanes(record, 1.0)
    assert (names.group, names.name) == (NAMES, "_http._tcp.web SRV")
    assert (replies.group, replies.name) == (REPLIES, "web-0")
    assert [dot.look for dot in replies.dots] == ["some", "wrong"]


@pytest.mark.parametrize(
    ("kind", "event_type", "question", "expected"),
    [
        ("Http", "GET", {"pod": "", "url": "http://web-0.web.ns.svc.cluster.local:8080/x"}, (REPLIES, "web-0.web")),
        ("Http", "GET", {"pod": "", "url": "http://web-0:8080/"}, (REPLIES, "web-0:8080")),
        ("Dns", "PTR", {"name": "4.3.2.10.in-addr.arpa."}, (NAMES, "10.2.3.4 PTR")),
        (
            "Dns",
            "A",
            {"name": "kubernetes.default.svc.cluster.local."},
            (NAMES, "kubernetes.default.svc.cluster.local"),
        ),
        ("Dns", "A", {}, (NAMES, "")),
    ],
)
def test_names_are_told_short(kind: str, event_type: str, question: dict[str, Any], expected: tuple[str, str]) -> None:
    """What all names of the namespace have in common is left out, and a reverse name is an address."""
    (event,) = history((kind, event_type, question)).events
    assert lane_of(event, "ns") == expected
