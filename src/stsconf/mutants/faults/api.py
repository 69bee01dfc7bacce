"""An API that is slow, or loses its watches: what breaks no promise of a StatefulSet.

A relay stands between the suite and the API server. It serves on loopback under a certificate of its own, to nobody
but the bearer of another one, and acts as the cluster's administrator.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from stsconf.cluster.embedded import pki, settings
from stsconf.mutants.fault import Fault, Harm, Site

_LOOPBACK = "127.0.0.1"
_HOP = {"connection", "keep-alive", "transfer-encoding", "host"}
"""Headers that speak of one connection only."""
_PIECE = 65536
_SETS = "/statefulsets"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request about StatefulSets: its path without the query, and its body, empty if there is none."""

    method: str
    path: str
    query: Mapping[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """The answer."""

    status: int
    body: dict[str, Any]


Onward = Callable[[Asked], Told]
"""Puts a request to the API server."""
Lie = Callable[[Asked, Onward], Told]
"""Answers a request, by what the API server says to it or to another one."""


class Relay(ThreadingHTTPServer):
    """Passes requests on after `delay` seconds, and breaks watches off after `patience`; a `lie` is about sets."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, upstream: str, context: ssl.SSLContext, delay: float, patience: float, lie: Lie | None = None
    ) -> None:
        """Take the API server's URL and how to be known to it."""
        super().__init__((_LOOPBACK, 0), _Passage)
        self.address, self.context = urlsplit(upstream).netloc, context
        self.delay, self.patience, self.lie = delay, patience, lie
        self.ended = threading.Event()

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that went away."""


class _Passage(BaseHTTPRequestHandler):
    """One client's connection; each request goes to the API server on a new one."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Relay

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.ended.wait(self.server.delay)
        lie = self.server.lie
        try:
            if lie and _SETS in self.path and not self._watches():
                self._tell(lie(self._asked(body), self._onward))
            else:
                self._faithfully(body)
        except (OSError, http.client.HTTPException):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass  # noqa: N815 -- the library's names

    def _faithfully(self, body: bytes) -> None:
        with closing(self._connection()) as connection:
            connection.request(self.command, self.path, body or None, self._headers())
            sock = connection.sock
            with connection.getresponse() as response, self._limited(sock):
                self._copy(response)

    def _connection(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(self.server.address, context=self.server.context)

    def _headers(self) -> dict[str, str]:
        return {key: value for key, value in self.headers.items() if key.lower() not in _HOP}

    def _asked(self, body: bytes) -> Asked:
        url = urlsplit(self.path)
        return Asked(self.command, url.path, dict(parse_qsl(url.query)), json.loads(body or b"{}"))

    def _onward(self, asked: Asked) -> Told:
        headers = {key: value for key, value in self._headers().items() if key.lower() != "content-length"}
        body = json.dumps(asked.body).encode() if asked.body else None
        with closing(self._connection()) as connection:
            connection.request(asked.method, f"{asked.path}?{urlencode(asked.query)}", body, headers)
            with connection.getresponse() as response:
                return Told(response.status, json.loads(response.read()))

    def _tell(self, told: Told) -> None:
        content = json.dumps(told.body).encode()
        self.send_response_only(told.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _watches(self) -> bool:
        return "watch" in parse_qs(urlsplit(self.path).query)

    @contextmanager
    def _limited(self, upstream: socket.socket) -> Iterator[None]:
        """Break the answer off once its time is up, if it is a watch."""
        if not self._watches():
            yield
            return
        timer = threading.Timer(self.server.patience, _cut, [upstream])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _copy(self, response: http.client.HTTPResponse) -> None:
        self.send_response_only(response.status, response.reason)
        for key, value in response.getheaders():
            if key.lower() not in _HOP:
                self.send_header(key, value)
        chunked = response.getheader("Content-Length") is None
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while piece := response.read1(_PIECE):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def relayed(delay: float = 0.0, patience: float = threading.TIMEOUT_MAX, lie: Lie | None = None) -> Harm:
    """Return the harm of a relay that is slow, breaks watches off, or lies."""

    @contextmanager
    def harm(site: Site) -> Iterator[Path]:
        authority = pki.Authority(site.folder)
        authority.issue("relay", "relay", hosts=(_LOOPBACK,))
        authority.issue("suite", "suite")
        config = json.loads(site.kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        onward = ssl.create_default_context(cafile=cluster["certificate-authority"])
        onward.load_cert_chain(user["client-certificate"], user["client-key"])
        with _serving(Relay(cluster["server"], onward, delay, patience, lie), _for_suite(site.folder)) as port:
            cluster |= {"server": f"https://{_LOOPBACK}:{port}", "certificate-authority": str(site.folder / "ca.crt")}
            user |= {f"client-{part}": str(site.folder / f"suite.{end}") for part, end in _PARTS.items()}
            path = site.folder / "kubeconfig"
            settings.write(path, config)
            yield path

    return harm


_PARTS = {"certificate": "crt", "key": "key"}


def _for_suite(folder: Path) -> ssl.SSLContext:
    """Return the context of a server that lets nobody in but the bearer of a certificate of this folder."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(folder / "ca.crt"))
    context.load_cert_chain(folder / "relay.crt", folder / "relay.key")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


@contextmanager
def _serving(relay: Relay, context: ssl.SSLContext) -> Iterator[int]:
    """Serve until the block is left; yields the port."""
    relay.socket = context.wrap_socket(relay.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=relay.serve_forever)
    thread.start()
    try:
        yield relay.server_port
    finally:
        relay.ended.set()
        relay.shutdown()
        thread.join()
        relay.server_close()


SLOW = Fault("api-slow", "Every request takes half a second more.", relayed(delay=0.5))
LOSSY = Fault("watches-cut", "Every watch breaks off after five seconds.", relayed(patience=5.0))

FAULTS = (SLOW, LOSSY)
"""The faults of the way to the API."""
