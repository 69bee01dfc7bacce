"""What every cluster is given on top of the bare control plane: DNS, a default StorageClass, nodes if simulated."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from stsconf.kube.client import Kube

Json = dict[str, Any]

_MANIFESTS = Path(__file__).parent / "manifests"
_PLURALS = {"StorageClass": "storageclasses"}


def apply(kube: Kube, manifest: str) -> None:
    """Create all objects of one manifest."""
    for obj in objects(manifest):
        kube.call("POST", collection(obj), obj)


def objects(manifest: str) -> Iterator[Json]:
    """Yield the objects of one manifest."""
    yield from yaml.load_all((_MANIFESTS / f"{manifest}.yaml").read_bytes(), yaml.CSafeLoader)


def collection(obj: Json) -> str:
    """Return the URL path of the collection that an object belongs to."""
    version, namespace = obj["apiVersion"], obj["metadata"].get("namespace")
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    scope = f"/namespaces/{namespace}" if namespace else ""
    plural = _PLURALS.get(obj["kind"], obj["kind"].lower() + "s")
    return f"{root}{scope}/{plural}"
