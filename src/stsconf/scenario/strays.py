"""Pods and revisions that are made by hand, come to a StatefulSet, or leave it."""

from __future__ import annotations

import copy
from typing import Any

from stsconf.model import objects
from stsconf.record import View
from stsconf.scenario.waits import Waits

Json = dict[str, Any]

_REVISION = "ControllerRevision"
_FORMER, _HASH = "former", "controller.kubernetes.io/hash"


def make_pod(web: Waits, name: str, *, owner: Json | None = None, labels: dict[str, str] | None = None) -> None:
    """Make a pod from the set's template by hand, perhaps with another controller, perhaps with other labels.

    Returns when it is on record: before that, it would be taken for gone.
    """
    template = copy.deepcopy(web.manifest["spec"]["template"])
    metadata: Json = {"name": name, "labels": template["metadata"]["labels"] | (labels or {})}
    if owner is not None:
        facts = {"name": objects.name(owner), "uid": objects.uid(owner), "controller": True}
        metadata["ownerReferences"] = [{"apiVersion": owner["apiVersion"], "kind": owner["kind"], **facts}]
    web.stage.act("stray", f"make the pod {name} by hand", makes=[name])
    web.stage.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]})
    web.stage.recorder.catch_up("Pod")


def orphan(web: Waits, ordinal: int, mark: str = "orphan") -> None:
    """Take the owner off a pod."""
    pod = web.pod(ordinal)
    web.stage.act(mark, f"take the owner off {pod}")
    _patch(web, pod, {"ownerReferences": None})


def relabel(web: Waits, ordinal: int, mark: str, **labels: str) -> None:
    """Change labels of a pod."""
    pod = web.pod(ordinal)
    web.stage.act(mark, f"set {', '.join(f'{key}={value}' for key, value in labels.items())} on {pod}")
    _patch(web, pod, {"labels": labels})


def quarantine(web: Waits, ordinal: int) -> None:
    """Take labels and owner off a pod in one request, for somebody to look into it."""
    pod = web.pod(ordinal)
    web.stage.act("quarantine", f"take labels and owner off {pod}")
    _patch(web, pod, {"labels": {"app": "quarantined"}, "ownerReferences": None})


def _patch(web: Waits, pod: str, metadata: Json) -> None:
    """Patch a pod's metadata; returns when the record shows it: what was before is not what follows."""
    web.stage.kube.patch("Pod", pod, {"metadata": metadata}, web.stage.namespace)
    web.stage.recorder.catch_up("Pod")


def respell(web: Waits, name: str) -> None:
    """Make an orphaned revision anew as former releases wrote it.

    Before 1.34 that was with the time that a template does not have. What was given a default later on is missing, as
    the scheduler's name once was. Its name is made of what it holds, so it has another one, which the pods bear.
    """
    known = copy.deepcopy(web.stage.recorder.now(lambda view: view.get(_REVISION, name) or {}))
    template = known["data"]["spec"]["template"]
    template["metadata"] = dict(sorted((template.get("metadata", {}) | {"creationTimestamp": None}).items()))
    template["spec"].pop("schedulerName", None)
    former = f"{web.name}-{_FORMER}"
    web.stage.act("respell", f"make {name} anew as {former}, as a former release wrote it")
    web.stage.kube.delete(_REVISION, name, web.stage.namespace)
    labels = {**objects.labels(known), _HASH: _FORMER}
    marks = {"name": former, "labels": labels, "annotations": objects.annotations_of(known)}
    facts = {"revision": known["revision"], "data": known["data"]}
    web.stage.create({"apiVersion": "apps/v1", "kind": _REVISION, "metadata": marks, **facts})
    for ordinal in range(web.shape.replicas):
        _patch(web, web.pod(ordinal), {"labels": {objects.REVISION_LABEL: former}})
    web.stage.recorder.catch_up(_REVISION)


def take_name(web: Waits, name: str) -> None:
    """Make a revision of nobody's that holds something else, once there is none of that name."""

    def free(view: View) -> bool:
        return view.get(_REVISION, name) is None

    web.stage.until(_REVISION, name, free, "being removed from the history", web.controller_deadline)
    web.stage.act("stray", f"make the revision {name} by hand")
    kind = {"apiVersion": "apps/v1", "kind": _REVISION}
    web.stage.create({**kind, "metadata": {"name": name}, "revision": 1, "data": {"held": "by somebody else"}})
    web.stage.recorder.catch_up(_REVISION)


def await_owner(web: Waits, ordinal: int, *, owned: bool = True) -> None:
    """Wait until the set as it is now is the pod's controller, or until nobody is."""

    def so(view: View) -> bool:
        pod = view.get("Pod", web.pod(ordinal))
        wanted = objects.uid(view.get("StatefulSet", web.name) or {}) if owned else ""
        return pod is not None and objects.controller(pod).get("uid", "") == wanted

    awaited = f"being {'adopted' if owned else 'released'}"
    web.stage.until("Pod", web.pod(ordinal), so, awaited, web.controller_deadline)
