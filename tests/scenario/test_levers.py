"""What holding and letting go of pods sends, awaits and puts on record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stsconf.errors import StsconfError
from stsconf.kube.client import MERGE, STRATEGIC
from stsconf.kube.errors import ApiError
from stsconf.model.history import ACT, DELETED, MODIFIED
from stsconf.record import StalledError
from stsconf.scenario.workload import Workload
from tests.fake_api import Json, Plain, Request, refusal
from tests.scenario.stages import NONE, Playhouse, deploy, done, marks, pod, record, stateful_set, then

SPACE = "/api/v1/namespaces/stsconf-r1-one-nginx"
PODS = f"{SPACE}/pods"
SETS = "/apis/apps/v1/namespaces/stsconf-r1-one-nginx/statefulsets"
UNREADY, LEAVING, OTHER = pod(0, ready=False), pod(0, deleting=True), pod(0, uid="u-2")


def gate(value: str) -> Json:
    """Return the patch that sets the readiness gate."""
    return {"status": {"conditions": [{"type": "stsconf.dev/released", "status": value}]}}


LET_GO = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["stsconf.dev/hold"]}}


def test_release(house: Playhouse) -> None:
    """One patch of the gate's condition in the pod's status makes it Ready."""
    web = deploy(house)
    record(web.stage, "Pod", UNREADY)
    house.api.answers[f"PATCH {PODS}/web-0/status"] = then(house, "Pod", pod(0))
    web.release(0)
    assert done(house, "PATCH") == [("PATCH", f"{PODS}/web-0/status", gate("True"), STRATEGIC)]
    assert marks(web) == [("release", "set the gate of web-0 to True")]
    assert web.stage.history().of(ACT)[-1].object["pods"] == ["web-0"]


def test_ready_again(house: Playhouse) -> None:
    """A pod that is still there is released, and for one that is gone nothing is done."""
    web = deploy(house)
    web.ready_again(0)
    assert done(house, "PATCH") == []
    record(web.stage, "Pod", UNREADY)
    house.api.answers[f"PATCH {PODS}/web-0/status"] = then(house, "Pod", pod(0))
    web.ready_again(0)
    assert marks(web) == [("release", "set the gate of web-0 to True")]


def test_release_whichever_comes(house: Playhouse) -> None:
    """A cluster that begins with another pod is followed; pods that were there before do not count."""
    web = deploy(house)
    record(web.stage, "Pod", pod(0, uid="old"), pod("other-0"), pod(1, ready=False))

    def second(_: Request) -> Json:
        house.emit("Pod", pod(1), MODIFIED)
        house.emit("Pod", UNREADY, MODIFIED)
        return {}

    house.api.answers[f"PATCH {PODS}/web-1/status"] = second
    house.api.answers[f"PATCH {PODS}/web-0/status"] = then(house, "Pod", pod(0))
    web.release_each(2, replaced=["old"])
    assert [path for _, path, _, _ in done(house, "PATCH")] == [f"{PODS}/web-1/status", f"{PODS}/web-0/status"]


def test_release_in_vain(house: Playhouse) -> None:
    """How many pods had come is told."""
    web = deploy(house, NONE)
    with pytest.raises(StalledError, match="awaited creation of pod 1 of 2 of StatefulSet web"):
        web.release_each(2)
    record(web.stage, "Pod", LEAVING)
    with pytest.raises(StalledError, match="awaited running containers of pod 1 of 2 of StatefulSet web"):
        web.release_each(2)


def test_unready(house: Playhouse) -> None:
    """The gate is closed again; the set's status counts one less, and the pod is on record as not Ready."""
    web = deploy(house)
    record(web.stage, "Pod", pod(0), pod(1), pod("other-0"))

    def both(_: Request) -> Json:
        house.emit("StatefulSet", stateful_set(readyReplicas=1), MODIFIED)
        house.emit("Pod", pod(1, ready=False), MODIFIED)
        return {}

    house.api.answers[f"PATCH {PODS}/web-1/status"] = both
    web.unready(1)
    assert done(house, "PATCH") == [("PATCH", f"{PODS}/web-1/status", gate("False"), STRATEGIC)]
    assert marks(web) == [("unready", "set the gate of web-1 to False")]


