"""What kind takes beyond the embedded cluster's own parts: pinned Go modules, and Debian packages by their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster.embedded.components import (
    CNI,
    CONTAINERD,
    ETCD,
    KUBERNETES,
    KUBERNETES_VERSION,
    LOCAL_PATH_PROVISIONER,
    PAUSE,
    Component,
    required_version,
)

MODULES = Path(__file__).parent / "modules"
FILES = Path(__file__).parent / "files"
NODE_IMAGE = f"localhost/stsconf/kind-node:v{KUBERNETES_VERSION}"
"""Not kind's own name for it: kind's own image is to be had from a registry, and is not the same."""

SUITE = "bookworm"
"""The release of Debian inside of the node: its systemd 252 is the newest that runs on cgroup v1 and v2 alike."""


@dataclass(frozen=True, slots=True)
class Root:
    """A file system of Debian packages, which have commas between them."""

    name: str
    packages: str


NODE = Root(
    "node",
    "bash,ca-certificates,conntrack,curl,e2fsprogs,ethtool,iproute2,iptables,jq,kmod,libseccomp2,mount,nftables,pigz,"
    "procps,runc,systemd,util-linux",
)
"""What kind's own base image installs, but for NFS, iSCSI and FUSE."""

ENGINE = Root("engine", "docker.io,iproute2,iptables,kmod,tini")
"""Never installed on the machine itself, where it would start a service that changes the machine's network."""

KIND = Component(
    name="kind",
    version=required_version("kind", "sigs.k8s.io/kind", modules=MODULES),
    module_dir=MODULES / "kind",
    packages=("sigs.k8s.io/kind",),
    binaries=("kind",),
    ldflags="",
    what_for="kind itself, unchanged",
    minutes=0.2,
    gigabytes=0.2,
)

KUBEADM = Component(
    name="kubeadm",
    version=required_version("kubeadm", "k8s.io/kubernetes", modules=MODULES),
    module_dir=MODULES / "kubeadm",
    packages=("k8s.io/kubernetes/cmd/kubeadm", "k8s.io/kubernetes/cmd/kubectl"),
    binaries=("kubeadm", "kubectl"),
    ldflags=KUBERNETES.ldflags,
    what_for="sets up a node, and talks to its API",
    minutes=1,
    gigabytes=1,
)

PTP = Component(
    name="ptp",
    version=required_version("ptp", "github.com/containernetworking/plugins", modules=MODULES),
    module_dir=MODULES / "ptp",
    packages=("github.com/containernetworking/plugins/plugins/main/ptp",),
    binaries=("ptp",),
    ldflags="",
    what_for="gives each pod its network, as kind does",
    minutes=0.1,
    gigabytes=0.1,
)

COREDNS = Component(
    name="coredns-for-kubeadm",
    version=required_version("coredns", "github.com/coredns/coredns", modules=MODULES),
    module_dir=MODULES / "coredns",
    packages=(".",),
    binaries=("coredns",),
    ldflags="",
    what_for="answers DNS questions, with what kubeadm's Corefile asks for",
    minutes=1,
    gigabytes=1,
)

COMPONENTS = (KUBERNETES, ETCD, CONTAINERD, CNI, LOCAL_PATH_PROVISIONER, PAUSE, KIND, KUBEADM, PTP, COREDNS)

COMMANDS: Mapping[str, str] = {
    "busybox": "busybox-static",
    "ip": "iproute2",
    "mmdebstrap": "mmdebstrap",
    "mount": "mount",
    "nsenter": "util-linux",
    "runc": "runc",
    "tar": "tar",
    "unshare": "util-linux",
}
"""Command to Debian package, on the machine itself."""
