"""A cluster's network: a namespace of its own, joined to the host by one pair of virtual interfaces.

Nothing leaves the machine: the host is not asked to forward.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from stsconf.errors import StsconfError

_NUMBERS = range(1, 255)
_NAMESPACES = Path("/run/netns")


@dataclass(frozen=True, slots=True)
class Network:
    """The addresses that follow from a cluster's `number`: the network 198.18.NUMBER.0/30."""

    number: int

    @property
    def host(self) -> str:
        """The host's end."""
        return f"198.18.{self.number}.1"

    @property
    def node(self) -> str:
        """The cluster's end, where its API listens."""
        return f"198.18.{self.number}.2"

    @property
    def interface(self) -> str:
        """The host's end of the pair; the cluster's is eth0."""
        return f"stsconf{self.number}"


def open_network(namespace: str) -> Network:
    """Make the namespace and join it to the host by the first free network; raises `StsconfError`."""
    close_network(namespace)
    _ip("netns", "add", namespace)
    routes = _ip("-o", "route", "show", "table", "all")
    for number in _NUMBERS:
        network = Network(number)
        if f"198.18.{number}." in routes:
            continue
        # a name that somebody else took in this moment is refused by the kernel
        if not _run(
            "link", "add", network.interface, "type", "veth", "peer", "name", "eth0", "netns", namespace
        ).stderr:
            _configure(network, namespace)
            return network
    raise StsconfError(
        "no network is left for another cluster",
        f"all of 198.18.{_NUMBERS[0]}.0/30 to 198.18.{_NUMBERS[-1]}.0/30 are taken on this machine",
        "see `ip -o route`, and stop what is not needed",
    )


def close_network(namespace: str) -> None:
    """Remove the pair of interfaces and the namespace; gone already is fine."""
    if (_NAMESPACES / namespace).exists():
        _run("-netns", namespace, "link", "delete", "eth0")  # by itself the kernel would do it some time later
        _ip("netns", "delete", namespace)


def _configure(network: Network, namespace: str) -> None:
    _ip("address", "add", f"{network.host}/30", "dev", network.interface)
    _ip("link", "set", network.interface, "up")
    for arguments in (
        ("link", "set", "lo", "up"),
        ("address", "add", f"{network.node}/30", "dev", "eth0"),
        ("link", "set", "eth0", "up"),
        ("route", "add", "default", "via", network.host),  # the kubelet looks its own address up by it
    ):
        _ip("-netns", namespace, *arguments)


def _ip(*arguments: str) -> str:
    done = _run(*arguments)
    if done.returncode:
        raise StsconfError(
            f"could not set up the cluster's network: ip {' '.join(arguments)}",
            done.stderr,
            "this takes root with CAP_NET_ADMIN and CAP_SYS_ADMIN; a container needs --privileged",
        )
    return done.stdout


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
