"""A cluster's network, with an `ip` that writes down what it is asked."""

from pathlib import Path

import pytest

from stsconf.cluster.embedded.network import Network, open_network
from stsconf.errors import StsconfError

_IP = """#!/bin/sh
echo "$*" >> {folder}/asked
case "$*" in
  *"route show"*) cat {folder}/routes;;
  *{taken}*) echo "RTNETLINK answers: File exists" >&2; exit 2;;
esac
"""


@pytest.fixture
def ip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an `ip` first on the PATH that answers from the files of the returned folder."""
    (tmp_path / "routes").touch()
    (tmp_path / "ip").write_text(_IP.format(folder=tmp_path, taken="stsconf2"))
    (tmp_path / "ip").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_addresses_follow_from_the_number() -> None:
    """Two ends of a network of two."""
    network = Network(7)
    assert (network.host, network.node, network.interface) == ("198.18.7.1", "198.18.7.2", "stsconf7")


def test_the_first_network_is_taken_where_all_are_free(ip: Path) -> None:
    """And both ends get their addresses."""
    assert open_network("stsconf-a") == Network(1)
    assert "-netns stsconf-a address add 198.18.1.2/30 dev eth0" in (ip / "asked").read_text()


def test_networks_in_use_are_passed_over(ip: Path) -> None:
    """One that a route of the machine leads to, and one whose interface somebody else has just made."""
    (ip / "routes").write_text("198.18.1.0/30 dev eth7 proto kernel\n")
    assert open_network("stsconf-a") == Network(3)


def test_running_out_of_networks_is_told(ip: Path) -> None:
    """More clusters than addresses."""
    (ip / "routes").write_text("".join(f"198.18.{number}.0/30 dev x\n" for number in range(256)))
    with pytest.raises(StsconfError, match="no network is left"):
        open_network("stsconf-a")


def test_a_refusal_is_told_with_what_ip_said(ip: Path) -> None:
    """A container without the right to make interfaces, say."""
    (ip / "ip").write_text("#!/bin/sh\necho Operation not permitted >&2\nexit 1\n")
    with pytest.raises(StsconfError, match="could not set up") as caught:
        open_network("stsconf-a")
    assert caught.value.why == "Operation not permitted"
