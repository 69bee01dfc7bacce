"""The pinned components, held against their go.mod files."""

import re

import pytest

from stsconf.cluster.embedded.components import (
    DEFAULT_RELEASE,
    EMBEDDED,
    KUBERNETES,
    KUBERNETES_VERSION,
    KWOK,
    RELEASES,
    SIMULATED,
    STATEFULSET_CONTROLLER,
    Component,
    minor_of,
    of_release,
    release,
    required_version,
)
from stsconf.errors import UsageError
from tests.cluster.embedded.stub_go import write_component

ALL = (*EMBEDDED, KWOK, *(one for one in RELEASES.values() if one is not KUBERNETES))


def name(component: Component) -> str:
    """Name a case by its component."""
    return f"{component.name}-{component.version}"


def test_kubernetes_version() -> None:
    """The version that is promised is the one that go.mod pins, and the binary bears it."""
    pinned = required_version("kubernetes", "k8s.io/kubernetes")
    assert pinned == f"v{KUBERNETES_VERSION}" == KUBERNETES.version
    assert re.search(rf"\.gitVersion={re.escape(pinned)}(?: |$)", KUBERNETES.ldflags)


@pytest.mark.parametrize("component", RELEASES.values(), ids=name)
def test_staging_modules_match(component: Component) -> None:
    """Kubernetes replaces its staging modules; each is pinned to the release that goes with it."""
    replaced = dict(re.findall(r"^\t(\S+) => \1 (v\S+)$", component.go_mod.read_text(), re.MULTILINE))
    assert len(replaced) > 30
    assert set(replaced.values()) == {f"v0{component.version.removeprefix('v1')}"}


def test_the_releases_that_can_be_built() -> None:
    """There are four, each pinned to a patch of its own minor and stamped with it; the newest is the default."""
    assert list(RELEASES) == ["1.34", "1.35", "1.36", "1.37"]
    assert [minor_of(component.version) for component in RELEASES.values()] == list(RELEASES)
    assert all(f".gitVersion={component.version} " in component.ldflags for component in RELEASES.values())
    assert RELEASES[DEFAULT_RELEASE] is KUBERNETES
    assert minor_of(STATEFULSET_CONTROLLER.version) == DEFAULT_RELEASE


def test_releases_share_a_program() -> None:
    """They are one main package with different modules, so that no release is run in another way."""
    sources = [{path for path in component.sources if path.suffix == ".go"} for component in RELEASES.values()]
    assert all(found == sources[0] for found in sources)
    assert len({component.sources for component in RELEASES.values()}) == len(RELEASES)


@pytest.mark.parametrize("parts", [EMBEDDED, SIMULATED], ids=["embedded", "simulated"])
def test_a_cluster_of_another_release(parts: tuple[Component, ...]) -> None:
    """Kubernetes alone is exchanged."""
    assert of_release(parts, "1.35") == (RELEASES["1.35"], *parts[1:])
    assert of_release(parts, DEFAULT_RELEASE) == parts


@pytest.mark.parametrize("minor", ["1.33", "v1.36", "1.36.4", ""])
def test_a_release_that_nobody_pinned(minor: str) -> None:
    """It is refused with a list of those that are pinned."""
    with pytest.raises(UsageError, match="there is no Kubernetes") as refused:
        release(minor)
    assert refused.value.do == "choose 1.34, 1.35, 1.36, 1.37"


@pytest.mark.parametrize("component", ALL, ids=name)
def test_packages_are_the_modules_own(component: Component) -> None:
    """What is built is what go.mod names as tools, or the module's own main package."""
    go_mod = component.go_mod.read_text()
    tools = set(re.findall(r"^(?:tool |\t)([^\s(]+)$", go_mod, re.MULTILINE))
    expected = {"."} if (component.module_dir / "main.go").exists() else tools
    assert set(component.packages) == expected


@pytest.mark.parametrize("component", ALL, ids=name)
def test_sources_are_checksummed(component: Component) -> None:
    """A module with dependencies has their sums, and both count as sources."""
    names = {path.name for path in component.sources}
    needs_sums = "require" in component.go_mod.read_text()
    assert names >= {component.pins, component.go_mod.with_suffix(".sum").name if needs_sums else "main.go"}


@pytest.mark.parametrize("component", ALL, ids=name)
def test_binaries_match_packages(component: Component) -> None:
    """Each package makes one binary; several keep the names of their packages, as the compiler gives them those."""
    built = [package.rpartition("/")[2] for package in component.packages]
    assert len(built) == 1 or tuple(built) == component.binaries


def test_targets_need_different_components() -> None:
    """No kubelet's helpers where nodes are simulated, no simulation where they are real."""
    assert {component.name for component in SIMULATED} == {"kubernetes", "etcd", "kwok"}
    assert KWOK not in EMBEDDED
    assert len({name(component) for component in ALL}) == len(ALL)


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
