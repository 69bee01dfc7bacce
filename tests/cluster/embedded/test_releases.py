"""Former releases of the controller, and what is pinned for each."""

from __future__ import annotations

import re

import pytest

from stsconf.cluster.embedded.releases import RELEASES, release
from stsconf.cluster.embedded.workshop import CURRENT
from stsconf.errors import UsageError

FORMER = [one for one in RELEASES.values() if one != CURRENT]


def test_the_current_one_is_the_last() -> None:
    """By number, not by letter."""
    numbers = [tuple(map(int, version[1:].split("."))) for version in RELEASES]
    assert numbers == sorted(numbers)
    assert release(CURRENT.version) is CURRENT
    assert list(RELEASES.values())[-1] is CURRENT


@pytest.mark.parametrize("version", [one.version for one in FORMER])
def test_each_pins_its_own(version: str) -> None:
    """Kubernetes itself in this very release, its libraries in one of the same minor, all by their sums."""
    go_mod = (release(version).modules / "go.mod").read_text()
    assert re.search(rf"^(require)?\s+k8s.io/kubernetes {re.escape(version)}$", go_mod, re.MULTILINE)
    libraries = set(re.findall(r"=> k8s.io/\S+ (v0\.\d+)\.\d+$", go_mod, re.MULTILINE))
    assert libraries == {f"v0.{version.split('.')[1]}"}
    assert "-checklinkname=0" in release(version).ldflags
    sums = (release(version).modules / "go.sum").read_text()
    assert f"k8s.io/kubernetes {version} h1:" in sums


def test_another_release_cannot_be_built() -> None:
    """It is told in three lines which ones can."""
    with pytest.raises(UsageError) as told:
        release("v1.2.3")
    what, why, do = str(told.value).splitlines()
    assert what == "the StatefulSet controller of v1.2.3 cannot be built"
    assert CURRENT.version in why
    assert "docs/trust.md" in do
