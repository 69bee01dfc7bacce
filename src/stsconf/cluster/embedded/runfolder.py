"""Where one cluster keeps its files, and what its things are called."""

from dataclasses import dataclass
from pathlib import Path

STATE_ROOT = Path("/var/lib/stsconf")
"""Parent of all run folders. On disk and not in /run, because containers' files would eat memory there."""

PREFIX = "stsconf-"
NODE = "node"
"""Name of the one real node."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The run folder of one cluster: `path`, whose last part is the cluster's name."""

    path: Path

    @property
    def name(self) -> str:
        """The cluster's name."""
        return self.path.name

    @property
    def label(self) -> str:
        """Name of the network namespace and of the cgroups."""
        return PREFIX + self.name

    @property
    def pki(self) -> Path:
        """Keys and certificates."""
        return self.path / "pki"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.path / "log"

    @property
    def volumes(self) -> Path:
        """What claims are given: one folder each."""
        return self.path / "volumes"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.path / "admin.kubeconfig"

    @property
    def containerd_socket(self) -> Path:
        """Where containerd listens."""
        return self.path / "containerd.sock"

    @property
    def state(self) -> Path:
        """Who owns the cluster and which process holds it; see `state`."""
        return self.path / "state.json"

    @property
    def plan(self) -> Path:
        """What the cluster's first process has to do; see `init`."""
        return self.path / "plan.json"

    @property
    def failure(self) -> Path:
        """Why the cluster's first process gave up, if it did."""
        return self.path / "failure.json"

    def make(self) -> None:
        """Make the folders, readable for nobody else; the cluster's own folder must exist."""
        for folder in (self.pki, self.logs, self.volumes):
            folder.mkdir(mode=0o700)
