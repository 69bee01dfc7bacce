"""A stage on a fake API server, and the objects that a cluster would put on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stsconf.kube.client import Kube
from stsconf.kube.kinds import KINDS
from stsconf.model.capability import Capability
from stsconf.model.history import ACT, ADDED, DELETED, MODIFIED, Event
from stsconf.record import View
from stsconf.scenario.apps import NGINX, App
from stsconf.scenario.context import RunContext
from stsconf.scenario.labels import FINALIZER, GATE
from stsconf.scenario.namespaces import namespace_name
from stsconf.scenario.observer import Observer
from stsconf.scenario.shape import READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload
from stsconf.wait import Clock, Deadlines
from tests.fake_api import FakeApi, Json, Plain, Request, listing, serve

PATIENCE = Deadlines()
NONE = Deadlines().scaled(0)
"""Deadlines of a scenario that waits for nothing: what is not there already has not happened."""
EVERYTHING = dict.fromkeys(Capability, "tried")


def pod(ordinal: int | str, *, uid: str = "", ready: bool = True, deleting: bool = False, ip: str = "") -> Json:
    """Return a held pod of the nginx app, its containers running, in a version of its own each time."""
    name = f"web-{ordinal}" if isinstance(ordinal, int) else ordinal
    conditions = [_condition("ContainersReady", "True"), _condition("Ready", "True" if ready else "False")]
    metadata: Json = {"name": name, "uid": uid or f"uid-{name}", "resourceVersion": "5", "labels": {"app": "nginx"}}
    spec = {"readinessGates": [{"conditionType": GATE}], "containers": [{"name": "nginx"}]}
    status = {"phase": "Running", "conditions": conditions, "podIPs": [{"ip": ip}] if ip else []}
    leaving = {"deletionTimestamp": "2026-03-01T12:00:00Z"} if deleting else {}
    return {"metadata": metadata | {"finalizers": [FINALIZER]} | leaving, "spec": spec, "status": status}


def _condition(kind: str, status: str) -> Json:
    return {"type": kind, "status": status}


def stateful_set(generation: int = 1, **status: int) -> Json:
    """Return the nginx app's StatefulSet, seen by its controller unless the status says otherwise."""
    metadata = {"name": "web", "uid": "uid-web", "resourceVersion": "5", "generation": generation}
    return {"metadata": metadata, "spec": {"replicas": 2}, "status": {"observedGeneration": generation, **status}}


def view(**objects: list[Json]) -> View:
    """Return a view of objects by kind."""
    view = View()
    for kind, some in objects.items():
        for obj in some:
            view.apply(Event(0, 0.0, kind, ADDED, obj))
    return view


@dataclass
class Playhouse:
    """A fake API server and what scenarios on it share; `stage` opens a stage, and all are closed at the end."""

    api: FakeApi
    kube: Kube
    stages: list[Stage] = field(default_factory=list)

    def context(
        self,
        deadlines: Deadlines = PATIENCE,
        *,
        can: dict[Capability, str] | None = None,
        observer: Observer | None = None,
        clock: Clock | None = None,
        ipv6: bool = True,
    ) -> RunContext:
        """Return the context of a run."""
        capabilities = EVERYTHING if can is None else can
        return RunContext(self.kube, "r1", deadlines, clock or Clock(), capabilities, observer=observer, ipv6=ipv6)

    def admit(self, scenario: str = "TestOne", app: App = NGINX) -> str:
        """Give the namespace of a scenario its service account, and return the namespace's name."""
        name = namespace_name("r1", f"{scenario}-{app.name}")
        account = {"metadata": {"name": "default", "uid": "account", "resourceVersion": "1"}}
        self.api.answers[f"GET {KINDS['ServiceAccount'].path(name)}"] = listing(account)
        return name

    def stage(self, context: RunContext | None = None, app: App = NGINX) -> Stage:
        """Open a stage."""
        self.admit(app=app)
        stage = Stage(context or self.context(), "TestOne", app)
        self.stages.append(stage)
        return stage

    def emit(self, kind: str, obj: Json, type_: str = ADDED) -> None:
        """Let something happen in the namespace of the only stage; its recorder hears of it."""
        self.api.emit(type_, obj, KINDS[kind].path(namespace_name("r1", f"TestOne-{NGINX.name}")))

    def sent(self, *methods: str) -> list[Request]:
        """Return the requests in the stages' namespaces by these methods, in order."""
        return [one for one in self.api.requests if one.method in methods and "/namespaces/stsconf-" in one.path]


@contextmanager
def playhouse(folder: Path) -> Iterator[Playhouse]:
    """Open a playhouse, and close its stages in the end."""
    with serve() as api:
        house = Playhouse(api, Kube.from_kubeconfig(api.kubeconfig(folder / "kubeconfig")))
        yield house
        for stage in house.stages:
            stage.stop()
        house.kube.close()


def record(stage: Stage, kind: str, *objs: Json, type_: str = ADDED) -> None:
    """Put objects on a stage's record, as if its recorder had seen them just now."""
    for obj in objs:
        stage.recorder.note(kind, type_, obj)


def forget(stage: Stage, kind: str, *objs: Json) -> None:
    """Put on record that objects are gone."""
    record(stage, kind, *objs, type_=DELETED)


def acts(stage: Stage) -> list[tuple[str, str]]:
    """Return mark and sentence of every act on record."""
    return [(event.type, str(event.object["sentence"])) for event in stage.history().events if event.kind == ACT]


def deploy(
    house: Playhouse, deadlines: Deadlines = PATIENCE, *, storage: bool = False, service: bool = True
) -> Workload:
    """Deploy the nginx app's StatefulSet of two held pods, on a stage with these deadlines."""
    path = KINDS["StatefulSet"].path(house.admit())
    house.api.answers |= {f"POST {path}": stateful_set(), f"PATCH {path}/web": stateful_set(2)}
    shape = Shape(replicas=2, hold=(READY,), storage=storage, service=service)
    stage = house.stage()
    stage.deadlines = deadlines
    return Workload(stage, shape)


def endpoints(*pods: Json, service: str = "nginx", ready: bool | None = True) -> Json:
    """Return an EndpointSlice of pods."""
    ends = [{"targetRef": {"uid": one["metadata"]["uid"]}, "conditions": {"ready": ready}} for one in pods]
    if ready is None:
        ends = [{"targetRef": end["targetRef"]} for end in ends]
    labels = {"kubernetes.io/service-name": service}
    return {"metadata": {"name": f"{service}-x", "uid": f"uid-{service}", "labels": labels}, "endpoints": ends}


def then(house: Playhouse, kind: str, obj: Json, type_: str = MODIFIED) -> Callable[[Request], Plain]:
    """Answer a request, and let something be recorded because of it."""

    def answer(_: Request) -> Plain:
        house.emit(kind, obj, type_)
        return {}

    return answer


def done(house: Playhouse, *methods: str) -> list[tuple[str, str, Json, str]]:
    """Return method, path, body and content type of what was done since the deployment."""
    return [(one.method, one.path, one.body, one.content_type) for one in house.sent(*methods)]


def marks(web: Workload) -> list[tuple[str, str]]:
    """Return the acts since the deployment."""
    return acts(web.stage)[1:]
