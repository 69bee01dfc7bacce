"""The pinned components, held against their go.mod files."""

import re

import pytest

from stsconf.cluster.embedded.components import (
    EMBEDDED,
    KUBERNETES,
    KUBERNETES_VERSION,
    KWOK,
    SIMULATED,
    Component,
    required_version,
)
from tests.cluster.embedded.stub_go import write_component

ALL = (*EMBEDDED, KWOK)


def name(component: Component) -> str:
    """Name a case by its component."""
    return component.name


def test_kubernetes_version() -> None:
    """The version that is promised is the one that go.mod pins, and the binary bears it."""
    pinned = required_version("kubernetes", "k8s.io/kubernetes")
    assert pinned == f"v{KUBERNETES_VERSION}" == KUBERNETES.version
    assert re.search(rf"\.gitVersion={re.escape(pinned)}(?: |$)", KUBERNETES.ldflags)


def test_staging_modules_match() -> None:
    """Kubernetes replaces its staging modules; each is pinned to the release that goes with it."""
    go_mod = (KUBERNETES.module_dir / "go.mod").read_text()
    replaced = dict(re.findall(r"^\t(\S+) => \1 (v\S+)$", go_mod, re.MULTILINE))
    assert len(replaced) > 30
    assert set(replaced.values()) == {f"v0{KUBERNETES_VERSION.removeprefix('1')}"}


@pytest.mark.parametrize("component", ALL, ids=name)
def test_packages_are_the_modules_own(component: Component) -> None:
    """What is built is what go.mod names as tools, or the module's own main package."""
    go_mod = (component.module_dir / "go.mod").read_text()
    tools = set(re.findall(r"^(?:tool |\t)([^\s(]+)$", go_mod, re.MULTILINE))
    expected = {"."} if (component.module_dir / "main.go").exists() else tools
    assert set(component.packages) == expected


@pytest.mark.parametrize("component", ALL, ids=name)
def test_sources_are_checksummed(component: Component) -> None:
    """A module with dependencies has their sums, and both count as sources."""
    names = {path.name for path in component.sources}
    needs_sums = "require" in (component.module_dir / "go.mod").read_text()
    assert names >= ({"go.mod", "go.sum"} if needs_sums else {"go.mod", "main.go"})


@pytest.mark.parametrize("component", ALL, ids=name)
def test_binaries_match_packages(component: Component) -> None:
    """Each package makes one binary; several keep the names of their packages, as the compiler gives them those."""
    built = [package.rpartition("/")[2] for package in component.packages]
    assert len(built) == 1 or tuple(built) == component.binaries


def test_targets_need_different_components() -> None:
    """No kubelet's helpers where nodes are simulated, no simulation where they are real."""
    assert {component.name for component in SIMULATED} == {"kubernetes", "etcd", "kwok"}
    assert KWOK not in EMBEDDED
    assert len({component.name for component in ALL}) == len(ALL)


def test_go_version(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The lowest Go is read from go.mod, which has to name it."""
    component = write_component(tmp_path_factory.mktemp("tool"))
    assert component.go_version == (1, 26, 0)
    (component.module_dir / "go.mod").write_text("module stsconf.local/tool\n")
    with pytest.raises(ValueError, match="has no go line"):
        _ = component.go_version


def test_a_module_that_is_not_required() -> None:
    """A misspelt module is a mistake of ours, found at import."""
    with pytest.raises(ValueError, match="does not require"):
        required_version("kubernetes", "k8s.io/kubernets")
