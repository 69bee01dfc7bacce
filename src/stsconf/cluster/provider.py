"""Clusters that kind, minikube and k3d make on this machine, through pytest-kubernetes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pytest_kubernetes.options import ClusterOptions
from pytest_kubernetes.providers import select_provider_manager

from stsconf.cluster import kubeconfig
from stsconf.cluster.context import existing
from stsconf.cluster.made import Made, left_behind
from stsconf.cluster.preflight import DNS_NAMESPACE, DNS_SERVICE, has_ready_endpoint
from stsconf.cluster.server import is_ready
from stsconf.cluster.target import Access, Say, Target
from stsconf.cluster.tool import ASK_SECONDS, KIND, TOOLS, Tool, Wish, write_plan
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.scenario.follow import follow
from stsconf.scenario.labels import NAMESPACE_PREFIX
from stsconf.wait import Clock

CREATE_SECONDS = 900
"""Making a cluster, which on a first run fetches a node image of a gigabyte."""
USABLE_SECONDS = 180
_BY_KUBERNETES = "node.kubernetes.io/"
"""What the taints begin with that Kubernetes itself puts on a node by its state."""
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


@dataclass(frozen=True, slots=True)
class NewCluster(Target):
    """A cluster that is made for one run, and deleted after it."""

    tool: Tool
    run: str
    wish: Wish

    @contextmanager
    def open(self, folder: Path, say: Say) -> Iterator[Access]:
        """Make the cluster; whatever happens from then on, delete it."""
        self.tool.require()
        sweep_made(folder, say)
        name, config = NAMESPACE_PREFIX + self.run, folder / f"{self.tool.name}.kubeconfig"
        self._refuse_taken(name, config)
        made = Made.by_me(self.tool.name, name)
        with ExitStack() as undo:
            # Before it is made: one that fails half-way leaves its containers behind.
            made.remember()
            undo.callback(_delete, made, config, say)
            say(f"making {self.tool.name} cluster {name}: {self.wish}")
            self._create(_manager(self.tool, name, config), folder)
            path = kubeconfig.write(_only_context(config.read_text(), config), folder / "kubeconfig")
            undo.callback(path.unlink)
            yield self._access(path, partial(self.tool.load, name, config))

    def _create(self, manager: Any, folder: Path) -> None:
        plan = self.tool.plan(manager.cluster_name, self.wish)
        # The version is always given: the default of the options is an old one.
        options = ClusterOptions(
            api_version=self.wish.version,
            kubeconfig_path=manager.kubeconfig,
            cluster_timeout=CREATE_SECONDS,
            provider_config=write_plan(plan, folder / "plan.json"),
        )
        try:
            manager.create(options, options=list(plan.options))
        except (StsconfError, RuntimeError, subprocess.SubprocessError) as error:
            raise self.tool.explain(f"{self.tool.name} could not make a cluster of {self.wish}", error) from error
        finally:
            (folder / "plan.json").unlink(missing_ok=True)

    def _access(self, path: Path, load: Callable[[Path], None]) -> Access:
        with closing(Kube.from_kubeconfig(path)) as kube:
            _await_usable(kube, self.wish.nodes, Clock())
        return Access(path, disposable=True, load=load)

    def _refuse_taken(self, name: str, config: Path) -> None:
        """Raise `StsconfError` when there is such a cluster: deleting it at the end would be deleting another's."""
        if name in self.tool.clusters(config):
            raise StsconfError(
                f"there is a {self.tool.name} cluster {name} already",
                "the suite did not make it and would delete it at the end",
                "delete it yourself, or give the run another name",
            )


@dataclass(frozen=True, slots=True)
class ExistingKind(Target):
    """A kind cluster that somebody else made; used and never deleted."""

    name: str

    @contextmanager
    def open(self, folder: Path, say: Say) -> Iterator[Access]:
        """Ask kind for the cluster's kubeconfig and use it."""
        KIND.require()
        config = folder / "kind.kubeconfig"
        try:
            text = KIND.run(["get", "kubeconfig", "--name", self.name], ASK_SECONDS, config)
        except StsconfError as error:
            raise KIND.explain(f"the kind cluster {self.name} cannot be used", error) from error
        path = kubeconfig.write(_only_context(text, config), folder / "kubeconfig")
        try:
            access = existing(path, f"kind cluster {self.name}", say)
            yield replace(access, load=partial(KIND.load, self.name, config))
        finally:
            path.unlink()


def sweep_made(folder: Path, say: Say, *, dry_run: bool = False) -> None:
    """Delete the clusters that runs made which were killed; what cannot be deleted is told, and remembered.

    A `dry_run` only tells.
    """
    for made in left_behind():
        gone = made.engine_gone
        if not gone:
            doing = "would remove" if dry_run else "removing"
            say(f"{doing} {made.tool} cluster {made.name}, which a killed run left behind")
        if dry_run:
            continue
        if gone:
            made.forget()
        else:
            _delete(made, folder / "swept.kubeconfig", say)


def _delete(made: Made, config: Path, say: Say) -> None:
    """Delete what was made. A failure is told, not raised: the verdict stands, and an earlier error is the one to read.

    It happens in the container engine that it was made in, whichever one is meant now.
    """
    tool = TOOLS[made.tool]
    try:
        tool.require()
        _manager(replace(tool, engine=made.engine), made.name, config).delete()
        made.forget()
    except StsconfError as error:
        say(f"{made.tool} cluster {made.name} may still be there: {error.what}: {error.why}")


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


def _await_usable(kube: Kube, nodes: int, clock: Clock) -> None:
    """Wait for what a new cluster has last: an answering DNS add-on, a default StorageClass, the last of its nodes."""
    query = {"labelSelector": f"kubernetes.io/service-name={DNS_SERVICE}"}
    slices = follow(kube, "EndpointSlice", USABLE_SECONDS, clock, DNS_NAMESPACE, **query)
    if not any(any(map(has_ready_endpoint, found)) for found in slices):
        raise _unusable(f"its DNS add-on {DNS_NAMESPACE}/{DNS_SERVICE}")
    classes = follow(kube, "StorageClass", USABLE_SECONDS, clock)
    if not any(any(map(_is_default, found)) for found in classes):
        raise _unusable("a default StorageClass")
    if not any(sum(map(_is_in_service, found)) >= nodes for found in follow(kube, "Node", USABLE_SECONDS, clock)):
        raise _unusable(f"one of its {nodes} nodes")


def _is_in_service(node: dict[str, Any]) -> bool:
    """Tell whether a node is Ready, and Kubernetes has seen so: until then it keeps the taint of one that is not."""
    taints = node.get("spec", {}).get("taints", [])
    return is_ready(node) and not any(taint["key"].startswith(_BY_KUBERNETES) for taint in taints)


def _is_default(storage_class: dict[str, Any]) -> bool:
    annotations: dict[str, str] = storage_class["metadata"].get("annotations", {})
    return annotations.get(_DEFAULT_CLASS) == "true"


def _unusable(missing: str) -> StsconfError:
    why = f"{missing} was not ready {USABLE_SECONDS} s after the API"
    return StsconfError("the new cluster does not become usable", why, "make one by hand and look at its pods")
