"""The target that a word on the command line stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from stsconf.cluster.context import ContextTarget
from stsconf.cluster.provider import ExistingKind, NewCluster
from stsconf.cluster.target import Access, Say, Target
from stsconf.cluster.targets import CHOICES, TargetOptions, parse_target
from stsconf.cluster.tool import K3D, KIND, MINIKUBE, Wish
from stsconf.errors import ExitCode, UsageError


@dataclass(frozen=True)
class Own(Target):
    """Stands for a target that the suite starts by itself."""

    name: str

    @contextmanager
    def open(self, folder: Path, say: Say) -> Iterator[Access]:
        """Start nothing."""
        say(self.name)
        yield Access(folder)


FILE = Path("a.kubeconfig")
WISH = Wish("1.37.1", 3)
OPTIONS = TargetOptions(run="r1", wish=WISH, own=Own, kubeconfig=FILE)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("embedded", Own("embedded")),
        ("simulated", Own("simulated")),
        ("kind", NewCluster(KIND, "r1", WISH)),
        ("minikube", NewCluster(MINIKUBE, "r1", WISH)),
        ("k3d", NewCluster(K3D, "r1", WISH)),
        ("kind:team", ExistingKind("team")),
        ("context:staging-eu", ContextTarget("staging-eu", FILE)),
        ("context:arn:aws:eks:eu-1:12:cluster/prod", ContextTarget("arn:aws:eks:eu-1:12:cluster/prod", FILE)),
        ([" kind "], NewCluster(KIND, "r1", WISH)),
    ],
)
def test_targets(text: str | Sequence[str], target: Target) -> None:
    """Every choice, and names with colons in them."""
    assert parse_target(text, OPTIONS) == target


@pytest.mark.parametrize("text", ["docker", "", ",", "context", "context:", "kind:", "k3d:mine", "embedded:x", "Kind"])
def test_unknown(text: str) -> None:
    """Anything else is refused with the list of choices; no context is ever taken by default."""
    with pytest.raises(UsageError) as caught:
        parse_target(text, OPTIONS)
    assert caught.value.why == f"the targets are {', '.join(CHOICES)}"
    assert caught.value.exit_code == ExitCode.USAGE


@pytest.mark.parametrize("text", ["kind,minikube", ["kind", "minikube"], ["kind", "kind"]])
def test_two_targets(text: str | Sequence[str]) -> None:
    """Two targets are refused, in one word or in two, even if they are the same."""
    with pytest.raises(UsageError, match="more than one target: kind, "):
        parse_target(text, OPTIONS)
