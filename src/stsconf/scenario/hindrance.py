"""What keeps pods from running and says nothing about StatefulSets: an image that no node gets, an owner's policy."""

from __future__ import annotations

from stsconf.model import objects
from stsconf.model.objects import Object
from stsconf.record import View

_NO_IMAGE = {"ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff", "InvalidImageName"}
_POLICIES = ("violates PodSecurity", "unable to validate against any security context constraint")
"""How Pod Security and OpenShift refuse a pod for what it asks for. Who makes a pod counts for the latter: it may allow
the same pod to us and not to a controller."""


def missing_image(pod: Object) -> tuple[str, str]:
    """Return the image that a container of a pod waits for in vain, and the reason; both empty if none does."""
    for entry in objects.status(pod).get("containerStatuses") or []:
        waiting = (entry.get("state") or {}).get("waiting") or {}
        if waiting.get("reason") in _NO_IMAGE:
            return str(entry.get("image")), f"{waiting['reason']}: {waiting.get('message', '')}"
    return "", ""


def hindrance(view: View) -> str:
    """Return what keeps a scenario's pods from running and is nobody's broken promise, empty if nothing does."""
    for name, pod in view.all("Pod").items():
        image, why = missing_image(pod)
        if image:
            return f"{name} cannot get the image {image}: {why}"
    for event in view.all("Event").values():
        message = str(event.get("message", ""))
        if event.get("reason") == "FailedCreate" and any(policy in message for policy in _POLICIES):
            return f"the cluster's policy refuses the suite's pods: {message}"
    return ""
