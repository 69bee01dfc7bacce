"""What a scenario does to a StatefulSet: the very requests, the acts on record, and what each wait ends with."""

from __future__ import annotations

import dataclasses

import pytest

from stsconf.kube.client import MERGE, STRATEGIC
from stsconf.model.history import ACT, DELETED, HTTP, MODIFIED
from stsconf.record import StalledError
from stsconf.scenario.apps import KUBIA
from stsconf.scenario.shape import Shape
from stsconf.scenario.workload import Workload
from tests.fake_api import Json, Request, listing
from tests.scenario.stages import (
    NONE,
    Playhouse,
    acts,
    deploy,
    done,
    endpoints,
    forget,
    marks,
    pod,
    record,
    stateful_set,
)

SPACE = "/api/v1/namespaces/stsconf-r1-one-nginx"
PODS = f"{SPACE}/pods"
SETS = "/apis/apps/v1/namespaces/stsconf-r1-one-nginx/statefulsets"
UNREADY, LEAVING, OTHER = pod(0, ready=False), pod(0, deleting=True), pod(0, uid="u-2")


# -------------------------------------------------------------------------------------------------------- deploying
@pytest.mark.parametrize(
    ("service", "kinds"), [(True, ["configmaps", "services", "statefulsets"]), (False, ["configmaps", "statefulsets"])]
)
def test_deploy(house: Playhouse, service: bool, kinds: list[str]) -> None:  # noqa: FBT001 -- a table's column
    """The manifest's objects are created, the StatefulSet last, after the act is on record."""
    web = deploy(house, service=service)
    requests = house.sent("POST")
    assert [request.path.rpartition("/")[2] for request in requests] == kinds
    assert requests[-1].body["spec"] == web.manifest["spec"]
    assert requests[-1].body["spec"]["replicas"] == 2
    assert all(request.body["metadata"]["labels"]["stsconf.dev/run"] == "r1" for request in requests)
    assert acts(web.stage) == [("deploy", "create StatefulSet web with 2 replicas")]


def test_deploy_another(house: Playhouse) -> None:
    """A second set comes with its Service, without what the first brought; names and waits are its own."""
    house.api.answers[f"POST {SETS}"] = stateful_set()
    web = Workload(house.stage(), Shape(name="other", replicas=1))
    requests = house.sent("POST")
    assert [request.path.rpartition("/")[2] for request in requests] == ["services", "statefulsets"]
    assert {request.body["metadata"]["name"] for request in requests} == {"other"}
    assert (web.name, web.service, web.pod(0)) == ("other", "other", "other-0")


def test_create_again(house: Playhouse) -> None:
    """After a deletion the same set can be created again, under another mark."""
    web = deploy(house)
    web.create("again")
    assert marks(web) == [("again", "create StatefulSet web with 2 replicas")]
    assert house.sent("POST")[-1].body == house.sent("POST")[-2].body


def test_names(house: Playhouse) -> None:
    """Pods are named by ordinal; one that does not exist has no UID."""
    web = deploy(house)
    record(web.stage, "Pod", pod(1, uid="u-1"))
    assert (web.pod(1), web.uid(1), web.uid(0)) == ("web-1", "u-1", "")


# ---------------------------------------------------------------------------------------------------------- holding
# ----------------------------------------------------------------------------------------------------------- acting
def test_kill(house: Playhouse) -> None:
    """Pods are deleted as they are, without options; who they were is on record before."""
    web = deploy(house)
    record(web.stage, "Pod", pod(0, uid="u-0"), pod(1, uid="u-1"))
    assert web.kill(0, 1) == ["u-0", "u-1"]
    assert [(path, body) for _, path, body, _ in done(house, "DELETE")] == [
        (f"{PODS}/web-0", {}),
        (f"{PODS}/web-1", {}),
    ]
    assert marks(web) == [("kill", "delete web-0, web-1")]
    act = web.stage.history().of(ACT)[-1].object
    assert (act["pods"], act["uids"]) == (["web-0", "web-1"], ["u-0", "u-1"])


def test_replace(house: Playhouse) -> None:
    """The replacement is awaited, not the old pod that is still there."""
    web = deploy(house)
    record(web.stage, "Pod", pod(0, uid="old"))

    def deleted(_: Request) -> Json:
        house.emit("Pod", pod(0, uid="old"), DELETED)
        house.emit("Pod", OTHER)
        return {}

    house.api.answers[f"DELETE {PODS}/web-0"] = deleted
    web.replace(0)
    assert web.uid(0) == "u-2"
    assert marks(web) == [("kill", "delete web-0"), ("killed", "web-0 came back")]


