"""Options that do not go together are refused before anything is started."""

from __future__ import annotations

import argparse
from typing import Any, cast

import pytest

from stsconf.cluster.own import OwnCluster
from stsconf.cluster.provider import NewCluster
from stsconf.cluster.target import Target
from stsconf.errors import UsageError
from stsconf.options import wanted_target
from stsconf.plugin import add_options


def config(*given: str) -> pytest.Config:
    """Return the options as a run reads them."""
    parser = argparse.ArgumentParser()
    add_options(parser.add_argument)
    values = vars(parser.parse_args(given))
    stand_in: Any = argparse.Namespace(getoption=lambda name: values[name.removeprefix("--").replace("-", "_")])
    return cast("pytest.Config", stand_in)


def test_what_shapes_a_cluster_shapes_ours() -> None:
    """A controller and a release for our own clusters, nodes for those that tools make."""
    target = wanted_target(config("--cluster=embedded", "--statefulset-controller=standalone"), "r1")
    assert isinstance(target, OwnCluster)
    assert target.statefulset_controller == "standalone"
    target = wanted_target(config("--cluster=kind", "--nodes=3", "--node-image=mine"), "r1")
    assert isinstance(target, NewCluster)
    assert (target.wish.nodes, target.wish.image) == (3, "mine")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--cluster=context:x", "--statefulset-controller=y"], "not ours to stop"),
        (["--cluster=context:x", "--kubernetes=1.36"], "the Kubernetes that it has"),
        (["--cluster=embedded", "--nodes=3"], "choose --cluster kind or minikube or k3d"),
        (["--cluster=kind:mine", "--node-image=y"], "its nodes are what they are"),
        (["--cluster=kind:mine", "--profile=core,disruptive"], "takes nodes out of service .*\n.*--allow-disruption"),
    ],
)
def test_what_cannot_be_shaped_is_told(options: list[str], told: str) -> None:
    """In three lines, with what would go."""
    with pytest.raises(UsageError, match=told):
        wanted_target(config(*options), "r1")


@pytest.mark.parametrize(
    "options", [["--cluster=kind:mine", "--allow-disruption"], ["--cluster=kind"], ["--cluster=embedded"]]
)
def test_nodes_are_touched_where_that_is_allowed_twice_or_harms_nobody(options: list[str]) -> None:
    """A cluster that is made for the run has no other user."""
    assert isinstance(wanted_target(config("--profile=disruptive", *options), "r1"), Target)
