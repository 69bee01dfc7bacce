"""A pod template that uses what few do: a container before the others and one beside them, variables, a hook."""

from __future__ import annotations

from typing import Any

from stsconf.model.objects import POD_INDEX_LABEL
from stsconf.scenario.apps import KUBIA, of_kind
from stsconf.scenario.labels import NOWHERE
from stsconf.scenario.shape import image
from stsconf.scenario.stage import Stage

Json = dict[str, Any]

BESIDE = "beside"
_LOST = "node.kubernetes.io/unreachable"
"""The taint of a node that does not answer; without a word about it, a pod is evicted from such a node after 300 s."""
_BEFORE, _PORT = "before", 8081


def furnished(stage: Stage) -> Json:
    """Return the part of a pod's spec in which nginx has such company; it asks for nothing that clusters may refuse."""
    own = _container(stage.manifest())
    other = _container(KUBIA.manifest()) | {"image": image(stage.context.images, KUBIA.name, 1)}
    for part in ("ports", "readinessProbe", "volumeMounts"):
        del other[part]
    return {
        "initContainers": [{**other, "name": _BEFORE, "command": ["python3", "-c", "pass"]}],
        "containers": [
            own | {"image": image(stage.context.images, stage.app.name, 1), "env": _variables(), "lifecycle": _hook()},
            other | {"name": BESIDE, "env": [{"name": "KUBIA_PORT", "value": str(_PORT)}]},
        ],
        "tolerations": [
            {"key": NOWHERE, "operator": "Exists", "effect": "NoSchedule"},
            {"key": _LOST, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 299},
        ],
        "hostAliases": [{"ip": "127.0.0.2", "hostnames": ["somewhere.stsconf.dev"]}],
        "dnsConfig": {"options": [{"name": "attempts", "value": "3"}]},
    }


def _container(manifest: list[Json]) -> Json:
    """Return the one container of a manifest's StatefulSet."""
    container: Json = of_kind(manifest, "StatefulSet")["spec"]["template"]["spec"]["containers"][0]
    return container


def _variables() -> list[Json]:
    """Return variables by which a program is told who it is."""
    paths = {"POD": "metadata.name", "ORDINAL": f"metadata.labels['{POD_INDEX_LABEL}']"}
    return [{"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}} for name, path in paths.items()]


def _hook() -> Json:
    """Return a hook that is carried out before the program is asked to end; there is no shell in its image."""
    return {"preStop": {"exec": {"command": ["/usr/sbin/nginx", "-v"]}}}
