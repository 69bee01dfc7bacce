"""The processes of a cluster, as a table: what is started, with which flags, and after what.

`start` is the beginning. Every other event is a process's own, the end of a one-off or the notice by which a service
says that it serves, but for `api-ready`: the API server serves a second before it has made the default roles. What can
do without them starts in that second. The controller manager cannot: it would find the server not ready, and ask again
only a second later.
"""

import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stsconf.cluster.embedded import provisioner, settings
from stsconf.cluster.embedded.build import Binaries
from stsconf.cluster.embedded.network import Network
from stsconf.cluster.embedded.packages import Machine
from stsconf.cluster.embedded.runfolder import NODE, RunFolder
from stsconf.cluster.system_images import BUSYBOX
from stsconf.errors import StsconfError

_FAST = ("--kube-api-qps=500", "--kube-api-burst=1000")
"""The client's own brake off: hundreds of pods are made at once, and the API server brakes by itself if it must."""
SYSTEM_IMAGES, APP_IMAGES = "system-images", "app-images"
API_SERVER, _CONTAINERD = "kube-apiserver", "containerd"
_STATEFULSET_CONTROLLER = "statefulset-controller"
_LEASE_SECONDS = 40
"""How long a node counts as alive after its last heartbeat, as a kubelet has it; kwok renews the lease in time."""
_SIMULATED_NODE = "kwok.x-k8s.io/node=simulated"
"""The annotation of the nodes that kwok plays, and of no other."""
_GARBAGE = "400"
"""By how many per cent a heap may grow until it is collected: at 100 that takes an eighth of the API server's time."""
_START, API_READY = ("start",), "api-ready"


@dataclass(frozen=True, slots=True)
class Process:
    """One process: `once` if it is expected to end, well, by itself, `notifies` if it says itself that it is ready."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str]
    after: tuple[str, ...] = _START
    once: bool = False
    notifies: bool = False


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs that a cluster takes: those that were built and those of the operating system.

    `statefulset_controller` takes the place of the controller manager's, where there is one.
    """

    binaries: Binaries
    machine: Machine
    statefulset_controller: Path | None = None

    def find(self, name: str) -> Path:
        """Return the path of a program; raises `StsconfError` if neither has it."""
        try:
            return self.binaries.path(name)
        except KeyError:
            found = self.machine.find(name)
        if found is None:
            raise StsconfError(f"{name} is not installed", "", "without --no-install, what is missing gets installed")
        return found

    @property
    def search_path(self) -> str:
        """Where components look for programs by themselves: containerd for its shim, kube-proxy for nft."""
        folders = (*self.binaries.folders.values(), *self.machine.folders)
        return os.pathsep.join(map(str, folders))


