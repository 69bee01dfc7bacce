"""Kubia as its users meet it: a process of its own, reached over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple, Self

APP = Path(__file__).parents[1] / "kubia.py"
COMMAND = (sys.executable, str(APP))
PATIENCE = 30
"""Seconds after which a reply or a stop that does not come fails the test."""


class Reply(NamedTuple):
    """What a test looks at in an HTTP reply."""

    status: int
    body: bytes


class Kubia:
    """One running kubia. `command` may wrap the app, as long as the app's output reaches stdout."""

    def __init__(self, data: Path, version: str | None = None, command: Sequence[str] = COMMAND) -> None:
        """Start it on a free port and return once it listens; `log` holds the lines printed until then."""
        environment = os.environ | {"KUBIA_DATA": str(data), "KUBIA_PORT": "0"}
        if version is not None:
            environment["KUBIA_VERSION"] = version
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.log: list[str] = []
        for line in self.output:
            self.log.append(line.rstrip())
            if line.startswith("Listening on port "):
                self.port = int(line.split()[-1])
                return
        raise AssertionError(f"kubia ended before it listened, exit code {self.process.wait()}: {self.log}")

    def __enter__(self) -> Self:
        """Run for the length of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process whatever state it is in; one that has ended already stays as it is."""
        self.process.kill()
        self.process.wait()
        self.output.close()

    def connect(self, host: str = "127.0.0.1") -> HTTPConnection:
        """Return a connection that opens with its first request."""
        return HTTPConnection(host, self.port, timeout=PATIENCE)

    def ask(self, method: str, body: bytes | None = None, path: str = "/", host: str = "127.0.0.1") -> Reply:
        """Send one request on a connection of its own."""
        connection = self.connect(host)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            return Reply(response.status, response.read())
        finally:
            connection.close()

    def send(self, request: bytes) -> bytes:
        """Send raw bytes, close the sending side, and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            with connection.makefile("rb") as replies:
                return replies.read()

    def stored(self) -> bytes:
        """Return the data that kubia says it holds."""
        status, body = self.ask("GET")
        assert status == 200, body
        return body.split(b"Data stored on this Pod: ", 1)[1].removesuffix(b"\n")

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and return the exit code."""
        self.process.send_signal(signal_number)
        return self.process.wait(PATIENCE)
