"""Changing a StatefulSet's template, strategy and history: the very requests, and what each wait ends with."""

from __future__ import annotations

from typing import Any

import pytest

from stsconf.kube.client import STRATEGIC
from stsconf.kube.errors import ApiError
from stsconf.kube.kinds import KINDS
from stsconf.model.history import ADDED, DELETED, MODIFIED
from stsconf.record import StalledError
from stsconf.scenario.rollout import Rollout, rolling, strategy
from stsconf.scenario.shape import READY, Shape
from stsconf.wait import Deadlines
from tests.fake_api import Json, Request, refusal
from tests.scenario.stages import NONE, PATIENCE, Playhouse, done, forget, marks, pod, record, stateful_set, then

SPACE = "/api/v1/namespaces/stsconf-r1-one-nginx"
SETS = "/apis/apps/v1/namespaces/stsconf-r1-one-nginx/statefulsets"
AT = "kubectl.kubernetes.io/restartedAt"


def deploy(house: Playhouse, deadlines: Deadlines = PATIENCE) -> Rollout:
    """Deploy the nginx app's StatefulSet of two held pods."""
    path = KINDS["StatefulSet"].path(house.admit())
    house.api.answers |= {f"POST {path}": stateful_set(), f"PATCH {path}/web": stateful_set(2)}
    stage = house.stage()
    stage.deadlines = deadlines
    return Rollout(stage, Shape(replicas=2, hold=(READY,)))


def current(**status: Any) -> Json:
    """Return the set as the last change left it, seen by its controller."""
    return stateful_set(2, **status)


def gate(ordinal: int) -> str:
    """Return the request by which a pod is released."""
    return f"PATCH {SPACE}/pods/web-{ordinal}/status"


@pytest.mark.parametrize(
    ("made", "spec"),
    [
        (rolling(partition=2), {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}),
        (strategy("OnDelete"), {"type": "OnDelete", "rollingUpdate": None}),
    ],
)
def test_strategies(made: Json, spec: Json) -> None:
    """A strategy is a part of a spec; one that is not rolling takes the fields of rolling away."""
    assert made == {"updateStrategy": spec}


def test_restart(house: Playhouse) -> None:
    """The template is annotated as kubectl does it, with another text each time, alone or with other changes."""
    web = deploy(house)
    record(web.stage, "Pod", pod(1, uid="u-1"))
    assert web.restart() == ["", "u-1"]
    web.restart("again", labels={"round": "2"}, replicas=1)
    first, second = (body["spec"] for _, _, body, _ in done(house, "PATCH"))
    assert first["template"]["metadata"]["annotations"].keys() == {AT}
    assert first["template"]["metadata"]["annotations"] != second["template"]["metadata"]["annotations"]
    assert (first["template"]["metadata"]["labels"], second["template"]["metadata"]["labels"]) == ({}, {"round": "2"})
    assert (first.keys(), second["replicas"]) == ({"template"}, 1)
    assert {content_type for *_, content_type in done(house, "PATCH")} == {STRATEGIC}
    assert marks(web) == [("restart", "restart web"), ("again", "restart web with replicas")]


def test_misplace(house: Playhouse) -> None:
    """The template asks for a node label that no node has."""
    web = deploy(house)
    record(web.stage, "Pod", pod(1, uid="u-1"))
    assert web.misplace() == ["", "u-1"]
    ((_, _, body, _),) = done(house, "PATCH")
    assert body == {"spec": {"template": {"spec": {"nodeSelector": {"stsconf.dev/nowhere": "true"}}}}}
    assert [mark for mark, _ in marks(web)] == ["broken"]


def test_undo(house: Playhouse) -> None:
    """The data of a revision is the patch that leads back to it, as it stands."""
    web = deploy(house)
    data = {"spec": {"template": {"$patch": "replace", "spec": {}}}}
    record(web.stage, "ControllerRevision", {"metadata": {"name": "web-a", "uid": "r"}, "data": data})
    record(web.stage, "Pod", pod(0, uid="u-0"))
    assert web.undo("web-a") == ["u-0", ""]
    assert done(house, "PATCH") == [("PATCH", f"{SETS}/web", data, STRATEGIC)]
    assert marks(web) == [("undo", "return web to web-a")]


def test_revision(house: Playhouse) -> None:
    """The revision is that of the generation that our last change made."""
    web = deploy(house, NONE)
    record(web.stage, "StatefulSet", stateful_set())
    web.change({}, "change")
    with pytest.raises(StalledError, match="the current generation"):
        web.revision()
    set_ = current()
    set_["status"]["updateRevision"] = "web-b"
    record(web.stage, "StatefulSet", set_, type_=MODIFIED)
    assert web.revision() == "web-b"


