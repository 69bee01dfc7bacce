"""A history as text."""

from dataclasses import replace

import pytest

from stsconf.model.finding import Finding
from stsconf.model.history import Event, Stall
from stsconf.report.timeline import timeline
from tests.report.samples import FINDING, PRIME, broken_start, history, pod

BROKEN_START = f"""\
     0.000  -- create web with 2 replicas --
     0.250  web-0   created
     0.500  web-0   running
>    0.750  web-1   created
     1.000  web-0   Ready
     1.250  web-1   running, Ready
     1.750  -- delete web-1 --
     2.000  web-1   not Ready, deletion asked for (rv 816)
     2.250  web-1   gone
     2.500  web-1{PRIME}  created"""


def started(number: int) -> tuple[tuple[str, str, dict[str, object]], ...]:
    """Make that many pods, one event each."""
    return tuple(("Pod", "ADDED", pod(f"web-{place}", f"u{place}", place)) for place in range(number))


def finding(*events: int) -> Finding:
    """Make a finding that names these events."""
    return Finding("x.y", "it is so", events=events)


def test_a_pods_life_is_told_in_order() -> None:
    """Each event of interest is one line, marked where a finding names it; a second pod is told apart."""
    assert timeline(broken_start(), [FINDING]) == BROKEN_START


def test_other_objects_and_probes_are_told_briefly() -> None:
    """Claims, sets, questions and gaps have their line; Services and revisions have none."""
    record = history(
        ("StatefulSet", "ADDED", {"metadata": {"name": "web", "uid": "s"}, "spec": {"replicas": 2}}),
        ("ControllerRevision", "ADDED", {"metadata": {"name": "web-5f", "uid": "r"}}),
        (
            "PersistentVolumeClaim",
            "ADDED",
            {"metadata": {"name": "data-web-0", "uid": "c"}, "status": {"phase": "Bound"}},
        ),
        ("Http", "GET", {"pod": "web-0", "url": "/", "status": 200, "body": "You've hit web-0"}),
        ("Dns", "A", {"name": "web-0.web.ns", "answers": [{"data": "10.0.0.1"}, {"data": "10.0.0.2"}]}),
        ("Api", "try", {"request": "PATCH statefulsets/web", "status": 422, "reason": "Invalid", "message": "no"}),
        ("Gap", "Pod", {"reason": "too old"}),
        ("Act", "scale", {}),
    )
    assert timeline(record).splitlines() == [
        "     0.000  set web           created, replicas 2",
        "     0.500  claim data-web-0  created, bound",
        "     0.750  HTTP              GET web-0 / → 200 You've hit web-0",
        "     1.000  DNS               A web-0.web.ns → 10.0.0.1, 10.0.0.2",
        "     1.250  API               PATCH statefulsets/web → 422 Invalid no",
        "     1.500  -- the watch of Pod missed something: too old --",
        "     1.750  -- scale --",
    ]


def test_revisions_are_told_once_there_are_several() -> None:
    """In a rollout each new pod says what it was made from."""
    old, new = ({"controller-revision-hash": name} for name in ("web-1a", "web-2b"))
    record = history(
        ("Pod", "ADDED", pod("web-0", "a", 1, labels=old)),
        ("Pod", "DELETED", pod("web-0", "a", 2, labels=old)),
        ("Pod", "ADDED", pod("web-0", "b", 3, labels=new)),
    )
    assert timeline(record).splitlines() == [
        "     0.000  web-0   created from web-1a",
        "     0.250  web-0   gone",
        f"     0.500  web-0{PRIME}  created from web-2b",
    ]


