"""Pods that are made by hand, come to a set, or leave it."""

from __future__ import annotations

import pytest

from stsconf.kube.client import MERGE
from stsconf.model.history import ACT, MODIFIED
from stsconf.record import StalledError
from stsconf.scenario.strays import await_owner, make_pod, orphan, quarantine, relabel, respell, take_name
from tests.fake_api import Json, listing
from tests.scenario.stages import NONE, Playhouse, deploy, done, marks, pod, record, stateful_set

PODS = "/api/v1/namespaces/stsconf-r1-one-nginx/pods"
REVISIONS = "/apis/apps/v1/namespaces/stsconf-r1-one-nginx/controllerrevisions"
LABELS = {"app": "nginx"}
CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "uid": "u-c"}}


def owned(uid: str) -> Json:
    """Return pod 1 with this controller, in a later version."""
    one = pod(1)
    one["metadata"] |= {"resourceVersion": "6", "ownerReferences": [{"uid": uid, "controller": True}] if uid else []}
    return one


def test_a_pod_made_by_hand(house: Playhouse) -> None:
    """It is made from the set's template, with a controller and labels of its own, and said to be ours."""
    web = deploy(house)
    make_pod(web, "web-7", owner=CONFIG, labels={"app": "x"})
    made = done(house, "POST")[-1][2]
    assert made["metadata"]["labels"]["app"] == "x"
    assert made["metadata"]["labels"]["stsconf.dev/run"] == "r1"
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "c", "uid": "u-c", "controller": True}
    assert made["metadata"]["ownerReferences"] == [owner]
    assert made["spec"] == web.manifest["spec"]["template"]["spec"]
    assert web.stage.history().of(ACT)[-1].object["makes"] == ["web-7"]
    make_pod(web, "stray")
    assert "ownerReferences" not in done(house, "POST")[-1][2]["metadata"]


def test_owner_and_labels_are_changed(house: Playhouse) -> None:
    """Each is one patch, which is on record before anything else is awaited."""
    web = deploy(house)
    record(web.stage, "Pod", pod(1))
    house.api.answers[f"GET {PODS}"] = listing(pod(1))
    orphan(web, 1)
    relabel(web, 1, "label-off", app="x")
    quarantine(web, 1)
    assert done(house, "PATCH") == [
        ("PATCH", f"{PODS}/web-1", {"metadata": {"ownerReferences": None}}, MERGE),
        ("PATCH", f"{PODS}/web-1", {"metadata": {"labels": {"app": "x"}}}, MERGE),
        ("PATCH", f"{PODS}/web-1", {"metadata": {"labels": {"app": "quarantined"}, "ownerReferences": None}}, MERGE),
    ]
    assert marks(web) == [
        ("orphan", "take the owner off web-1"),
        ("label-off", "set app=x on web-1"),
        ("quarantine", "take labels and owner off web-1"),
    ]


def test_the_name_of_a_revision_is_taken(house: Playhouse) -> None:
    """Somebody else's revision of that name is made: with other contents, without owner and labels of the set."""
    web = deploy(house)
    house.api.answers[f"GET {REVISIONS}"] = listing()
    take_name(web, "web-1a")
    _, path, made = done(house, "POST")[-1][:3]
    assert (path, made["metadata"]["name"]) == (REVISIONS, "web-1a")
    assert made["metadata"]["labels"].keys() & LABELS.keys() == set()
    assert marks(web)[-1] == ("stray", "make the revision web-1a by hand")


def test_a_name_that_is_not_free_is_awaited(house: Playhouse) -> None:
    """As long as the history keeps a revision, its name cannot be taken."""
    web = deploy(house)
    web.stage.deadlines = NONE
    record(web.stage, "ControllerRevision", {"metadata": {"name": "web-1a", "uid": "r", "resourceVersion": "5"}})
    with pytest.raises(StalledError, match="being removed from the history"):
        take_name(web, "web-1a")


def test_a_revision_as_a_former_release_wrote_it(house: Playhouse) -> None:
    """The same name, number and labels without owner; the template says that it has no time, in its place by letter."""
    web = deploy(house)
    spec = {"schedulerName": "default-scheduler", "dnsPolicy": "ClusterFirst"}
    template: Json = {"metadata": {"labels": {"app": "nginx"}, "annotations": {"a": "b"}}, "spec": spec}
    known = {
        "metadata": {"name": "web-1a", "uid": "u", "resourceVersion": "5", "labels": {"app": "nginx", "hash": "1a"}},
        "revision": 3,
        "data": {"spec": {"template": template}},
    }
    record(web.stage, "ControllerRevision", known)
    house.api.answers[f"GET {REVISIONS}"] = listing(known)
    respell(web, "web-1a")
    assert done(house, "DELETE")[-1][1] == f"{REVISIONS}/web-1a"
    made = done(house, "POST")[-1][2]
    assert (made["metadata"]["name"], made["revision"]) == ("web-former", 3)
    assert made["data"]["spec"]["template"]["spec"] == {"dnsPolicy": "ClusterFirst"}
    expected = {"app": "nginx", "hash": "1a", "controller.kubernetes.io/hash": "former"}
    assert made["metadata"]["labels"].items() >= expected.items()
    patched = [(path, body["metadata"]["labels"]) for _, path, body, _ in done(house, "PATCH")]
    assert patched == [(f"{PODS}/web-{ordinal}", {"controller-revision-hash": "web-former"}) for ordinal in range(2)]
    assert "ownerReferences" not in made["metadata"]
    metadata = made["data"]["spec"]["template"]["metadata"]
    assert list(metadata.items()) == [("annotations", {"a": "b"}), ("creationTimestamp", None), ("labels", LABELS)]
    assert "creationTimestamp" not in template["metadata"]


def test_an_owner_is_awaited(house: Playhouse) -> None:
    """The set that is there now, and not a former one; or nobody."""
    web = deploy(house, NONE)
    record(web.stage, "StatefulSet", stateful_set())
    record(web.stage, "Pod", owned("former"))
    for owned_, awaited in ((True, "adopted"), (False, "released")):
        with pytest.raises(StalledError, match=f"awaited being {awaited} of Pod web-1"):
            await_owner(web, 1, owned=owned_)
    record(web.stage, "Pod", owned("uid-web"), type_=MODIFIED)
    await_owner(web, 1)
    record(web.stage, "Pod", owned(""), type_=MODIFIED)
    await_owner(web, 1, owned=False)
    assert not web.stage.history().stall
