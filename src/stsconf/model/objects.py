"""Questions to one object of the API, given as raw JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Object = Mapping[str, Any]
"""One version of one object, as the API server sent it."""

REVISION_LABEL = "controller-revision-hash"
HOST = "kubernetes.io/hostname"
"""Label of a node: how it is called as a host, which need not be its name."""
POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"
POD_INDEX_LABEL = "apps.kubernetes.io/pod-index"
_ORDINAL = re.compile(r"^(?P<set>.+)-(?P<ordinal>0|[1-9]\d*)$")


def metadata(obj: Object) -> Mapping[str, Any]:
    """Return the object's metadata, empty if it has none."""
    value: Mapping[str, Any] = obj.get("metadata") or {}
    return value


def spec(obj: Object) -> Mapping[str, Any]:
    """Return the object's spec, empty if it has none."""
    value: Mapping[str, Any] = obj.get("spec") or {}
    return value


def status(obj: Object) -> Mapping[str, Any]:
    """Return the object's status, empty if it has none."""
    value: Mapping[str, Any] = obj.get("status") or {}
    return value


def name(obj: Object) -> str:
    """Return the object's name."""
    return str(metadata(obj).get("name", ""))


def uid(obj: Object) -> str:
    """Return the object's UID: the same name with another UID is another object."""
    return str(metadata(obj).get("uid", ""))


def resource_version(obj: Object) -> str:
    """Return the version of the object, opaque but ordered within one kind."""
    return str(metadata(obj).get("resourceVersion", ""))


def labels(obj: Object) -> Mapping[str, str]:
    """Return the object's labels."""
    value: Mapping[str, str] = metadata(obj).get("labels") or {}
    return value


def annotations_of(obj: Object) -> Mapping[str, str]:
    """Return the object's annotations."""
    value: Mapping[str, str] = metadata(obj).get("annotations") or {}
    return value


def is_terminating(obj: Object) -> bool:
    """Tell whether deletion was asked for and the object is still there."""
    return "deletionTimestamp" in metadata(obj)


def condition(obj: Object, kind: str) -> Mapping[str, Any]:
    """Return the condition of this type, empty if it was never set."""
    return next((entry for entry in status(obj).get("conditions") or [] if entry.get("type") == kind), {})


def is_ready(pod: Object) -> bool:
    """Tell whether the pod's Ready condition is True, deleted or not."""
    return condition(pod, "Ready").get("status") == "True"


def is_running_and_ready(pod: Object) -> bool:
    """Tell whether the pod is Running, Ready and not being deleted: what a successor waits for."""
    return phase(pod) == "Running" and is_ready(pod) and not is_terminating(pod)


def phase(pod: Object) -> str:
    """Return the phase of a pod or claim (Pending, Running, Bound, …)."""
    return str(status(pod).get("phase", ""))


def has_ended(pod: Object) -> bool:
    """Tell whether a pod has ended by itself, well or not."""
    return phase(pod) in {"Failed", "Succeeded"}


def revision(pod: Object) -> str:
    """Return the name of the ControllerRevision the pod was made from."""
    return labels(pod).get(REVISION_LABEL, "")


def set_name(pod_name: str) -> str:
    """Return the part of a pod's name before its ordinal, empty if it has no ordinal."""
    match = _ORDINAL.match(pod_name)
    return match["set"] if match else ""


def ordinal(pod_name: str) -> int:
    """Return the ordinal at the end of a pod's name, -1 if it has none."""
    match = _ORDINAL.match(pod_name)
    return int(match["ordinal"]) if match else -1


def owners(obj: Object) -> list[Mapping[str, Any]]:
    """Return the object's owner references."""
    return list(metadata(obj).get("ownerReferences") or [])


def controller(obj: Object) -> Mapping[str, Any]:
    """Return the owner reference that is the object's controller, empty if it has none."""
    return next((owner for owner in owners(obj) if owner.get("controller")), {})


def claim_names(pod: Object) -> dict[str, str]:
    """Return volume name → name of the claim it mounts, for the volumes that are claims."""
    volumes = spec(pod).get("volumes") or []
    return {v["name"]: v["persistentVolumeClaim"]["claimName"] for v in volumes if "persistentVolumeClaim" in v}


def created(obj: Object) -> float:
    """Return when the API server made the object, in seconds since 1970, whole seconds only; 0 if it does not say."""
    return _seconds(metadata(obj).get("creationTimestamp"))


def since(obj: Object, kind: str) -> float:
    """Return when a condition last changed, as `created` does."""
    return _seconds(condition(obj, kind).get("lastTransitionTime"))


def deletion_asked(obj: Object) -> float:
    """Return when the object's deletion was asked for, as `created` does."""
    grace = float(metadata(obj).get("deletionGracePeriodSeconds") or 0)
    return _seconds(metadata(obj).get("deletionTimestamp")) - grace


def status_written(obj: Object) -> float:
    """Return when the status was last written, as `created` does: the API server keeps it with the fields' owners."""
    owners = metadata(obj).get("managedFields") or []
    return max((_seconds(one.get("time")) for one in owners if one.get("subresource") == "status"), default=0.0)


def _seconds(time: object) -> float:
    return datetime.fromisoformat(str(time)).timestamp() if time else 0.0
