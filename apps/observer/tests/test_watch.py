"""`/watch`: the first answer of each name, then every change, as it happens, and now and then that there is none."""

import http.client
import socket
from collections.abc import Generator
from typing import Any

import dns.rcode
import pytest

from apps.observer.tests.dns_server import DnsServer
from apps.observer.tests.process import PATIENCE, Observer

WEB = "nginx.shop.svc.cluster.test."


def addresses(line: dict[str, list[dict[str, str]]]) -> list[str]:
    """Return the data of a line's answers."""
    return [record["data"] for record in line["answers"]]


def changes(lines: Generator[dict[str, Any], None, None]) -> Generator[dict[str, Any], None, None]:
    """Leave out the lines that say that nothing changed."""
    return (line for line in lines if line["unchanged"] == 0)


def test_every_change_is_one_line(observer: Observer, server: DnsServer) -> None:
    """A name that vanishes and returns with another address gives three lines, each told when it happens."""
    lines = changes(observer.watch(name=f"web-0.{WEB}", type="A", for_=600))
    first = next(lines)
    del server.zone[f"web-0.{WEB}"]
    gone = next(lines)
    server.zone[f"web-0.{WEB}"] = {"A": ["10.0.0.99"]}
    back = next(lines)
    lines.close()
    assert [(line["rcode"], addresses(line)) for line in (first, gone, back)] == [
        ("NOERROR", ["10.0.0.7"]),
        ("NXDOMAIN", []),
        ("NOERROR", ["10.0.0.99"]),
    ]
    assert 0 <= first["elapsed_ms"] < gone["elapsed_ms"] < back["elapsed_ms"]
    assert (first["name"], first["type"], first["server"]) == (f"web-0.{WEB}", "A", "127.0.0.1")


def test_order_and_time_to_live_are_no_change(observer: Observer, server: DnsServer) -> None:
    """The same records in another order, or with less time left, are the same answer."""
    lines = changes(observer.watch(name=WEB, for_=600))
    next(lines)
    for number, order in enumerate((["10.0.0.7", "10.0.0.8"], ["10.0.0.8", "10.0.0.7"]), start=1):
        server.ttl = number
        server.zone[WEB] = {"A": order}
        wait_for_questions(server, 3)
    server.zone[WEB] = {"A": ["10.0.0.8"]}
    assert addresses(next(lines)) == ["10.0.0.8"]
    lines.close()


def test_an_answer_that_stays_is_told_again(observer: Observer, server: DnsServer) -> None:
    """Every sixteenth time, with how often it came; a change begins anew, and another time to live is none."""
    lines = observer.watch(name=WEB, for_=600)
    assert [next(lines)["unchanged"] for _ in range(2)] == [0, 16]
    server.ttl = 1
    again = next(lines)
    server.zone[WEB] = {"A": ["10.0.0.8"]}
    changed = [next(lines) for _ in range(2)]
    lines.close()
    assert (again["unchanged"], again["answers"][0]["ttl"]) == (32, 1)
    assert [(line["unchanged"], addresses(line)) for line in changed] == [(0, ["10.0.0.8"]), (16, ["10.0.0.8"])]


def test_names_are_watched_side_by_side(observer: Observer, server: DnsServer) -> None:
    """Each name has its own first line, and a change of one says nothing of the others."""
    names = [f"web-0.{WEB}", f"web-1.{WEB}", WEB]
    lines = changes(observer.watch(name=names, for_=600))
    assert {next(lines)["name"] for _ in names} == set(names)
    server.zone[f"web-1.{WEB}"] = {"A": ["10.0.0.99"]}
    changed = next(lines)
    lines.close()
    assert (changed["name"], addresses(changed)) == (f"web-1.{WEB}", ["10.0.0.99"])


def test_silence_and_failure_are_changes(observer: Observer, server: DnsServer) -> None:
    """A server that falls silent gives one line, not one per question; so does its SERVFAIL, and its return."""
    lines = changes(observer.watch(name=WEB, for_=600))
    next(lines)
    server.silent = True
    silent = next(lines)
    server.silent = False
    back = next(lines)
    server.rcodes[WEB] = dns.rcode.SERVFAIL
    failing = next(lines)
    lines.close()
    assert (silent["rcode"], silent["error"]) == (None, "no answer within 2 s")
    assert (back["rcode"], back["error"]) == ("NOERROR", None)
    assert failing["rcode"] == "SERVFAIL"


def test_silent_server_is_asked_once_per_timeout(observer: Observer, server: DnsServer) -> None:
    """A watch waits for the answer to one question before it asks the next, however long that takes."""
    server.silent = True
    lines = observer.watch(name=WEB, for_=600)
    assert next(lines)["error"] == "no answer within 2 s"
    # The second question may be on its way already, the third may not.
    assert server.questions in ([WEB], [WEB, WEB])
    lines.close()


def test_watch_ends_in_time(observer: Observer) -> None:
    """After its time the stream ends, complete, and the observer goes on to serve."""
    lines = list(observer.watch(name=[f"web-0.{WEB}", WEB], for_=0.5))
    assert len(lines) == 2
    assert observer.ask("/dns", name=WEB)[0] == 200


def test_interrupted_stream_is_not_taken_for_a_complete_one(observer: Observer) -> None:
    """When the observer dies the stream has no end mark, so its reader gets an error."""
    connection = observer.connect()
    connection.request("GET", f"/watch?name={WEB}&for=600")
    response = connection.getresponse()
    response.readline()
    observer.process.kill()
    with pytest.raises((http.client.HTTPException, OSError)):
        response.read()
    connection.close()


def test_questions_end_with_the_client(observer: Observer, server: DnsServer) -> None:
    """When the client goes away the observer stops asking, without a change to notice it by."""
    with socket.create_connection(("127.0.0.1", observer.port), timeout=PATIENCE) as client:
        client.sendall(f"GET /watch?name={WEB}&for=600 HTTP/1.1\r\nHost: observer\r\n\r\n".encode())
        wait_for_questions(server, 3)
        client.shutdown(socket.SHUT_WR)
        with client.makefile("rb") as rest:
            rest.read()
    asked = server.questions.count(WEB)
    list(observer.watch(name="other.test", for_=0.5))
    # While the observer asked on about another name, at most the question that was on its way still arrived.
    assert server.questions.count("other.test.") > 1
    assert server.questions.count(WEB) <= asked + 1


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"for_": 1}, "give one name or more"),
        ({"name": WEB}, "give exactly one for"),
        ({"name": WEB, "for_": 0}, "for must be more than 0 and at most 3600 seconds"),
        ({"name": WEB, "for_": "nan"}, "for must be more than 0 and at most 3600 seconds"),
        ({"name": WEB, "for_": 3601}, "for must be more than 0 and at most 3600 seconds"),
        ({"name": [WEB, "a..test"], "for_": 1}, "'a..test' is no name: A DNS label is empty."),
    ],
    ids=["no-name", "no-time", "zero", "nan", "too-long", "empty-label"],
)
def test_senseless_watch_is_refused(observer: Observer, parameters: dict[str, Any], error: str) -> None:
    """A watch that makes no sense gets status 400 and the reason instead of a stream."""
    assert observer.ask("/watch", **parameters) == (400, {"error": error})


def wait_for_questions(server: DnsServer, number: int) -> None:
    """Return when the server has got so many more questions."""
    for _ in range(number):
        assert server.asked.acquire(timeout=PATIENCE)
