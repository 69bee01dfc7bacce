"""A small HTTP server on loopback that answers like an API server: what a test says, and an empty list otherwise."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
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


Answer = Json | tuple[int, Json] | Callable[[Request], "Json | tuple[int, Json]"]


@dataclass
class FakeApi:
    """Answers by method and path; a callable answers by what was asked. `events` are those of every watch."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def asked(self, method: str) -> list[Request]:
        """Return the requests of one method, in order."""
        return [request for request in self.requests if request.method == method]

    def emit(self, kind: str, obj: Json) -> None:
        """Send an event to all watches."""
        with self.changed:
            self.events.append({"type": kind, "object": obj})
            self.changed.notify_all()

    def answer(self, request: Request) -> tuple[int, Json]:
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


def refusal(status: int, message: str) -> tuple[int, Json]:
    """Return an answer that is a refusal."""
    return status, {"kind": "Status", "reason": "Refused", "message": message, "code": status}


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
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        content_type = self.headers.get("Content-Type", "")
        query = dict(parse_qsl(url.query))
        request = Request(self.command, url.path, query, json.loads(body or b"{}"), content_type)
        if "watch" in request.query:
            self._watch(request)
        else:
            self._reply(*self.api.answer(request))

    do_GET = do_POST = do_PATCH = do_DELETE = _handle  # noqa: N815 -- the library's names

    def _reply(self, status: int, body: Json) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _watch(self, request: Request) -> None:
        self.api.requests.append(request)
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        sent = 0
        with self.api.changed:
            while len(self.api.events) > sent or self.api.changed.wait(float(request.query["timeoutSeconds"])):
                self._chunk(json.dumps(self.api.events[sent]).encode() + b"\n")
                sent += 1
        self._chunk(b"")

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def serve() -> Iterator[FakeApi]:
    """Serve a fake API until the block is left."""
    api = FakeApi()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": api}))
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()
