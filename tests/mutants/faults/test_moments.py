"""Faults of one moment: whom they are about, and when, against an API server that tells what was asked of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stsconf.mutants.faults import moments
from tests.fake_api import listing
from tests.mutants.playing import played, site

Json = dict[str, Any]

SPACE = "stsconf-r1-scaling-nginx"
PODS = f"/api/v1/namespaces/{SPACE}/pods"


def pod(ordinal: int, *, ready: bool = False, namespace: str = SPACE) -> Json:
    """Return a pod of a set."""
    metadata: Json = {"name": f"web-{ordinal}", "namespace": namespace, "uid": str(ordinal), "labels": {"app": "web"}}
    conditions = [{"type": "Ready", "status": "True"}] if ready else []
    return {"metadata": metadata, "spec": {}, "status": {"phase": "Running", "conditions": conditions}}


@pytest.mark.parametrize(
    ("happened", "obj", "marked"),
    [
        ("MODIFIED", pod(2, ready=True), True),
        ("MODIFIED", pod(1, ready=True), False),
        ("MODIFIED", pod(2), False),
        ("DELETED", pod(2, ready=True), False),
    ],
)
def test_a_namespace_is_marked_when_all_are_ready(happened: str, obj: Json, marked: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a table's column
    """Whatever is created there later is a successor."""
    with site(tmp_path) as (api, cluster):
        moments.mark(cluster.kube, happened, obj)
        assert [request.path for request in api.asked("PATCH")] == [f"/api/v1/namespaces/{SPACE}"] * marked


def test_only_marked_namespaces_have_other_successors(tmp_path: Path) -> None:
    """The policy is about those of runs that carry the mark, and about pods."""
    (spec,) = played(moments.differing, tmp_path).values()
    selected = spec["matchConstraints"]["namespaceSelector"]["matchExpressions"]
    assert [one["key"] for one in selected] == ["stsconf.dev/run", "stsconf-fault.example/later"]
    assert spec["matchConstraints"]["resourceRules"][0]["resources"] == ["pods"]


@pytest.mark.parametrize(
    ("happened", "obj", "deleted"),
    [
        ("ADDED", pod(2), True),
        ("ADDED", pod(1), False),
        ("MODIFIED", pod(2), False),
    ],
)
def test_the_first_pod_is_deleted(happened: str, obj: Json, deleted: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a table's column
    """When a third one comes."""
    with site(tmp_path) as (api, cluster):
        moments.delete_first(cluster.kube, happened, obj)
        assert [request.path for request in api.asked("DELETE")] == [f"{PODS}/web-0"] * deleted


@pytest.mark.parametrize(("generation", "made"), [(1, False), (2, True), (3, False)])
def test_a_revision_is_made_at_the_first_change(generation: int, made: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a table's column
    """Of the template that the latest one has."""
    revisions = f"/apis/apps/v1/namespaces/{SPACE}/controllerrevisions"
    owners = [[{"name": name, "controller": True}] for name in ("web", "other")]
    of_web, of_other = (
        {
            "metadata": {"name": f"{n}-a", "uid": str(n), "labels": {}, "ownerReferences": owner},
            "revision": n,
            "data": {},
        }
        for n, owner in enumerate(owners, start=1)
    )
    statefulset = {"metadata": {"name": "web", "namespace": SPACE, "uid": "s", "generation": generation}}
    with site(tmp_path) as (api, cluster):
        api.answers[f"GET {revisions}"] = listing(of_web, of_other)
        moments.revise(cluster.kube, "MODIFIED", statefulset)
        assert [request.body["revision"] for request in api.asked("POST")] == [2] * made


def test_held_pods_are_counted_in_one_scenario(tmp_path: Path) -> None:
    """By a policy about the status."""
    (fault,) = (one for one in moments.FAULTS if one.name == "held-pods-counted")
    (spec,) = played(fault.harm, tmp_path).values()
    assert spec["matchConstraints"]["resourceRules"][0]["resources"] == ["statefulsets/status"]
    assert "-ordered-startup-" in spec["matchConditions"][0]["expression"]
