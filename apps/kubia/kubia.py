"""Kubia: a storage app for StatefulSet tests, one file, standard library only.

POST stores the request's body on the volume, every other method gives it back; README.md states the whole contract.
A write is durable before it is acknowledged, so killing the process at any moment loses nothing that was promised.
"""

from __future__ import annotations

import os
import signal
from types import FrameType


def stop(_signal: int, _frame: FrameType | None) -> None:
    """End the process at once, with exit code 0.

    Nothing has to be waited for: what was acknowledged is on the disk, and a write cut off here was never acknowledged.
    """
    # sys.exit would run the interpreter's finalization beside live threads, which can abort the process.
    os._exit(0)


# Before the slow imports: the kernel drops a SIGTERM sent to process 1 while no handler is installed.
signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)

import socket  # noqa: E402 - after the signal handlers
from collections.abc import Callable  # noqa: E402 - after the signal handlers
from contextlib import suppress  # noqa: E402 - after the signal handlers
from http import HTTPStatus  # noqa: E402 - after the signal handlers
from http.server import BaseHTTPRequestHandler  # noqa: E402 - after the signal handlers
from pathlib import Path  # noqa: E402 - after the signal handlers
from socketserver import ThreadingTCPServer  # noqa: E402 - after the signal handlers
from typing import Any  # noqa: E402 - after the signal handlers

MAX_BODY = 16 * 1024 * 1024
"""Longest body that is stored, in bytes; a body is held in memory until it is complete."""

MAX_LENGTH_DIGITS = 18
"""A longer Content-Length is taken for a mistake, not for a number."""


class RefusedError(Exception):
    """A request that is not carried out, for the one-line reason given."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        """Keep `status` and `reason` for the reply."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Store:
    """One value in one file, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        """Keep the value in `path`; its folder is the volume, and may be missing for now."""
        self.path = path

    def load(self) -> bytes | None:
        """Return the stored bytes, None when nothing was stored yet.

        Raises OSError when the file cannot be read or its folder is missing.
        """
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            self.path.parent.stat()  # an empty volume is normal, a missing one is an error
            return None

    def save(self, data: bytes) -> None:
        """Replace the value; on return it survives a crash of the process and of the node.

        Raises OSError when the volume is full, read-only or missing. The former value then stays, unless only the very
        last step failed: either value may then be found after a crash of the node, and both are complete.
        """
        # Random, because a broken cluster may run two pods on one volume, and both are process 1.
        temporary = self.path.with_name(f"{self.path.name}.{os.urandom(8).hex()}.tmp")
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def clean(self) -> None:
        """Remove what writes left behind that were killed half-way; a volume that cannot be used is left to `save`."""
        with suppress(OSError):
            for leftover in self.path.parent.glob(f"{self.path.name}.*.tmp"):
                leftover.unlink()


STORE = Store(Path(os.environ.get("KUBIA_DATA", "/var/data/kubia.txt")))
VERSION = os.environ.get("KUBIA_VERSION", "1")
PREFIX = b"" if VERSION == "1" else f"v{VERSION}, ".encode()


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection, in a thread of its own."""

    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds without a byte, after which the connection is closed
    # Head and body of a reply are two packets: the second must not wait until the client has confirmed the first.
    disable_nagle_algorithm = True
    error_message_format = "%(explain)s\n"
    error_content_type = "text/plain; charset=utf-8"

    def do_POST(self) -> None:
        """Store the body, then acknowledge it."""
        self.answer(self.store)

    def do_GET(self) -> None:
        """Say who answers, and give the stored data back."""
        self.answer(self.show)

    def __getattr__(self, name: str) -> object:
        """Let `do_GET` answer every method that has no `do_` function of its own."""
        if name.startswith("do_"):
            return self.do_GET
        raise AttributeError(name)

    def store(self, body: bytes) -> bytes:
        """Return the acknowledgement of `body`, which is on the disk by then. Raises OSError if it is not."""
        STORE.save(body)
        return b"%bData stored on %b\n" % (PREFIX, socket.gethostname().encode())

    def show(self, _body: bytes) -> bytes:
        """Return hostname and data. Raises OSError when the volume cannot be read."""
        data = STORE.load()
        text = b"No data posted yet" if data is None else data
        return b"You've hit %b\n%bData stored on this Pod: %b\n" % (socket.gethostname().encode(), PREFIX, text)

    def answer(self, act: Callable[[bytes], bytes]) -> None:
        """Read the request's body, act on it, and reply with what `act` returns or with the reason why not."""
        try:
            body = self.body()
        except RefusedError as refused:
            self.refuse(refused.status, refused.reason)
            return
        try:
            text = act(body)
        except OSError as error:
            self.refuse(HTTPStatus.INTERNAL_SERVER_ERROR, f"Volume error: {error.strerror}")
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def body(self) -> bytes:
        """Return the whole body. Raises RefusedError when it is not wanted or does not arrive completely."""
        length = self.announced_length()
        body = self.rfile.read(length)
        if len(body) < length:
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"Body ends after {len(body)} of {length} bytes")
        return body

    def announced_length(self) -> int:
        """Return the length of the body in bytes, as its header states it. Raises RefusedError if it will not do."""
        if "Transfer-Encoding" in self.headers:
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "Send Content-Length instead of Transfer-Encoding")
        lengths = set(self.headers.get_all("Content-Length", []))
        if not lengths and self.command == "POST":
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing")
        text = lengths.pop() if lengths else "0"
        if lengths or not (text.isascii() and text.isdigit() and len(text) <= MAX_LENGTH_DIGITS):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "Content-Length is not one number")
        if int(text) > MAX_BODY:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Body is longer than {MAX_BODY} bytes")
        return int(text)

    def handle_expect_100(self) -> bool:
        """Ask a waiting client for its body only if it would be read."""
        try:
            self.announced_length()
        except RefusedError as refused:
            self.refuse(refused.status, refused.reason)
            return False
        return super().handle_expect_100()

    def refuse(self, status: HTTPStatus, reason: str) -> None:
        """Log and reply `reason`; the connection is closed, as the rest of the request may still be on its way."""
        print(f"{self.command} refused with {status.value}: {reason}", flush=True)
        self.send_error(status, explain=reason)

    def handle(self) -> None:
        """Serve the connection; a client that goes away is no error of ours."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Stay silent about single requests: probes arrive every second."""


class Server(ThreadingTCPServer):
    """Listens on IPv4, and on IPv6 where the kernel has it."""

    # Not HTTPServer: that one asks DNS for the host's own name before it listens.
    address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Bind so that one socket serves both families."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def shutdown_request(self, request: Any) -> None:
        """Read on until the client closes: to close over unread bytes would reset the reply away."""
        with suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            while request.recv(65536):
                pass
        self.close_request(request)


def main() -> None:
    """Serve until a signal ends the process."""
    print("Kubia server starting...", flush=True)
    STORE.clean()
    with Server(("", int(os.environ.get("KUBIA_PORT", "8080"))), Handler) as server:
        print(f"Listening on port {server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
