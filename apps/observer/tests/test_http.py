"""Requests that the observer makes for its caller, and its own manners as a server."""

import signal
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from apps.observer.tests.dns_server import DnsServer, free_address
from apps.observer.tests.process import PATIENCE, Observer

BINARY = bytes(range(256))


class Web(BaseHTTPRequestHandler):
    """Shows what it was asked; `/binary`, `/moved`, `/slow` and `/cut` do what they say, `/late` ignores the first."""

    go_on = Event()
    asked = Event()

    def do_GET(self) -> None:
        """Answer by path."""
        if self.path == "/slow":
            self.go_on.wait(PATIENCE)
        if self.path == "/late" and not self.asked.is_set():
            self.asked.set()
            return
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", "/elsewhere")
        if self.path == "/cut":
            self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(BINARY if self.path == "/binary" else f"{self.command} {self.path}".encode())

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def web() -> Iterator[str]:
    """A real HTTP server on loopback; its URL without the path."""
    Web.go_on.clear()
    Web.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        Web.go_on.set()
        server.shutdown()
        thread.join()


def test_reply_is_passed_on(observer: Observer, web: str) -> None:
    """Status, body and the address that was connected to come back."""
    assert observer.ask("/http", url=f"{web}/path?x=1") == (
        200,
        {
            "status": 200,
            "body": "GET /path?x=1",
            "error": None,
            "connected_to": "127.0.0.1",
            "tries": 1,
        },
    )


def test_binary_body_is_legible(observer: Observer, web: str) -> None:
    """What is no text can still be told apart."""
    _, answer = observer.ask("/http", url=f"{web}/binary")
    assert answer["body"] == BINARY.decode(errors="backslashreplace")


def test_redirect_is_not_followed(observer: Observer, web: str) -> None:
    """The reply is the one of the host that was asked."""
    _, answer = observer.ask("/http", url=f"{web}/moved")
    assert answer["status"] == 302


def test_name_is_looked_up(observer: Observer, web: str) -> None:
    """The host may be a name, looked up by the system's resolver."""
    _, answer = observer.ask("/http", url=web.replace("127.0.0.1", "localhost"))
    assert (answer["status"], answer["connected_to"]) == (200, "127.0.0.1")


def test_refused_connection_is_an_error(observer: Observer) -> None:
    """Nobody listening is an answer: no status, and the reason."""
    status, answer = observer.ask("/http", url="http://{}:{}/".format(*free_address()))
    assert status == 200
    assert (answer["status"], answer["error"]) == (None, "ConnectionRefusedError: [Errno 111] Connection refused")


def test_request_is_tried_anew(observer: Observer, web: str) -> None:
    """For as long as asked, until there is a reply; how often it took is told."""
    _, answer = observer.ask("/http", url=f"{web}/late", for_=PATIENCE)
    assert (answer["status"], answer["tries"], answer["error"]) == (200, 2, None)


def test_request_is_not_tried_anew_for_ever(observer: Observer) -> None:
    """When its time is over what the last try gave is the answer."""
    _, answer = observer.ask("/http", url="http://{}:{}/".format(*free_address()), for_=0.3)
    assert answer["status"] is None
    assert answer["tries"] > 1
    assert answer["error"].startswith("ConnectionRefusedError")


def test_any_reply_ends_the_trying(observer: Observer, web: str) -> None:
    """A redirect, as any other status, is a reply."""
    _, answer = observer.ask("/http", url=f"{web}/moved", for_=PATIENCE)
    assert (answer["status"], answer["tries"]) == (302, 1)


def test_missing_reply_is_an_error(observer: Observer, web: str) -> None:
    """A server that accepts and stays silent is told apart from one that is not there."""
    _, answer = observer.ask("/http", url=f"{web}/slow")
    assert (answer["status"], answer["error"]) == (None, "no complete reply within 5 s")
    assert answer["connected_to"] == "127.0.0.1"


def test_reply_cut_short_is_an_error(observer: Observer, web: str) -> None:
    """Half a body is not taken for a body."""
    _, answer = observer.ask("/http", url=f"{web}/cut")
    assert (answer["status"], answer["body"]) == (None, "")
    assert answer["error"].startswith("IncompleteRead: ")


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({}, "give exactly one url"),
        ({"url": "https://web.test/"}, "url must start with http:// and a host"),
        ({"url": "http:///path"}, "url must start with http:// and a host"),
        ({"url": "http://web.test:99999/"}, "url: Port out of range 0-65535"),
        ({"url": "http://web.test/", "for": "ever"}, "for must be more than 0 and at most 3600 seconds"),
    ],
    ids=["no-url", "scheme", "no-host", "port", "for"],
)
def test_senseless_request_is_refused(observer: Observer, parameters: dict[str, Any], error: str) -> None:
    """What HTTP cannot ask gets status 400 and the reason."""
    assert observer.ask("/http", **parameters) == (400, {"error": error})


def test_readiness(observer: Observer) -> None:
    """The root path says that the observer serves."""
    connection = observer.connect()
    connection.request("GET", "/")
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"ok\n")
    connection.close()


def test_unknown_path_lists_the_known_ones(observer: Observer) -> None:
    """A mistyped path is told what there is."""
    assert observer.ask("/dsn", name="a.test") == (404, {"error": "paths are /, /watch, /dns, /resolve, /zone, /http"})


def test_refused_client_may_finish_sending(observer: Observer) -> None:
    """Questions are asked by GET; a refusal does not reset the connection of a client that is still sending."""
    with socket.create_connection(("127.0.0.1", observer.port)) as client, client.makefile("rb") as reply:
        client.sendall(b"POST /http HTTP/1.1\r\nHost: observer\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert reply.read().startswith(b"HTTP/1.1 501")
        for _ in range(3):
            client.sendall(b"5\r\npiece\r\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_is_a_clean_stop(observer: Observer, server: DnsServer, number: signal.Signals) -> None:
    """With an idle connection and a watch open, the observer exits with code 0."""
    with socket.create_connection(("127.0.0.1", observer.port)):
        lines = observer.watch(name="a.test", for_=600)
        next(lines)
        observer.process.send_signal(number)
        assert observer.process.wait(PATIENCE) == 0
        lines.close()
    assert set(server.questions) == {"a.test."}
