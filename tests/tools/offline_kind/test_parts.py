"""What an offline kind is made of."""

from __future__ import annotations

import pytest

from stsconf.cluster.embedded import components
from stsconf.cluster.embedded.components import Component
from tools.offline_kind.parts import COMPONENTS, COREDNS, KUBEADM, PTP


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
def test_pinned(component: Component) -> None:
    """Every module has a version, and sums of all that it is built from."""
    names = {path.name for path in component.sources}
    assert "go.mod" in names
    assert component.name == "pause" or (component.version.startswith("v") and "go.sum" in names)


@pytest.mark.parametrize(
    ("ours", "embedded"),
    [(KUBEADM, components.KUBERNETES), (COREDNS, components.COREDNS), (PTP, components.CNI)],
    ids=lambda component: component.name,
)
def test_same_versions(ours: Component, embedded: Component) -> None:
    """What both clusters have is of one version: their verdicts are compared."""
    assert ours.version == embedded.version


def test_no_binary_twice() -> None:
    """Binaries are found by their names, over all components."""
    names = [name for component in COMPONENTS for name in component.binaries]
    assert sorted(names) == sorted(set(names))
