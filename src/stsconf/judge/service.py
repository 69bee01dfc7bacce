"""The governing Service and its EndpointSlices: the API's half of what DNS answers."""

from __future__ import annotations

from dataclasses import dataclass

from stsconf.judge import names, sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import announced, born, returned
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import ADDED, DELETED, History
from stsconf.model.objects import POD_NAME_LABEL, Object

SLICE = "EndpointSlice"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One ready endpoint: of which pod, under which hostname, at which addresses and (named) ports."""

    pod: str
    uid: str
    hostname: str
    addresses: frozenset[str]
    ports: frozenset[tuple[str, int]]


def _ready(history: History, slices: dict[str, Object], service: str = "") -> list[Endpoint]:
    """Return the ready endpoints of a Service in these slices, of the governing one by default."""
    endpoints = []
    for one in slices.values():
        if objects.labels(one).get("kubernetes.io/service-name") != (service or history.subject.service):
            continue
        ports = frozenset((str(port.get("name") or ""), int(port["port"])) for port in one.get("ports") or [])
        for endpoint in one.get("endpoints") or []:
            if (endpoint.get("conditions") or {}).get("ready") is not False:
                pod = endpoint.get("targetRef") or {}
                who = (str(pod.get("name", "")), str(pod.get("uid", "")), str(endpoint.get("hostname", "")))
                endpoints.append(Endpoint(*who, frozenset(endpoint["addresses"]), ports))
    return endpoints


@judge("service.headless", "Service")
def no_virtual_address(history: History) -> Offences:
    """The governing Service has no virtual address."""
    service = history.subject.service
    known = [event for event in history.of("Service", service) if event.type != DELETED]
    at_start = history.at_start("Service").get(service)
    require(known or at_start, "the governing Service was not recorded")
    if at_start is not None and objects.spec(at_start).get("clusterIP") != "None":
        yield found(f"{service} has the address {objects.spec(at_start).get('clusterIP')}", about=service)
    for event in known:
        if objects.spec(event.object).get("clusterIP") != "None":
            yield found(f"{service} has the address {objects.spec(event.object).get('clusterIP')}", event)
            return


@judge("service.namespace", "Service", "StatefulSet", "Pod")
def found_beside_set(history: History) -> Offences:
    """The governing Service is in the set's namespace and selects the set's pods."""
    statefulset = sets.current(history)
    pods = {name: pod for name, pod in history.at_end("Pod").items() if history.own(name)}
    require(pods, "no pod was there at the end")
    name = str(objects.spec(statefulset).get("serviceName", ""))
    service = history.at_end("Service").get(name)
    if service is None:
        yield found(f"the Service {name} is not beside {history.subject.name}", about=name)
        return
    if objects.metadata(service).get("namespace") != objects.metadata(statefulset).get("namespace"):
        yield found(f"the Service {name} is in another namespace than {history.subject.name}", about=name)
    for pod_name, pod in pods.items():
        if not sets.selects(objects.spec(service).get("selector") or {}, objects.labels(pod)):
            yield found(f"the Service {name} does not select {pod_name}", about=pod_name)


@judge("service.endpoints", SLICE, "Pod", "Service")
def endpoints_are_ready_pods(history: History) -> Offences:
    """The EndpointSlices hold each Ready pod, and no other, with its hostname, address and container port."""
    service = names.governing(history)
    pods = {objects.uid(pod): pod for pod in names.served(history, service).values()}
    endpoints = _ready(history, dict(history.at_end(SLICE)))
    require(pods or _ready(history, dict(history.at_start(SLICE))), "no pod stood behind the Service")
    for endpoint in endpoints:
        if endpoint.uid not in pods:
            yield found(f"{endpoint.pod} is a ready endpoint though it is not Ready", about=endpoint.pod)
    for uid, pod in pods.items():
        own = [endpoint for endpoint in endpoints if endpoint.uid == uid]
        if not own:
            yield found(f"{objects.name(pod)} is Ready but no ready endpoint", about=objects.name(pod))
        for endpoint in own:
            yield from _differs(history, service or {}, endpoint, pod)


def _differs(history: History, service: Object, endpoint: Endpoint, pod: Object) -> Offences:
    """Tell in what an endpoint differs from its pod."""
    name = objects.name(pod)
    if history.own(name) and endpoint.hostname != name:
        yield found(f"the endpoint of {name} has the hostname {endpoint.hostname or '(none)'}", about=name)
    addresses = names.addresses(pod) | names.addresses(pod, "AAAA")
    if not endpoint.addresses or not endpoint.addresses <= addresses:
        yield found(f"the endpoint of {name} is at {names.text(endpoint.addresses)}", about=name)
    wanted = {str(port.get("name") or "") for port in objects.spec(service).get("ports") or []}
    right = {(one, names.port(service, one, pod)) for one in wanted}
    if endpoint.ports != right:
        yield found(f"the endpoint of {name} has the ports {sorted(endpoint.ports)}, not {sorted(right)}", about=name)


@judge("service.none", "Service", "Pod")
def none_made(history: History) -> Offences:
    """Where the test makes no Service, nobody else does."""
    require(born(history), "no pod was created")
    require(not history.at_start("Service"), "there was a Service before")
    for event in history.of("Service"):
        if event.type == ADDED:
            yield found(f"a Service {event.name} was made", event)


@judge("service.single", SLICE, "Service", "Pod")
def one_pod_by_label(history: History) -> Offences:
    """A Service that selects by a pod's name has that pod as its one endpoint."""
    wanted = {
        name: str((objects.spec(one).get("selector") or {}).get(POD_NAME_LABEL, ""))
        for name, one in history.at_end("Service").items()
    }
    wanted = {name: pod for name, pod in wanted.items() if history.own(pod)}
    require(wanted, "no Service selected by a pod's name")
    for name, pod in wanted.items():
        right = {objects.uid(history.at_end("Pod").get(pod, {}))}
        endpoints = _ready(history, dict(history.at_end(SLICE)), name)
        if {one.uid for one in endpoints} != right:
            said = ", ".join(sorted(one.pod for one in endpoints)) or "nothing"
            yield found(f"the Service {name} leads to {said}, not to {pod}", about=name)


