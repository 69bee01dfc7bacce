"""The commands of the operating system that a cluster on this machine needs, and installing what is missing."""

import os
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster.command import run_command
from stsconf.cluster.target import Say
from stsconf.errors import StsconfError

SIMULATED: Mapping[str, str] = {"ip": "iproute2", "mount": "mount", "nsenter": "util-linux", "unshare": "util-linux"}
"""Command to Debian package, for the simulated cluster."""

EMBEDDED: Mapping[str, str] = {**SIMULATED, "runc": "runc", "nft": "nftables", "busybox": "busybox-static"}
"""Command to Debian package, for the embedded cluster."""

_SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_APT_OPTIONS = ("-q", "-y", "-o", "DPkg::Lock::Timeout=120", "-o", "APT::Sandbox::User=root")
_APT_SECONDS = 600


@dataclass(frozen=True)
class Machine:
    """What decides whether missing commands can be installed.

    `folders` are searched for commands, `lists` is where apt keeps what its index knows.
    """

    root: bool
    debian: bool
    folders: Sequence[str]
    lists: Path = Path("/var/lib/apt/lists")

    @classmethod
    def this(cls) -> "Machine":
        """Return the machine that this process runs on."""
        try:
            release = platform.freedesktop_os_release()
        except OSError:
            release = {}
        families = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
        folders = dict.fromkeys([*os.environ.get("PATH", "").split(":"), *_SYSTEM_FOLDERS])
        return cls(os.geteuid() == 0, "debian" in families, tuple(folders))

    def find(self, command: str) -> Path | None:
        """Return the path of a command, None if this machine does not have it."""
        found = shutil.which(command, path=":".join(self.folders))
        return Path(found) if found else None

    def apt_get(self, arguments: Sequence[str], say: Say, folder: Path = Path("/")) -> None:
        """Run apt-get in a folder; where it fails, or has no lists at all, with lists that are fetched anew.

        Raises StsconfError with what apt-get said last.
        """
        if any(self.lists.glob("*Packages*")):
            try:
                self._apt_get(arguments, folder)
            except StsconfError:
                say(f"apt-get {arguments[0]} failed, trying with new package lists")
            else:
                return
        self._apt_get(["update"], folder)
        self._apt_get(arguments, folder)

    def _apt_get(self, arguments: Sequence[str], folder: Path) -> None:
        """Run apt-get once, without questions."""
        environment = {**os.environ, "PATH": ":".join(self.folders), "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
        command = ["env", "-C", str(folder), "apt-get", *_APT_OPTIONS, *arguments]
        run_command(command, _APT_SECONDS, environment)


def ensure_packages(needed: Mapping[str, str], machine: Machine, say: Say, *, install: bool = True) -> None:
    """Install what is missing of the commands, told by one line, where that is allowed and possible.

    Raises StsconfError that names the exact packages where it is not, and for anybody but root: network and mount
    namespaces are root's to make, whether or not something is missing.
    """
    if not machine.root:
        raise StsconfError(
            "a cluster on this machine must be started by root",
            "it makes network, mount and process namespaces",
            "run it with sudo, or choose another target",
        )
    missing = {command: package for command, package in needed.items() if not machine.find(command)}
    if not missing:
        return
    packages = sorted(set(missing.values()))
    what = f"this machine lacks {', '.join(sorted(missing))}"
    command = f"apt-get install {' '.join(packages)}"
    if not machine.debian:
        why = "packages are installed by themselves on Debian and Ubuntu only"
        raise StsconfError(what, why, f"install (by their Debian names): {' '.join(packages)}")
    if not install:
        raise StsconfError(what, "--no-install forbids installing", f"run: {command}")
    say(f"installing {' '.join(packages)} with apt-get")
    machine.apt_get(["install", "--no-install-recommends", *packages], say)
    absent = sorted(name for name in missing if not machine.find(name))
    if absent:
        raise StsconfError(what, f"{command} did not bring {', '.join(absent)}", "install them by hand")
