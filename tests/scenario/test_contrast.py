"""The Deployment that is held against a StatefulSet."""

from __future__ import annotations

import pytest

from stsconf.record import StalledError
from stsconf.scenario.apps import APPS, App
from stsconf.scenario.contrast import Replicas
from stsconf.scenario.stage import Stage
from tests.fake_api import Json
from tests.scenario.stages import NONE, Playhouse, acts, pod, record

RUNNING = (pod("web-x", ready=False), pod("web-y", ready=False))
STARTING = {"metadata": {"name": "web-z", "uid": "z", "resourceVersion": "1"}, "status": {}}


@pytest.fixture
def stage(house: Playhouse) -> Stage:
    """Return a stage that waits for nothing."""
    stage = house.stage()
    stage.deadlines = NONE
    return stage


@pytest.mark.parametrize("app", APPS.values(), ids=APPS)
def test_deployment(house: Playhouse, app: App) -> None:
    """It is the app's StatefulSet without what only a StatefulSet has, and its pods are held."""
    Replicas(house.stage(app=app), 2)
    made = house.sent("POST")[-1].body
    (of_set,) = (obj for obj in app.manifest() if obj["kind"] == "StatefulSet")
    pods, pods_of_set = made["spec"]["template"]["spec"], of_set["spec"]["template"]["spec"]
    assert (made["apiVersion"], made["kind"], made["metadata"]["name"]) == ("apps/v1", "Deployment", app.set_name)
    assert made["metadata"]["labels"]["stsconf.dev/run"] == "r1"
    assert set(made["spec"]) == {"replicas", "selector", "template"}
    assert (made["spec"]["replicas"], made["spec"]["selector"]) == (2, of_set["spec"]["selector"])
    assert pods["readinessGates"] == [{"conditionType": "stsconf.dev/released"}]
    assert pods["containers"] == pods_of_set["containers"]
    assert pods["volumes"] == [*pods_of_set.get("volumes", []), {"name": app.claim, "emptyDir": {}}]


def test_what_comes_along(house: Playhouse, stage: Stage) -> None:
    """The app's configuration is created before the Deployment, its Service is not."""
    Replicas(stage, 2)
    assert [request.body["kind"] for request in house.sent("POST")] == ["ConfigMap", "Deployment"]
    assert acts(stage) == [("deploy", "create a Deployment with 2 replicas")]


def last_seen(stage: Stage, count: int, lost: str = "") -> str:
    """Wait for the pods of a Deployment; return what was last seen if that stalls."""
    try:
        Replicas(stage, count).await_pods(lost)
    except StalledError as error:
        return error.stall.last_seen
    return ""


def test_running_is_enough(stage: Stage) -> None:
    """Pods are awaited to run, not to be Ready: that is held."""
    record(stage, "Pod", *RUNNING)
    assert last_seen(stage, 2) == ""


@pytest.mark.parametrize(("count", "enough"), [(2, True), (3, False)])
def test_lost_pod_does_not_count(stage: Stage, count: int, *, enough: bool) -> None:
    """As long as the lost pod is there, it is neither missed nor counted."""
    record(stage, "Pod", *RUNNING, pod("web-l", deleting=True))
    assert (last_seen(stage, count, lost="web-l") == "") == enough


@pytest.mark.parametrize(
    ("found", "seen"),
    [
        ([], "no pods"),
        ([RUNNING[0]], "web-x is Running, not Ready"),
        ([RUNNING[0], STARTING], "web-x is Running, not Ready; web-z is without phase, not Ready"),
    ],
    ids=["none", "too-few", "one-starts"],
)
def test_stall_tells_the_pods(stage: Stage, found: list[Json], seen: str) -> None:
    """Two running pods are awaited; when time is up, it is told what there is instead."""
    record(stage, "Pod", *found)
    assert last_seen(stage, 2) == seen


def test_replaced_pod_is_awaited(house: Playhouse, stage: Stage) -> None:
    """The first pod is deleted, and not the others alone are to run afterwards."""
    record(stage, "Pod", *RUNNING)
    replicas = Replicas(stage, 2)
    with pytest.raises(StalledError, match="awaited 2 running pods of Deployment web"):
        replicas.replace_one()
    assert [request.path.rpartition("/")[2] for request in house.sent("DELETE")] == ["web-x"]
    assert acts(stage)[-1] == ("kill", "delete web-x")


def test_replaced_pod_came(stage: Stage) -> None:
    """A pod of another name takes the place."""
    record(stage, "Pod", *RUNNING, pod("web-z", ready=False))
    Replicas(stage, 2).replace_one()
    assert acts(stage)[-1] == ("kill", "delete web-x")
