"""The node image: a Debian, kind's own files, our binaries, and in containerd's store what a cluster starts with."""

import hashlib
import io
import json
import re
import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path

from stsconf.cluster.cache import ensure, key_of
from stsconf.cluster.embedded.build import Binaries, run_tied
from stsconf.cluster.embedded.components import KUBERNETES
from stsconf.cluster.images import architecture, write_archive
from stsconf.cluster.target import Say
from stsconf.errors import StsconfError
from tools.offline_kind import store, system
from tools.offline_kind.parts import FILES, NODE_IMAGE
from tools.offline_kind.roots import unpack
from tools.offline_kind.upstream import Upstream

_ARCHIVE = "node.tar"
_SERVICES = ("containerd", "kubelet", "undo-mount-hacks")
_UNWANTED = (
    "etc/systemd/system/*.wants/*",
    "lib/systemd/system/basic.target.wants/*",
    "lib/systemd/system/local-fs.target.wants/*",
    "lib/systemd/system/multi-user.target.wants/*",
    "lib/systemd/system/sockets.target.wants/*initctl*",
    "lib/systemd/system/sockets.target.wants/*udev*",
    "lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service",
)
"""Units that kind's base image switches off."""

_LITTER = (
    "dev",
    "run",
    "tmp",
    "usr/share/doc",
    "usr/share/locale",
    "usr/share/man",
    "var/cache/apt",
    "var/lib/apt/lists",
)
_PROGRAMS = {
    "usr/bin": ("kubeadm", "kubectl"),
    "usr/local/bin": ("containerd", "containerd-shim-runc-v2", "ctr"),
    "opt/cni/bin": ("host-local", "loopback", "portmap", "ptp"),
}
_CONFIG = {
    "Entrypoint": ["/usr/local/bin/entrypoint", "/sbin/init"],
    "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "container=docker"],
    "StopSignal": "SIGRTMIN+3",
}
_RECIPE = (*map(Path, (__file__, store.__file__, system.__file__)), FILES / "crictl.sh", FILES / "kindnetd.sh")


def ensure_node_image(root: Path, binaries: Binaries, upstream: Upstream, cache_dir: Path, say: Say) -> Path:
    """Return the docker-archive of the node image, made if the cache does not have it; raises `StsconfError`."""

    def fill(folder: Path) -> None:
        say(f"assembling {NODE_IMAGE}, about a minute")
        node = folder / "node"
        unpack(root, node)
        copy_upstream(node, upstream)
        _copy_programs(node, binaries)
        _configure(node, binaries, upstream)
        archive = folder / "system.tar"
        write_archive(system.system_images(binaries, node, upstream), archive)
        store.preload(node, archive, binaries, folder / "containerd")
        archive.unlink()
        write_image(node, folder)

    parts = [path.name for path in binaries.folders.values()]
    key = key_of(NODE_IMAGE, root.parent.name, upstream.path.name, *parts, *(path.read_bytes() for path in _RECIPE))
    return ensure(cache_dir / "kind", "image", key, fill, say) / _ARCHIVE


def copy_upstream(node: Path, upstream: Upstream) -> None:
    """Do what kind's Dockerfile of the base image does."""
    for source in sorted(path for path in upstream.base_files.rglob("*") if path.is_file()):
        path = source.relative_to(upstream.base_files)
        _install([source], node / path.parent, 0o755 if "bin" in path.parts else 0o644)
    for pattern in _UNWANTED:
        for path in node.glob(pattern):
            path.unlink()
    with (node / "etc/systemd/journald.conf").open("a") as stream:
        stream.write("ReadKMsg=no\n")
    wanted = node / "etc/systemd/system/multi-user.target.wants"
    wanted.mkdir(parents=True, exist_ok=True)
    for service in _SERVICES:
        (wanted / f"{service}.service").symlink_to(f"/etc/systemd/system/{service}.service")
    (node / "etc/systemd/system/systemd-binfmt.service").symlink_to("/dev/null")
    init = node / "usr/sbin/init"
    init.unlink(missing_ok=True)
    init.symlink_to("/usr/lib/systemd/systemd")


def _copy_programs(node: Path, binaries: Binaries) -> None:
    for target, names in _PROGRAMS.items():
        _install(map(binaries.path, names), node / target, 0o755)
    shutil.copy(binaries.path("kubernetes"), node / "usr/bin/kubelet")
    _install([FILES / "crictl.sh"], node / "usr/local/bin", 0o755)
    (node / "usr/local/bin/crictl.sh").rename(node / "usr/local/bin/crictl")


def _configure(node: Path, binaries: Binaries, upstream: Upstream) -> None:
    """Write what kind's build of a node image writes, and what machines ask for that give less than kind expects."""
    for name, file in (("cni", "default-cni.yaml"), ("storage", "default-storage.yaml")):
        path = node / "kind" / "manifests" / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(upstream.manifest(name))
    (node / "kind/version").write_text(KUBERNETES.version)
    (node / "etc/kubernetes/manifests").mkdir(parents=True)
    (node / "etc/containerd/cri-base.json").write_text(json.dumps(store.container_defaults(binaries)))
    edit(node / "etc/containerd/config.toml", "restrict_oom_score_adj = false", "restrict_oom_score_adj = true")
    edit(node / "etc/default/kubelet", "(KUBELET_EXTRA_ARGS=.*)", r"\1 --fail-cgroupv1=false\n")


def _install(sources: Iterable[Path], folder: Path, mode: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        shutil.copy(source, folder)
        (folder / source.name).chmod(mode)


def edit(path: Path, pattern: str, replacement: str) -> None:
    """Change a file of kind's in one place; one that looks otherwise must not be left as it is unnoticed."""
    text, count = re.subn(pattern, replacement, path.read_text())
    if count != 1:
        raise StsconfError(f"{path.name} of kind is not as expected", f"{pattern!r} occurs {count} times")
    path.write_text(text)


def write_image(node: Path, folder: Path) -> None:
    """Write the image as a docker-archive of one layer, and remove what it was made from."""
    for path in _LITTER:
        for entry in (node / path).iterdir():
            entry.unlink() if entry.is_symlink() or not entry.is_dir() else shutil.rmtree(entry)
    layer = folder / "layer.tar"
    options = ["--numeric-owner", "--sort=name", "--mtime=@0", "--xattrs", "--xattrs-include=*"]
    with (folder / "tar.log").open("wb") as log:
        if run_tied(["tar", "--create", *options, "--file", layer, "."], node, log):
            raise StsconfError("could not archive the node image", (folder / "tar.log").read_text()[-200:])
    shutil.rmtree(node)
    with layer.open("rb") as stream:
        diff = f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
    root = {"type": "layers", "diff_ids": [diff]}
    config = json.dumps({"architecture": architecture(), "os": "linux", "config": _CONFIG, "rootfs": root}).encode()
    manifest = [{"Config": "config.json", "RepoTags": [NODE_IMAGE], "Layers": [layer.name]}]
    with tarfile.open(folder / _ARCHIVE, "w") as tar:
        for name, content in (("config.json", config), ("manifest.json", json.dumps(manifest).encode())):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        tar.add(layer, arcname=layer.name)
    layer.unlink()