@judge("service.one-swap", SLICE, "Pod")
def only_one_swapped(history: History) -> Offences:
    """Replacing one pod leaves every other endpoint where it was, and swaps its own.

    The endpoint of a pod that ceases to be Ready by itself, as on a busy node, goes and comes as it has to.
    """
    pairs = returned(history)
    require(pairs, "no pod came back")
    unready = {event.uid for event in history.of("Pod") if not objects.is_ready(event.object)}
    foreign = announced(history) | unready | {former.uid for former, _ in pairs}
    before = {e.uid: e for e in _ready(history, dict(history.at_start(SLICE))) if e.uid not in foreign}
    require(before, "there was no other ready endpoint")
    told = set()
    for step in history.steps(SLICE):
        state = {**step.before, step.event.name: {} if step.event.type == DELETED else step.event.object}
        now = {(endpoint.uid, endpoint.addresses) for endpoint in _ready(history, state)}
        for uid, endpoint in before.items():
            if (uid, endpoint.addresses) not in now and uid not in told:
                told.add(uid)
                yield found(
                    f"the endpoint of {endpoint.pod} changed though another pod was replaced",
                    step.event,
                    about=endpoint.pod,
                )
    final = {endpoint.uid for endpoint in _ready(history, dict(history.at_end(SLICE)))}
    for former, latter in pairs:
        if former.uid in final:
            yield found(f"the old {former.name} is still a ready endpoint", former.last)
        if latter.uid not in final:
            yield found(f"the new {latter.name} is no ready endpoint", latter.last)
