"""Writing images: what a container engine reads in them."""

import hashlib
import io
import json
import platform
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stsconf.cluster.images import (
    DESCRIPTION,
    Entry,
    Image,
    Layer,
    Listing,
    architecture,
    folder,
    list_archives,
    write_archive,
)
from stsconf.errors import StsconfError

FILE = Entry("/app/kubia.py", b"print()", owner=1000)
SHELL = Entry("/bin/sh", link="busybox")
VOLUME = folder("/var/data", owner=1000)
IMAGE = Image(
    "localhost/stsconf/kubia:1",
    [Layer.of(SHELL), Layer.of(FILE)],
    ["python3", "/app/kubia.py"],
    cmd=["--verbose"],
    env={"A": "1", "B": "x=y"},
    user="1000:1000",
    labels={DESCRIPTION: "the storage app"},
)


def members(layer: Layer) -> dict[str, tarfile.TarInfo]:
    """Return the members of a layer by their path."""
    with tarfile.open(fileobj=io.BytesIO(layer.tar)) as tar:
        return {member.name: member for member in tar}


def read(path: Path) -> dict[str, bytes]:
    """Return the files of an archive by their name."""
    with tarfile.open(path) as tar:
        files = {member.name: tar.extractfile(member) for member in tar}
        return {name: file.read() for name, file in files.items() if file is not None}


def manifest(path: Path) -> list[dict[str, Any]]:
    """Return the manifest of an archive."""
    return list(json.loads(read(path)["manifest.json"]))


def test_layer_has_files_links_and_folders() -> None:
    """Each entry becomes what it says, and folders on the way to one come before it and belong to root."""
    found = members(Layer.of(VOLUME, SHELL, FILE))
    assert list(found) == ["app", "app/kubia.py", "bin", "bin/sh", "var", "var/data"]
    file, link, volume, parent = found["app/kubia.py"], found["bin/sh"], found["var/data"], found["var"]
    assert (file.isfile(), file.size, file.mode, file.uid, file.gid) == (True, 7, 0o644, 1000, 1000)
    assert (link.issym(), link.linkname) == (True, "busybox")
    assert (volume.isdir(), volume.mode, volume.uid) == (True, 0o755, 1000)
    assert (parent.isdir(), parent.mode, parent.uid) == (True, 0o755, 0)
    assert {member.mtime for member in found.values()} == {0}


def test_layer_is_the_same_each_time(tmp_path: Path) -> None:
    """Neither order nor the source's own time, mode or place changes a layer; its content does."""
    source = tmp_path / "source"
    source.write_bytes(b"print()")
    layer = Layer.of(FILE, SHELL)
    assert Layer.of(SHELL, replace(FILE, content=source)).digest == layer.digest
    assert Layer.of(SHELL, replace(FILE, content=b"print(1)")).digest != layer.digest
    assert layer.digest == hashlib.sha256(layer.tar).hexdigest()


def test_config() -> None:
    """The configuration says how to start, as whom, with what, and which layers it is made of."""
    config = json.loads(IMAGE.config())
    assert (config["architecture"], config["os"]) == (architecture(), "linux")
    assert config["rootfs"]["diff_ids"] == [f"sha256:{layer.digest}" for layer in IMAGE.layers]
    assert config["config"] == {
        "Entrypoint": ["python3", "/app/kubia.py"],
        "Cmd": ["--verbose"],
        "Env": ["A=1", "B=x=y"],
        "Labels": {DESCRIPTION: "the storage app"},
        "User": "1000:1000",
        "WorkingDir": "/",
    }


def test_archive_names_its_parts(tmp_path: Path) -> None:
    """Everything that the manifest names is in the archive, under the sum of its content."""
    write_archive([IMAGE], tmp_path / "one.tar")
    files = read(tmp_path / "one.tar")
    (image,) = manifest(tmp_path / "one.tar")
    assert image["RepoTags"] == [IMAGE.name]
    assert image["Config"] == f"{hashlib.sha256(IMAGE.config()).hexdigest()}.json"
    assert files[image["Config"]] == IMAGE.config()
    assert [files[name] for name in image["Layers"]] == [layer.tar for layer in IMAGE.layers]


def test_layers_are_shared(tmp_path: Path) -> None:
    """Two versions that differ in their environment have other ids, and their layers are stored once."""
    second = replace(IMAGE, name="localhost/stsconf/kubia:2", env={"A": "2"})
    write_archive([IMAGE, second], tmp_path / "two.tar")
    one, two = manifest(tmp_path / "two.tar")
    assert one["Layers"] == two["Layers"]
    assert one["Config"] != two["Config"]
    with tarfile.open(tmp_path / "two.tar") as tar:
        assert len(tar.getnames()) == len(IMAGE.layers) + len(["config"] * 2) + len(["manifest"])


def test_listing(tmp_path: Path) -> None:
    """A listing has each image's name, size and purpose."""
    write_archive([IMAGE, replace(IMAGE, name="x:1", layers=[], labels={})], tmp_path / "some.tar")
    size = sum(len(layer.tar) for layer in IMAGE.layers)
    assert list_archives([tmp_path / "some.tar"]) == [
        Listing(IMAGE.name, size, "the storage app"),
        Listing("x:1", 0, ""),
    ]


@pytest.mark.parametrize(("system", "machine", "name"), [("Linux", "x86_64", "amd64"), ("Linux", "aarch64", "arm64")])
def test_architecture(monkeypatch: pytest.MonkeyPatch, system: str, machine: str, name: str) -> None:
    """Images bear the name that container engines have for this machine."""
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert architecture() == name


@pytest.mark.parametrize(("system", "machine"), [("Linux", "s390x"), ("Darwin", "arm64")])
def test_machines_without_images(monkeypatch: pytest.MonkeyPatch, system: str, machine: str) -> None:
    """A machine whose programs would make no Linux image of a known kind is told so."""
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with pytest.raises(StsconfError, match=f"no images can be made on {system} {machine}"):
        architecture()
