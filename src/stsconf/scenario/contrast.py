"""The same app under a Deployment, to show what a StatefulSet adds."""

from __future__ import annotations

from stsconf.model import objects
from stsconf.record import View
from stsconf.scenario.apps import of_kind
from stsconf.scenario.describe import describe
from stsconf.scenario.shape import READY, Shape, shape_set
from stsconf.scenario.stage import Stage


class Replicas:
    """A Deployment made from an app's StatefulSet, with Ready held: nothing can wait for it."""

    def __init__(self, stage: Stage, count: int) -> None:
        """Create it, with emptyDirs for the claims."""
        self._stage, self._count = stage, count
        manifest = stage.manifest()
        for obj in manifest:
            if obj["kind"] == "ConfigMap":
                stage.create(obj)
        obj = of_kind(manifest, "StatefulSet")
        shape = Shape(replicas=count, hold=[READY])
        del shape_set(obj, stage.app.name, stage.context.run, stage.context.images, shape)["spec"]["serviceName"]
        stage.act("deploy", f"create a Deployment with {count} replicas")
        stage.create({**obj, "kind": "Deployment"})

    def await_pods(self, lost: str = "") -> None:
        """Wait until all pods are there, with running containers, none of them the lost one."""

        def running(view: View) -> bool:
            pods = [pod for name, pod in view.all("Pod").items() if name != lost]
            ready = (objects.condition(pod, "ContainersReady").get("status") == "True" for pod in pods)
            return len(pods) == self._count and all(ready)

        def last_seen(view: View) -> str:
            return "; ".join(describe(view, "Pod", name) for name in view.all("Pod")) or "no pods"

        self._stage.recorder.until(
            running,
            awaited=f"{self._count} running pods",
            object=f"Deployment {self._stage.app.set_name}",
            deadline=self._stage.deadlines.pod,
            last_seen=last_seen,
        )

    def replace_one(self) -> None:
        """Delete the first pod by name, and wait until another one runs in its place."""
        pod = min(self._stage.recorder.now(lambda view: list(view.all("Pod"))))
        self._stage.act("kill", f"delete {pod}", pods=[pod])
        self._stage.kube.delete("Pod", pod, self._stage.namespace)
        self.await_pods(lost=pod)
