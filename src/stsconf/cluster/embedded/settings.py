"""Configuration files of the components that take one. Those in YAML are written as JSON, which is YAML too."""

import json
from pathlib import Path
from typing import Any

from stsconf.cluster.embedded.runfolder import NODE, RunFolder
from stsconf.cluster.system_images import BUSYBOX, PAUSE

POD_NETWORK = "10.244.0.0/16"
POD_RANGE = "10.244.0.0/24"
"""The one node's part of the pods' network."""
SERVICE_NETWORK = "10.96.0.0/16"
API_SERVICE = "10.96.0.1"
DNS_SERVICE = "10.96.0.10"
API_PORT = 6443

_CONTAINERD = """\
version = 4
root = "{run}/containerd/root"
state = "{run}/containerd/state"
imports = []
disabled_plugins = [{disabled}]

[plugins."io.containerd.server.v1.grpc"]
  address = "{run}/containerd.sock"
[plugins."io.containerd.server.v1.ttrpc"]
  address = "{run}/containerd.sock.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
  path = "{run}/containerd/opt"
# thrown away with the machine's next crash anyway
[plugins."io.containerd.metadata.v1.bolt"]
  no_sync = true
[plugins."io.containerd.cri.v1.images"]
  snapshotter = "{snapshotter}"
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "{pause}"
[plugins."io.containerd.cri.v1.runtime"]
  # without CAP_SYS_RESOURCE, as in some containers, scores cannot be lowered
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  # nobody asks how busy containers are; it costs every one of them a look, a second by default
  stats_collect_period = "1h"
  cdi_spec_dirs = []
[plugins."io.containerd.cri.v1.runtime".cni]
  bin_dirs = ["{cni}"]
  conf_dir = "{run}/cni"
  use_internal_loopback = true
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
  BinaryName = "{runc}"
  SystemdCgroup = false
"""

_UNNEEDED_PLUGINS = (
    "io.containerd.snapshotter.v1.blockfile",
    "io.containerd.snapshotter.v1.devmapper",
    "io.containerd.snapshotter.v1.erofs",
    "io.containerd.snapshotter.v1.zfs",
    "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.differ.v1.erofs",
    "io.containerd.mount-handler.v1.erofs",
    "io.containerd.nri.v1.nri",
    "io.containerd.image-verifier.v1.bindir",
    "io.containerd.monitor.container.v1.restart",
    "io.containerd.tracing.processor.v1.otlp",
    "io.containerd.internal.v1.tracing",
)


def containerd(folder: RunFolder, cni: Path, runc: Path, snapshotter: str) -> str:
    """Return containerd's configuration."""
    disabled = ", ".join(f'"{plugin}"' for plugin in _UNNEEDED_PLUGINS)
    return _CONTAINERD.format(
        run=folder.path, cni=cni, runc=runc, snapshotter=snapshotter, pause=PAUSE, disabled=disabled
    )


def pod_network(folder: RunFolder) -> dict[str, Any]:
    """Return the plugin that gives a pod its network: a bridge on the node, addresses from the node's range.

    There is none for host ports: a plugin is a process for each pod that begins and each that ends.
    """
    addresses = {
        "type": "host-local",
        "ranges": [[{"subnet": POD_RANGE}]],
        "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": str(folder.path / "addresses"),
    }
    bridge = {
        "type": "bridge",
        "bridge": "cni0",
        "isGateway": True,
        "ipMasq": False,
        "hairpinMode": True,
        "ipam": addresses,
    }
    return {"cniVersion": "1.0.0", "name": "pods", "plugins": [bridge]}


def kubelet(folder: RunFolder, cgroup: str, cgroup_version: int) -> dict[str, Any]:
    """Return the kubelet's configuration: one that never evicts for a full disk and never pulls an image."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "x509": {"clientCAFile": str(folder.pki / "ca.crt")},
            "webhook": {"enabled": True},
            "anonymous": {"enabled": False},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(folder.pki / "kubelet.crt"),
        "tlsPrivateKeyFile": str(folder.pki / "kubelet.key"),
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{cgroup}",
        **({"failCgroupV1": False} if cgroup_version == 1 else {}),
        "clusterDNS": [DNS_SERVICE],
        "clusterDomain": "cluster.local",
        "containerRuntimeEndpoint": f"unix://{folder.containerd_socket}",
        "evictionHard": {"nodefs.available": "0%", "imagefs.available": "0%", "memory.available": "100Mi"},
        "failSwapOn": False,
        "imageGCHighThresholdPercent": 100,
        "kubeAPIBurst": 1000,
        "kubeAPIQPS": 500,
        "eventRecordQPS": 0,
        "podLogsDir": str(folder.path / "pod-logs"),
        "resolvConf": "/dev/null",
        "serializeImagePulls": False,
        "volumePluginDir": str(folder.path / "volume-plugins"),
    }


def kube_proxy(folder: RunFolder) -> dict[str, Any]:
    """Return kube-proxy's configuration: changes take effect at once instead of once a second."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "nftables",
        "clusterCIDR": POD_NETWORK,
        "clientConnection": {"kubeconfig": str(folder.kubeconfig)},
        "conntrack": {"maxPerCore": 0},
        "hostnameOverride": NODE,
        "nftables": {"minSyncPeriod": "10ms"},
    }


def kubeconfig(folder: RunFolder, identity: str, address: str) -> dict[str, Any]:
    """Return the kubeconfig of one identity: the certificate of that name."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": folder.name,
                "cluster": {
                    "server": f"https://{address}:{API_PORT}",
                    "certificate-authority": str(folder.pki / "ca.crt"),
                },
            }
        ],
        "users": [
            {
                "name": identity,
                "user": {
                    "client-certificate": str(folder.pki / f"{identity}.crt"),
                    "client-key": str(folder.pki / f"{identity}.key"),
                },
            }
        ],
        "contexts": [{"name": folder.name, "context": {"cluster": folder.name, "user": identity}}],
        "current-context": folder.name,
    }


def write(path: Path, content: str | dict[str, Any]) -> None:
    """Write one file that nobody else may read."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))


def local_path(folder: RunFolder) -> dict[str, Any]:
    """Configure local-path-provisioner: every volume is a folder below the run folder."""
    return {"nodePathMap": [{"node": "DEFAULT_PATH_FOR_NON_LISTED_NODES", "paths": [str(folder.volumes)]}]}


def helper_pod() -> dict[str, Any]:
    """Return the pod in which local-path-provisioner makes and removes a folder."""
    container = {"name": "helper-pod", "image": BUSYBOX, "imagePullPolicy": "Never"}
    spec = {"containers": [container], "automountServiceAccountToken": False, "terminationGracePeriodSeconds": 0}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "helper-pod"}, "spec": spec}
