"""Installing what the operating system lacks, or saying exactly what to install."""

from dataclasses import replace
from pathlib import Path

import pytest

from stsconf.cluster.embedded.packages import EMBEDDED, SIMULATED, Machine, ensure_packages
from stsconf.errors import StsconfError

NEEDED = {"stub-runc": "runc", "stub-ip": "iproute2", "stub-tc": "iproute2", "env": "coreutils"}
"""Commands that no machine has, but for the last."""

APT = """#!/bin/sh
while [ "$1" = -q ] || [ "$1" = -y ] || [ "$1" = -o ]; do [ "$1" = -o ] && shift; shift; done
echo "$PWD $*" >> "{folder}/calls"
case "$1" in
update) touch "{folder}/lists/new_Packages" ;;
*) {act} ;;
esac
"""
BRING = 'for name in stub-runc stub-ip stub-tc; do cp "{folder}/apt-get" "{folder}/$name"; done'
INSTALL = "/ install --no-install-recommends iproute2 runc"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a Debian with package lists and root, whose apt-get brings all that is needed."""
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "debian_Packages").touch()
    write_apt_get(tmp_path, BRING)
    return Machine(root=True, debian=True, folders=[str(tmp_path), "/usr/bin", "/bin"], lists=tmp_path / "lists")


def write_apt_get(folder: Path, act: str) -> None:
    """Write an apt-get that acts so when it does anything but update its lists."""
    (folder / "apt-get").write_text(APT.format(folder=folder, act=act.format(folder=folder)))
    (folder / "apt-get").chmod(0o755)


def calls(folder: Path) -> list[str]:
    """Return what apt-get was called for, without its options, after the folder it was called in."""
    return (folder / "calls").read_text().splitlines() if (folder / "calls").exists() else []


def test_missing_packages_are_installed(machine: Machine, tmp_path: Path) -> None:
    """What is missing is installed by one call and told by one line; what is there is left alone."""
    said: list[str] = []
    ensure_packages(NEEDED, machine, said.append)
    assert said == ["installing iproute2 runc with apt-get"]
    ensure_packages(NEEDED, machine, said.append)
    assert calls(tmp_path) == [INSTALL]


@pytest.mark.parametrize("lists", ["absent", "stale"])
def test_lists_are_fetched_when_needed(machine: Machine, tmp_path: Path, lists: str) -> None:
    """Without package lists, or with ones that name what is gone, they are fetched and installing starts over."""
    if lists == "absent":
        (tmp_path / "lists" / "debian_Packages").unlink()
    write_apt_get(tmp_path, f'[ -e "{tmp_path}/lists/new_Packages" ] || exit 100; {BRING}')
    said: list[str] = []
    ensure_packages(NEEDED, machine, said.append)
    assert calls(tmp_path) == [INSTALL] * (lists == "stale") + ["/ update", INSTALL]
    assert said[1:] == ["apt-get install failed, trying with new package lists"] * (lists == "stale")


def test_installing_fails(machine: Machine, tmp_path: Path) -> None:
    """What apt-get said last is told."""
    write_apt_get(tmp_path, "echo 'E: Unable to locate package runc' >&2; exit 100")
    with pytest.raises(StsconfError, match="Unable to locate package runc"):
        ensure_packages(NEEDED, machine, print)


def test_a_package_without_its_command(machine: Machine, tmp_path: Path) -> None:
    """An installation that does not bring the command is not believed."""
    write_apt_get(tmp_path, ":")
    with pytest.raises(StsconfError, match="did not bring stub-ip, stub-runc, stub-tc"):
        ensure_packages(NEEDED, machine, print)


def test_installing_is_forbidden(machine: Machine, tmp_path: Path) -> None:
    """The exact command to type is told instead."""
    with pytest.raises(StsconfError, match="--no-install") as caught:
        ensure_packages(NEEDED, machine, print, install=False)
    assert caught.value.what == "this machine lacks stub-ip, stub-runc, stub-tc"
    assert caught.value.do == "run: apt-get install iproute2 runc"
    assert calls(tmp_path) == []


def test_elsewhere_than_debian(machine: Machine, tmp_path: Path) -> None:
    """The exact packages to install are told."""
    with pytest.raises(StsconfError, match=r"install \(by their Debian names\): iproute2 runc"):
        ensure_packages(NEEDED, replace(machine, debian=False), print)
    assert calls(tmp_path) == []


def test_only_root(machine: Machine) -> None:
    """Nobody else can make namespaces, even where every command is there."""
    with pytest.raises(StsconfError, match="must be started by root"):
        ensure_packages({"env": "coreutils"}, replace(machine, root=False), print)


def test_this_machine() -> None:
    """Commands are found on this machine, and only those that exist."""
    machine = Machine.this()
    assert machine.find("env") is not None
    assert machine.find("stub-runc") is None


def test_real_nodes_need_more() -> None:
    """Whatever simulated nodes take, real ones take as well."""
    assert EMBEDDED.items() > SIMULATED.items()
