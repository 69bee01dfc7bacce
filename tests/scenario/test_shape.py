"""From a manifest to what a scenario deploys."""

from __future__ import annotations

from typing import Any

import pytest

from stsconf.scenario.apps import KUBIA, LOCAL_IMAGES, NGINX, App
from stsconf.scenario.labels import FINALIZER, GATE
from stsconf.scenario.shape import GONE, READY, SCHEDULED, Shape, image, label, rename, shape_set
from tests.fake_api import Json

RUN_LABELS = {"app.kubernetes.io/managed-by": "stsconf", "stsconf.dev/run": "r1"}


def manifest(app: App = NGINX) -> Json:
    """Return an app's StatefulSet as a person would apply it."""
    return next(obj for obj in app.manifest() if obj["kind"] == "StatefulSet")


def shaped(app: App = NGINX, images: str = LOCAL_IMAGES, **shape: Any) -> Json:
    """Return an app's StatefulSet in a shape."""
    return shape_set(manifest(app), app.name, "r1", images, Shape(**shape))


def test_replicas_and_labels() -> None:
    """The set has the wanted size; it and its pods carry the run, which its selector does not ask for."""
    obj = shaped(replicas=5)
    assert obj["spec"]["replicas"] == 5
    assert obj["metadata"]["labels"] == {"app": "nginx", **RUN_LABELS}
    assert obj["spec"]["template"]["metadata"]["labels"] == {"app": "nginx", **RUN_LABELS}
    assert obj["spec"]["selector"] == {"matchLabels": {"app": "nginx"}}


def test_nothing_else_changes() -> None:
    """A shape that asks for nothing special leaves the rest of the manifest as it is."""
    obj, original = shaped(replicas=2, storage=True), manifest()
    for labels in (obj["metadata"]["labels"], obj["spec"]["template"]["metadata"]["labels"]):
        for key in RUN_LABELS:
            del labels[key]
    assert obj["spec"]["template"]["metadata"].pop("annotations") == {"stsconf.dev/for": "nginx"}
    assert obj == original


def test_more_claims() -> None:
    """A further template asks for what the first one does, under its own name."""
    first, second = shaped(storage=True, more_claims=["more"], storage_class="fast")["spec"]["volumeClaimTemplates"]
    assert (first["metadata"]["name"], second["metadata"]["name"]) == ("www", "more")
    assert first["spec"] == second["spec"]
    assert first["metadata"].get("labels") is None
    assert second["metadata"]["labels"] == {**RUN_LABELS, "app": "of-the-claim"}, "the selector asks for another app"
    assert second["metadata"]["annotations"] == {"stsconf.dev/for": "nginx"}


def test_more_labels() -> None:
    """Further labels are on the pods, and the selector asks for them, too."""
    spec = shaped(labels={"tier": "web"})["spec"]
    assert spec["selector"] == {"matchLabels": {"app": "nginx", "tier": "web"}}
    assert spec["template"]["metadata"]["labels"] == {"app": "nginx", "tier": "web", **RUN_LABELS}


@pytest.mark.parametrize(
    ("hold", "gates", "finalizers"),
    [
        ((), None, None),
        ((READY,), [{"conditionType": GATE}], None),
        ((GONE,), None, [FINALIZER]),
        ((READY, GONE), [{"conditionType": GATE}], [FINALIZER]),
        ((SCHEDULED,), None, None),
    ],
)
def test_hold(hold: tuple[str, ...], gates: list[Json] | None, finalizers: list[str] | None) -> None:
    """Ready is held by a readiness gate, Gone by a finalizer, a node by a scheduling gate, each only when asked for."""
    template = shaped(hold=hold)["spec"]["template"]
    assert template["spec"].get("readinessGates") == gates
    assert template["metadata"].get("finalizers") == finalizers
    assert template["spec"].get("schedulingGates") == ([{"name": GATE}] if SCHEDULED in hold else None)


def test_pod_is_merged_over_the_template() -> None:
    """What is given for the pod replaces what the manifest says, and leaves the shape as it was."""
    volumes = [{"name": "www", "emptyDir": {}}]
    spec = shaped(storage=True, pod={"volumes": volumes})["spec"]["template"]["spec"]
    spec["volumes"].append({"name": "more"})
    assert spec["volumes"][:1] == volumes == [{"name": "www", "emptyDir": {}}]
    assert spec["containers"] == shaped(storage=True)["spec"]["template"]["spec"]["containers"]


@pytest.mark.parametrize("app", [KUBIA, NGINX], ids=["kubia", "nginx"])
def test_rename(app: App) -> None:
    """A second set, and its Service, select what the first ones do not, and by one label."""
    objs = [rename(obj, "other") for obj in app.manifest() if obj["kind"] in {"Service", "StatefulSet"}]
    service, of_set = objs
    labels = {"app": "other"}
    assert [obj["metadata"]["name"] for obj in objs] == ["other", "other"]
    assert (of_set["spec"]["serviceName"], of_set["spec"]["selector"]["matchLabels"]) == ("other", labels)
    assert of_set["spec"]["template"]["metadata"]["labels"] == service["spec"]["selector"] == labels


@pytest.mark.parametrize(("app", "others"), [(KUBIA, []), (NGINX, ["conf", "tmp"])], ids=["kubia", "nginx"])
def test_without_storage(app: App, others: list[str]) -> None:
    """The claims become emptyDirs of the same names, beside the volumes that were there."""
    spec = shaped(app)["spec"]
    volumes = {volume["name"]: volume for volume in spec["template"]["spec"]["volumes"]}
    assert "volumeClaimTemplates" not in spec
    assert sorted(volumes) == sorted([*others, app.claim])
    assert volumes[app.claim] == {"name": app.claim, "emptyDir": {}}


@pytest.mark.parametrize(
    ("storage_class", "spec"), [(None, {}), ("", {"storageClassName": ""}), ("fast", {"storageClassName": "fast"})]
)
def test_storage_class(storage_class: str | None, spec: Json) -> None:
    """The class is left to the cluster, or named; the empty name means no class at all."""
    (claim,) = shaped(storage=True, storage_class=storage_class)["spec"]["volumeClaimTemplates"]
    (original,) = manifest()["spec"]["volumeClaimTemplates"]
    assert claim["spec"] == original["spec"] | spec


def test_image() -> None:
    """The image is the app's, from where the images are, in the wanted version."""
    container = shaped(version=2, images="127.0.0.1:5000/mine")["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == image("127.0.0.1:5000/mine", "nginx", 2) == "127.0.0.1:5000/mine/nginx:2"


def test_spec_is_merged_over() -> None:
    """Whatever else a scenario wants of the set's spec wins over the manifest."""
    spec = shaped(spec={"podManagementPolicy": "Parallel", "serviceName": "other"})["spec"]
    assert (spec["podManagementPolicy"], spec["serviceName"]) == ("Parallel", "other")


@pytest.mark.parametrize("own", [{}, {"labels": {"a": "b"}}])
def test_label(own: Json) -> None:
    """The run's labels come on top of an object's own."""
    obj: Json = {"metadata": {"name": "x", **own}}
    assert label(obj, "r1") is obj
    assert obj["metadata"]["labels"] == own.get("labels", {}) | RUN_LABELS
