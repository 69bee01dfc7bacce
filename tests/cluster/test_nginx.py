"""Getting nginx for its image, from packages made here or from what is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from stsconf.cluster.embedded.packages import Machine
from stsconf.cluster.nginx import BINARY, ensure_nginx, nginx
from stsconf.errors import StsconfError

NGINX = "#!/bin/sh\n[ \"$1\" = -V ] && echo 'configure arguments: --with-http_dav_module' >&2\n"

needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="makes and unpacks real Debian packages")


def write_nginx(root: Path, content: str = NGINX) -> None:
    """Write nginx and its MIME types below a folder, as a package or an installation has them."""
    for path, text in ((BINARY, content), ("/etc/nginx/mime.types", "types {}")):
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)


def write_package(repository: Path, name: str, depends: str) -> None:
    """Make a package of the folder that bears its name."""
    control = repository / name / "DEBIAN" / "control"
    control.parent.mkdir(parents=True)
    control.write_text(
        f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: none\nDescription: none\nDepends: {depends}\n"
    )
    package = repository / f"{name}_1_all.deb"
    subprocess.run(["dpkg-deb", "-b", repository / name, package], check=True, capture_output=True)


@pytest.fixture
def debian(tmp_path: Path) -> Machine:
    """Return a Debian whose apt-get downloads from a folder of packages."""
    repository = tmp_path / "repository"
    write_nginx(repository / "nginx")
    (repository / "libpcre2-8-0" / "usr" / "lib").mkdir(parents=True)
    (repository / "libpcre2-8-0" / "usr" / "lib" / "libpcre2-8.so.0").touch()
    write_package(repository, "nginx", "libc6 (>= 2.34), libpcre2-8-0 (>= 10), iproute2, nginx-common (>= 1) | x")
    for name in ("nginx-common", "libpcre2-8-0"):
        write_package(repository, name, "libc6")
    (repository / "Packages").touch()
    apt_get = repository / "apt-get"
    apt_get.write_text(
        "#!/bin/sh\nwhile [ $1 != download ]; do shift; done; shift\n"
        f'for name; do echo $name >> {repository}/calls; cp "{repository}/$name"_*.deb . || exit 100; done\n'
    )
    apt_get.chmod(0o755)
    return Machine(root=False, debian=True, folders=[str(repository), "/usr/bin", "/bin"], lists=repository)


@needs_dpkg
def test_taken_from_packages(debian: Machine, tmp_path: Path) -> None:
    """The program and the libraries that it asks for are fetched and unpacked, nothing else, and only once."""
    said: list[str] = []
    folder = ensure_nginx(tmp_path / "cache", debian, said.append)
    assert said == ["fetching nginx for its image: unpacked, not installed"]
    assert (debian.lists / "calls").read_text().split() == ["nginx", "nginx-common", "libpcre2-8-0"]
    assert (folder / "usr" / "lib" / "libpcre2-8.so.0").exists()
    assert ensure_nginx(tmp_path / "cache", debian, said.append) == folder
    assert len(said) == 1


@needs_dpkg
def test_packages_cannot_be_fetched(debian: Machine, tmp_path: Path) -> None:
    """What apt-get said is told, and nothing stays in the cache."""
    (debian.lists / "apt-get").write_text("#!/bin/sh\necho 'E: no network' >&2; exit 100\n")
    with pytest.raises(StsconfError, match="E: no network"):
        ensure_nginx(tmp_path / "cache", debian, print)
    assert [path.suffix for path in (tmp_path / "cache" / "nginx").iterdir()] == [".lock"]


def elsewhere(root: Path) -> Machine:
    """Return a machine that is no Debian and has its programs below a folder."""
    return Machine(root=False, debian=False, folders=[str(root / "usr" / "sbin")])


def test_the_one_installed_elsewhere(tmp_path: Path) -> None:
    """Without Debian's packages the installed nginx is taken, and the image gets it with its MIME types."""
    write_nginx(tmp_path / "machine")
    folder = ensure_nginx(tmp_path / "cache", elsewhere(tmp_path / "machine"), print)
    entries = {entry.path: entry for entry in nginx(folder)}
    assert entries.keys() == {BINARY, "/etc/nginx/mime.types"}
    assert entries[BINARY].mode == 0o755


def test_none_to_be_had(tmp_path: Path) -> None:
    """Without Debian's packages and an installed nginx it is said what to install."""
    with pytest.raises(StsconfError, match="install the package nginx"):
        ensure_nginx(tmp_path / "cache", elsewhere(tmp_path), print)


@pytest.mark.parametrize(
    ("content", "why"),
    [("#!/bin/sh\n", "it was built without http_dav_module"), ("#!/bin/sh\necho no libz >&2; exit 127\n", "no libz")],
)
def test_one_that_cannot_be_used(tmp_path: Path, content: str, why: str) -> None:
    """An nginx that does not run, or cannot store what is PUT, is refused before an image is made of it."""
    write_nginx(tmp_path / "machine", content)
    with pytest.raises(StsconfError, match=why):
        ensure_nginx(tmp_path / "cache", elsewhere(tmp_path / "machine"), print)
