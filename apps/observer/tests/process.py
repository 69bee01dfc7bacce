"""The observer as its users meet it: a process of its own, reached over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

APP = Path(__file__).parents[1] / "observer.py"
PATIENCE = 30
"""Seconds after which a reply or a stop that does not come fails the test."""


class Observer:
    """One running observer that takes its name servers from `resolv_conf`."""

    def __init__(self, resolv_conf: Path, dns_port: int = 53) -> None:
        """Start it on a free port and return once it listens."""
        environment = os.environ | {"OBSERVER_PORT": "0", "OBSERVER_RESOLV_CONF": str(resolv_conf)}
        environment["OBSERVER_DNS_PORT"] = str(dns_port)
        command = (sys.executable, str(APP))
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.log = [self.output.readline().rstrip(), self.output.readline().rstrip()]
        self.port = int(self.log[1].split()[-1])

    def __enter__(self) -> Self:
        """Run for the length of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process whatever state it is in; one that has ended already stays as it is."""
        self.process.kill()
        self.process.wait()
        self.output.close()

    def connect(self) -> HTTPConnection:
        """Return a connection that opens with its first request."""
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(self, path: str, **parameters: Any) -> tuple[int, Any]:
        """Put one question and return status and parsed JSON; `for_` stands for `for`."""
        connection = self.connect()
        try:
            connection.request("GET", target(path, parameters))
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def watch(self, **parameters: Any) -> Generator[dict[str, Any], None, None]:
        """Yield each line of a watch as it arrives; closing the iterator closes the connection."""
        connection = self.connect()
        try:
            connection.request("GET", target("/watch", parameters))
            response = connection.getresponse()
            assert response.status == 200, response.read()
            while line := response.readline():
                yield json.loads(line)
        finally:
            connection.close()


def target(path: str, parameters: dict[str, Any]) -> str:
    """Return path and query; a list gives the parameter as many times."""
    return path + "?" + urlencode({key.rstrip("_"): value for key, value in parameters.items()}, doseq=True)
