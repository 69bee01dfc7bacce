"""What the apps' replies say."""

import pytest

from stsconf.judge.replies import EMPTY, Reply, reads, replies, writes
from tests.judge.builder import Script


def reply(app: str, body: str, **fields: object) -> Reply:
    """The one reply of an app."""
    (one,) = replies(Script(app=app).http("web-0", body, **fields).history())
    return one


@pytest.mark.parametrize(
    ("body", "sent", "expected"),
    [
        (f"You've hit web-0\nData stored on this Pod: {EMPTY}\n", None, ("web-0", EMPTY, "")),
        ("You've hit web-0\nv2, Data stored on this Pod: a\nb\n", None, ("web-0", "a\nb", "v2, ")),
        ("You've hit web-0\nData stored on this Pod: a", None, (None, None, None)),
        ("you've hit web-0\nData stored on this Pod: a\n", None, (None, None, None)),
        ("Data stored on web-0\n", "a", ("web-0", None, "")),
        ("v2, Data stored on web-0\n", "a", ("web-0", None, "v2, ")),
        ("Data stored on web-0", "a", (None, None, None)),
    ],
)
def test_kubias_exact_words(body: str, sent: str | None, expected: tuple[str | None, ...]) -> None:
    """Kubia's replies are read to the letter: other words say nothing."""
    one = reply("kubia", body, sent=sent)
    assert (one.host, one.data, one.version) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [("/hostname", ("web-0", None)), ("/index.html", (None, "web-0\n")), ("/other", (None, None))],
)
def test_nginxs_pages(url: str, expected: tuple[str | None, str | None]) -> None:
    """Nginx names its host on one page and shows its data on another."""
    one = reply("nginx", "web-0\n", url=url)
    assert (one.host, one.data) == expected


def test_a_bad_status_says_nothing_about_host_and_data() -> None:
    """The words of a failure are no reply of the contract, but the failure is one."""
    one = reply("kubia", "Data stored on web-0\n", sent="a", status=500)
    assert (one.host, one.good, one.writes, one.shown) == (None, False, True, "500 'Data stored on web-0\\n'")


@pytest.mark.parametrize("status", [None, 502, 503, 504])
def test_nobodys_answers_are_left_out(status: int | None) -> None:
    """A request that reached no app brought no reply."""
    assert replies(Script().http("web-0", "x", status=status).history()) == []


def test_reads_and_writes_are_of_named_pods() -> None:
    """What goes to a Service is neither; a write is no read; other pages hold no data."""
    script = Script(app="nginx").http("web-0", "", sent="a", method="PUT", url="/index.html")
    history = (
        script.http("web-0", "a", url="/index.html").http("web-0", "web-0\n", url="/hostname").http("", "a").history()
    )
    assert [one.event.index for one in writes(history)] == [1]
    assert [one.event.index for one in reads(history)] == [2]
    assert [one.direct for one in reads(history)] == [True]
