"""Whoever meddles, against an API server whose watches end: what is done, to whose objects, and when it ends."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from stsconf.kube.client import Kube
from stsconf.mutants.faults import meddling
from tests.fake_api import BREAK, FakeApi, Request, listing
from tests.mutants.playing import site

PODS, SETS = "/api/v1/pods", "/apis/apps/v1/statefulsets"
SPACE = "stsconf-run"
TIMEOUT = 30

Json = dict[str, Any]


def pod(name: str, version: str, namespace: str = SPACE) -> Json:
    """Return a pod with a claim of its own."""
    volumes = [{"name": "www", "persistentVolumeClaim": {"claimName": f"www-{name}"}}]
    metadata = {"name": name, "namespace": namespace, "uid": name, "resourceVersion": version}
    return {"metadata": metadata, "spec": {"volumes": volumes}}


def told(kind: str, obj: Json) -> Json:
    """Return a line of a watch."""
    return {"type": kind, "object": obj}


class Awaited:
    """An answer that tells when it was given."""

    def __init__(self, api: FakeApi, request: str) -> None:
        """Give it."""
        self._given = threading.Event()
        api.answers[request] = self._answer

    def _answer(self, request: Request) -> Json:
        self._given.set()
        return request.body

    def given(self) -> bool:
        """Wait for it."""
        return self._given.wait(TIMEOUT)


@pytest.mark.parametrize(
    ("scenario", "namespace", "meant"),
    [
        ("scaling", "stsconf-r1-scaling-nginx", True),
        ("scaling", "stsconf-r1-unready-stops-scaling-down-nginx", False),
        ("scaling", "stsconf-r1-scaling-down-nginx", False),
        ("(one|two-more)", "stsconf-r1-two-more-kubia", True),
        ("one", "others", False),
    ],
)
def test_one_scenario_is_meant(scenario: str, namespace: str, meant: bool) -> None:  # noqa: FBT001 -- a table's column
    """The one whose namespace has that name, with any app, and none that is called alike."""
    done = list[str]()

    def act(_kube: Kube, happened: str, _obj: Json) -> None:
        done.append(happened)

    unused: Any = None
    meddling.during(scenario, act)(unused, "ADDED", pod("web-0", "1", namespace))
    assert bool(done) is meant


def test_claims_of_pods_that_are_gone_are_deleted(tmp_path: Path) -> None:
    """Of runs, and only once the pod is gone; a watch that ends is gone on with, one that is refused something too."""
    claims = f"/api/v1/namespaces/{SPACE}/persistentvolumeclaims"
    with site(tmp_path) as (api, broken):
        last = Awaited(api, f"DELETE {claims}/www-web-2")
        api.answers[f"DELETE {claims}/www-web-1"] = (403, "not you")
        api.scripts[PODS] = [
            [told("ADDED", pod("web-0", "2")), told("DELETED", pod("web-9", "3", "others"))],
            [told("BOOKMARK", {"metadata": {"resourceVersion": "5"}}), told("DELETED", pod("web-1", "6")), BREAK],
            [told("DELETED", pod("web-2", "7"))],
        ]
        with meddling.meddling("Pod", meddling.take_claims)(broken):
            assert last.given()
        assert [request.path for request in api.asked("DELETE")] == [f"{claims}/www-web-1", f"{claims}/www-web-2"]
        assert api.watched(PODS)[:3] == ["1", "3", "6"]
    assert "meddler" not in {thread.name for thread in threading.enumerate()}


def ready(name: str, version: str, namespace: str = f"{SPACE}-ordered-startup-nginx", **annotations: str) -> Json:
    """Return a pod that is Running and Ready."""
    one = pod(name, version, namespace)
    one["metadata"]["annotations"] = annotations
    one["status"] = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    return one


def test_pods_are_turned_back(tmp_path: Path) -> None:
    """A pod that has just become Ready is said to be Pending, and then to run; once, and no pod elsewhere."""
    path = f"/api/v1/namespaces/{SPACE}-ordered-startup-nginx/pods"
    with site(tmp_path) as (api, broken):
        last = Awaited(api, f"PATCH {path}/web-0/status")
        known = ready("web-2", "3", **{"stsconf-fault-turned": ""})
        lines = [
            told("ADDED", ready("web-3", "2")),
            told("MODIFIED", known),
            told("MODIFIED", ready("web-1", "4", SPACE)),
        ]
        api.scripts[PODS] = [[*lines, told("MODIFIED", ready("web-0", "5"))]]
        with meddling.meddling("Pod", meddling.during("ordered-startup", meddling.turn_back))(broken):
            assert last.given()
        patches = [(request.path.removeprefix(path), request.body) for request in api.asked("PATCH")]
    assert patches == [
        ("/web-0", {"metadata": {"annotations": {"stsconf-fault-turned": ""}}}),
        ("/web-0/status", {"status": {"phase": "Pending"}}),
        ("/web-0/status", {"status": {"phase": "Running"}}),
    ]


def test_losses_are_followed_up(tmp_path: Path) -> None:
    """Where a scenario looks at what else becomes of the set, and nowhere else; only when the second pod goes."""
    space = f"{SPACE}-lost-pod-nginx"
    revisions = f"/apis/apps/v1/namespaces/{space}/controllerrevisions"
    metadata = {
        "name": "web-a",
        "uid": "a",
        "labels": {"app": "nginx"},
        "ownerReferences": [{"name": "web", "controller": True}],
    }
    former = {"metadata": {**metadata, "name": "web-b"}, "revision": 1, "data": {}}
    with site(tmp_path) as (api, broken):
        api.answers[f"GET {revisions}"] = listing(former, {"metadata": metadata, "revision": 2, "data": {"spec": 1}})
        last = Awaited(api, f"DELETE /api/v1/namespaces/{space}/pods/web-0")
        others = [told("DELETED", pod("web-1", "2")), told("DELETED", pod("web-2", "3", space))]
        gone = told("DELETED", pod("web-1", "5", space))
        api.scripts[PODS] = [[*others, told("ADDED", pod("web-1", "4", space)), gone]]
        with meddling.meddling("Pod", meddling.during("lost-pod", meddling.follow_up))(broken):
            assert last.given()
        (made,) = api.asked("POST")
    assert (made.body["metadata"]["name"], made.body["revision"], made.body["data"]) == ("web-a-again", 3, {"spec": 1})
    assert made.body["metadata"]["ownerReferences"] == [{"name": "web", "controller": True}]


def test_a_stranger_joins_each_set(tmp_path: Path) -> None:
    """It is what the template says, with an empty folder where the set's pods have a claim."""
    container = {"name": "nginx", "image": "nginx", "volumeMounts": [{"name": "www"}]}
    template: Json = {
        "metadata": {"labels": {"app": "nginx"}},
        "spec": {"securityContext": {"runAsNonRoot": True}, "containers": [container]},
    }
    spec = {"template": template, "volumeClaimTemplates": [{"metadata": {"name": "www"}}]}
    metadata = {"name": "web", "namespace": SPACE, "uid": "u-1", "resourceVersion": "2"}
    with site(tmp_path) as (api, broken):
        made = Awaited(api, f"POST /api/v1/namespaces/{SPACE}/pods")
        api.scripts[SETS] = [[told("ADDED", {"metadata": metadata, "spec": spec})]]
        with meddling.meddling("StatefulSet", meddling.add_stranger)(broken):
            assert made.given()
        (request,) = api.asked("POST")
    assert request.body["metadata"] == {"name": "stranger-u-1", "labels": {"app": "nginx"}}
    assert request.body["spec"] == {**template["spec"], "volumes": [{"name": "www", "emptyDir": {}}]}
