"""A small HTTP server on loopback that answers like an API server: what a test says, and an empty list otherwise."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

Json = dict[str, Any]
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@dataclass
class Request:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    body: Json
    content_type: str
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Plain = Json | str | tuple[int, Json | str]
Answer = Plain | Callable[[Request], Plain]
Script = tuple[int, Json | str] | Sequence[Json | bytes]
"""How one watch goes: a refusal, or its lines (as events or as bytes), after which the server ends it."""

DROP: tuple[int, Json | str] = (0, "")
"""The answer that is none: the connection is closed."""
BREAK = b""
"""The line at which a watch breaks off."""


@dataclass
class FakeApi:
    """Answers by method and path; a callable answers by what was asked.

    A watch goes by the next of the `scripts` for its path. Without one it stays open and sends what is emitted.
    """

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    scripts: dict[str, list[Script]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    events: list[tuple[str, Json]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    stopped: bool = False

    def asked(self, method: str) -> list[Request]:
        """Return the requests of one method, in order."""
        return [request for request in self.requests if request.method == method]

    def watched(self, path: str) -> list[str]:
        """Return the resource versions from which a path was watched, in order."""
        found = (request for request in self.requests if request.path == path and "watch" in request.query)
        return [request.query["resourceVersion"] for request in found]

    def emit(self, kind: str, obj: Json, path: str = "") -> None:
        """Send an event to all watches, or to those of one path."""
        with self.changed:
            self.events.append((path, {"type": kind, "object": obj}))
            self.changed.notify_all()

    def stop(self) -> None:
        """End all watches, and answer nothing more on any connection."""
        with self.changed:
            self.stopped = True
            self.changed.notify_all()

    def answer(self, request: Request) -> tuple[int, Json | str]:
        """Return status and body for a request."""
        self.requests.append(request)
        answer = self.answers.get(
            f"{request.method} {request.path}", {"metadata": {"resourceVersion": "1"}, "items": []}
        )
        if callable(answer):
            answer = answer(request)
        return answer if isinstance(answer, tuple) else (200, answer)

    def kubeconfig(self, path: Path, context: str = "fake") -> Path:
        """Write a kubeconfig that leads here."""
        path.write_text(yaml.safe_dump(kubeconfig(self.url, context)))
        return path


def kubeconfig(server: str, context: str = "fake") -> Json:
    """Return a kubeconfig with one context and a token."""
    return {
        "clusters": [{"name": f"{context}-cluster", "cluster": {"server": server}}],
        "users": [{"name": f"{context}-user", "user": {"token": "a-token"}}],
        "contexts": [{"name": context, "context": {"cluster": f"{context}-cluster", "user": f"{context}-user"}}],
        "current-context": context,
    }


def refusal(status: int, message: str, retry_after: int | None = None) -> tuple[int, Json]:
    """Return an answer that is a refusal, with the seconds after which to come again if they are given."""
    details = {} if retry_after is None else {"details": {"retryAfterSeconds": retry_after}}
    return status, {"kind": "Status", "reason": "Refused", "message": message, "code": status, **details}


def listing(*items: Json) -> Json:
    """Return a list object."""
    return {"metadata": {"resourceVersion": "1"}, "items": list(items)}


class _Handler(BaseHTTPRequestHandler):
    """Reads one request, hands it to the fake API, writes the answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    api: FakeApi

    def _handle(self) -> None:
        url = urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        content_type = self.headers.get("Content-Type", "")
        body = json.loads(text) if text and content_type.endswith("json") else {}
        query = dict(parse_qsl(url.query))
        request = Request(self.command, url.path, query, body, content_type, text, dict(self.headers))
        if self.api.stopped:
            self._cut()
        elif "watch" in request.query:
            self._watch(request)
        else:
            self._reply(*self.api.answer(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 -- the library's names

    def _reply(self, status: int, body: Json | str) -> None:
        if status == 0:
            self._cut()
            return
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(body, str) else "application/json")
        self.send_header("Content-Length", str(len(content)))
        if isinstance(body, dict) and "details" in body:
            self.send_header("Retry-After", str(body["details"]["retryAfterSeconds"]))
        self.end_headers()
        self.wfile.write(content)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _watch(self, request: Request) -> None:
        self.api.requests.append(request)
        scripts = self.api.scripts.get(request.path)
        script = scripts.pop(0) if scripts else None
        if isinstance(script, tuple):
            self._reply(*script)
            return
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for line in self._live(request) if script is None else script:
            if line == BREAK:
                self._cut()
                return
            content = line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n"
            self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
        self.wfile.write(b"0\r\n\r\n")

    def _live(self, request: Request) -> Iterator[Json]:
        """Yield what is emitted, until nothing was for as long as the client wants to wait."""
        sent = 0
        seconds = float(request.query["timeoutSeconds"])
        while not self.api.stopped:
            with self.api.changed:
                while len(self.api.events) == sent and not self.api.stopped:
                    if not self.api.changed.wait(seconds):
                        return
                new = self.api.events[sent:]
            sent += len(new)
            yield from (event for path, event in new if path in {"", request.path})

    def log_message(self, *_: object) -> None:
        """Stay silent."""


class _Server(ThreadingHTTPServer):
    """A server whose clients may go away at any moment."""

    daemon_threads = True
    request_queue_size = 128  # more would be dropped, and sent again a second later

    def handle_error(self, *_: object) -> None:
        """Stay silent: what a client misses, its test tells."""


@contextmanager
def serve(tls: ssl.SSLContext | None = None) -> Iterator[FakeApi]:
    """Serve a fake API until the block is left, over TLS if a context is given."""
    api = FakeApi()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": api}))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    api.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield api
    finally:
        api.stop()
        server.shutdown()
        thread.join()
        server.socket.close()
