"""What keeps pods from running and says nothing about StatefulSets: an image that no node gets, an owner's policy."""

from __future__ import annotations

from stsconf.model import objects
from stsconf.model.objects import Object
from stsconf.record import View

_NO_IMAGE = {"ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff", "InvalidImageName"}
_POLICIES = ("violates PodSecurity", "unable to validate against any security context constraint")
"""How Pod Security and OpenShift refuse a pod for what it asks for. Who makes a pod counts for the latter: it may allow
the same pod to us and not to a controller."""
_APART = "didn't match pod anti-affinity rules", "volume node affinity conflict"
"""What the scheduler says of a pod that its volume and its rules ask for different nodes: the volumes of a class that
are made at once may come to lie beside one another."""


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
        told = str(objects.condition(pod, "PodScheduled").get("message", ""))
        if all(words in told for words in _APART):
            return f"the volume of {name} is where the pod it keeps off is: {told}"
    for event in view.all("Event").values():
        message = str(event.get("message", ""))
        if event.get("reason") == "FailedCreate" and any(policy in message for policy in _POLICIES):
            return f"the cluster's policy refuses the suite's pods: {message}"
    return ""
