"""kind, minikube and k3d as commands: one way to call them, and what differs between the three."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster.command import CommandError, run_command
from stsconf.cluster.made import ENGINE
from stsconf.errors import StsconfError

NODE_IMAGE_VARIABLE = "STSCONF_NODE_IMAGE"
"""Names the image of new nodes where no option does: on a machine that has no other, for every run."""
ASK_SECONDS, LOAD_SECONDS = 60, 300
_TAIL = 400
_TIED = ("setpriv", "--pdeathsig", "KILL")
"""A tool must not go on making a cluster for a run that was killed; where there is no setpriv, it does."""
_ERROR = re.compile(r"^\W*(?:ERROR|FATA|X Exiting)\b.*(?:\s+Command Output: .*)?", re.MULTILINE)
_INNER = re.compile(r'command "(\S+ \S+).*" failed with error: (?:exit status \d+\s+Command Output: )?')
_DO_IMAGE = "name one that is there with --node-image, or see to it that the container engine can fetch it"
_DO_ENGINE = "if it speaks of docker: is that running, and may you use it?"


@dataclass(frozen=True, slots=True)
class Wish:
    """The cluster that is wanted: its Kubernetes, such as `1.37.1`, how many nodes, and their image if it is given.

    `exact` says that this Kubernetes was asked for. Else kind is left to its default image: of most versions there is
    none.
    """

    version: str
    nodes: int = 1
    image: str = ""
    exact: bool = False

    def __str__(self) -> str:
        """Name it in an error, or in a line of progress."""
        size = "1 node" if self.nodes == 1 else f"{self.nodes} nodes"
        return f"{size} of {self.image}" if self.image else size


@dataclass(frozen=True, slots=True)
class Plan:
    """How a tool is told of a wish: by the content of its configuration file if it takes one, and by options."""

    config: dict[str, object] | None
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tool:
    """What differs between the tools.

    `listing` and `loading` are the arguments that list clusters and that load an image archive, `plan` turns a
    cluster's name and a wish into what the tool understands. `engine` is the container engine to use, as
    DOCKER_HOST names it and "" for the usual one; None leaves that to the environment.
    """

    name: str
    listing: tuple[str, ...]
    loading: tuple[str, ...]
    cluster_flag: str
    plan: Callable[[str, Wish], Plan]
    engine: str | None = None

    def run(self, arguments: Sequence[str], seconds: float, config: Path) -> str:
        """Run the tool with a kubeconfig that is not the user's: even deleting a cluster rewrites that file.

        The tool ends with this process, however that ends.
        """
        environment = {**os.environ, "KUBECONFIG": str(config)}
        if self.engine is not None:
            environment.pop(ENGINE, None)
            environment |= {ENGINE: self.engine} if self.engine else {}
        tied = _TIED if shutil.which(_TIED[0]) else ()
        return run_command([*tied, self.name, *arguments], seconds, environment)

    def clusters(self, config: Path) -> list[str]:
        """Return the names of its clusters, and other words of the listing; raises `StsconfError`."""
        try:
            return re.findall(r"[\w.-]+", self.run(self.listing, ASK_SECONDS, config))
        except StsconfError as error:
            raise self.explain(f"{self.name} cannot tell which clusters there are", error) from error

    def load(self, cluster: str, config: Path, archive: Path) -> None:
        """Bring the images of an archive to all nodes of a cluster."""
        self.run([*self.loading, str(archive), self.cluster_flag, cluster], LOAD_SECONDS, config)

    def require(self) -> None:
        """Raise `StsconfError` when the tool is not installed."""
        if not shutil.which(self.name):
            raise StsconfError(
                f"{self.name} is not installed", "it is not on PATH", "install it, or take another target"
            )

    def explain(self, what: str, error: Exception) -> StsconfError:
        """Say why a call failed, by what of the tool's output tells it, and what can be done about that."""
        told = error.output if isinstance(error, CommandError) else str(error)
        image = re.search(r"(?i)(pull|no such) image|manifest (for|unknown)", told)
        return StsconfError(what, gist(told), _DO_IMAGE if image else _DO_ENGINE)


def gist(told: str) -> str:
    """Return what matters of a tool's output: its line of error with the inner command's own, without its flags."""
    found = _ERROR.search(told)
    return _INNER.sub(r"\1: ", found[0] if found else told.strip()[-_TAIL:])[:_TAIL]


def _kind(name: str, wish: Wish) -> Plan:
    named = wish.image or (f"kindest/node:v{wish.version}" if wish.exact else "")
    image = {"image": named} if named else {}
    roles = ["control-plane", *["worker"] * (wish.nodes - 1)]
    nodes = [{"role": role, **image} for role in roles]
    return Plan({"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4", "name": name, "nodes": nodes}, ())


def _minikube(name: str, wish: Wish) -> Plan:  # noqa: ARG001 -- the name is an argument of its own
    image = ("--base-image", wish.image) if wish.image else ()
    nodes = ("--nodes", str(wish.nodes)) if wish.nodes > 1 else ()
    return Plan(None, (*nodes, *image))


def _k3d(name: str, wish: Wish) -> Plan:
    image = wish.image or f"rancher/k3s:v{wish.version}-k3s1"
    shape = {"servers": 1, "agents": wish.nodes - 1, "image": image}
    return Plan({"apiVersion": "k3d.io/v1alpha5", "kind": "Simple", "metadata": {"name": name}, **shape}, ())


KIND = Tool("kind", ("get", "clusters"), ("load", "image-archive"), "--name", _kind)
MINIKUBE = Tool(
    "minikube", ("profile", "list", "--light", "--output", "json"), ("image", "load"), "--profile", _minikube
)
K3D = Tool("k3d", ("cluster", "list", "--no-headers"), ("image", "import"), "--cluster", _k3d)
TOOLS = {tool.name: tool for tool in (KIND, MINIKUBE, K3D)}


def write_plan(plan: Plan, path: Path) -> Path | None:
    """Write the configuration file of a plan, which JSON is YAML enough for; None where it has none."""
    if plan.config is None:
        return None
    path.write_text(json.dumps(plan.config, indent=1))
    return path
