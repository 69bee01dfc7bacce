"""Nodes that a scenario takes out of service, or makes."""

from __future__ import annotations

from contextlib import suppress

import pytest

from stsconf.errors import StsconfError
from stsconf.record import StalledError
from stsconf.scenario.nodes import apart, drained, look_up_nodes, pinned, pretend_ready, unreachable_node
from stsconf.wait import Deadlines
from tests.fake_api import Json, Request, listing
from tests.scenario.stages import Playhouse, acts, deploy, done, marks, pod, record

NODE = "/api/v1/nodes/worker"
EVICTION = "/api/v1/namespaces/stsconf-r1-one-nginx/pods/{}/eviction"
TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
PENDING = {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]}


def node(**spec: object) -> Json:
    """Return the node."""
    return {"metadata": {"name": "worker", "uid": "n", "resourceVersion": "7"}, "spec": spec}


def on(where: str, obj: Json) -> Json:
    """Put a pod on a node."""
    obj["spec"]["nodeName"] = where
    return obj


def test_the_node_of_a_pod_is_drained_of_our_pods(house: Playhouse) -> None:
    """It is cordoned and marked, its pods are evicted, and it is given back whatever happens meanwhile."""
    web = deploy(house)
    record(web.stage, "Pod", on("elsewhere", pod(0)), on("worker", pod(1)))
    house.api.answers |= {f"GET {NODE}": node(), "GET /api/v1/nodes": listing(node(taints=[TAINT]))}

    def evict(_: Request) -> tuple[int, Json]:
        record(web.stage, "Pod", {**pod(1, uid="successor", ready=False), "status": PENDING})
        return 201, {}

    house.api.answers[f"POST {EVICTION.format('web-1')}"] = evict
    with suppress(ZeroDivisionError), drained(web, 1) as out_of_service:
        assert out_of_service == "worker"
        raise ZeroDivisionError
    assert [request[1] for request in done(house, "POST")][-1:] == [EVICTION.format("web-1")]
    cordon, uncordon = (one.body for one in house.api.asked("PATCH") if one.path == NODE)
    assert cordon["spec"] == {"unschedulable": True}
    assert cordon["metadata"]["labels"] == {"stsconf.dev/run": "r1"}
    assert set(cordon["metadata"]["annotations"]) == {"stsconf.dev/expires"}
    assert uncordon["spec"] == {"unschedulable": None}
    assert [mark for mark, _ in marks(web)] == ["cordon", "evict", "drained", "uncordon"]


def test_a_node_that_somebody_cordoned_is_left_alone(house: Playhouse) -> None:
    """Uncordoning it would undo what another did: nothing is written to it at all."""
    web = deploy(house)
    record(web.stage, "Pod", on("worker", pod(1)))
    house.api.answers[f"GET {NODE}"] = node(unschedulable=True)
    with pytest.raises(StsconfError, match="worker is cordoned already"), drained(web, 1):
        pytest.fail("it was drained")
    assert [one for one in house.api.asked("PATCH") if one.path == NODE] == []


def test_a_cordon_that_nobody_sees(house: Playhouse) -> None:
    """What was awaited is told, and the node given back."""
    web = deploy(house)
    web.stage.deadlines = Deadlines(controller=0.2)
    record(web.stage, "Pod", on("worker", pod(1)))
    house.api.answers |= {f"GET {NODE}": node(), "GET /api/v1/nodes": listing(node())}
    with pytest.raises(StalledError, match=f"awaited the taint {TAINT['key']} of Node worker"), drained(web, 1):
        pytest.fail("it was drained")
    assert house.api.asked("PATCH")[-1].body["spec"] == {"unschedulable": None}


def test_a_node_that_nobody_is_behind(house: Playhouse) -> None:
    """It takes no pod but those that name it, carries the run's marks, and goes in the end."""
    stage = house.stage()
    with suppress(ZeroDivisionError), unreachable_node(stage) as name:
        assert house.api.asked("DELETE") == []
        raise ZeroDivisionError
    body = house.api.asked("POST")[-1].body
    assert (body["kind"], body["metadata"]["name"], body["spec"]) == ("Node", name, {"unschedulable": True})
    assert body["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "stsconf", "stsconf.dev/run": "r1"}
    assert [one.path for one in house.api.asked("DELETE")] == [f"/api/v1/nodes/{name}"]
    assert acts(stage) == [("nobody", f"make a Node {name} that nobody is behind")]
    assert pinned(name)["nodeName"] == name


def test_a_pod_is_reported_as_ready(house: Playhouse) -> None:
    """In the place of the kubelet that nobody hears of any more."""
    web = deploy(house)
    record(web.stage, "Pod", pod(0))
    pretend_ready(web, 0)
    ((_, path, body, _),) = done(house, "PATCH")
    assert path.endswith("/pods/web-0/status")
    assert body["status"]["phase"] == "Running"
    assert {one["type"]: one["status"] for one in body["status"]["conditions"]} == {
        "ContainersReady": "True",
        "Ready": "True",
    }


@pytest.mark.parametrize(("strictly", "word"), [(True, "required"), (False, "preferred")])
def test_pods_keep_apart(strictly: bool, word: str) -> None:  # noqa: FBT001 -- a parameter of the test
    """Strictly or as far as possible, by the app's label and the node's name."""
    (key,) = apart("web", strictly=strictly)["affinity"]["podAntiAffinity"]
    (rule,) = apart("web", strictly=strictly)["affinity"]["podAntiAffinity"][key]
    term = rule if strictly else rule["podAffinityTerm"]
    assert key.startswith(word)
    assert term == {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}


def test_look_up_nodes(house: Playhouse) -> None:
    """Of each node it is on record how it is called as a host; one that does not say so is called by its name."""
    labelled = {"metadata": {"name": "i-1", "uid": "n1", "labels": {"kubernetes.io/hostname": "host-a", "zone": "z"}}}
    house.api.answers["GET /api/v1/nodes"] = listing(labelled, {"metadata": {"name": "i-2", "uid": "n2"}})
    stage = house.stage()
    look_up_nodes(stage)
    seen = {event.name: dict(event.object["metadata"]["labels"]) for event in stage.history().of("Node")}
    assert seen == {"i-1": {"kubernetes.io/hostname": "host-a"}, "i-2": {"kubernetes.io/hostname": "i-2"}}