def test_await_forgotten(house: Playhouse) -> None:
    """The revisions that the status names or a pod has may stay, and those of others."""
    web = deploy(house, NONE)
    status = {"currentRevision": "web-a", "updateRevision": "web-b"}
    known = {"metadata": {"name": "web", "uid": "set-1"}, "status": status}
    own, other = ([{"kind": "StatefulSet", "uid": uid, "controller": True}] for uid in ("set-1", "set-2"))
    revisions = {name: {"metadata": {"name": name, "ownerReferences": own}} for name in ("web-a", "web-b", "web-c")}
    foreign = {"metadata": {"name": "other-a", "ownerReferences": other}}
    record(web.stage, "StatefulSet", known)
    record(web.stage, "ControllerRevision", *revisions.values(), foreign)
    with pytest.raises(StalledError, match="removal of all revisions that nothing uses"):
        web.await_forgotten()
    forget(web.stage, "ControllerRevision", revisions["web-c"])
    web.await_forgotten()


def test_await_begun(house: Playhouse) -> None:
    """An update has begun with the first pod that is none of the old ones, by whatever name."""
    web = deploy(house, NONE)
    record(web.stage, "Pod", pod(0, uid="u-0"), pod(1, uid="u-1"))
    with pytest.raises(StalledError, match="creation of a first new pod"):
        web.await_begun(["u-0", "u-1"])
    record(web.stage, "Pod", pod(0, uid="new"), type_=MODIFIED)
    web.await_begun(["u-0", "u-1"])
    assert marks(web) == []


def test_release_next(house: Playhouse) -> None:
    """Pods that are held are released once they run; those that are Ready, being deleted or free are not."""
    web = deploy(house, NONE)
    free = pod(2, ready=False)
    del free["spec"]["readinessGates"]
    record(web.stage, "Pod", pod(0), pod(1, ready=False, deleting=True), free)
    with pytest.raises(StalledError, match="creation of held pod 1 of 1"):
        web.release_next()
    pending = pod(1, uid="new", ready=False)
    pending["status"] = {"phase": "Pending"}
    record(web.stage, "Pod", pending, type_=MODIFIED)
    with pytest.raises(StalledError, match="running containers of Pod web-1"):
        web.release_next()
    record(web.stage, "Pod", pod(1, uid="new", ready=False), type_=MODIFIED)
    web.stage.deadlines = PATIENCE
    house.api.answers[gate(1)] = then(house, "Pod", pod(1, uid="new"))
    web.release_next()
    assert [sentence for _, sentence in marks(web)] == ["set the gate of web-1 to True"]


@pytest.mark.parametrize(("after", "type_"), [(pod(1, uid="next", ready=False), ADDED), (pod(1), DELETED)])
def test_a_released_pod_may_be_gone_at_once(house: Playhouse, after: Json, type_: str) -> None:
    """An outdated pod that becomes Ready is replaced within milliseconds: that it was Ready is enough."""
    web = deploy(house)
    record(web.stage, "Pod", pod(1, ready=False))
    house.api.answers[gate(1)] = then(house, "Pod", after, type_)
    web.release_next()
    assert [mark for mark, _ in marks(web)] == ["release"]


def test_a_pod_may_be_gone_before_it_is_released(house: Playhouse) -> None:
    """A pod that is gone is not released; any other refusal is told."""
    web = deploy(house)
    record(web.stage, "Pod", pod(1, ready=False))

    def gone(_: Request) -> tuple[int, Json]:
        house.emit("Pod", pod(1), DELETED)
        return refusal(404, "there is none")

    house.api.answers[gate(1)] = gone
    web.release_next()
    assert [mark for mark, _ in marks(web)] == ["release"]
    record(web.stage, "Pod", pod(1, ready=False))
    house.api.answers[gate(1)] = refusal(403, "not you")
    with pytest.raises(ApiError, match="not you"):
        web.release_next()


def test_finish(house: Playhouse) -> None:
    """Whatever is held is released until the status counts every pod as updated and Ready."""
    web = deploy(house)
    web.restart()
    record(web.stage, "StatefulSet", current(replicas=2, readyReplicas=1, updatedReplicas=1))
    record(web.stage, "Pod", pod(0), pod(1, ready=False))

    def released(_: Request) -> Json:
        house.emit("Pod", pod(1), MODIFIED)
        house.emit("StatefulSet", current(replicas=2, readyReplicas=2, updatedReplicas=2), MODIFIED)
        return {}

    house.api.answers[gate(1)] = released
    for number, kind in enumerate(("Pod", "StatefulSet")):
        path = KINDS[kind].path("stsconf-r1-one-nginx")
        house.api.answers[f"GET {path}"] = {"metadata": {"resourceVersion": str(number)}, "items": []}
    web.finish("over")
    assert [mark for mark, _ in marks(web)] == ["restart", "release", "over"]


def test_an_update_that_never_ends_stalls(house: Playhouse) -> None:
    """A cluster that replaces pods for ever is not followed for ever."""
    web = deploy(house, Deadlines(controller=0.5))
    web.restart()
    record(web.stage, "StatefulSet", current(replicas=2))
    record(web.stage, "Pod", pod(1, uid="0", ready=False))

    def released(_: Request) -> Json:
        number = sum(request.path.endswith("/web-1/status") for request in house.api.requests)
        house.emit("Pod", pod(1, uid=str(number), ready=False), MODIFIED)
        return {}

    house.api.answers[gate(1)] = released
    with pytest.raises(StalledError, match="updatedReplicas 2"):
        web.finish()
    assert [mark for mark, _ in marks(web)] == ["restart", *["release"] * 6]
