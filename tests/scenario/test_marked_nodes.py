"""What is undone of a node that a run touched. Which nodes those are: see the tests of `sweep`."""

from __future__ import annotations

from stsconf.kube.client import STRATEGIC
from stsconf.scenario.labels import run_labels
from stsconf.scenario.marked_nodes import give_back, marked_nodes, uncordon
from tests.fake_api import listing
from tests.scenario.stages import Playhouse


def test_a_node_is_uncordoned(house: Playhouse) -> None:
    """Our marks go with it, and nothing else of the node is named."""
    uncordon(house.kube, "worker")
    (patch,) = house.api.asked("PATCH")
    assert (patch.path, patch.content_type) == ("/api/v1/nodes/worker", STRATEGIC)
    marks = {"labels": {"stsconf.dev/run": None}, "annotations": {"stsconf.dev/expires": None}}
    assert patch.body == {"metadata": marks, "spec": {"unschedulable": None}}


def test_only_a_node_of_our_own_is_removed(house: Playhouse) -> None:
    """One that somebody is behind is never deleted, whatever it is called."""
    real = {"metadata": {"name": "stsconf-nobody-x", "labels": {"stsconf.dev/run": "r1"}}}
    assert give_back(house.kube, real) == "uncordoned node stsconf-nobody-x"
    assert house.api.asked("DELETE") == []
    made = {"metadata": {"name": "made", "labels": run_labels("r1")}}
    assert give_back(house.kube, made) == "removed node made, which nobody was behind"
    assert [one.path for one in house.api.asked("DELETE")] == ["/api/v1/nodes/made"]


def test_nodes_are_found_by_their_mark(house: Playhouse) -> None:
    """The API server is asked for these alone, and what it hands out besides is left alone."""
    node = {"metadata": {"name": "worker", "labels": {"stsconf.dev/run": "r1"}}}
    house.api.answers["GET /api/v1/nodes"] = listing(node, {"metadata": {"name": "bare"}})
    assert marked_nodes(house.kube, "stsconf.dev/run=r1") == [node]
    assert house.api.asked("GET")[-1].query["labelSelector"] == "stsconf.dev/run=r1"
