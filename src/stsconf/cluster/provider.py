"""Clusters that kind, minikube and k3d make on this machine, through pytest-kubernetes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pytest_kubernetes.options import ClusterOptions
from pytest_kubernetes.providers import select_provider_manager

from stsconf.cluster import kubeconfig
from stsconf.cluster.command import run_command
from stsconf.cluster.context import existing
from stsconf.cluster.preflight import DNS_NAMESPACE, DNS_SERVICE, has_ready_endpoint
from stsconf.cluster.server import meet
from stsconf.cluster.target import Access, Say, Target
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.scenario.follow import follow
from stsconf.scenario.labels import NAMESPACE_PREFIX
from stsconf.wait import Clock

CREATE_SECONDS = 900
"""Making a cluster, which on a first run fetches a node image of a gigabyte."""
ASK_SECONDS, LOAD_SECONDS, USABLE_SECONDS = 60, 300, 180
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


@dataclass(frozen=True, slots=True)
class Tool:
    """What differs between the tools: the arguments that list clusters, and those that load an image archive."""

    name: str
    listing: tuple[str, ...]
    loading: tuple[str, ...]
    cluster_flag: str

    def run(self, arguments: Sequence[str], seconds: float, config: Path) -> str:
        """Run the tool with a kubeconfig that is not the user's: even deleting a cluster rewrites that file."""
        environment = {**os.environ, "KUBECONFIG": str(config)}
        return run_command([self.name, *arguments], seconds, environment)

    def load(self, cluster: str, config: Path, archive: Path) -> None:
        """Bring the images of an archive to all nodes of a cluster."""
        self.run([*self.loading, str(archive), self.cluster_flag, cluster], LOAD_SECONDS, config)

    def require(self) -> None:
        """Raise `StsconfError` when the tool is not installed."""
        if not shutil.which(self.name):
            raise StsconfError(
                f"{self.name} is not installed", "it is not on PATH", "install it, or take another target"
            )


KIND = Tool("kind", ("get", "clusters"), ("load", "image-archive"), "--name")
MINIKUBE = Tool("minikube", ("profile", "list", "--light", "--output", "json"), ("image", "load"), "--profile")
K3D = Tool("k3d", ("cluster", "list", "--no-headers"), ("image", "import"), "--cluster")


@dataclass(frozen=True, slots=True)
class NewCluster(Target):
    """A cluster that is made for one run, and deleted after it."""

    tool: Tool
    run: str
    version: str

    @contextmanager
    def open(self, folder: Path, say: Say) -> Iterator[Access]:
        """Make the cluster; whatever happens from then on, delete it."""
        self.tool.require()
        name, config = NAMESPACE_PREFIX + self.run, folder / f"{self.tool.name}.kubeconfig"
        self._refuse_taken(name, config)
        manager = _manager(self.tool, name, config)
        with ExitStack() as undo:
            # Before it is made: one that fails half-way leaves its containers behind.
            undo.callback(self._delete, manager, say)
            say(f"making {self.tool.name} cluster {name}, Kubernetes {self.version}")
            self._create(manager, config)
            path = kubeconfig.write(_only_context(config.read_text(), config), folder / "kubeconfig")
            undo.callback(path.unlink)
            yield self._access(path, partial(self.tool.load, name, config))

    def _create(self, manager: Any, config: Path) -> None:
        # The version is always given: the default of the options is an old one, and beats every other setting.
        options = ClusterOptions(api_version=self.version, kubeconfig_path=config, cluster_timeout=CREATE_SECONDS)
        try:
            manager.create(options)
        except (StsconfError, RuntimeError, subprocess.SubprocessError) as error:
            why = error.why if isinstance(error, StsconfError) else str(error)
            raise StsconfError(
                f"{self.tool.name} could not make a cluster of Kubernetes {self.version}",
                why,
                "if it speaks of docker: is that running, and may you use it?",
            ) from error

    def _access(self, path: Path, load: Callable[[Path], None]) -> Access:
        with closing(Kube.from_kubeconfig(path)) as kube:
            _await_usable(kube, Clock())
            description = f"{self.tool.name}: {meet(kube)}"
        return Access(path, description, disposable=True, load=load)

    def _refuse_taken(self, name: str, config: Path) -> None:
        """Raise `StsconfError` when there is such a cluster: deleting it at the end would be deleting another's."""
        names = self.tool.run(self.tool.listing, ASK_SECONDS, config)
        if name in re.findall(r"[\w.-]+", names):
            raise StsconfError(
                f"there is a {self.tool.name} cluster {name} already",
                "the suite did not make it and would delete it at the end",
                "delete it yourself, or give the run another name",
            )

    def _delete(self, manager: Any, say: Say) -> None:
        try:
            manager.delete()
        except StsconfError as error:  # the verdict stands, and the first error is the one to read
            say(f"{self.tool.name} cluster {manager.cluster_name} may still be there: {error.what}: {error.why}")


