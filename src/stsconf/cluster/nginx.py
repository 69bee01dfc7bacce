"""nginx for its image: from Debian's packages, unpacked but not installed, or the one that this machine has."""

import platform
import shutil
import subprocess
from pathlib import Path

from stsconf.cluster.cache import ensure, key_of
from stsconf.cluster.embedded.packages import Machine
from stsconf.cluster.images import Entry
from stsconf.cluster.rootfs import program
from stsconf.cluster.target import Say
from stsconf.errors import StsconfError

BINARY = "/usr/sbin/nginx"
"""Where the image has nginx."""

_MIME_TYPES = "/etc/nginx/mime.types"
_NEEDED_MODULE = "http_dav_module"


def ensure_nginx(cache_dir: Path, machine: Machine, say: Say) -> Path:
    """Return a folder with nginx, its MIME types, and the libraries that a machine without nginx lacks.

    Raises StsconfError where there is none to be had, and for one that cannot store what is PUT.
    """

    def fill(folder: Path) -> None:
        if machine.debian:
            say("fetching nginx for its image: unpacked, not installed")
            _unpack(folder, machine, say)
        else:
            _copy(folder, machine)
        _check(folder)

    release = platform.freedesktop_os_release()
    key = key_of(release["ID"], release.get("VERSION_ID", ""), platform.machine())
    return ensure(cache_dir / "nginx", "nginx", key, fill, say)


def nginx(folder: Path) -> list[Entry]:
    """Return the files of an image from the folder that `ensure_nginx` made."""
    return [*program(_in(folder, BINARY), BINARY, _library_dirs(folder)), Entry(_MIME_TYPES, _in(folder, _MIME_TYPES))]


def _unpack(folder: Path, machine: Machine, say: Say) -> None:
    """Unpack Debian's nginx, and the packages of the libraries it asks for; libc is this machine's own."""
    packages = folder / "packages"
    packages.mkdir()
    machine.apt_get(["download", "nginx", "nginx-common"], say, packages)
    asked = [_field(package, "Depends") for package in packages.glob("nginx_*.deb")]
    names = {clause.split("|")[0].split()[0] for depends in asked for clause in depends.split(",")}
    libraries = sorted(name for name in names if name.startswith(("lib", "zlib")) and not name.startswith("libc6"))
    machine.apt_get(["download", *libraries], say, packages)
    for package in sorted(packages.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True, capture_output=True)
    shutil.rmtree(packages)


def _field(package: Path, name: str) -> str:
    """Return one field of a package's description."""
    return subprocess.run(["dpkg-deb", "-f", package, name], check=True, capture_output=True, text=True).stdout


def _copy(folder: Path, machine: Machine) -> None:
    """Take the nginx that is installed here."""
    installed = machine.find("nginx")
    if installed is None:
        raise StsconfError(
            "no nginx for its image", "it is fetched by itself on Debian and Ubuntu only", "install the package nginx"
        )
    installed = installed.resolve()
    for source, path in ((installed, BINARY), (_in(installed.parents[2], _MIME_TYPES), _MIME_TYPES)):
        _in(folder, path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, _in(folder, path))


def _check(folder: Path) -> None:
    """Run nginx once, to see that it runs and can store what is PUT."""
    loader = {"LD_LIBRARY_PATH": ":".join(map(str, _library_dirs(folder)))}
    told = subprocess.run([_in(folder, BINARY), "-V"], env=loader, capture_output=True, text=True, check=False)
    if told.returncode or _NEEDED_MODULE not in told.stderr:
        why = told.stderr.strip()[-200:] if told.returncode else f"it was built without {_NEEDED_MODULE}"
        raise StsconfError("nginx cannot be used for its image", why, "install Debian's package nginx, or report this")


def _library_dirs(folder: Path) -> list[Path]:
    """Return the folders that have shared libraries, in a fixed order."""
    return sorted({path.parent for path in folder.rglob("*.so.*")})


def _in(folder: Path, path: str) -> Path:
    """Return where an absolute path of an image lies below a folder."""
    return folder / path.lstrip("/")