def test_scale(house: Playhouse) -> None:
    """One merge patch of the number."""
    web = deploy(house)
    web.scale(5, "grow")
    assert done(house, "PATCH") == [("PATCH", f"{SETS}/web", {"spec": {"replicas": 5}}, MERGE)]
    assert marks(web) == [("grow", "scale web to 5")]
    assert web.stage.history().of(ACT)[-1].object["replicas"] == 5


def test_update(house: Playhouse) -> None:
    """The image alone is changed, by the container's name; the old pods' UIDs are on record and returned."""
    web = deploy(house)
    record(web.stage, "Pod", pod(0, uid="u-0"), pod(1, uid="u-1"))
    assert web.update(2) == ["u-0", "u-1"]
    containers = [{"name": "nginx", "image": "localhost/stsconf/nginx:2"}]
    patch = {"spec": {"template": {"spec": {"containers": containers}}}}
    assert done(house, "PATCH") == [("PATCH", f"{SETS}/web", patch, STRATEGIC)]
    assert marks(web) == [("rollout", "set the image of web to localhost/stsconf/nginx:2")]
    act = web.stage.history().of(ACT)[-1].object
    assert (act["uids"], act["version"]) == (["u-0", "u-1"], 2)


def test_images_come_from_where_the_run_says(house: Playhouse) -> None:
    """A cluster that pulls from a registry of its own gets both versions from there."""
    house.api.answers |= {f"POST {SETS}": stateful_set(), f"PATCH {SETS}/web": stateful_set(2)}
    context = dataclasses.replace(house.context(), images="127.0.0.1:5000/mine")
    web = Workload(house.stage(context), Shape(replicas=2))
    web.update(2)
    created = house.sent("POST")[-1].body["spec"]["template"]["spec"]["containers"][0]["image"]
    updated = house.sent("PATCH")[-1].body["spec"]["template"]["spec"]["containers"][0]["image"]
    assert (created, updated) == ("127.0.0.1:5000/mine/nginx:1", "127.0.0.1:5000/mine/nginx:2")


def test_await_updated(house: Playhouse) -> None:
    """An update is complete when every pod is another one and the status says so."""
    web = deploy(house, NONE)
    record(web.stage, "StatefulSet", stateful_set(readyReplicas=2, updatedReplicas=2))
    record(web.stage, "Pod", pod(0, uid="u-0"), pod(1, uid="new"))
    with pytest.raises(StalledError, match="Pod web-0"):
        web.await_updated(["u-0", "u-1"])
    record(web.stage, "Pod", OTHER, type_=MODIFIED)
    web.await_updated(["u-0", "u-1"])
    assert marks(web) == [("rolled-out", "the update is complete")]


def test_delete(house: Playhouse) -> None:
    """The set is deleted as asked, and gone when it and all its pods are."""
    web = deploy(house, NONE)
    record(web.stage, "Pod", pod(1))
    with pytest.raises(StalledError, match="being gone of Pod web-1"):
        web.delete("Foreground", "remove")
    forget(web.stage, "Pod", pod(1))
    web.delete("Foreground", "remove")
    assert done(house, "DELETE")[0][1:3] == (f"{SETS}/web", {"propagationPolicy": "Foreground"})
    assert marks(web) == [("remove", "delete StatefulSet web (Foreground)")] * 2


def test_delete_alone(house: Playhouse) -> None:
    """The set is gone when it is; its pods are left to whoever wants them."""
    web = deploy(house, NONE)
    record(web.stage, "Pod", pod(0))
    record(web.stage, "StatefulSet", stateful_set())
    with pytest.raises(StalledError, match="being gone of StatefulSet web"):
        web.delete_alone()
    forget(web.stage, "StatefulSet", stateful_set())
    web.delete_alone("Background", "remove")
    assert [body for _, _, body, _ in done(house, "DELETE")] == [
        {"propagationPolicy": "Orphan"},
        {"propagationPolicy": "Background"},
    ]
    assert [mark for mark, _ in marks(web)] == ["delete", "remove"]


def test_change(house: Playhouse) -> None:
    """One merge patch of the spec, under a mark of its own; the status of before is none."""
    web = deploy(house)
    web.change({"minReadySeconds": 5}, "slower")
    assert done(house, "PATCH") == [("PATCH", f"{SETS}/web", {"spec": {"minReadySeconds": 5}}, MERGE)]
    assert marks(web) == [("slower", "set minReadySeconds of web")]
    assert web.generation == 2


