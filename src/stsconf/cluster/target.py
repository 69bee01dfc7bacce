"""What a target is: a cluster to test, and how to get it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]
OWN_KINDS = ("embedded", "simulated")
"""The clusters that the suite starts by itself, with nothing but what it has built."""
"""Tells the user one line of progress."""


@dataclass(frozen=True, slots=True)
class Access:
    """An open target.

    `kubeconfig` is a private copy that holds exactly one context. `disposable` says that the cluster itself is
    thrown away at the end, so that nothing in it needs to be cleaned up first. `simulated` says that its pods
    run no containers. `pace` multiplies all deadlines. `load` brings an image archive to the nodes, None where
    the suite cannot do that. `keep` lets a disposable cluster outlive the run, None where it does so anyway.
    """

    kubeconfig: Path
    disposable: bool = False
    simulated: bool = False
    pace: float = 1.0
    load: Callable[[Path], None] | None = None
    keep: Callable[[], None] | None = None


class Target(ABC):
    """A cluster that can be opened for one run."""

    @abstractmethod
    @contextmanager
    def open(self, folder: Path, say: Say) -> Iterator[Access]:
        """Make the cluster usable, with private files below `folder`; undo on exit what was done here."""
