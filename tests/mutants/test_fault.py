"""What a fault is, and that it is healed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stsconf.kube.client import Kube
from stsconf.mutants.fault import Expected, Fault, Harm, Site

USUAL, OTHER = Path("usual"), Path("other")


def site() -> Site:
    """A cluster that no test here asks."""
    return Site(Kube.__new__(Kube), USUAL, Path("folder"))


def noting(log: list[str], way_in: Path | None = None) -> Harm:
    """Return a harm that notes its beginning and its end."""

    @contextmanager
    def harm(broken: Site) -> Iterator[Path | None]:
        log.append(f"broken {broken.kubeconfig}")
        try:
            yield way_in
        finally:
            log.append("healed")

    return harm


@pytest.mark.parametrize(("way_in", "given"), [(None, USUAL), (OTHER, OTHER)])
def test_the_suite_comes_in_by_the_harms_way_if_there_is_one(way_in: Path | None, given: Path) -> None:
    """A fault between the suite and the cluster has a kubeconfig of its own; the others leave the usual one."""
    log: list[str] = []
    with Fault("f", "Nothing.", noting(log, way_in)).injected(site()) as kubeconfig:
        assert kubeconfig == given
        assert log == ["broken usual"]
    assert log == ["broken usual", "healed"]


def test_it_is_healed_whatever_happens() -> None:
    """A run that is interrupted leaves no broken cluster behind."""
    log: list[str] = []
    with pytest.raises(KeyboardInterrupt), Fault("f", "Nothing.", noting(log)).injected(site()):
        raise KeyboardInterrupt
    assert log[-1] == "healed"


def test_a_kill_reads_as_guarantee_and_finding() -> None:
    """A person sees at once which promise is meant, and what has to be found."""
    assert str(Expected("ORD-1", "order.create")) == "ORD-1 (order.create)"
