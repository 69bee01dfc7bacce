"""The two kinds of cluster: what each prepares before its processes start, and waits for before it counts as ready."""

import os
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from stsconf.cluster.embedded import addons, cgroups, pki, readiness, settings
from stsconf.cluster.embedded.network import Network
from stsconf.cluster.embedded.plan import APP_IMAGES, SYSTEM_IMAGES, Planner, Process, Programs
from stsconf.cluster.embedded.rootprocess import RootProcess
from stsconf.cluster.embedded.runfolder import NODE, RunFolder
from stsconf.cluster.system_images import ImageArchives
from stsconf.kube.client import Kube

_NAMESPACE = "kube-system"


@dataclass(frozen=True, slots=True)
class Kind(ABC):
    """A kind of cluster; `controllers` is the controller manager's own flag, such as `*,-statefulset-controller`."""

    programs: Programs
    controllers: str

    name: ClassVar[str]
    megabytes: ClassVar[int]
    """Disk that a run takes, for images, containers and the store, with room to spare."""

    @abstractmethod
    def prepare(self, folder: RunFolder, network: Network) -> list[Process]:
        """Write keys and configuration; return the processes that make up the cluster."""

    @abstractmethod
    def finish(self, kube: Kube, root: RootProcess) -> None:
        """From the moment at which the API server is ready: add what is missing and return once all of it works."""

    def _control_plane(self, folder: RunFolder, network: Network) -> list[Process]:
        authority = pki.Authority(folder.pki)
        names = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost")
        authority.issue("apiserver", "kube-apiserver", hosts=(*names, "127.0.0.1", network.node, settings.API_SERVICE))
        authority.issue("admin", "admin", "system:masters")
        authority.issue("kubelet", f"system:node:{NODE}", "system:nodes", (NODE, network.node))
        pki.write_signing_key(folder.pki, "sa")
        settings.write(folder.kubeconfig, settings.kubeconfig(folder, "admin", network.node))
        return Planner(folder, network, self.programs).control_plane(self.controllers)


@dataclass(frozen=True, slots=True)
class RealNode(Kind):
    """One node with containers."""

    images: ImageArchives

    name = "embedded"
    megabytes = 2000

    def prepare(self, folder: RunFolder, network: Network) -> list[Process]:
        """See `Kind`; cgroups are made as well."""
        processes = self._control_plane(folder, network)
        where = cgroups.layout()
        cgroups.make_branch(folder.label, where)
        cni, runc = self.programs.find("bridge").parent, self.programs.find("runc")
        snapshotter = "overlayfs" if _overlay_works(folder) else "native"
        files: dict[str, str | dict[str, Any]] = {
            "containerd.toml": settings.containerd(folder, cni, runc, snapshotter),
            "cni/pods.conflist": settings.pod_network(folder),
            "kubelet.yaml": settings.kubelet(folder, folder.label, where.version),
            "kubelet.kubeconfig": settings.kubeconfig(folder, "kubelet", network.node),
            "kube-proxy.yaml": settings.kube_proxy(folder),
            "local-path.json": settings.local_path(folder),
            "helper-pod.yaml": settings.helper_pod(),
        }
        for name, content in files.items():
            settings.write(folder.path / name, content)
        planner = Planner(folder, network, self.programs)
        archives = {SYSTEM_IMAGES: self.images.system, APP_IMAGES: self.images.apps}
        return [*processes, *planner.node(archives), planner.local_path_provisioner()]

    def finish(self, kube: Kube, root: RootProcess) -> None:
        """Ready is: a pod with a claim has run, written to it and got an answer from DNS; all images are loaded."""
        addons.apply(kube, "storage")
        addons.apply(kube, "dns")
        # a pod that comes before the node would wait for the scheduler's next round
        readiness.await_object(kube, "Node", NODE, "", readiness.takes_pods)
        _probe(kube)
        root.await_event(APP_IMAGES)


@dataclass(frozen=True, slots=True)
class SimulatedNodes(Kind):
    """Three nodes that exist in the API only."""

    name = "simulated"
    megabytes = 300

    def prepare(self, folder: RunFolder, network: Network) -> list[Process]:
        """See `Kind`."""
        processes = self._control_plane(folder, network)
        planner = Planner(folder, network, self.programs)
        return [*processes, planner.simulated_nodes(), planner.simulated_volumes()]

    def finish(self, kube: Kube, root: RootProcess) -> None:  # noqa: ARG002 -- no images are loaded here
        """Ready is: a pod with a claim has been played to its start."""
        addons.apply(kube, "nodes")
        addons.apply(kube, "simulated-storage")
        for node in addons.objects("nodes"):
            readiness.await_object(kube, "Node", node["metadata"]["name"], "", readiness.takes_pods)
        _probe(kube)


def _probe(kube: Kube) -> None:
    """Run the pod that shows whether all of it works together."""
    addons.apply(kube, "probe")
    readiness.await_object(kube, "Pod", "probe", _NAMESPACE, readiness.is_ready)
    kube.delete("Pod", "probe", _NAMESPACE, gracePeriodSeconds=0)
    kube.delete("PersistentVolumeClaim", "probe", _NAMESPACE)


def _overlay_works(folder: RunFolder) -> bool:
    """Tell whether an overlay can be mounted on the run folder's disk, by doing so out of everybody's sight."""
    trial = folder.path / "overlay"
    for part in ("lower", "upper", "work"):
        (trial / part).mkdir(parents=True)
    options = ",".join(f"{part}dir={trial / part}" for part in ("lower", "upper", "work"))
    command = ["unshare", "--mount", "mount", "-t", "overlay", "-o", options, "overlay", str(trial / "lower")]
    return subprocess.run(command, capture_output=True, check=False).returncode == os.EX_OK