def test_unready_at_last(house: Playhouse) -> None:
    """The gate of a pod that is being deleted is closed; nothing is awaited of the set's status."""
    web = deploy(house)
    record(web.stage, "Pod", LEAVING)

    def closed(_: Request) -> Json:
        house.emit("Pod", {**LEAVING, "status": {**LEAVING["status"], "conditions": []}}, MODIFIED)
        return {}

    house.api.answers[f"PATCH {PODS}/web-0/status"] = closed
    web.unready_at_last(0)
    assert done(house, "PATCH") == [("PATCH", f"{PODS}/web-0/status", gate("False"), STRATEGIC)]
    assert marks(web) == [("unready", "set the gate of web-0 to False")]


@pytest.mark.parametrize("answer", ["gone-after", "gone-before"])
def test_let_go(house: Playhouse, answer: str) -> None:
    """Our finalizer is taken off, by name; a pod that is gone already is gone."""
    web = deploy(house)
    record(web.stage, "Pod", LEAVING)

    def patched(_: Request) -> Plain:
        house.emit("Pod", LEAVING, DELETED)
        return {} if answer == "gone-after" else refusal(404, "not found")

    house.api.answers[f"PATCH {PODS}/web-0"] = patched
    web.let_go(0)
    assert done(house, "PATCH") == [("PATCH", f"{PODS}/web-0", LET_GO, STRATEGIC)]
    assert marks(web) == [("let-go", "let web-0 go")]


def test_let_go_refused(house: Playhouse) -> None:
    """Any other refusal surfaces."""
    web = deploy(house)
    record(web.stage, "Pod", LEAVING)
    house.api.answers[f"PATCH {PODS}/web-0"] = refusal(403, "no")
    with pytest.raises(ApiError, match="403"):
        web.let_go(0)


def test_schedule(house: Playhouse) -> None:
    """The scheduling gate is taken off the pod."""
    web = deploy(house)
    held = pod(0)
    held["spec"]["schedulingGates"] = [{"name": "stsconf.dev/released"}]
    record(web.stage, "Pod", held)
    web.schedule(0)
    assert done(house, "PATCH") == [("PATCH", f"{PODS}/web-0", {"spec": {"schedulingGates": None}}, MERGE)]
    assert marks(web) == [("schedule", "let web-0 be scheduled")]


def test_let_go_whichever_leaves(house: Playhouse) -> None:
    """The pods are let go in the cluster's order."""
    web = deploy(house)
    last = pod(1, deleting=True)
    record(web.stage, "Pod", pod(0), last)

    def first(_: Request) -> Json:
        house.emit("Pod", last, DELETED)
        house.emit("Pod", LEAVING, MODIFIED)
        return {}

    house.api.answers[f"PATCH {PODS}/web-1"] = first
    house.api.answers[f"PATCH {PODS}/web-0"] = then(house, "Pod", LEAVING, DELETED)
    web.let_go_each(2)
    assert [sentence for _, sentence in marks(web)] == ["let web-1 go", "let web-0 go"]


@pytest.mark.parametrize(
    ("act", "lacking", "what"),
    [
        (lambda web: web.release(0), "readinessGates", "web-0 does not have the readiness gate"),
        (lambda web: web.let_go(0), "finalizers", "web-0 does not have the finalizer"),
        (lambda web: web.schedule(0), "schedulingGates", "web-0 does not have the scheduling gate"),
    ],
)
def test_pod_that_is_not_held(house: Playhouse, act: Callable[[Workload], None], lacking: str, what: str) -> None:
    """A cluster that strips what we hold pods by cannot be judged; nothing is patched."""
    web = deploy(house)
    obj = pod(0, deleting=lacking == "finalizers")
    obj["spec"].pop(lacking, None)
    obj["metadata"].pop(lacking, None)
    record(web.stage, "Pod", obj)
    with pytest.raises(StsconfError, match=what):
        act(web)
    assert done(house, "PATCH") == []
