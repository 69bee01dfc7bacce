"""From a manifest as a person would apply it to what a scenario deploys."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stsconf.scenario.labels import FINALIZER, FOR, GATE, run_labels

Json = dict[str, Any]

READY, GONE, SCHEDULED = "ready", "gone", "scheduled"
"""What can be held: Ready by a readiness gate, Gone by a finalizer, and that a pod gets a node by a scheduling gate."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a scenario wants its StatefulSet.

    `name` is another name than the app's, for a second set on the stage: its Service and label are named so too.
    `hold` is any of `READY`, `GONE` and `SCHEDULED`. Without `storage` the claims become emptyDirs, which start faster.
    `storage_class` names a class in the claims; None leaves it to the default. `spec` is merged over the
    StatefulSet's spec, `pod` over that of its pod template. Without `service` the governing Service is not created.
    `more_claims` names further claim templates, like the manifest's own, which are mounted nowhere and carry an
    annotation and labels, one of them like the selector's and of another value; the pod template has volumes of the
    same names, whose place they take. `labels` are put on the pods and asked for by the selector, besides the
    manifest's.
    """

    name: str = ""
    replicas: int = 3
    hold: Collection[str] = ()
    storage: bool = False
    storage_class: str | None = None
    version: int = 1
    service: bool = True
    more_claims: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    spec: Json = field(default_factory=dict)
    pod: Json = field(default_factory=dict)


def rename(obj: Json, name: str) -> Json:
    """Give a StatefulSet or Service another name, in place, and a label of that name to what it selects by."""
    obj["metadata"]["name"] = name
    if obj["kind"] == "Service":
        obj["spec"]["selector"] = {"app": name}
    else:
        obj["spec"]["serviceName"] = name
        obj["spec"]["selector"] = {"matchLabels": {"app": name}}
        obj["spec"]["template"]["metadata"]["labels"]["app"] = name
    return obj


def by_expression() -> Json:
    """Return the part of nginx's spec that selects pods by their label and by an expression, met by `tier: web`."""
    one_of = {"key": "tier", "operator": "In", "values": ["web", "app"]}
    return {"selector": {"matchLabels": {"app": "nginx"}, "matchExpressions": [one_of]}}


def label(obj: Json, run: str) -> Json:
    """Put the run's labels on an object, in place, and return it."""
    obj["metadata"].setdefault("labels", {}).update(run_labels(run))
    return obj


def image(images: str, name: str, version: int) -> str:
    """Return the reference of one of our images."""
    return f"{images}/{name}:{version}"


def shape_set(obj: Json, app: str, run: str, images: str, shape: Shape) -> Json:
    """Shape a StatefulSet's manifest, in place, and return it; `images` is where its image is pulled from."""
    spec = label(obj, run)["spec"]
    spec["replicas"] = shape.replicas
    template = spec["template"]
    spec["selector"]["matchLabels"].update(shape.labels)
    template["metadata"]["labels"].update({**shape.labels, **run_labels(run)})
    template["metadata"].setdefault("annotations", {})[FOR] = app
    template["spec"]["containers"][0]["image"] = image(images, app, shape.version)
    if READY in shape.hold:
        template["spec"].setdefault("readinessGates", []).append({"conditionType": GATE})
    if SCHEDULED in shape.hold:
        template["spec"]["schedulingGates"] = [{"name": GATE}]
    if GONE in shape.hold:
        template["metadata"].setdefault("finalizers", []).append(FINALIZER)
    if shape.storage:
        templates = spec["volumeClaimTemplates"]
        labels = {**run_labels(run), "app": "of-the-claim"}  # which the selector's overrides
        marks = {"labels": labels, "annotations": {FOR: app}}
        templates += [{**templates[0], "metadata": {"name": name, **marks}} for name in shape.more_claims]
        for claim in templates:
            if shape.storage_class is not None:
                claim["spec"]["storageClassName"] = shape.storage_class
        folders = list(shape.more_claims)
    else:
        folders = [claim["metadata"]["name"] for claim in spec.pop("volumeClaimTemplates", [])]
    template["spec"].setdefault("volumes", []).extend({"name": name, "emptyDir": {}} for name in folders)
    template["spec"].update(copy.deepcopy(shape.pod))
    spec.update(shape.spec)
    return obj
