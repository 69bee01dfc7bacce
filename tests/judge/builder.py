"""Histories written by hand, one line per thing that happens.

Script(replicas=2).start("web-0").pending("web-1").history()
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Self

from stsconf.model import objects
from stsconf.model.history import ACT, ADDED, API, DELETED, DNS, HTTP, MODIFIED, Event, History, Subject

NAMESPACE, NAME, SERVICE, ZONE = "shop", "web", "nginx", "cluster.local"
SET_UID = "set-1"
LABELS = {"app": SERVICE}


class Script:
    """A record in the making: each method adds what a recorder would see and returns the script."""

    def __init__(self, replicas: int = 3, app: str = "kubia", **spec: Any) -> None:
        """Begin with a StatefulSet of this size on the revision `web-a`; `spec` adds to its spec."""
        self.events: list[Event] = []
        self.state: dict[tuple[str, str], dict[str, Any]] = {}
        self.app = app
        self._at = 0.0
        self._uids = 0
        template = {
            "metadata": {"labels": LABELS},
            "spec": {"containers": [_container("image:1")]},
        }
        claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}
        whole = {
            "replicas": replicas,
            "serviceName": SERVICE,
            "podManagementPolicy": "OrderedReady",
            "selector": {"matchLabels": LABELS},
            "template": template,
            "volumeClaimTemplates": [{"metadata": {"name": "www"}, "spec": claim}],
            **spec,
        }
        body = {"spec": whole, "status": {"currentRevision": "web-a", "updateRevision": "web-a"}}
        self.add("StatefulSet", NAME, body, uid=SET_UID)

    # ------------------------------------------------------------------------------------------------ any object
    def record(self, kind: str, type_: str, obj: dict[str, Any]) -> Self:
        """Add one event, a hundredth of a second after the former."""
        self._at += 0.01
        self.events.append(Event(len(self.events), self._at, kind, type_, deepcopy(obj)))
        return self

    def add(self, kind: str, name: str, body: dict[str, Any], uid: str = "") -> Self:
        """Create an object."""
        self._uids += 1
        metadata = {"name": name, "namespace": NAMESPACE, "uid": uid or f"{name}/{self._uids}", "generation": 1}
        metadata["creationTimestamp"] = self.clock()
        obj = {**deepcopy(body), "metadata": metadata | body.get("metadata", {})}
        self.state[kind, name] = self._numbered(obj)
        return self.record(kind, ADDED, obj)

    def alter(self, kind: str, name: str, changes: dict[str, Any]) -> Self:
        """Change an object at the given places, such as `status.phase`; None takes a field away."""
        obj = self.state[kind, name]
        for path, value in changes.items():
            *parents, last = path.split(".")
            place = obj
            for parent in parents:
                place = place.setdefault(parent, {})
            place[last] = value
            if value is None:
                del place[last]
        return self.record(kind, MODIFIED, self._numbered(obj))

    def drop(self, kind: str, name: str) -> Self:
        """Remove an object."""
        return self.record(kind, DELETED, self._numbered(self.state.pop((kind, name))))

    def clock(self, later: float = 0) -> str:
        """Tell the servers' time, in whole seconds as they do."""
        minutes, seconds = divmod(int(self._at + later), 60)
        return f"2026-01-01T00:{minutes:02}:{seconds:02}Z"

    def _numbered(self, obj: dict[str, Any]) -> dict[str, Any]:
        obj["metadata"]["resourceVersion"] = str(len(self.events) + 1)
        return obj

    # ------------------------------------------------------------------------------------------------------ pods
    def pending(self, name: str, *, revision: str = "", owner: Any = None, **changes: Any) -> Self:
        """Create a pod as the StatefulSet does; labels, annotations and anything of the spec can be given otherwise."""
        ordinal = objects.ordinal(name)
        labels = {
            **LABELS,
            objects.POD_NAME_LABEL: name,
            objects.POD_INDEX_LABEL: str(ordinal),
            objects.REVISION_LABEL: revision or self.state["StatefulSet", NAME]["status"]["updateRevision"],
        }
        default = {
            "kind": "StatefulSet",
            "name": NAME,
            "uid": self.state["StatefulSet", NAME]["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
        template = self.state["StatefulSet", NAME]["spec"]["template"]
        spec = {
            **deepcopy(template["spec"]),
            "hostname": name,
            "subdomain": SERVICE,
            "nodeName": f"node-{ordinal}",
            "terminationGracePeriodSeconds": 2,
            "volumes": [{"name": "www", "persistentVolumeClaim": {"claimName": f"www-{name}"}}],
        }
        metadata = {
            "labels": labels | changes.pop("labels", {}),
            "annotations": changes.pop("annotations", {}),
            "ownerReferences": [default] if owner is None else [owner] if owner else [],
        }
        return self.add("Pod", name, {"metadata": metadata, "spec": spec | changes, "status": {"phase": "Pending"}})

    def running(self, name: str) -> Self:
        """Let a pod run, at an address of its own, without being Ready."""
        ip = f"10.0.0.{len(self.events)}"
        status = {"status.podIP": ip, "status.podIPs": [{"ip": ip}]}
        return self.alter("Pod", name, {"status.phase": "Running", "status.conditions": self._ready("False"), **status})

    def ready(self, *names: str) -> Self:
        """Let pods become Ready."""
        for name in names:
            self.alter("Pod", name, {"status.conditions": self._ready("True")})
        return self

    def _ready(self, value: str) -> list[dict[str, str]]:
        return [{"type": "Ready", "status": value, "lastTransitionTime": self.clock()}]

    def unready(self, name: str) -> Self:
        """Let a pod cease to be Ready."""
        return self.alter("Pod", name, {"status.conditions": self._ready("False")})

    def start(self, *names: str, **pending: Any) -> Self:
        """Create pods one after the other, each up to Ready."""
        for name in names:
            self.pending(name, **pending).running(name).ready(name)
        return self

    def leaving(self, name: str, grace: int = 2) -> Self:
        """Ask for a pod's deletion."""
        stamp = {"metadata.deletionTimestamp": self.clock(grace), "metadata.deletionGracePeriodSeconds": grace}
        return self.alter("Pod", name, stamp)

    def gone(self, name: str) -> Self:
        """End a pod."""
        return self.drop("Pod", name)

    def stop(self, *names: str) -> Self:
        """Remove pods one after the other, each until it is gone."""
        for name in names:
            self.leaving(name).gone(name)
        return self

    def replace(self, *names: str) -> Self:
        """Replace pods one after the other, each until the new one is Ready."""
        for name in names:
            self.stop(name).start(name)
        return self

    def ip(self, name: str) -> str:
        """Return a pod's address."""
        return str(self.state["Pod", name]["status"]["podIP"])

    # ----------------------------------------------------------------------------------------- set, claims, acts
    def scale(self, replicas: int) -> Self:
        """Let the test ask for another number of pods."""
        return self.act("scale").alter("StatefulSet", NAME, {"spec.replicas": replicas})

    def update(self, revision: str = "web-b", image: str = "image:2") -> Self:
        """Let the test change the template's image, which makes a revision."""
        template = {"metadata": {"labels": LABELS}, "spec": {"containers": [_container(image)]}}
        return self.act("rollout").alter(
            "StatefulSet", NAME, {"spec.template": template, "status.updateRevision": revision}
        )

    def status(self, **counters: Any) -> Self:
        """Write the set's status."""
        written = {"metadata.managedFields": [{"subresource": "status", "time": self.clock()}]}
        return self.alter("StatefulSet", NAME, written | {f"status.{key}": value for key, value in counters.items()})

    def remade(self) -> Self:
        """Create the StatefulSet anew, after it was dropped; pods made from now on are the new one's."""
        first = self.events[0].object
        return self.add("StatefulSet", NAME, {"spec": first["spec"], "status": first["status"]})

    def act(self, mark: str, **fields: Any) -> Self:
        """Let the test do something."""
        return self.record(ACT, mark, {"sentence": mark, **fields})

    def kill(self, *names: str) -> Self:
        """Let the test delete pods, which go."""
        self.act("kill", pods=list(names))
        for name in names:
            self.leaving(name)
        for name in names:
            self.gone(name)
        return self

    def claim(self, name: str, volume: str = "", phase: str = "Bound", **spec: Any) -> Self:
        """Create a claim and bind it."""
        body = {"accessModes": ["ReadWriteOnce"], "storageClassName": "standard", **spec}
        status = {"phase": phase, "capacity": {"storage": "1Mi"}}
        self.add("PersistentVolumeClaim", name, {"metadata": {"labels": LABELS}, "spec": body, "status": {}})
        return self.alter(
            "PersistentVolumeClaim", name, {"spec.volumeName": volume or f"pv-{len(self.events)}", "status": status}
        )

    # ---------------------------------------------------------------------------------------- Services and answers
    def service(self, name: str = SERVICE, **spec: Any) -> Self:
        """Create a Service, the governing one by default."""
        ports = [{"name": "http", "port": 80, "targetPort": "http"}]
        return self.add("Service", name, {"spec": {"clusterIP": "None", "selector": LABELS, "ports": ports, **spec}})

    def http(self, pod: str, body: str, **fields: Any) -> Self:
        """Let the test ask a pod, by GET unless something is `sent`, and be answered with `body`."""
        alive = self.state.get(("Pod", pod))
        asked = {
            "pod": pod,
            "uid": objects.uid(alive) if alive else "",
            "url": "/",
            "via": "proxy",
            "sent": None,
            "status": 200,
            "body": body,
            "error": "",
        }
        return self.record(HTTP, fields.pop("method", "POST" if fields.get("sent") else "GET"), asked | fields)

    def dns(self, host: str, *data: str, kind: str = "A", rcode: str = "NOERROR", **fields: Any) -> Self:
        """Let the test ask for a name under the governing Service (by its first labels) and be answered."""
        name = fields.pop("name", f"{host}{'.' * bool(host)}{SERVICE}.{NAMESPACE}.svc.{ZONE}.")
        answers = [{"name": name, "type": kind, "ttl": 30, "data": one} for one in data]
        asked = {"name": name, "from": "inside", "search": False, "rcode": rcode, "answers": answers, "error": ""}
        return self.record(DNS, kind, asked | fields)

    def api(self, request: str, status: int = 200, **fields: Any) -> Self:
        """Let the test ask the API server, and be answered with this status; `due` tells what would be right."""
        sent = fields.get("sent") or {}
        asked: dict[str, Any] = {
            "request": request,
            "name": objects.name(sent),
            "sent": None,
            "status": status,
            "reason": "",
            "message": "",
            "fields": [],
            "causes": [],
            "answer": {},
            "due": {},
        }
        return self.record(API, fields.pop("mark", "ask"), asked | fields)

    def wait(self, seconds: float) -> Self:
        """Let time pass."""
        self._at += seconds
        return self

    def history(self, since: str = "", until: str = "") -> History:
        """End the script: the record, narrowed to what came after one mark and before another."""
        history = History(tuple(self.events), Subject(NAMESPACE, NAME, SERVICE, self.app))
        history = history.since(since) if since else history
        return history.until(until) if until else history


def _container(image: str) -> dict[str, Any]:
    return {
        "name": "main",
        "image": image,
        "ports": [{"name": "http", "containerPort": 8080}],
        "volumeMounts": [{"name": "www", "mountPath": "/var/data"}],
    }
