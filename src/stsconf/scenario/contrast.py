"""The same app under a Deployment, to show what a StatefulSet adds."""

from __future__ import annotations

from stsconf.model import objects
from stsconf.record import View
from stsconf.scenario.shape import Shape, shape_set
from stsconf.scenario.stage import Stage


class Replicas:
    """A Deployment made from an app's StatefulSet."""

    def __init__(self, stage: Stage, count: int) -> None:
        """Create it, with emptyDirs for the claims."""
        self._stage = stage
        manifest = stage.app.manifest()
        shape = Shape(replicas=count, images=stage.context.images)
        for obj in manifest:
            if obj["kind"] == "ConfigMap":
                stage.create(obj)
        obj = next(obj for obj in manifest if obj["kind"] == "StatefulSet")
        spec = shape_set(obj, stage.app.name, stage.context.run, shape)["spec"]
        del spec["serviceName"]
        stage.act("deploy", f"create a Deployment with {count} replicas")
        stage.create({**obj, "kind": "Deployment"})

    def await_ready(self, count: int) -> None:
        """Wait until so many pods are Running and Ready."""

        def ready(view: View) -> bool:
            return sum(map(objects.is_running_and_ready, view.all("Pod").values())) == count

        name = self._stage.app.set_name
        self._stage.until("Deployment", name, ready, f"{count} Ready pods", self._stage.deadlines.pod)

    def delete_one(self) -> None:
        """Delete the first pod by name, and wait until it is gone or leaving."""
        pod = min(self._stage.recorder.now(lambda view: list(view.all("Pod"))))
        self._stage.act("kill", f"delete {pod}", pods=[pod])
        self._stage.kube.delete("Pod", pod, self._stage.namespace)

        def leaving(view: View) -> bool:
            return objects.is_terminating(view.get("Pod", pod) or {"metadata": {"deletionTimestamp": ""}})

        self._stage.until("Pod", pod, leaving, "being deleted", self._stage.deadlines.controller)
