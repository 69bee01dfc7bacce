"""Pods that are made by hand, come to a StatefulSet, or leave it."""

from __future__ import annotations

import copy
from typing import Any

from stsconf.model import objects
from stsconf.record import View
from stsconf.scenario.waits import Waits

Json = dict[str, Any]


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


def _patch(web: Waits, pod: str, metadata: Json) -> None:
    """Patch a pod's metadata; returns when the record shows it: what was before is not what follows."""
    web.stage.kube.patch("Pod", pod, {"metadata": metadata}, web.stage.namespace)
    web.stage.recorder.catch_up("Pod")


def await_owner(web: Waits, ordinal: int, *, owned: bool = True) -> None:
    """Wait until the set as it is now is the pod's controller, or until nobody is."""

    def so(view: View) -> bool:
        pod = view.get("Pod", web.pod(ordinal))
        wanted = objects.uid(view.get("StatefulSet", web.name) or {}) if owned else ""
        return pod is not None and objects.controller(pod).get("uid", "") == wanted

    awaited = f"being {'adopted' if owned else 'released'}"
    web.stage.until("Pod", web.pod(ordinal), so, awaited, web.controller_deadline)