def test_touch(house: Playhouse) -> None:
    """An annotation is set, another one each time, and nothing else."""
    web = deploy(house)
    web.touch()
    web.touch()
    first, second = (body["metadata"] for _, _, body, _ in done(house, "PATCH"))
    assert first.keys() == {"annotations"}
    assert first["annotations"].keys() == {"stsconf.dev/touched"}
    assert first != second
    assert marks(web) == [("touch", "annotate web")] * 2


def test_annotate(house: Playhouse) -> None:
    """One annotation is set, and on record before anything else is asked for."""
    web = deploy(house)
    house.api.answers[f"GET {SETS}"] = listing(stateful_set())
    record(web.stage, "StatefulSet", stateful_set())
    web.annotate("example.org/cause", "a reason")
    ((_, path, body, _),) = done(house, "PATCH")
    assert (path, body) == (f"{SETS}/web", {"metadata": {"annotations": {"example.org/cause": "a reason"}}})
    assert marks(web) == [("annotate", "annotate web with example.org/cause")]


def test_put_condition(house: Playhouse) -> None:
    """The status alone is changed."""
    web = deploy(house)
    web.put_condition("example.org/Noticed")
    ((_, path, body, _),) = done(house, "PATCH")
    assert path == f"{SETS}/web/status"
    assert [one["type"] for one in body["status"]["conditions"]] == ["example.org/Noticed"]
    assert marks(web) == [("condition", "put condition example.org/Noticed into the status of web")]


def test_falsify(house: Playhouse) -> None:
    """The counters that are given are written, into the status alone."""
    web = deploy(house)
    web.falsify(readyReplicas=1)
    ((_, path, body, _),) = done(house, "PATCH")
    assert (path, body) == (f"{SETS}/web/status", {"status": {"readyReplicas": 1}})


def test_create_again_with_another_size(house: Playhouse) -> None:
    """The manifest is the same but for that."""
    web = deploy(house)
    web.create("recreate", replicas=1)
    first, again = (body for _, path, body, _ in done(house, "POST") if path == SETS)
    assert (first["spec"]["replicas"], again["spec"]["replicas"]) == (2, 1)
    assert {**again["spec"], "replicas": 2} == first["spec"]
    assert marks(web)[-1] == ("recreate", "create StatefulSet web with 1 replicas")


def test_delete_service(house: Playhouse) -> None:
    """The Service is gone when its endpoints are."""
    web = deploy(house, NONE)
    record(web.stage, "EndpointSlice", endpoints(pod(0)))
    with pytest.raises(StalledError, match="being gone of Service nginx"):
        web.delete_service()
    forget(web.stage, "EndpointSlice", endpoints(pod(0)))
    web.delete_service()
    assert {path for _, path, _, _ in done(house, "DELETE")} == {f"{SPACE}/services/nginx"}


# ------------------------------------------------------------------------------------------------------------- data
def test_data(house: Playhouse) -> None:
    """A text nobody could have stored before is written, read, and the pod asked for its name, as the app wants it."""
    web = deploy(house)
    for act in (web.write_token, web.write_token, web.read, web.ask_hostname):
        act(1)
    first, second, *others = web.stage.history().of(HTTP)
    assert (first.type, first.object["pod"], first.object["url"]) == ("PUT", "web-1", "/index.html")
    assert first.object["sent"] != second.object["sent"]
    assert [(one.type, one.object["url"]) for one in others] == [("GET", "/index.html"), ("GET", "/hostname")]


def test_data_of_the_other_app(house: Playhouse) -> None:
    """Each app has its own ways."""
    kubia = Workload(house.stage(app=KUBIA), Shape())
    kubia.write_token(0)
    kubia.ask_hostname(0)
    asked = kubia.stage.history().of(HTTP)
    assert [(one.type, one.object["pod"], one.object["url"]) for one in asked] == [
        ("POST", "kubia-0", "/"),
        ("GET", "kubia-0", "/"),
    ]


def test_look_up_volumes(house: Playhouse) -> None:
    """The volume of each bound claim is put on record, also of one whose binding is news to the record."""
    web = deploy(house)
    claims = [
        pod(name) | {"spec": {"volumeName": volume}} for name, volume in (("www-web-0", "pv-1"), ("www-web-1", ""))
    ]

    def present(_: Request) -> Json:
        for claim in claims:
            house.emit("PersistentVolumeClaim", claim)
        return listing(*claims)

    house.api.answers[f"GET {SPACE}/persistentvolumeclaims"] = present
    house.api.answers["GET /api/v1/persistentvolumes/pv-1"] = pod("pv-1")
    web.look_up_volumes()
    assert [event.name for event in web.stage.history().of("PersistentVolume")] == ["pv-1"]
