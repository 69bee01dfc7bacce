"""What ends a workload's waits, what does not, and how long they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stsconf.model.history import MODIFIED
from stsconf.record import StalledError
from stsconf.scenario.workload import Workload
from stsconf.wait import Deadlines
from tests.fake_api import Json, Request
from tests.scenario.stages import NONE, Playhouse, deploy, endpoints, marks, pod, record, stateful_set

SETS = "/apis/apps/v1/namespaces/stsconf-r1-one-nginx/statefulsets"
Wait = Callable[[Workload], None]
UNREADY, LEAVING, OTHER = pod(0, ready=False), pod(0, deleting=True), pod(0, uid="u-2")
SEEN = stateful_set(readyReplicas=2, updatedReplicas=1)
UNSEEN = stateful_set(2, observedGeneration=1, readyReplicas=2)


@pytest.mark.parametrize(
    ("wait", "there"),
    [
        (lambda web: web.await_created(0), {"Pod": [UNREADY]}),
        (lambda web: web.await_created(0, ["u-1"]), {"Pod": [OTHER]}),
        (lambda web: web.await_running(0), {"Pod": [UNREADY]}),
        (lambda web: web.await_ready(0), {"Pod": [pod(0)]}),
        (lambda web: web.await_ready(), {"Pod": [pod(0), pod(1)]}),
        (lambda web: web.await_ready(0, replaced=["u-1"]), {"Pod": [OTHER]}),
        (lambda web: web.await_gone(0), {}),
        (lambda web: web.await_gone(0, "u-1"), {"Pod": [OTHER]}),
        (lambda web: web.await_deletion(0), {"Pod": [LEAVING]}),
        (lambda web: web.await_deletion(0), {}),
        (lambda web: web.await_status(), {"StatefulSet": [SEEN]}),
        (lambda web: web.await_status(readyReplicas=2, updatedReplicas=1), {"StatefulSet": [SEEN]}),
        (lambda web: web.await_status(currentReplicas=0), {"StatefulSet": [SEEN]}),
        (lambda web: web.await_endpoints(), {}),
        (lambda web: web.await_endpoints(), {"Pod": [pod(0)], "EndpointSlice": [endpoints(pod(0))]}),
        (lambda web: web.await_endpoints(), {"Pod": [pod(0)], "EndpointSlice": [endpoints(pod(0), ready=None)]}),
        (lambda web: web.await_endpoints(), {"EndpointSlice": [endpoints(pod("stray"))]}),
        (lambda web: web.await_endpoints(unready=True), {"Pod": [UNREADY], "EndpointSlice": [endpoints(UNREADY)]}),
        (lambda web: web.await_label(0, "app", "nginx"), {"Pod": [pod(0)]}),
    ],
    ids=[
        "created",
        "created-again",
        "running",
        "ready",
        "all-ready",
        "replaced",
        "gone",
        "gone-by-uid",
        "deletion",
        "gone-instead",
        "status",
        "counters",
        "counter-absent",
        "no-endpoints",
        "endpoints",
        "endpoints-by-default",
        "stray-endpoint",
        "unready-endpoint",
        "label",
    ],
)
def test_wait_ends(house: Playhouse, wait: Wait, there: dict[str, list[Json]]) -> None:
    """What is awaited and is there already is not waited for; a wait is no act."""
    web = deploy(house, NONE)
    for kind, objs in there.items():
        record(web.stage, kind, *objs)
    wait(web)
    assert marks(web) == []


@pytest.mark.parametrize(
    ("wait", "there", "message"),
    [
        (lambda web: web.await_created(0), {}, "creation by the StatefulSet of Pod web-0;.*: web-0 does not exist"),
        (
            lambda web: web.await_created(0, ["uid-web-0"]),
            {"Pod": [pod(0)]},
            "creation again by the StatefulSet of Pod",
        ),
        (lambda web: web.await_running(0), {"Pod": [LEAVING]}, "running containers of Pod web-0;.*being deleted"),
        (lambda web: web.await_ready(0), {"Pod": [UNREADY]}, "Running and Ready of Pod web-0;.*Running, not Ready"),
        (lambda web: web.await_ready(0), {"Pod": [LEAVING]}, "Running and Ready of Pod web-0"),
        (lambda web: web.await_ready(), {"Pod": [pod(0)]}, "creation by the StatefulSet of Pod web-1"),
        (lambda web: web.await_gone(0), {"Pod": [LEAVING]}, "being gone of Pod web-0"),
        (lambda web: web.await_gone(0, "u-2"), {"Pod": [OTHER]}, "being gone of Pod web-0"),
        (lambda web: web.await_deletion(0), {"Pod": [pod(0)]}, "deletion by the StatefulSet of Pod web-0"),
        (lambda web: web.await_status(), {}, "status with the current generation of StatefulSet web"),
        (lambda web: web.await_status(readyReplicas=2), {"StatefulSet": [UNSEEN]}, "status with readyReplicas 2 of"),
        (lambda web: web.await_status(readyReplicas=3), {"StatefulSet": [SEEN]}, "status with readyReplicas 3 of"),
        (lambda web: web.await_endpoints(), {"Pod": [pod(0)]}, "exactly the Ready pods as endpoints of Service nginx"),
        (
            lambda web: web.await_endpoints(),
            {"Pod": [UNREADY], "EndpointSlice": [endpoints(UNREADY)]},
            "exactly the Ready pods",
        ),
        (
            lambda web: web.await_endpoints(),
            {"Pod": [pod(0)], "EndpointSlice": [endpoints(pod(0), ready=False)]},
            "exactly the Ready pods",
        ),
        (
            lambda web: web.await_endpoints(),
            {"Pod": [pod(0)], "EndpointSlice": [endpoints(pod(0), service="virtual")]},
            "exactly the Ready pods",
        ),
        (lambda web: web.await_endpoints(unready=True), {"Pod": [UNREADY]}, "exactly the pods as endpoints"),
        (lambda web: web.await_label(0, "app", "x"), {"Pod": [pod(0)]}, "label app=x of Pod web-0"),
    ],
    ids=[
        "created",
        "created-again",
        "running-but-leaving",
        "ready",
        "ready-but-leaving",
        "one-missing",
        "gone",
        "gone-by-uid",
        "deletion",
        "no-status",
        "status-of-before",
        "other-count",
        "no-endpoint",
        "unready-endpoint",
        "endpoint-not-ready",
        "endpoint-of-another",
        "unready-not-listed",
        "other-label",
    ],
)
def test_wait_in_vain(house: Playhouse, wait: Wait, there: dict[str, list[Json]], message: str) -> None:
    """What is awaited and does not come is told by name, with what was there instead."""
    web = deploy(house, NONE)
    for kind, objs in there.items():
        record(web.stage, kind, *objs)
    with pytest.raises(StalledError, match=f"awaited {message}"):
        wait(web)


@pytest.mark.parametrize(
    ("wait", "deadline"),
    [
        (lambda web: web.await_created(0), 1.0),
        (lambda web: web.await_created(0, ["u-1"]), 11.0),
        (lambda web: web.await_running(0), 1100.0),
        (lambda web: web.await_gone(0), 10.0),
        (lambda web: web.await_deletion(0), 1.0),
        (lambda web: web.await_status(readyReplicas=1), 1.0),
    ],
    ids=["created", "created-again", "running", "gone", "deletion", "status"],
)
def test_deadlines(house: Playhouse, monkeypatch: pytest.MonkeyPatch, wait: Wait, deadline: float) -> None:
    """Each wait is as patient as what it waits for needs; a pod with storage waits for its claim as well."""
    web = deploy(house, Deadlines(controller=1, gone=10, pod=100, claim=1000), storage=True)
    asked = []
    monkeypatch.setattr(web.stage.recorder, "until", lambda _, **parts: asked.append(parts["deadline"]))
    wait(web)
    assert asked == [deadline]


def test_status_of_an_earlier_change_is_none(house: Playhouse) -> None:
    """The record lags behind the API's answers: a status from before our own change ends no wait for its effect."""
    web = deploy(house, NONE)
    record(web.stage, "StatefulSet", stateful_set(1, replicas=2))
    web.await_status(replicas=2)
    web.scale(1)
    with pytest.raises(StalledError, match="the current generation"):
        web.await_status()
    record(web.stage, "StatefulSet", stateful_set(2, replicas=1), type_=MODIFIED)
    web.await_status(replicas=1)
    assert [mark for mark, _ in marks(web)] == ["scale"]


