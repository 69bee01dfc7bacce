"""A name server that tests control, and an observer that asks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.observer.tests.dns_server import DnsServer
from apps.observer.tests.process import Observer

WEB = "nginx.shop.svc.cluster.test."
RESOLV_CONF = """\
nameserver 127.0.0.1
search shop.svc.cluster.test svc.cluster.test cluster.test
options ndots:5
"""


@pytest.fixture
def server() -> Iterator[DnsServer]:
    """A zone like that of a cluster with the set `web` of two pods."""
    with DnsServer() as running:
        running.zone = {
            WEB: {"A": ["10.0.0.8", "10.0.0.7"]},
            f"web-0.{WEB}": {"A": ["10.0.0.7"]},
            f"web-1.{WEB}": {"A": ["10.0.0.8"]},
            f"_web._tcp.{WEB}": {"SRV": [f"0 50 8080 web-1.{WEB}", f"0 50 8080 web-0.{WEB}"]},
            "7.0.0.10.in-addr.arpa.": {"PTR": [f"web-0.{WEB}"]},
        }
        yield running


@pytest.fixture
def resolv_conf(tmp_path: Path) -> Path:
    """The resolver's configuration as the kubelet writes it for a pod in the namespace `shop`."""
    path = tmp_path / "resolv.conf"
    path.write_text(RESOLV_CONF, encoding="ascii")
    return path


@pytest.fixture
def observer(server: DnsServer, resolv_conf: Path) -> Iterator[Observer]:
    """An observer whose first name server is `server`."""
    with Observer(resolv_conf, server.port) as running:
        yield running
