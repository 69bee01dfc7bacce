"""The replies of kubia, to the byte."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.kubia.tests.process import Kubia

HOST = socket.gethostname().encode()
EMPTY = b"You've hit %b\nData stored on this Pod: No data posted yet\n" % HOST
ALL_BYTES = bytes(range(256))


@pytest.fixture
def kubia(tmp_path: Path) -> Iterator[Kubia]:
    """Kubia on an empty volume."""
    with Kubia(tmp_path / "kubia.txt") as running:
        yield running


def test_start_is_logged(kubia: Kubia) -> None:
    """The log opens with the line of the tutorial, then names the port."""
    assert kubia.log == ["Kubia server starting...", f"Listening on port {kubia.port}"]


def test_empty_volume_has_no_data(kubia: Kubia) -> None:
    """Before the first POST the reply says so."""
    assert kubia.ask("GET") == (200, EMPTY)


def test_post_is_acknowledged_and_given_back(kubia: Kubia) -> None:
    """A posted body is acknowledged with the hostname and returned by GET."""
    assert kubia.ask("POST", b"hello kubia.") == (200, b"Data stored on %b\n" % HOST)
    assert kubia.ask("GET") == (200, b"You've hit %b\nData stored on this Pod: hello kubia.\n" % HOST)


def test_every_path_is_the_same(kubia: Kubia) -> None:
    """The path plays no part, neither in writing nor in reading."""
    kubia.ask("POST", b"anywhere", path="/some/where?x=1")
    assert kubia.ask("GET", path="/else") == kubia.ask("GET")
    assert kubia.stored() == b"anywhere"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
def test_every_other_method_reads(kubia: Kubia, method: str) -> None:
    """Whatever is not POST is answered like GET, and a body it carries is not stored."""
    assert kubia.ask(method, b"not to be stored") == (200, EMPTY)
    assert kubia.ask("GET") == (200, EMPTY)


def test_head_has_the_length_and_no_body(kubia: Kubia) -> None:
    """HEAD announces what GET would send."""
    connection = kubia.connect()
    connection.request("HEAD", "/")
    response = connection.getresponse()
    assert (response.status, response.getheader("Content-Length"), response.read()) == (200, str(len(EMPTY)), b"")
    connection.close()


@pytest.mark.parametrize("data", [b"", ALL_BYTES, b"\r\n\r\n", ALL_BYTES * 4096], ids=["empty", "all", "crlf", "1MiB"])
def test_bytes_come_back_unchanged(kubia: Kubia, data: bytes) -> None:
    """Data is bytes: nothing is decoded, cut or added."""
    assert kubia.ask("POST", data).status == 200
    assert kubia.stored() == data


def test_second_post_replaces_the_first(kubia: Kubia) -> None:
    """A shorter body leaves nothing of a longer one."""
    kubia.ask("POST", b"a long first body")
    kubia.ask("POST", b"short")
    assert kubia.stored() == b"short"


def test_version_2_has_its_prefix(tmp_path: Path) -> None:
    """Version 2 says `v2, ` before "Data stored on", in both replies."""
    with Kubia(tmp_path / "kubia.txt", version="2") as kubia:
        assert kubia.ask("POST", b"new") == (200, b"v2, Data stored on %b\n" % HOST)
        assert kubia.ask("GET") == (200, b"You've hit %b\nv2, Data stored on this Pod: new\n" % HOST)


def test_version_2_reads_what_version_1_stored(kubia: Kubia, tmp_path: Path) -> None:
    """An update of the image keeps the data."""
    kubia.ask("POST", b"old data")
    with Kubia(tmp_path / "kubia.txt", version="2") as successor:
        assert successor.stored() == b"old data"


def test_one_connection_carries_many_requests(kubia: Kubia) -> None:
    """Connections are kept open, and a refused body of a read does not spoil the next request."""
    connection = kubia.connect()
    for data in (b"one", b"two"):
        connection.request("POST", "/", data)
        assert connection.getresponse().read() == b"Data stored on %b\n" % HOST
        connection.request("PUT", "/", b"a body to be skipped")
        assert connection.getresponse().read().endswith(b"Data stored on this Pod: %b\n" % data)
    connection.close()


def test_ipv6_is_served(kubia: Kubia) -> None:
    """The same port answers on IPv6 where the machine has it."""
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    assert kubia.ask("GET", host="::1") == (200, EMPTY)


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        (b"", b"411", b"Content-Length is missing"),
        (b"Transfer-Encoding: chunked\r\n", b"411", b"Send Content-Length instead of Transfer-Encoding"),
        (b"Content-Length: -1\r\n", b"400", b"Content-Length is not one number"),
        (b"Content-Length: 0x10\r\n", b"400", b"Content-Length is not one number"),
        (b"Content-Length: " + b"9" * 5000 + b"\r\n", b"400", b"Content-Length is not one number"),
        (b"Content-Length: 2\r\nContent-Length: 3\r\n", b"400", b"Content-Length is not one number"),
        (b"Content-Length: 16777217\r\n", b"413", b"Body is longer than 16777216 bytes"),
        (b"Expect: 100-continue\r\nContent-Length: 16777217\r\n", b"413", b"Body is longer than 16777216 bytes"),
        (b"Content-Length: 10\r\n", b"400", b"Body ends after 3 of 10 bytes"),
    ],
    ids=["missing", "chunked", "negative", "hex", "endless", "two", "too-long", "too-long-expect", "short-body"],
)
def test_refused_body_stores_nothing(kubia: Kubia, headers: bytes, status: bytes, reason: bytes) -> None:
    """A body of unknown, invalid or excessive length, or one cut short, is refused and the old data stays."""
    kubia.ask("POST", b"kept")
    body = b"" if b"16777217" in headers else b"abc"
    reply = kubia.send(b"POST / HTTP/1.1\r\nHost: kubia\r\n" + headers + b"\r\n" + body)
    head, _, text = reply.partition(b"\r\n\r\n")
    assert head.split(b" ", 2)[1] == status
    assert text == reason + b"\n"
    assert kubia.stored() == b"kept"


def test_refused_client_may_finish_sending(kubia: Kubia) -> None:
    """The refusal does not reset the connection of a client whose body is still on its way."""
    with socket.create_connection(("127.0.0.1", kubia.port)) as client, client.makefile("rb") as reply:
        client.sendall(b"POST / HTTP/1.1\r\nHost: kubia\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert reply.read().startswith(b"HTTP/1.1 411")
        for _ in range(3):
            client.sendall(b"5\r\npiece\r\n")


def test_longest_body_is_stored(kubia: Kubia) -> None:
    """The documented limit itself is within the limit."""
    data = b"x" * 16777216
    assert kubia.ask("POST", data).status == 200
    assert kubia.stored() == data


def test_waiting_client_is_asked_for_its_body(kubia: Kubia) -> None:
    """A client that sends `Expect: 100-continue` gets the go-ahead, then its acknowledgement."""
    request = b"POST / HTTP/1.1\r\nHost: kubia\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"
    reply = kubia.send(request)
    assert reply.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert kubia.stored() == b"abc"
