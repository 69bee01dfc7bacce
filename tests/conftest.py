"""What every test of the harness shares: an inner pytest to run, and no way to reach anyone's cluster."""

import ipaddress
import sys

import pytest

pytest_plugins = ["pytester"]


def _refuse_the_outside(event: str, arguments: tuple[object, ...]) -> None:
    """Let this process open connections to the machine itself and to no other.

    Raises:
        RuntimeError: a test tried to reach an address that is not loopback.
    """
    if event not in {"socket.connect", "socket.sendto"} or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        message = f"a test of the harness may reach loopback only, not {host}"
        raise RuntimeError(message)


sys.addaudithook(_refuse_the_outside)


@pytest.fixture(autouse=True)
def _nobodys_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the caller's kubeconfig: a test that wants one brings its own."""
    monkeypatch.setenv("KUBECONFIG", "/nonexistent/kubeconfig")
