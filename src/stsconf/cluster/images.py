"""Write container images without a container engine: layers from files, several images in one docker-archive."""

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from stsconf.errors import StsconfError

DESCRIPTION = "org.opencontainers.image.description"
"""The label that says what an image is for."""

_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Entry:
    """One path of a layer: a file with `content`, a symbolic link to `link`, or a folder if it has neither.

    `owner` is the number of its user and group.
    """

    path: str
    content: bytes | Path | None = None
    link: str = ""
    mode: int = 0o644
    owner: int = 0

    def header(self) -> tuple[tarfile.TarInfo, bytes]:
        """Return this path as tar knows it, free of anything that differs from one writing to the next."""
        info = tarfile.TarInfo(self.path.strip("/"))
        info.uid = info.gid = self.owner
        info.mode = self.mode
        content = self.content.read_bytes() if isinstance(self.content, Path) else self.content
        if self.link:
            info.type, info.linkname = tarfile.SYMTYPE, self.link
        elif content is None:
            info.type = tarfile.DIRTYPE
        else:
            info.size = len(content)
        return info, content or b""


def folder(path: str, mode: int = 0o755, owner: int = 0) -> Entry:
    """Return a folder of a layer."""
    return Entry(path, mode=mode, owner=owner)


@dataclass(frozen=True)
class Layer:
    """A part of an image's file system, as an uncompressed tar: unpacking that is cheaper than a smaller file."""

    tar: bytes = field(repr=False)

    @classmethod
    def of(cls, *entries: Entry) -> "Layer":
        """Make a layer of entries; folders on the way that are not among them belong to root.

        Equal entries make equal layers, whatever their order and whenever they are written.
        """
        paths = {entry.path.strip("/"): entry for entry in entries}
        for path in list(paths):
            for parent in PurePosixPath(path).parents[:-1]:
                paths.setdefault(str(parent), folder(str(parent)))
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            for _, entry in sorted(paths.items()):
                info, content = entry.header()
                tar.addfile(info, io.BytesIO(content))
        return cls(buffer.getvalue())

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the tar as hexadecimal digits."""
        return hashlib.sha256(self.tar).hexdigest()


@dataclass(frozen=True)
class Image:
    """A named image. `user` is a number or UID:GID, so that the kubelet can tell that it is not root; "" is root."""

    name: str
    layers: Sequence[Layer]
    entrypoint: Sequence[str]
    cmd: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def config(self) -> bytes:
        """Return the image's configuration; its sum is the image's id."""
        settings: dict[str, Any] = {
            "Entrypoint": list(self.entrypoint),
            "Cmd": list(self.cmd),
            "Env": [f"{name}={value}" for name, value in self.env.items()],
            "Labels": dict(self.labels),
            "User": self.user,
            "WorkingDir": "/",
        }
        root = {"type": "layers", "diff_ids": [f"sha256:{layer.digest}" for layer in self.layers]}
        config = {"architecture": architecture(), "os": "linux", "config": settings, "rootfs": root}
        return json.dumps(config, sort_keys=True).encode()


@dataclass(frozen=True)
class Listing:
    """What an archive says about one of its images; `size` is that of its layers in bytes, shared ones included."""

    name: str
    size: int
    what_for: str


def architecture() -> str:
    """Return this machine's architecture as images name it; StsconfError where its files make no image."""
    system, machine = platform.system(), platform.machine()
    if system != "Linux" or machine not in _ARCHITECTURES:
        why = "images are made of this machine's own programs, on Linux for x86_64 and aarch64"
        raise StsconfError(f"no images can be made on {system} {machine}", why, "use a Linux machine")
    return _ARCHITECTURES[machine]


def write_archive(images: Sequence[Image], path: Path) -> None:
    """Write images as a docker-archive, each layer once, for `ctr images import` and `kind load image-archive`."""
    layers = {layer.digest: layer for image in images for layer in image.layers}
    configs = [image.config() for image in images]
    names = [f"{hashlib.sha256(config).hexdigest()}.json" for config in configs]
    manifest = [
        {"Config": config, "RepoTags": [image.name], "Layers": [_layer_name(layer.digest) for layer in image.layers]}
        for image, config in zip(images, names, strict=True)
    ]
    with tarfile.open(path, "w") as tar:
        for digest, layer in layers.items():
            _add(tar, _layer_name(digest), layer.tar)
        for name, config in zip(names, configs, strict=True):
            _add(tar, name, config)
        _add(tar, _MANIFEST, json.dumps(manifest).encode())


def list_archives(paths: Iterable[Path]) -> list[Listing]:
    """Return what is in archives that `write_archive` wrote."""
    return [listing for path in paths for listing in _list(path)]


def _list(path: Path) -> list[Listing]:
    """Return what is in one archive."""
    with tarfile.open(path) as tar:
        sizes = {member.name: member.size for member in tar}
        return [
            Listing(
                name=image["RepoTags"][0],
                size=sum(sizes[layer] for layer in image["Layers"]),
                what_for=_read(tar, image["Config"])["config"]["Labels"].get(DESCRIPTION, ""),
            )
            for image in _read(tar, _MANIFEST)
        ]


def _layer_name(digest: str) -> str:
    """Return the path of a layer in an archive."""
    return f"{digest}/layer.tar"


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    """Add a file to an archive."""
    info, _ = Entry(name, content).header()
    tar.addfile(info, io.BytesIO(content))


def _read(tar: tarfile.TarFile, name: str) -> Any:
    """Read a JSON file of an archive; KeyError if it is not there."""
    member = tar.extractfile(name)
    if member is None:
        raise KeyError(name)
    return json.load(member)