@pytest.mark.parametrize(
    ("number", "sign"), [(1, ""), (2, PRIME), (3, "\N{DOUBLE PRIME}"), (4, "\N{TRIPLE PRIME}"), (5, f"{PRIME}5")]
)
def test_every_pod_of_a_name_is_told_apart(number: int, sign: str) -> None:
    """The generation of a pod follows from its UID."""
    record = history(*(("Pod", "ADDED", pod("web-0", f"u{place}", place)) for place in range(number)))
    assert timeline(record).splitlines()[-1].split() == [f"{(number - 1) / 4:.3f}", f"web-0{sign}", "created"]


def test_a_named_event_without_interest_is_shown() -> None:
    """What a finding names is never left out, although nothing else would tell of it."""
    record = history(("Service", "MODIFIED", {"metadata": {"name": "web", "uid": "s", "resourceVersion": "7"}}))
    assert timeline(record) == ""
    assert timeline(record, [finding(0)]) == ">    0.000  Service web  changed (rv 7)"


def test_long_histories_are_cut_in_the_middle() -> None:
    """Beginning and end stay, the lines between are counted."""
    assert timeline(history(*started(100)), length=4).splitlines() == [
        "     0.000  web-0   created",
        "     0.250  web-1   created",
        "           … 96 lines left out …",
        "    24.500  web-98  created",
        "    24.750  web-99  created",
    ]


def test_marked_lines_are_never_cut() -> None:
    """What findings name stays, with its neighbours, and each hole is counted."""
    text = timeline(history(*started(100)), [finding(50)], length=2)
    assert text.splitlines() == [
        "     0.000  web-0   created",
        "           … 47 lines left out …",
        "    12.000  web-48  created",
        "    12.250  web-49  created",
        ">   12.500  web-50  created",
        "    12.750  web-51  created",
        "    13.000  web-52  created",
        "           … 46 lines left out …",
        "    24.750  web-99  created",
    ]


def test_a_hole_of_one_line_is_one_line() -> None:
    """The count reads as a person would say it."""
    assert "… 1 line left out …" in timeline(history(*started(3)), length=2)


def test_no_marked_line_is_lost_in_a_long_history() -> None:
    """However many events findings name, all of them are there."""
    record = history(*started(10_000))
    lines = timeline(record, [finding(*range(0, 10_000, 10))]).splitlines()
    assert sum(line.startswith(">") for line in lines) == 1000


def test_the_end_of_a_record_that_ended_badly_is_told() -> None:
    """A stall, a lost cluster and broken assumptions follow the events."""
    stall = Stall("Ready", "web-1", 10.0, 10.2, "Pending: 0/1 nodes are available: 1 Insufficient memory")
    record = replace(history(*started(1), stall=stall), lost="connection refused", broken=("no node is Ready",))
    assert timeline(record).splitlines() == [
        "     0.000  web-0  created",
        "  ** awaited Ready of web-1; deadline 10.0 s, elapsed 10.2 s; last seen:",
        "     Pending: 0/1 nodes are available: 1 Insufficient memory",
        "  ** the cluster was lost: connection refused",
        "  ** assumption broken: no node is Ready",
    ]


def test_lines_fit_the_terminal_and_carry_no_escapes() -> None:
    """Long names, long answers and control characters of an app cannot break the page."""
    body = "\033[31m" + "x" * 300 + "\nsecond"
    record = history(
        ("Act", "say", {"sentence": "say " * 60}),
        ("Pod", "ADDED", pod("web-with-a-very-long-name-" * 5 + "0", "u", 1)),
        ("Http", "GET", {"url": "/", "status": 200, "body": body}),
    )
    lines = timeline(replace(record, lost="y" * 200)).splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line.isprintable() for line in lines)


def test_nothing_recorded_is_nothing_told() -> None:
    """An empty history is an empty timeline, even for a finding."""
    assert timeline(history(), [FINDING]) == ""


def test_a_late_event_keeps_the_columns() -> None:
    """Hours fit the column of seconds."""
    record = replace(history(), events=(Event(0, 12345.678, "Pod", "ADDED", pod("web-0", "u", 1)),))
    assert timeline(record) == " 12345.678  web-0  created"
