"""Which images there are, and when they are written anew."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from stsconf.cluster import nginx, rootfs, system_images
from stsconf.cluster.embedded.build import Binaries
from stsconf.cluster.images import Entry, list_archives
from stsconf.cluster.system_images import ensure_app_images, ensure_images, ensure_system_images


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a cache, with small programs in place of this machine's Python, nginx and busybox."""
    programs = tmp_path / "programs"
    for name, text in {
        "busybox": "#!/bin/sh\necho sh\n",
        "usr/sbin/nginx": "nginx",
        "etc/nginx/mime.types": "types {}",
    }.items():
        (programs / name).parent.mkdir(parents=True, exist_ok=True)
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr(rootfs, "python", lambda: [Entry(rootfs.PYTHON, b"python", mode=0o755)])
    monkeypatch.setattr(nginx, "ensure_nginx", lambda *_: programs)
    return tmp_path / "cache"


@pytest.fixture
def binaries(tmp_path: Path) -> Binaries:
    """Return the binaries that images are made of."""
    folders = {}
    for name in ("pause", "coredns"):
        folders[name] = tmp_path / f"{name}-1"
        folders[name].mkdir()
        (folders[name] / name).write_text(name)
    return Binaries(folders)


def contents(archive: Path) -> dict[str, tuple[dict[str, Any], dict[str, tarfile.TarInfo]]]:
    """Return the configuration and the files of each image of an archive by its name without prefix."""
    found = {}
    with tarfile.open(archive) as tar:

        def read(name: str) -> bytes:
            member = tar.extractfile(name)
            assert member is not None
            return member.read()

        for image in json.loads(read("manifest.json")):
            files: dict[str, tarfile.TarInfo] = {}
            for layer in image["Layers"]:
                with tarfile.open(fileobj=io.BytesIO(read(layer))) as inner:
                    files |= {f"/{member.name}": member for member in inner}
            name = image["RepoTags"][0].removeprefix(system_images.PREFIX)
            found[name] = json.loads(read(image["Config"]))["config"], files
    return found


def test_all_images(cache: Path, binaries: Binaries) -> None:
    """Both archives have what their users name, each with a purpose; a second start writes nothing."""
    said: list[str] = []
    archives = ensure_images(binaries, cache, said.append)
    assert said == ["writing the system images", "writing the apps images"]
    constants = system_images.PAUSE, system_images.COREDNS, system_images.BUSYBOX
    assert {image.name for image in list_archives([archives.system])} == set(constants)
    apps = {*system_images.KUBIA, *system_images.NGINX, system_images.OBSERVER}
    assert {image.name for image in list_archives([archives.apps])} == apps
    assert all(image.what_for for image in list_archives([archives.system, archives.apps]))
    assert ensure_images(binaries, cache, said.append) == archives
    assert len(said) == 2


def test_images_start_what_they_have(cache: Path, binaries: Binaries) -> None:
    """Each image starts a program that it has, and apps have the source that they start."""
    archives = ensure_images(binaries, cache, print)
    for config, files in (contents(archives.system) | contents(archives.apps)).values():
        start = config["Entrypoint"]
        program = files[start[0]]
        assert program.issym() or program.mode & 0o111
        assert [word for word in start[1:] if word.startswith("/") and word not in files] == []


def test_apps_are_nobody_special(cache: Path) -> None:
    """Apps run as a numbered user that is not root, may write temporary files, and kubia its volume."""
    images = contents(ensure_app_images(cache, print))
    assert {config["User"] for config, _ in images.values()} == {"1000:1000"}
    assert {files["/tmp"].mode for _, files in images.values()} == {0o1777}  # noqa: S108 - a path in an image
    assert images["kubia:1"][1]["/var/data"].uid == 1000


@pytest.mark.parametrize(("app", "variable"), [("kubia", "KUBIA_VERSION"), ("nginx", "WEB_VERSION")])
def test_versions_differ_in_their_environment(cache: Path, app: str, variable: str) -> None:
    """Version 2 is the same program with another variable, which makes it another image."""
    images = contents(ensure_app_images(cache, print))
    (one, one_files), (two, two_files) = images[f"{app}:1"], images[f"{app}:2"]
    assert (f"{variable}=1" in one["Env"], f"{variable}=2" in two["Env"]) == (True, True)
    assert one_files.keys() == two_files.keys()


def test_observer_has_its_library(cache: Path) -> None:
    """The observer's DNS library lies beside it, where Python looks without the site module."""
    _, files = contents(ensure_app_images(cache, print))["observer:2"]
    assert {"/app/observer.py", "/app/dns/message.pyc", "/app/dns/rdtypes/ANY/__init__.pyc"} <= files.keys()


def test_other_parts_are_other_images(cache: Path, binaries: Binaries, tmp_path: Path) -> None:
    """New binaries have the images written anew, beside the old ones."""
    before = ensure_system_images(binaries, cache, print)
    newer = (tmp_path / "pause-1").rename(tmp_path / "pause-2")
    after = ensure_system_images(Binaries({**binaries.folders, "pause": newer}), cache, print)
    assert before != after
    assert before.exists()
