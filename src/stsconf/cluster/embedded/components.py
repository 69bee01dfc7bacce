"""What the embedded and the simulated cluster are made of: one pinned Go module per component."""

import re
from dataclasses import dataclass
from pathlib import Path

_MODULES = Path(__file__).parent / "modules"
_STAMP = "k8s.io/component-base/version"
_CONTAINERD = "github.com/containerd/containerd/v2"


@dataclass(frozen=True)
class Component:
    """One Go module folder and the binaries that are built from it.

    `packages` are the main packages to build, `binaries` the files that come out of them, `links` further names of the
    first binary, which picks its role by the name it is called by. `minutes` and `gigabytes` say what a first build
    takes on two cores: the time, and the disk for downloads and Go's build cache.
    """

    name: str
    version: str
    module_dir: Path
    packages: tuple[str, ...]
    binaries: tuple[str, ...]
    ldflags: str
    what_for: str
    minutes: float
    gigabytes: float
    links: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Path, ...]:
        """The files that decide what is built, in a fixed order."""
        return tuple(sorted(path for path in self.module_dir.rglob("*") if path.suffix in {".mod", ".sum", ".go"}))

    @property
    def go_version(self) -> tuple[int, ...]:
        """The lowest version of Go that builds this module, such as (1, 26, 0)."""
        found = re.search(r"^go ([\d.]+)$", (self.module_dir / "go.mod").read_text(), re.MULTILINE)
        if found is None:
            raise ValueError(f"{self.module_dir / 'go.mod'} has no go line")
        return tuple(int(part) for part in found[1].split("."))


def required_version(name: str, module: str) -> str:
    """Return the version of a module that the go.mod of a component pins, such as v1.37.1."""
    go_mod = _MODULES / name / "go.mod"
    found = re.search(rf"^(?:require)?\s+{re.escape(module)} (v\S+)", go_mod.read_text(), re.MULTILINE)
    if found is None:
        raise ValueError(f"{go_mod} does not require {module}")
    return found[1]


KUBERNETES_VERSION = required_version("kubernetes", "k8s.io/kubernetes").removeprefix("v")
_major, _minor, _ = KUBERNETES_VERSION.split(".")

KUBERNETES = Component(
    name="kubernetes",
    version=f"v{KUBERNETES_VERSION}",
    module_dir=_MODULES / "kubernetes",
    packages=(".",),
    binaries=("kubernetes",),
    links=("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"),
    ldflags=(
        f"-X {_STAMP}.gitVersion=v{KUBERNETES_VERSION} -X {_STAMP}.gitMajor={_major} -X {_STAMP}.gitMinor={_minor} "
        f"-X {_STAMP}.gitTreeState=clean"
    ),
    what_for="API server, controllers, scheduler, kubelet and proxy in one binary",
    minutes=5,
    gigabytes=4,
)

STATEFULSET_CONTROLLER = Component(
    name="statefulset-controller",
    version=required_version("statefulset-controller", "k8s.io/kubernetes"),
    module_dir=_MODULES / "statefulset-controller",
    packages=(".",),
    binaries=("statefulset-controller",),
    ldflags="",
    what_for="the StatefulSet controller alone; see workshop",
    minutes=3,
    gigabytes=2,
)

ETCD = Component(
    name="etcd",
    version=required_version("etcd", "go.etcd.io/etcd/server/v3"),
    module_dir=_MODULES / "etcd",
    packages=("go.etcd.io/etcd/server/v3",),
    binaries=("etcd",),
    ldflags="",
    what_for="the API server's store",
    minutes=0.5,
    gigabytes=0.5,
)

CONTAINERD = Component(
    name="containerd",
    version=required_version("containerd", _CONTAINERD),
    module_dir=_MODULES / "containerd",
    packages=tuple(f"{_CONTAINERD}/cmd/{name}" for name in ("containerd", "containerd-shim-runc-v2", "ctr")),
    binaries=("containerd", "containerd-shim-runc-v2", "ctr"),
    ldflags=f"-X {_CONTAINERD}/version.Version={required_version('containerd', _CONTAINERD)}",
    what_for="runs containers for the kubelet and takes in images",
    minutes=1,
    gigabytes=1,
)

CNI = Component(
    name="cni",
    version=required_version("cni", "github.com/containernetworking/plugins"),
    module_dir=_MODULES / "cni",
    packages=tuple(
        f"github.com/containernetworking/plugins/plugins/{name}"
        for name in ("main/bridge", "main/loopback", "ipam/host-local", "meta/portmap")
    ),
    binaries=("bridge", "loopback", "host-local", "portmap"),
    ldflags="",
    what_for="gives each pod its network",
    minutes=0.1,
    gigabytes=0.2,
)

COREDNS = Component(
    name="coredns",
    version=required_version("coredns", "github.com/coredns/coredns"),
    module_dir=_MODULES / "coredns",
    packages=(".",),
    binaries=("coredns",),
    ldflags="",
    what_for="answers DNS questions in the cluster",
    minutes=1,
    gigabytes=1,
)

LOCAL_PATH_PROVISIONER = Component(
    name="local-path-provisioner",
    version=required_version("local-path-provisioner", "github.com/rancher/local-path-provisioner"),
    module_dir=_MODULES / "local-path-provisioner",
    packages=("github.com/rancher/local-path-provisioner",),
    binaries=("local-path-provisioner",),
    ldflags="",
    what_for="makes the volumes that claims ask for",
    minutes=1,
    gigabytes=1,
)

PAUSE = Component(
    name="pause",
    version="1",
    module_dir=_MODULES / "pause",
    packages=(".",),
    binaries=("pause",),
    ldflags="",
    what_for="holds a pod's namespaces open",
    minutes=0.1,
    gigabytes=0.1,
)

KWOK = Component(
    name="kwok",
    version=required_version("kwok", "sigs.k8s.io/kwok"),
    module_dir=_MODULES / "kwok",
    packages=("sigs.k8s.io/kwok/cmd/kwok",),
    binaries=("kwok",),
    ldflags="",
    what_for="plays the nodes of the simulated cluster",
    minutes=1.5,
    gigabytes=1.5,
)

EMBEDDED = (KUBERNETES, ETCD, CONTAINERD, CNI, COREDNS, LOCAL_PATH_PROVISIONER, PAUSE)
SIMULATED = (KUBERNETES, ETCD, KWOK)