@dataclass(frozen=True, slots=True)
class ExistingKind(Target):
    """A kind cluster that somebody else made; used and never deleted."""

    name: str

    @contextmanager
    def open(self, folder: Path, say: Say) -> Iterator[Access]:
        """Ask kind for the cluster's kubeconfig and use it."""
        KIND.require()
        config = folder / "kind.kubeconfig"
        text = KIND.run(["get", "kubeconfig", "--name", self.name], ASK_SECONDS, config)
        path = kubeconfig.write(_only_context(text, config), folder / "kubeconfig")
        try:
            access = existing(path, f"kind cluster {self.name}", say)
            yield replace(access, load=partial(KIND.load, self.name, config))
        finally:
            path.unlink()


class _Careful:
    """Stands before a manager of pytest-kubernetes, in place of what would harm the user or us.

    `cluster_name` is set by the class made in `_manager`: the original puts "pytest-" before every name.
    """

    cluster_name: str
    kubeconfig: Path
    tool: Tool
    _on_delete: Callable[[], None]

    def _exec(self, arguments: list[str], additional_env: object = None, timeout: int | None = None) -> None:
        """Run the tool: the original uses a shell, which expands what it is given, and hides stderr.

        It also writes KUBECONFIG (`additional_env`) into our own process, and leaves children behind when time is up.
        """
        del additional_env
        *command, redirect, target = arguments
        if redirect != ">":
            self.tool.run(arguments, timeout or CREATE_SECONDS, self.kubeconfig)
            return
        text = self.tool.run(command, timeout or ASK_SECONDS, self.kubeconfig)
        Path(target).touch(0o600)
        Path(target).write_text(text)

    def ready(self, timeout: int = 0) -> bool:
        """Tell whether the tool has made the cluster: the original polls with kubectl, once before creating."""
        del timeout
        return self.kubeconfig.exists()

    def delete(self) -> None:
        """Delete the cluster: the original sleeps a second on top."""
        self._on_delete()
        self.kubeconfig.unlink(missing_ok=True)


def _manager(tool: Tool, name: str, config: Path) -> Any:
    marks = {"cluster_name": name, "kubeconfig": config, "tool": tool}
    return type("Manager", (_Careful, select_provider_manager(tool.name)), marks)()


def _only_context(text: str, path: Path) -> dict[str, Any]:
    config = kubeconfig.parse(text, path)
    return kubeconfig.extract(config, config.get("current-context", ""))


def _await_usable(kube: Kube, clock: Clock) -> None:
    """Wait for what a new cluster has last: an answering DNS add-on and a default StorageClass."""
    query = {"labelSelector": f"kubernetes.io/service-name={DNS_SERVICE}"}
    slices = follow(kube, "EndpointSlice", USABLE_SECONDS, clock, DNS_NAMESPACE, **query)
    if not any(any(map(has_ready_endpoint, found)) for found in slices):
        raise _unusable(f"its DNS add-on {DNS_NAMESPACE}/{DNS_SERVICE}")
    classes = follow(kube, "StorageClass", USABLE_SECONDS, clock)
    if not any(any(map(_is_default, found)) for found in classes):
        raise _unusable("a default StorageClass")


def _is_default(storage_class: dict[str, Any]) -> bool:
    annotations: dict[str, str] = storage_class["metadata"].get("annotations", {})
    return annotations.get(_DEFAULT_CLASS) == "true"


def _unusable(missing: str) -> StsconfError:
    why = f"{missing} was not ready {USABLE_SECONDS} s after the API"
    return StsconfError("the new cluster does not become usable", why, "make one by hand and look at its pods")
