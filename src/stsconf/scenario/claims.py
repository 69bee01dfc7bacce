"""What a scenario does with the claims of its set: makes, holds and deletes them, and waits for their owners."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from stsconf.kube.client import STRATEGIC
from stsconf.model import objects
from stsconf.model.objects import Object
from stsconf.record import View
from stsconf.scenario.apps import of_kind
from stsconf.scenario.labels import FINALIZER, UNHELD, run_labels
from stsconf.scenario.stage import Stage

Json = dict[str, Any]

KIND = "PersistentVolumeClaim"
NOBODY = ""
"""In place of an owner's kind: no owner at all."""
KEEPER = "ConfigMap"
"""The kind of an owner that is neither set nor pod."""
_BYSTANDER = "bystander"
_ELSEWHERE = "elsewhere.stsconf.dev/v1"
"""An API that no cluster has."""


def policy(deleted: str = "Retain", scaled: str = "Retain") -> Json:
    """Return the part of a StatefulSet's spec that says what becomes of its claims."""
    return {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": deleted, "whenScaled": scaled}}


def particular(stage: Stage) -> list[Json]:
    """Return the app's claim templates with all that one can ask for: a volume that nobody has, and nobody makes."""
    templates = of_kind(stage.manifest(), "StatefulSet")["spec"]["volumeClaimTemplates"]
    size = templates[0]["spec"]["resources"]["requests"]
    asked = {
        "selector": {"matchLabels": run_labels(stage.context.run)},
        "volumeMode": "Block",
        "resources": {"requests": size, "limits": size},
        "dataSource": {"kind": KIND, "name": _BYSTANDER},
    }
    return [{**one, "spec": {**one["spec"], **asked}} for one in templates]


class Claims:
    """The claims of a stage's StatefulSet, by ordinal: those of the app's own claim template, or of another one."""

    def __init__(self, stage: Stage, template: str = "") -> None:
        self._stage = stage
        self._template = template or stage.app.claim

    def name(self, ordinal: int) -> str:
        """Return a claim's name."""
        return f"{self._template}-{self._stage.app.set_name}-{ordinal}"

    def _now(self, ordinal: int) -> Object:
        return self._stage.recorder.now(lambda view: view.get(KIND, self.name(ordinal)) or {})

    # ------------------------------------------------------------------ acting

    def premake(self, ordinal: int, **metadata: Any) -> None:
        """Create a claim by hand as the controller would name it; returns when it is on record."""
        manifest = of_kind(self._stage.manifest(), "StatefulSet")
        name = self.name(ordinal)
        self._stage.act("premade", f"create claim {name} by hand", claims=[name])
        spec = manifest["spec"]["volumeClaimTemplates"][0]["spec"]
        self._stage.create({"apiVersion": "v1", "kind": KIND, "metadata": {"name": name, **metadata}, "spec": spec})
        self._stage.recorder.catch_up(KIND)

    def premake_for_keeper(self, ordinal: int, *, controller: bool) -> None:
        """Create a claim by hand that a ConfigMap owns, which is alive and stays, as its `controller` or besides.

        It is a namesake of the set: whoever compares names alone takes it for a former one. So is another owner, of the
        set's kind but of an API that no cluster has. As nobody can say whether that one exists, the garbage collector
        leaves all owners as they are.
        """
        keeper, name = {"apiVersion": "v1", "kind": KEEPER}, self._stage.app.set_name
        uid = objects.uid(self._stage.create({**keeper, "metadata": {"name": name}}))
        owner = {**keeper, "name": name, "uid": uid, "controller": controller}
        self.premake(ordinal, ownerReferences=[owner, self._namesake(_ELSEWHERE)])

    def premake_for_former(self, ordinal: int) -> None:
        """Create a claim by hand that a former set of the name owns, and that its deletion did not remove."""
        self.premake(ordinal, ownerReferences=[self._namesake(_ELSEWHERE), self._namesake("apps/v1")])

    def _namesake(self, api_version: str) -> Json:
        name = self._stage.app.set_name
        return {"apiVersion": api_version, "kind": "StatefulSet", "name": name, "uid": str(uuid.uuid4())}

    def seize(self, ordinal: int) -> None:
        """Put the set behind the owners of a claim, but not as its controller: as releases before 1.28.13 did.

        Returns when it is on record.
        """
        found = self._stage.recorder.now(lambda view: view.get("StatefulSet", self._stage.app.set_name) or {})
        owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": objects.name(found), "uid": objects.uid(found)}
        self._stage.act("seized", f"put {objects.name(found)} beside the owners of claim {self.name(ordinal)}")
        patch = {"metadata": {"ownerReferences": [*objects.owners(self._now(ordinal)), owner]}}
        self._stage.kube.patch(KIND, self.name(ordinal), patch, self._stage.namespace)
        self._stage.recorder.catch_up(KIND)

    def delete(self, ordinal: int) -> str:
        """Delete a claim as a person would; returns its UID without waiting."""
        self._stage.recorder.catch_up(KIND)
        uid, name = objects.uid(self._now(ordinal)), self.name(ordinal)
        self._stage.act("claim-deleted", f"delete claim {name}", uid=uid)
        self._stage.kube.delete(KIND, name, self._stage.namespace)
        return uid

    def hold(self, ordinal: int) -> None:
        """Keep a claim from being gone once its deletion was asked for, as a slow volume does."""
        self._patch(ordinal, {"finalizers": [FINALIZER]})

    def let_go(self, ordinal: int) -> None:
        """Let a held claim go that is being deleted; returns when it is on record as gone."""

        def leaving(view: View) -> bool:
            return objects.is_terminating(view.get(KIND, self.name(ordinal)) or {})

        self._until(ordinal, leaving, "being deleted")
        uid = objects.uid(self._now(ordinal))
        self._stage.act("claim-let-go", f"let claim {self.name(ordinal)} go")
        self._patch(ordinal, UNHELD)
        self._await_gone(ordinal, uid)

    def _patch(self, ordinal: int, metadata: Json) -> None:
        patch = {"metadata": metadata}
        self._stage.kube.patch(KIND, self.name(ordinal), patch, self._stage.namespace, content_type=STRATEGIC)

    def _until(self, ordinal: int, happened: Callable[[View], bool], awaited: str, *, refused: bool = False) -> None:
        deadlines = self._stage.deadlines
        deadline = deadlines.retry if refused else deadlines.controller
        self._stage.until(KIND, self.name(ordinal), happened, awaited, deadline)

    # ------------------------------------------------------------------ waiting

    def await_owner(self, kind: str, *ordinals: int, beside: str = NOBODY, refused: bool = False) -> None:
        """Wait until claims are owned by an object of this kind, or nobody, and nobody else but one `beside` it.

        Where the claim has just been written, that may be `refused` at first, and takes longer.
        """
        kinds = {kind, beside} - {NOBODY}
        for ordinal in ordinals:

            def owned(view: View, name: str = self.name(ordinal)) -> bool:
                claim = view.get(KIND, name)
                known = [one for one in objects.owners(claim or {}) if one["apiVersion"] != _ELSEWHERE]
                return claim is not None and {one["kind"] for one in known} == kinds

            self._until(ordinal, owned, f"being owned by {kind or 'nobody'}", refused=refused)

    def await_gone(self, *ordinals: int) -> None:
        """Wait until claims are gone, or others of their names are there."""
        for ordinal in ordinals:
            self._await_gone(ordinal, objects.uid(self._now(ordinal)))

    def _await_gone(self, ordinal: int, uid: str) -> None:
        def gone(view: View) -> bool:
            return objects.uid(view.get(KIND, self.name(ordinal)) or {}) != uid

        if uid:
            self._stage.until(KIND, self.name(ordinal), gone, "being gone", self._stage.deadlines.gone)

    def await_anew(self, ordinal: int, former: str, *, refused: bool = False) -> None:
        """Wait until there is another claim of the name than the former one; `refused` before, it takes longer."""

        def made(view: View) -> bool:
            return objects.uid(view.get(KIND, self.name(ordinal)) or {}) not in {"", former}

        self._until(ordinal, made, "being made again", refused=refused)

    def settle(self, mark: str) -> None:
        """Close a window in which claims must stay: a claim that has to go was made later, and is gone.

        Its owner never existed, so the garbage collector deletes it. Whatever it had to collect before is on record.
        """
        owner = {"apiVersion": "v1", "kind": "Pod", "name": _BYSTANDER, "uid": str(uuid.uuid4())}
        spec = {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Mi"}},
            "storageClassName": "",  # no class: nothing is ever provisioned for it
            "selector": {"matchLabels": run_labels(self._stage.context.run)},  # nor is somebody's volume bound to it
        }
        metadata = {"generateName": f"{_BYSTANDER}-", "ownerReferences": [owner]}
        made = self._stage.create({"apiVersion": "v1", "kind": KIND, "metadata": metadata, "spec": spec})
        name, uid = objects.name(made), objects.uid(made)
        self._stage.recorder.catch_up(KIND)

        def collected(view: View) -> bool:
            return objects.uid(view.get(KIND, name) or {}) != uid

        self._stage.until(KIND, name, collected, "being collected", self._stage.deadlines.controller)
        self._stage.reached(mark, f"the garbage collector has removed claim {name}, created later")