def test_settle(house: Playhouse) -> None:
    """The window is closed by another set, created later and seen by the same controller; it makes no pods."""
    web = deploy(house)
    record(web.stage, "StatefulSet", stateful_set())
    bystander = stateful_set() | {
        "metadata": {"name": "bystander-x", "uid": "u", "resourceVersion": "6", "generation": 1}
    }

    def created(_: Request) -> Json:
        house.emit("StatefulSet", bystander)
        return bystander

    house.api.answers[f"POST {SETS}"] = created
    web.settle()
    body = house.sent("POST")[-1].body
    assert (body["metadata"]["generateName"], body["spec"]["replicas"]) == ("bystander-", 0)
    assert (
        body["spec"]["selector"]["matchLabels"]
        == body["spec"]["template"]["metadata"]["labels"]
        == {"app": "bystander"}
    )
    assert marks(web) == [("settled", "the controller has seen bystander-x, created later")]
    assert web.manifest["spec"]["selector"]["matchLabels"] == {"app": "nginx"}


def test_what_events_tell_is_waited_for(house: Playhouse) -> None:
    """All pods have to be told of; other Events tell of none."""
    web = deploy(house, Deadlines())
    for name in ("web-0", "web-1"):
        message = f"create Pod {name} in StatefulSet web successful"
        event = {"metadata": {"name": f"told-{name}"}, "reason": "SuccessfulCreate", "message": message}
        record(web.stage, "Event", event)
    web.await_told()
    assert web.stage.recorder.awaited_seconds < web.controller_deadline


def test_nobody_insists_on_events(house: Playhouse) -> None:
    """That they do not come is nobody's broken promise, and ends no scenario."""
    web = deploy(house, NONE)
    record(web.stage, "Event", {"metadata": {"name": "told"}, "reason": "Pulled", "message": "web-0 web-1"})
    web.await_told()
    assert marks(web) == []


def test_what_was_refused_may_take_longer(house: Playhouse) -> None:
    """Controllers pause between attempts, longer each time; the message names the time that was given."""
    web = deploy(house, Deadlines(controller=0.0, gone=0.0, retry=0.1))
    with pytest.raises(StalledError, match=r"deadline 0\.1 s"):
        web.await_created(0, refused=True)
    with pytest.raises(StalledError, match=r"deadline 0\.0 s"):
        web.await_created(0)
