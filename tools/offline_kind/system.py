"""The images that a node of kind holds from the start, under the names that kind and kubeadm know them by."""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from stsconf.cluster import rootfs
from stsconf.cluster.embedded.build import Binaries
from stsconf.cluster.embedded.components import KUBERNETES
from stsconf.cluster.images import Entry, Image, Layer, folder
from stsconf.errors import StsconfError
from tools.offline_kind.parts import FILES
from tools.offline_kind.upstream import Upstream

_BIN = "/usr/local/bin"
_ENV = {"PATH": f"{_BIN}:/usr/sbin:/bin"}
_NETFILTER = ("nft", "xtables-nft-multi")
_TABLES = tuple(f"{family}{verb}" for family in ("iptables", "ip6tables") for verb in ("", "-save", "-restore"))


def system_images(binaries: Binaries, node: Path, upstream: Upstream) -> list[Image]:
    """Return all of them; `node` is the unpacked root of the node, whose netfilter tools kube-proxy gets."""
    names = _kubeadm_names(binaries)
    kubernetes = Layer.of(
        Entry(f"{_BIN}/kubernetes", binaries.path("kubernetes"), mode=0o755),
        *(Entry(f"{_BIN}/{link}", link="kubernetes") for link in KUBERNETES.links),
        folder("/tmp", 0o1777),  # noqa: S108 -- a path in an image
    )
    provisioner, helper = upstream.storage_images
    shell = Layer.of(*rootfs.busybox(), *rootfs.accounts())
    return [
        *(
            _image(names[part], [kubernetes], part)
            for part in KUBERNETES.links
            if part in names and part != "kube-proxy"
        ),
        _image(names["kube-proxy"], [kubernetes, Layer.of(*_netfilter(node))], "kube-proxy"),
        *(_image(names[part], [_program(binaries, part)], part) for part in ("etcd", "coredns")),
        _image(upstream.pause_image, [_program(binaries, "pause")], "pause"),
        _image(provisioner, [_program(binaries, "local-path-provisioner")], "local-path-provisioner"),
        Image(helper, [shell], ["/bin/sh"], env=_ENV),
        _image(upstream.network_image, [shell, _network(binaries)], "kindnetd"),
    ]


def _kubeadm_names(binaries: Binaries) -> dict[str, str]:
    """Return the full names that kubeadm expects, by the last part of each without its version."""
    command = [str(binaries.path("kubeadm")), "config", "images", "list", "--kubernetes-version", KUBERNETES.version]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    names = {line.rpartition("/")[2].partition(":")[0]: line for line in done.stdout.split()}
    if done.returncode or "kube-apiserver" not in names:
        raise StsconfError("kubeadm does not tell which images it needs", done.stderr.strip()[-200:])
    return names


def _image(name: str, layers: Iterable[Layer], program: str) -> Image:
    return Image(name, list(layers), [f"{_BIN}/{program}"], env=_ENV)


def _program(binaries: Binaries, name: str) -> Layer:
    temporary = folder("/tmp", 0o1777)  # noqa: S108 -- a path in an image
    return Layer.of(Entry(f"{_BIN}/{name}", binaries.path(name), mode=0o755), temporary)


def _network(binaries: Binaries) -> Layer:
    return Layer.of(
        Entry(f"{_BIN}/kindnetd", FILES / "kindnetd.sh", mode=0o755),
        Entry(f"{_BIN}/kubectl", binaries.path("kubectl"), mode=0o755),
        folder("/etc/cni"),
        folder("/run"),
    )


def _netfilter(node: Path) -> Iterator[Entry]:
    """Return nft and iptables with their libraries and extensions, as they lie in the node."""
    programs = [f"usr/sbin/{name}" for name in _NETFILTER]
    told = subprocess.run(
        ["chroot", node, "ldd", *(f"/{program}" for program in programs)], capture_output=True, text=True, check=True
    ).stdout
    libraries = {word.lstrip("/") for word in told.split() if word.startswith("/lib")}
    yield from (Entry(path, node / path, mode=0o755) for path in (*programs, *sorted(libraries)))
    extensions = (*node.glob("usr/lib/*/xtables/*.so"), *node.glob("usr/lib/*/libm.so.6"))  # one of them needs libm
    yield from (Entry(str(path.relative_to(node)), path, mode=0o755) for path in extensions)
    yield from (Entry(f"usr/sbin/{name}", link="xtables-nft-multi") for name in _TABLES)
    yield from (folder("/run"), folder("/var"))
