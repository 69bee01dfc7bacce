"""The node image: what becomes of kind's files, and an archive that an engine can load."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from tools.offline_kind.nodeimage import copy_upstream, edit, write_image
from tools.offline_kind.parts import NODE_IMAGE
from tools.offline_kind.upstream import Upstream

LITTERED = (
    "dev",
    "run",
    "tmp",
    "usr/share/doc",
    "usr/share/locale",
    "usr/share/man",
    "var/cache/apt",
    "var/lib/apt/lists",
)


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """Return a Debian with units that a node does not want."""
    node = tmp_path / "node"
    for path in (*LITTERED, "usr/sbin", "lib/systemd/system/basic.target.wants", "etc/systemd/system"):
        (node / path).mkdir(parents=True)
    (node / "etc/systemd/journald.conf").write_text("[Journal]\n")
    (node / "lib/systemd/system/basic.target.wants/unwanted.service").touch()
    (node / "tmp/litter").touch()
    return node


def test_upstream_files(node: Path, tmp_path: Path) -> None:
    """Kind's files come with the modes that its Dockerfile gives them; its services are on, others off."""
    base = tmp_path / "source" / "images" / "base" / "files"
    for path in ("kind/bin/hook.sh", "etc/crictl.yaml", "etc/systemd/system/kubelet.service"):
        (base / path).parent.mkdir(parents=True, exist_ok=True)
        (base / path).write_text(path)
    copy_upstream(node, Upstream(tmp_path / "source"))
    assert (node / "kind/bin/hook.sh").stat().st_mode & 0o777 == 0o755
    assert (node / "etc/crictl.yaml").stat().st_mode & 0o777 == 0o644
    assert list((node / "lib/systemd/system/basic.target.wants").iterdir()) == []
    wanted = node / "etc/systemd/system/multi-user.target.wants"
    assert {path.name for path in wanted.iterdir()} == {
        "containerd.service",
        "kubelet.service",
        "undo-mount-hacks.service",
    }
    assert (node / "etc/systemd/journald.conf").read_text() == "[Journal]\nReadKMsg=no\n"


def test_edit(tmp_path: Path) -> None:
    """A file that is not as expected must not be left as it is unnoticed."""
    path = tmp_path / "kubelet"
    path.write_text("ARGS=--a")
    edit(path, "(ARGS=.*)", r"\1 --b")
    assert path.read_text() == "ARGS=--a --b"
    with pytest.raises(StsconfError, match="kubelet of kind is not as expected"):
        edit(path, "OTHER=", "")


def test_archive(node: Path) -> None:
    """The archive names the image, its layer's sum is true, and litter is left out; the tree is used up."""
    folder = node.parent
    write_image(node, folder)
    with tarfile.open(folder / "node.tar") as tar:
        manifest = json.loads(content(tar, "manifest.json"))[0]
        config = json.loads(content(tar, manifest["Config"]))
        layer = content(tar, manifest["Layers"][0])
    assert manifest["RepoTags"] == [NODE_IMAGE]
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    assert config["config"]["StopSignal"] == "SIGRTMIN+3"
    assert b"tmp/litter" not in layer
    assert b"journald.conf" in layer
    assert not node.exists()


def content(tar: tarfile.TarFile, name: str) -> bytes:
    """Return a file of an archive."""
    stream = tar.extractfile(name)
    assert stream is not None
    return stream.read()
