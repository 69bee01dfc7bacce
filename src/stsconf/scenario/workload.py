"""A deployed StatefulSet and what a scenario does to it: hold, release, kill, scale, update, delete, write, read."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from stsconf.kube.client import STRATEGIC
from stsconf.model import objects
from stsconf.record import View
from stsconf.scenario.apps import of_kind
from stsconf.scenario.ends import ask_deletion, await_set_gone
from stsconf.scenario.labels import TOUCHED
from stsconf.scenario.levers import Levers
from stsconf.scenario.shape import Shape, image, rename, shape_set
from stsconf.scenario.stage import Stage
from stsconf.scenario.waits import generation_of

Json = dict[str, Any]


class Workload(Levers):
    """One StatefulSet with its Service, deployed on a stage."""

    def __init__(self, stage: Stage, shape: Shape) -> None:
        """Create the manifest's objects, the StatefulSet last."""
        objs = [obj for obj in stage.manifest() if shape.service or obj["kind"] != "Service"]
        if shape.name:  # beside the app's own set, which brings what both need
            objs = [rename(obj, shape.name) for obj in objs if obj["kind"] in {"Service", "StatefulSet"}]
        manifest = of_kind(objs, "StatefulSet")
        super().__init__(stage, shape, manifest)
        shape_set(manifest, stage.app.name, stage.context.run, stage.context.images, shape)
        for obj in objs:
            if obj is not manifest:
                stage.create(obj)
        self.create()

    def create(self, mark: str = "deploy", replicas: int | None = None) -> None:
        """Create the StatefulSet itself: at the beginning, or again after it was deleted, with another size perhaps."""
        if replicas is not None:
            self.manifest["spec"]["replicas"] = replicas
        self.stage.act(mark, f"create StatefulSet {self.name} with {self.manifest['spec']['replicas']} replicas")
        self.generation = generation_of(self.stage.create(self.manifest))

    def kill(self, *ordinals: int) -> list[str]:
        """Delete pods as a person would, all at once; returns their UIDs without waiting."""
        pods = [self.pod(ordinal) for ordinal in ordinals]
        uids = [self.uid(ordinal) for ordinal in ordinals]
        self.stage.act("kill", f"delete {', '.join(pods)}", pods=pods, uids=uids)
        for pod in pods:
            self.stage.kube.delete("Pod", pod, self.stage.namespace)
        return uids

    def replace(self, *ordinals: int) -> None:
        """Delete pods and wait until their replacements are Ready."""
        uids = self.kill(*ordinals)
        self.await_ready(*ordinals, replaced=uids)
        self.stage.reached("killed", f"{', '.join(map(self.pod, ordinals))} came back")

    def scale(self, replicas: int, mark: str = "scale") -> None:
        """Change the number of replicas without waiting."""
        self.stage.act(mark, f"scale {self.name} to {replicas}", replicas=replicas)
        self.patch({"replicas": replicas})

    def update(self, version: int = 2, mark: str = "rollout") -> list[str]:
        """Change the app's image, as `kubectl set image` does; returns the old pods' UIDs without waiting."""
        uids = [self.uid(ordinal) for ordinal in range(self.shape.replicas)]
        name = self.stage.app.name
        reference = image(self.stage.context.images, name, version)
        self.stage.act(mark, f"set the image of {self.name} to {reference}", uids=uids, version=version)
        container = self.manifest["spec"]["template"]["spec"]["containers"][0]["name"]
        patch = {"template": {"spec": {"containers": [{"name": container, "image": reference}]}}}
        self.patch(patch, STRATEGIC)
        return uids

    def await_updated(self, uids: Iterable[str], mark: str = "rolled-out") -> None:
        """Wait until no pod of an update is left and its status says so."""
        self.await_ready(replaced=uids)
        self.await_status(readyReplicas=self.shape.replicas, updatedReplicas=self.shape.replicas)
        self.stage.reached(mark, "the update is complete")

    def change(self, spec: Json, mark: str) -> None:
        """Change the StatefulSet's spec, as `kubectl patch` does, without waiting."""
        self.stage.act(mark, f"set {', '.join(spec)} of {self.name}", spec=spec)
        self.patch(spec)

    def annotate(self, key: str, text: str) -> None:
        """Annotate the StatefulSet, which asks for nothing; returns when it is on record."""
        self.stage.act("annotate", f"annotate {self.name} with {key}")
        self._annotate(key, text)
        self.stage.recorder.catch_up("StatefulSet")

    def touch(self) -> None:
        """Change the StatefulSet in a way that asks for nothing: whoever watches it looks at it again."""
        self.stage.act("touch", f"annotate {self.name}")
        self._annotate(TOUCHED, secrets.token_hex(4))

    def _annotate(self, key: str, text: str) -> None:
        patch = {"metadata": {"annotations": {key: text}}}
        self.stage.kube.patch("StatefulSet", self.name, patch, self.stage.namespace)

    def put_condition(self, kind: str) -> None:
        """Put a condition of nobody's kind into the status, as its only one; returns when it is on record."""
        self.stage.act("condition", f"put condition {kind} into the status of {self.name}")
        self._put_status(conditions=[{"type": kind, "status": "True", "reason": "Noticed", "message": ""}])

    def falsify(self, **counters: int) -> None:
        """Write counters into the status that are not right; returns when they are on record."""
        self.stage.act("falsify", f"write {counters} into the status of {self.name}")
        self._put_status(**counters)

    def _put_status(self, **fields: Any) -> None:
        patch = {"status": fields}
        self.stage.kube.patch("StatefulSet", self.name, patch, self.stage.namespace, subresource="status")
        self.stage.recorder.catch_up("StatefulSet")

    def patch(self, spec: Json, content_type: str = "application/merge-patch+json") -> None:
        """Patch the StatefulSet's spec."""
        namespace = self.stage.namespace
        obj = self.stage.kube.patch("StatefulSet", self.name, {"spec": spec}, namespace, content_type=content_type)
        self.generation = generation_of(obj)

    def delete(self, propagation: str = "Background", mark: str = "delete") -> None:
        """Delete the StatefulSet; returns when it and its pods are gone."""
        self.delete_alone(propagation, mark)
        for ordinal in range(self.shape.replicas):
            self.await_gone(ordinal)

    def delete_alone(self, propagation: str = "Orphan", mark: str = "delete") -> None:
        """Delete the StatefulSet; returns when it is gone, whatever becomes of its pods."""
        ask_deletion(self, propagation, mark)
        await_set_gone(self)

    def delete_service(self) -> None:
        """Delete the governing Service; returns when it and its EndpointSlices are gone."""
        self.stage.kube.delete("Service", self.service, self.stage.namespace)

        def gone(view: View) -> bool:
            return view.get("Service", self.service) is None and not view.all("EndpointSlice")

        self.stage.until("Service", self.service, gone, "being gone", self.stage.deadlines.controller)

    # ------------------------------------------------------------------ data

    def write_token(self, ordinal: int) -> None:
        """Store a text in a pod's volume, over HTTP, that nobody could have stored before or elsewhere."""
        app = self.stage.app
        token = f"token {secrets.token_hex(8)} of {self.pod(ordinal)}"
        self.stage.ask(self.pod(ordinal), app.write_method, app.data_path, token)

    def read(self, ordinal: int) -> None:
        """Ask a pod for its stored text."""
        self.stage.ask(self.pod(ordinal), "GET", self.stage.app.data_path)

    def ask_hostname(self, ordinal: int) -> None:
        """Ask a pod for its hostname."""
        self.stage.ask(self.pod(ordinal), "GET", self.stage.app.name_path)

    def look_up_volumes(self) -> None:
        """Record the PersistentVolumes that the set's claims are bound to, as they are now."""
        # the pod that uses a claim may have been seen Ready before the claim was seen bound
        self.stage.recorder.catch_up("PersistentVolumeClaim")
        claims = self.stage.recorder.now(lambda view: list(view.all("PersistentVolumeClaim").values()))
        for claim in claims:
            volume = objects.spec(claim).get("volumeName")
            if volume:
                self.stage.look_up("PersistentVolume", volume)
