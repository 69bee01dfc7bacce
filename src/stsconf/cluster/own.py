"""The two targets that the suite starts by itself: a real node, and simulated ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster.cache import cache_home
from stsconf.cluster.embedded import components, packages
from stsconf.cluster.embedded.build import ensure_binaries
from stsconf.cluster.embedded.cluster import EmbeddedCluster
from stsconf.cluster.embedded.kinds import Kind, RealNode, SimulatedNodes
from stsconf.cluster.embedded.plan import Programs
from stsconf.cluster.embedded.workshop import ensure_controller
from stsconf.cluster.system_images import ensure_images
from stsconf.cluster.target import Access, Say, Target
from stsconf.errors import UsageError

STANDALONE = "standalone"
"""Stands for our own build of Kubernetes' StatefulSet controller where the path of one can be given."""
_SIMULATED_PACE = 0.3
"""A controller without containers to wait for answers in milliseconds; patience may be shorter."""


@dataclass(frozen=True, slots=True)
class OwnCluster(Target):
    """A cluster that is started for one run and ends with it.

    `controllers` is the controller manager's own flag. `statefulset_controller` is the program that takes the place
    of its StatefulSet controller, `STANDALONE` or a path. `kubernetes` is a minor of `components.RELEASES`.
    Raises `UsageError` where the one is no program, or the other is not among them.
    """

    kind: str
    name: str
    install: bool = True
    controllers: str = "*"
    statefulset_controller: str | None = None
    kubernetes: str = components.DEFAULT_RELEASE

    def __post_init__(self) -> None:
        """Refuse what is no program, or no release, before anything is built."""
        version = components.release(self.kubernetes).version
        given = self.statefulset_controller
        if given == STANDALONE and self.kubernetes != components.DEFAULT_RELEASE:
            raise UsageError(
                f"the {STANDALONE} StatefulSet controller does not go together with Kubernetes {version}",
                f"it is the one of v{components.KUBERNETES_VERSION}, and no controller is newer than its API server",
                f"leave one of the two options out, or choose Kubernetes {components.DEFAULT_RELEASE}",
            )
        if given is not None and given != STANDALONE and not (Path(given).is_file() and os.access(given, os.X_OK)):
            raise UsageError(
                f"{given!r} is not the path of a program",
                "it is to be the StatefulSet controller" if Path(given).is_file() else "there is no such file",
                f"give one that takes `-kubeconfig FILE` and may be executed, or {STANDALONE}",
            )

    @contextmanager
    def open(self, folder: Path, say: Say) -> Iterator[Access]:  # noqa: ARG002 -- its files are its own
        """Build what is missing, start the cluster, and end it on exit."""
        cluster = start(self, say)
        kept = False

        def keep() -> None:
            nonlocal kept
            cluster.stay()
            kept = True
            say(f"the cluster stays: export KUBECONFIG={cluster.kubeconfig}")
            say(f"end it with: make cluster-down ARGS='--name {self.name}'")

        simulated = self.kind == "simulated"
        pace = _SIMULATED_PACE if simulated else 1.0
        try:
            yield Access(cluster.kubeconfig, disposable=True, simulated=simulated, pace=pace, keep=keep)
        finally:
            if not kept:
                cluster.stop()


def start(target: OwnCluster, say: Say) -> EmbeddedCluster:
    """Start a cluster; leaving it as a context, or the end of this process, ends it."""
    return EmbeddedCluster.start(target.name, _prepared(target, say), say)


def _prepared(target: OwnCluster, say: Say) -> Kind:
    """Return the kind of cluster with all its programs and images in place."""
    machine = packages.Machine.this()
    simulated = target.kind == "simulated"
    packages.ensure_packages(
        packages.SIMULATED if simulated else packages.EMBEDDED, machine, say, install=target.install
    )
    cache = cache_home()
    parts = components.SIMULATED if simulated else components.EMBEDDED
    binaries = ensure_binaries(components.of_release(parts, target.kubernetes), cache, say)
    programs = Programs(binaries, machine, _statefulset_controller(target, say))
    if simulated:
        return SimulatedNodes(programs, target.controllers)
    return RealNode(programs, target.controllers, ensure_images(binaries, cache, say))


def _statefulset_controller(target: OwnCluster, say: Say) -> Path | None:
    given = target.statefulset_controller
    if given is None:
        return None
    program = ensure_controller(cache_home(), say) if given == STANDALONE else Path(given).absolute()
    say(f"the StatefulSet controller is {program}")
    return program