class Planner:
    """Draws the table up for one cluster."""

    def __init__(self, folder: RunFolder, network: Network, programs: Programs) -> None:
        """Take what the table depends on."""
        self._folder, self._network, self._programs = folder, network, programs

    def _process(
        self, name: str, *flags: str, program: str = "", after: tuple[str, ...] = _START, **nature: bool
    ) -> Process:
        argv = (str(self._programs.find(program or name)), *flags)
        return Process(name, argv, self._environment, after, **nature)

    @property
    def _environment(self) -> dict[str, str]:
        return {"PATH": self._programs.search_path, "HOME": str(self._folder.path), "GOGC": _GARBAGE}

    def control_plane(self, controllers: str) -> list[Process]:
        """Store, API server, controllers and scheduler; `controllers` is the controller manager's own flag."""
        admin = f"--kubeconfig={self._folder.kubeconfig}"
        return [
            self._etcd(),
            self._api_server(),
            self._controller_manager(admin, controllers),
            *self._statefulset_controller(),
            self._process(
                "kube-scheduler", admin, "--leader-elect=false", "--profiling=false", *_FAST, after=(API_SERVER,)
            ),
        ]

    def _etcd(self) -> Process:
        client = "http://127.0.0.1:2379"
        return self._process(
            "etcd",
            f"--data-dir={self._folder.path / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            "--listen-peer-urls=http://127.0.0.1:2380",
            "--unsafe-no-fsync",
        )

    def _api_server(self) -> Process:
        pki = self._folder.pki
        return self._process(
            API_SERVER,
            "--etcd-servers=http://127.0.0.1:2379",
            f"--service-cluster-ip-range={settings.SERVICE_NETWORK}",
            f"--client-ca-file={pki / 'ca.crt'}",
            f"--tls-cert-file={pki / 'apiserver.crt'}",
            f"--tls-private-key-file={pki / 'apiserver.key'}",
            f"--service-account-key-file={pki / 'sa.pub'}",
            f"--service-account-signing-key-file={pki / 'sa.key'}",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            "--authorization-mode=Node,RBAC",
            "--bind-address=0.0.0.0",
            f"--advertise-address={self._network.node}",
            f"--secure-port={settings.API_PORT}",
            f"--kubelet-client-certificate={pki / 'admin.crt'}",
            f"--kubelet-client-key={pki / 'admin.key'}",
            "--kubelet-preferred-address-types=InternalIP",
            "--allow-privileged",
            "--profiling=false",
            notifies=True,
        )

    def _controller_manager(self, admin: str, controllers: str) -> Process:
        pki = self._folder.pki
        if self._programs.statefulset_controller:
            controllers += f",-{_STATEFULSET_CONTROLLER}"
        return self._process(
            "kube-controller-manager",
            admin,
            f"--service-account-private-key-file={pki / 'sa.key'}",
            f"--root-ca-file={pki / 'ca.crt'}",
            f"--cluster-signing-cert-file={pki / 'ca.crt'}",
            f"--cluster-signing-key-file={pki / 'ca.key'}",
            "--use-service-account-credentials",
            "--allocate-node-cidrs",
            f"--cluster-cidr={settings.POD_NETWORK}",
            "--leader-elect=false",
            "--profiling=false",
            "--node-monitor-grace-period=10m",  # the machine may be busy; no node of it is lost by itself
            "--pvclaimbinder-sync-period=1s",  # a claim that met a conflict is left alone for this long, not for 15 s
            f"--controllers={controllers}",
            *_FAST,
            after=(API_READY,),
        )

    def _statefulset_controller(self) -> list[Process]:
        program = self._programs.statefulset_controller
        if program is None:
            return []
        argv = (str(program), "-kubeconfig", str(self._folder.kubeconfig))
        return [Process(_STATEFULSET_CONTROLLER, argv, self._environment, (API_READY,))]

    def local_path_provisioner(self) -> Process:
        """The program that makes volumes on the real node; it runs beside the kubelet, its helpers in pods."""
        return self._process(
            "local-path-provisioner",
            "start",
            f"--config={self._folder.path / 'local-path.json'}",
            f"--helper-pod-file={self._folder.path / 'helper-pod.yaml'}",
            f"--helper-image={BUSYBOX}",
            "--namespace=local-path-storage",
            "--configmap-name=local-path-config",
            "--service-account-name=local-path-provisioner-service-account",
            f"--kubeconfig={self._folder.kubeconfig}",
            after=(API_SERVER,),
        )

    def simulated_volumes(self) -> Process:
        """The program that makes volumes for claims where no pod runs that could."""
        command = ("-m", provisioner.__name__, str(self._folder.kubeconfig))
        library = str(Path(__file__).parents[3])
        return Process("provisioner", (sys.executable, *command), {"PYTHONPATH": library}, (API_SERVER,))

    def node(self, archives: dict[str, Path]) -> list[Process]:
        """Containers, kubelet and services of the real node; `archives` are images by the process that loads them."""
        folder = self._folder.path
        return [
            self._process(_CONTAINERD, f"--config={folder / 'containerd.toml'}", notifies=True),
            *(self._images(event, archive) for event, archive in archives.items()),
            self._process(
                "kubelet",
                f"--config={folder / 'kubelet.yaml'}",
                f"--kubeconfig={folder / 'kubelet.kubeconfig'}",
                f"--hostname-override={NODE}",
                f"--root-dir={folder / 'kubelet'}",
                f"--node-ip={self._network.node}",
                after=(API_SERVER, SYSTEM_IMAGES),
            ),
            self._process("kube-proxy", f"--config={folder / 'kube-proxy.yaml'}", after=(API_SERVER,)),
        ]

    def _images(self, event: str, archive: Path) -> Process:
        flags = ("-a", str(self._folder.containerd_socket), "-n", "k8s.io")
        after = (_CONTAINERD,) if event == SYSTEM_IMAGES else (SYSTEM_IMAGES,)
        command = ("images", "import", str(archive))
        return self._process(event, *flags, *command, after=after, once=True, program="ctr")

    def simulated_nodes(self) -> Process:
        """The program that plays nodes and their pods."""
        return self._process(
            "kwok",
            f"--kubeconfig={self._folder.kubeconfig}",
            "--manage-all-nodes=false",  # a scenario makes one that nobody is behind
            f"--manage-nodes-with-annotation-selector={_SIMULATED_NODE}",
            f"--node-lease-duration-seconds={_LEASE_SECONDS}",  # else no node has a heartbeat
            f"--config={Path(__file__).parent / 'manifests' / 'stages.yaml'}",
            after=(API_SERVER,),
        )


def document(folder: RunFolder, processes: list[Process]) -> dict[str, Any]:
    """Return the plan as the cluster's first process reads it."""
    return {
        "run_folder": str(folder.path),
        "logs": str(folder.logs),
        "failure": str(folder.failure),
        "processes": [asdict(each) for each in processes],
    }
