"""What a fault is: one thing broken on purpose in a running cluster, and the checks that have to notice it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from stsconf.kube.client import Kube

EMBEDDED, SIMULATED = "embedded", "simulated"
EVERYWHERE = (SIMULATED, EMBEDDED)


@dataclass(frozen=True, slots=True)
class Site:
    """A running cluster of ours to break.

    `kube` is its API under its administrator, `kubeconfig` the file that this comes from, and `folder` an empty one
    for whatever a fault has to write.
    """

    kube: Kube
    kubeconfig: Path
    folder: Path


Harm = Callable[[Site], AbstractContextManager[Path | None]]
"""Breaks something for as long as its context lasts.

It is entered once the fault is in force, and left once it no longer is. It yields the kubeconfig by which the suite
has to come in, None if that is the usual one.
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """A check of this guarantee has to fail with a finding of this code."""

    guarantee: str
    code: str

    def __str__(self) -> str:
        """Render as `guarantee (code)`."""
        return f"{self.guarantee} ({self.code})"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what it `breaks`, in one sentence, on which kinds of cluster it can be played, and what must follow.

    Every one of `kills` has to happen. Their guarantees and findings, and the guarantees that `may_fail` too, are all
    that the harm reaches: all other checks have to be spared. A fault without either has to be spared by all.
    `withholds` is what scenarios are kept from, in the words in which they tell that they awaited it in vain: a check
    that can say no more than that is spared, too.
    `may_pass` is None unless the fault leaves the cluster dead; then it names the guarantees that another, living
    component keeps, and the checks of all others must not pass.
    """

    name: str
    breaks: str
    harm: Harm
    kinds: tuple[str, ...] = EVERYWHERE
    kills: tuple[Expected, ...] = ()
    may_fail: frozenset[str] = frozenset()
    withholds: tuple[str, ...] = ()
    may_pass: frozenset[str] | None = None

    @contextmanager
    def injected(self, site: Site) -> Iterator[Path]:
        """Break the cluster, and heal it on exit; yields the kubeconfig that the suite is to be given."""
        with self.harm(site) as kubeconfig:
            yield kubeconfig or site.kubeconfig
