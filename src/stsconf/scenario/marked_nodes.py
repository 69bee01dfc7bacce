"""Giving back the nodes that a scenario touched: by itself, at the end of a run, or after one that was killed."""

from __future__ import annotations

from typing import Any

import requests

from stsconf.kube.client import STRATEGIC, Kube
from stsconf.kube.errors import ApiError
from stsconf.scenario.labels import EXPIRES, MANAGED_BY, RUN, SUITE

Json = dict[str, Any]


def marked_nodes(kube: Kube, selector: str) -> list[Json]:
    """Return the nodes that carry the mark of a run; none where nodes may not be listed, let alone changed.

    The label is looked for once more: a node is too much to be touched for a selector that somebody left out.
    """
    try:
        nodes: list[Json] = kube.list("Node", labelSelector=selector)["items"]
    except ApiError as error:
        if error.status != requests.codes.forbidden:
            raise
        return []
    return [node for node in nodes if RUN in node["metadata"].get("labels", {})]


def give_back(kube: Kube, node: Json) -> str:
    """Undo what a run did to a node that carries its mark; return what that was."""
    name = str(node["metadata"]["name"])
    if node["metadata"]["labels"].get(MANAGED_BY) == SUITE:
        kube.delete("Node", name)
        return f"removed node {name}, which nobody was behind"
    uncordon(kube, name)
    return f"uncordoned node {name}"


def uncordon(kube: Kube, node: str) -> None:
    """Let a node take pods again, and take our marks off it."""
    marks = {"labels": {RUN: None}, "annotations": {EXPIRES: None}}
    kube.patch("Node", node, {"metadata": marks, "spec": {"unschedulable": None}}, content_type=STRATEGIC)
