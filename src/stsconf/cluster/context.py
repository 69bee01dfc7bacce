"""An existing cluster, named by a context of the user's kubeconfig."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster import kubeconfig
from stsconf.cluster.server import meet, refuse_protected
from stsconf.cluster.target import Access, Say, Target
from stsconf.kube.client import Kube


@dataclass(frozen=True, slots=True)
class ContextTarget(Target):
    """A cluster that somebody else runs; nothing of it is ever deleted but what the run made.

    `name` is a context's, never the current one by default; `file` the kubeconfig it stands in, None for those
    that kubectl would read.
    """

    name: str
    file: Path | None = None

    @contextmanager
    def open(self, folder: Path, say: Say) -> Iterator[Access]:
        """Copy the context into `folder`, so that no later change of the user's file moves the run elsewhere."""
        config = kubeconfig.extract(kubeconfig.read(self.file), self.name)
        kubeconfig.require_plugin(config)
        path = kubeconfig.write(config, folder / "kubeconfig")
        try:
            yield existing(path, f"context {self.name}", say)
        finally:
            path.unlink()


def existing(path: Path, label: str, say: Say) -> Access:
    """Say which cluster a private kubeconfig leads to, and return it unless its owner forbids testing."""
    with closing(Kube.from_kubeconfig(path)) as kube:
        server = meet(kube)
        refuse_protected(kube)
    say(f"testing {label}: {server}")
    return Access(path, simulated=server.simulated)
