"""What healthy clusters do differently, against an API server that tells what was asked of it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from stsconf.mutants.faults import healthy
from tests.fake_api import FakeApi, Request, listing
from tests.mutants.playing import played, site

Json = dict[str, Any]

CONFIG = "/api/v1/namespaces/kube-system/configmaps/coredns"
SERVERS = "/apis/apps/v1/namespaces/kube-system/deployments"
COREFILE = ".:53 {\n    ready\n    kubernetes cluster.local {\n        ttl 1\n    }\n}\n"


def entered(harm: AbstractContextManager[None], api: FakeApi) -> tuple[list[Request], list[Request]]:
    """Return what was changed for it to begin, and what for it to end."""
    with harm:
        begun = api.asked("PATCH")
    return begun, api.asked("PATCH")[len(begun) :]


def test_each_node_has_a_zone(tmp_path: Path) -> None:
    """Of its own, and afterwards none."""
    with site(tmp_path) as (api, cluster):
        api.answers["GET /api/v1/nodes"] = listing({"metadata": {"name": "a"}}, {"metadata": {"name": "b"}})
        begun, ended = entered(healthy.zoned(cluster), api)
    zone = "topology.kubernetes.io/zone"
    assert [request.body["metadata"]["labels"][zone] for request in begun] == ["zone-of-a", "zone-of-b"]
    assert [set(request.body["metadata"]["labels"].values()) for request in ended] == [{None}, {None}]


def deployment(generation: int, **status: int) -> Json:
    """Return the Deployment of the DNS servers."""
    return {"metadata": {"name": "coredns", "generation": generation, "uid": "d"}, "status": status}


def test_two_servers_keep_answers(tmp_path: Path) -> None:
    """They are started anew with a cache each, and the one without takes over again; each time they are awaited."""
    with site(tmp_path) as (api, cluster):
        api.answers[f"GET {CONFIG}"] = {"data": {"Corefile": COREFILE}}
        asked: list[int] = []

        def scale(request: Request) -> Json:
            asked.append(request.body["spec"]["replicas"])
            counts = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas"), asked[-1])
            served = deployment(len(asked), observedGeneration=len(asked), **counts)
            api.answers[f"GET {SERVERS}"] = listing(served)
            return deployment(len(asked))

        api.answers[f"PATCH {SERVERS}/coredns"] = scale
        begun, ended = entered(healthy.remembering(cluster), api)
    assert asked == [2, 1]
    assert "cache 30\n" in begun[0].body["data"]["Corefile"]
    assert "ttl 30\n" in begun[0].body["data"]["Corefile"]
    assert ended[0].body["data"]["Corefile"] == COREFILE


@pytest.mark.parametrize(
    ("happened", "node", "known", "told"),
    [
        ("MODIFIED", "n", False, True),
        ("MODIFIED", "", False, False),
        ("MODIFIED", "n", True, False),
        ("DELETED", "n", False, False),
    ],
)
def test_a_pod_is_annotated_once(happened: str, node: str, known: bool, told: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a table's columns
    """As soon as it has a node."""
    annotations = {"stsconf-fault.example/mark": "u"} if known else {}
    metadata = {"name": "web-0", "namespace": "stsconf-r", "uid": "u", "annotations": annotations}
    with site(tmp_path) as (api, cluster):
        healthy.annotate(cluster.kube, happened, {"metadata": metadata, "spec": {"nodeName": node}})
        assert bool(api.asked("PATCH")) is told


def test_a_namespace_is_furnished(tmp_path: Path) -> None:
    """When its account comes: with limits and a quota, and what the account pulls images with."""
    with site(tmp_path) as (api, cluster):
        for name in ("default", "other"):
            account = {"metadata": {"name": name, "namespace": "stsconf-r", "uid": name}}
            healthy.furnish(cluster.kube, "ADDED", account)
        assert [request.body["kind"] for request in api.asked("POST")] == ["LimitRange", "ResourceQuota"]
        (patch,) = api.asked("PATCH")
    assert patch.body == {"imagePullSecrets": [{"name": "of-the-house"}]}


@pytest.mark.parametrize(
    ("name", "resource", "part"),
    [
        ("sidecars-injected", "pods", "/spec/containers/0"),
        ("claims-marked", "persistentvolumeclaims", "/metadata/labels"),
        ("sets-marked", "statefulsets", "/metadata/annotations"),
    ],
)
def test_objects_are_decorated(name: str, resource: str, part: str, tmp_path: Path) -> None:
    """One policy adds to all objects of a resource."""
    (fault,) = (fault for fault in healthy.FAULTS if fault.name == name)
    (spec,) = played(fault.harm, tmp_path).values()
    (about,) = spec["matchConstraints"]["resourceRules"]
    assert about["resources"] == [resource]
    assert part in spec["mutations"][0]["jsonPatch"]["expression"]


def test_they_say_that_nothing_is_broken() -> None:
    """Each in its first word."""
    assert [fault.name for fault in healthy.FAULTS if not fault.breaks.startswith("Nothing: ")] == []
