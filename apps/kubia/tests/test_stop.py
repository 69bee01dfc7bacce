"""Kubia stops when told to, whatever its clients do."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.kubia.tests.process import COMMAND, PATIENCE, Kubia


@pytest.fixture
def kubia(tmp_path: Path) -> Iterator[Kubia]:
    """Kubia on an empty volume."""
    with Kubia(tmp_path / "kubia.txt") as running:
        yield running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_is_a_clean_stop(kubia: Kubia, number: signal.Signals) -> None:
    """Told to stop while idle, kubia exits with code 0."""
    assert kubia.stop(number) == 0


def test_idle_connection_does_not_hold_the_stop(kubia: Kubia) -> None:
    """A client that keeps its connection open after a reply sees it closed."""
    connection = kubia.connect()
    connection.request("GET", "/")
    connection.getresponse().read()
    assert kubia.stop() == 0
    assert connection.sock.recv(1) == b""
    connection.close()


def test_slow_client_does_not_hold_the_stop(kubia: Kubia) -> None:
    """A body that never ends does not hold kubia, and is not stored."""
    with socket.create_connection(("127.0.0.1", kubia.port), timeout=PATIENCE) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: kubia\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(b"half")
        assert kubia.stop() == 0


def test_successor_serves_the_data(kubia: Kubia, tmp_path: Path) -> None:
    """What was acknowledged before the stop is there after it."""
    kubia.ask("POST", b"before the stop")
    assert kubia.stop() == 0
    with Kubia(tmp_path / "kubia.txt") as successor:
        assert successor.stored() == b"before the stop"


@pytest.mark.skipif(os.geteuid() != 0, reason="a process namespace takes root")
def test_process_1_stops_on_sigterm(tmp_path: Path) -> None:
    """As process 1, for which the kernel drops signals without a handler, kubia stops just the same."""
    with Kubia(tmp_path / "kubia.txt", command=["unshare", "--pid", "--fork", "--kill-child", *COMMAND]) as kubia:
        parent = kubia.process.pid
        child = int(Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii"))
        status = Path(f"/proc/{child}/status").read_text(encoding="ascii")
        assert next(line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:"))[-1] == "1"
        os.kill(child, signal.SIGTERM)
        assert kubia.process.wait(PATIENCE) == 0
