"""What the embedded and the simulated cluster are made of: one pinned Go module per component."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from stsconf.errors import UsageError

_MODULES = Path(__file__).parent / "modules"
_STAMP = "k8s.io/component-base/version"
_PINS = "go.mod"
_CONTAINERD = "github.com/containerd/containerd/v2"


@dataclass(frozen=True)
class Component:
    """One Go module folder and the binaries that are built from it.

    `packages` are the main packages to build, `binaries` the files that come out of them, `links` further names of the
    first binary, which picks its role by the name it is called by. `minutes` and `gigabytes` say what a first build
    takes on two cores: the time, and the disk for downloads and Go's build cache. `pins` is the go.mod by name, as a
    module can be built with one of several.
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
    pins: str = _PINS

    @property
    def go_mod(self) -> Path:
        """The file that pins what is built; its sums lie beside it."""
        return self.module_dir / self.pins

    @property
    def sources(self) -> tuple[Path, ...]:
        """The files that decide what is built, in a fixed order."""
        sums = self.go_mod.with_suffix(".sum")
        return tuple(sorted((*self.module_dir.rglob("*.go"), self.go_mod, *([sums] if sums.exists() else []))))

    @property
    def go_version(self) -> tuple[int, ...]:
        """The lowest version of Go that builds this module, such as (1, 26, 0)."""
        found = re.search(r"^go ([\d.]+)$", self.go_mod.read_text(), re.MULTILINE)
        if found is None:
            raise ValueError(f"{self.go_mod} has no go line")
        return tuple(int(part) for part in found[1].split("."))


def required_version(name: str, module: str, pins: str = _PINS, *, modules: Path = _MODULES) -> str:
    """Return the version of a module that the go.mod of a component pins, such as v1.37.1."""
    go_mod = modules / name / pins
    found = re.search(rf"^(?:require)?\s+{re.escape(module)} (v\S+)", go_mod.read_text(), re.MULTILINE)
    if found is None:
        raise ValueError(f"{go_mod} does not require {module}")
    return found[1]


def _kubernetes(pins: str = _PINS) -> Component:
    """Return the Kubernetes that a go.mod pins."""
    version = required_version("kubernetes", "k8s.io/kubernetes", pins)
    major, minor, _ = version.removeprefix("v").split(".")
    stamps = {"gitVersion": version, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    return Component(
        name="kubernetes",
        version=version,
        module_dir=_MODULES / "kubernetes",
        packages=(".",),
        binaries=("kubernetes",),
        links=("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"),
        ldflags=" ".join(f"-X {_STAMP}.{name}={value}" for name, value in stamps.items()),
        what_for="API server, controllers, scheduler, kubelet and proxy in one binary",
        minutes=5,
        gigabytes=4,
        pins=pins,
    )


def minor_of(version: str) -> str:
    """Return the minor of a version: 1.37 of v1.37.1."""
    return version.removeprefix("v").rpartition(".")[0]


KUBERNETES = _kubernetes()
KUBERNETES_VERSION = KUBERNETES.version.removeprefix("v")
DEFAULT_RELEASE = minor_of(KUBERNETES_VERSION)

RELEASES: Mapping[str, Component] = MappingProxyType(
    {path.stem: _kubernetes(path.name) for path in sorted(KUBERNETES.module_dir.glob("1.*.mod"))}
    | {DEFAULT_RELEASE: KUBERNETES}
)
"""Every Kubernetes that can be built, by its minor. Another one takes a go.mod and its sums, `1.38.mod` and `.sum`."""


def release(minor: str) -> Component:
    """Return the Kubernetes of a minor such as 1.36; raises `UsageError` for one that nobody pinned."""
    if minor not in RELEASES:
        raise UsageError(
            f"there is no Kubernetes {minor!r} to build", "each is pinned by its minor", f"choose {', '.join(RELEASES)}"
        )
    return RELEASES[minor]


def of_release(components: Iterable[Component], minor: str) -> tuple[Component, ...]:
    """Return the same components with the Kubernetes of a minor."""
    return tuple(release(minor) if component is KUBERNETES else component for component in components)


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
    packages=(
        "github.com/containernetworking/plugins/plugins/main/bridge",
        "github.com/containernetworking/plugins/plugins/ipam/host-local",
    ),
    binaries=("bridge", "host-local"),
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
