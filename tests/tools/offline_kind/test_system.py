"""The images of a node: every name that kind and kubeadm expect, and what is in them."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from stsconf.cluster import rootfs
from stsconf.cluster.embedded.build import Binaries
from stsconf.cluster.images import Image
from stsconf.errors import StsconfError
from tools.offline_kind import system
from tools.offline_kind.system import system_images
from tools.offline_kind.upstream import Upstream

KUBEADM = """#!/bin/sh
[ "$4" = --kubernetes-version ] || exit 1
for name in kube-apiserver kube-controller-manager kube-scheduler kube-proxy coredns/coredns pause etcd; do
    echo "example/$name:v1"
done
"""
LDD = "echo '\tlibm.so.6 => /lib/libm.so.6 (0x0001)'\necho '\t/lib64/ld.so (0x0002)'\n"
PROGRAMS = ("kubernetes", "etcd", "coredns", "pause", "local-path-provisioner", "kubectl")


@pytest.fixture
def binaries(tmp_path: Path) -> Binaries:
    """Return programs that hold their own names, and a kubeadm that answers."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in PROGRAMS:
        (folder / name).write_text(name)
    (folder / "kubeadm").write_text(KUBEADM)
    (folder / "kubeadm").chmod(0o755)
    return Binaries({"all": folder})


@pytest.fixture
def images(binaries: Binaries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Image]:
    """Return the images by name; chroot, which is root's, runs the node's ldd without changing the root."""
    node = tmp_path / "node"
    for path in ("usr/sbin/nft", "usr/sbin/xtables-nft-multi", "lib/libm.so.6", "lib64/ld.so"):
        (node / path).parent.mkdir(parents=True, exist_ok=True)
        (node / path).write_text(path)
    (node / "usr/lib/any/xtables").mkdir(parents=True)
    (node / "usr/lib/any/xtables/libxt_comment.so").write_text("extension")
    (tmp_path / "chroot").write_text(f"#!/bin/sh\n{LDD}")
    (tmp_path / "chroot").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(rootfs, "busybox", list)
    monkeypatch.setattr(Upstream, "network_image", "example/kindnetd:v1")
    monkeypatch.setattr(Upstream, "storage_images", ("example/provisioner:v1", "example/helper:v1"))
    monkeypatch.setattr(Upstream, "pause_image", "example/pause:3")
    return {image.name: image for image in system_images(binaries, node, Upstream(tmp_path))}


def files(image: Image) -> dict[str, str]:
    """Return the paths of an image, with their content or the target of a link."""
    found = {}
    for layer in image.layers:
        with tarfile.open(fileobj=io.BytesIO(layer.tar)) as tar:
            for member in tar:
                stream = tar.extractfile(member) if member.isfile() else None
                found[member.name] = stream.read().decode() if stream else member.linkname
    return found


def test_names(images: dict[str, Image]) -> None:
    """The pause image is the one that containerd is told of, and not kubeadm's."""
    assert sorted(images) == [
        "example/coredns/coredns:v1",
        "example/etcd:v1",
        "example/helper:v1",
        "example/kindnetd:v1",
        "example/kube-apiserver:v1",
        "example/kube-controller-manager:v1",
        "example/kube-proxy:v1",
        "example/kube-scheduler:v1",
        "example/pause:3",
        "example/provisioner:v1",
    ]


def test_components_share_one_binary(images: dict[str, Image]) -> None:
    """Each component's image has the same layer; by which name it is called decides what it is."""
    scheduler, server = images["example/kube-scheduler:v1"], images["example/kube-apiserver:v1"]
    assert scheduler.layers[0].digest == server.layers[0].digest
    assert files(scheduler)["usr/local/bin/kube-scheduler"] == "kubernetes"
    assert scheduler.config() != server.config()


def test_proxy_has_netfilter(images: dict[str, Image]) -> None:
    """kube-proxy has the node's nft and iptables, their libraries and extensions."""
    proxy = files(images["example/kube-proxy:v1"])
    assert proxy["usr/sbin/nft"] == "usr/sbin/nft"
    assert proxy["usr/sbin/iptables-restore"] == "xtables-nft-multi"
    assert {"lib/libm.so.6", "lib64/ld.so", "usr/lib/any/xtables/libxt_comment.so"} <= set(proxy)


def test_network_runs_the_script(images: dict[str, Image]) -> None:
    """The pod network is a script of ours and kubectl."""
    assert files(images["example/kindnetd:v1"])["usr/local/bin/kubectl"] == "kubectl"
    assert images["example/kindnetd:v1"].entrypoint == ["/usr/local/bin/kindnetd"]


def test_kubeadm_does_not_tell(binaries: Binaries, tmp_path: Path) -> None:
    """Without kubeadm's names there is no image."""
    (binaries.folder("all") / "kubeadm").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(StsconfError, match="does not tell which images"):
        system.system_images(binaries, tmp_path, Upstream(tmp_path))
