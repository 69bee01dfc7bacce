"""Asking DNS for a set's names, waiting for them, and the Services behind them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stsconf.model.history import ACT, DNS, HTTP
from stsconf.record import StalledError
from stsconf.scenario.names import Names
from stsconf.scenario.observer import NAME as OBSERVER
from stsconf.scenario.observer import Observer
from stsconf.scenario.shape import Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.waits import Waits
from tests.fake_api import FakeApi, Json
from tests.scenario.stages import NONE, Playhouse, pod, record

SPACE = "stsconf-r1-one-nginx"
ZONE = f"{SPACE}.svc.cluster.local"
SERVICE = f"nginx.{ZONE}."
WEB_0, WEB_1 = f"web-0.{SERVICE}", f"web-1.{SERVICE}"
SERVICES, PODS = (f"/api/v1/namespaces/{SPACE}/{plural}" for plural in ("services", "pods"))
INSIDE, OUTSIDE = (f"/api/v1/namespaces/{space}/pods/observer:8080/proxy" for space in (SPACE, "askers"))
READY = (pod(0, ip="10.0.0.1"), pod(1, ip="10.0.0.2"))
OTHERS = (pod(2, ip="10.0.0.3", ready=False), pod(3, ip="10.0.0.4", deleting=True), pod(OBSERVER, ip="10.0.0.5"))
READY[0]["status"]["podIPs"].append({"ip": "fd00::1"})
OTHERS[-1]["metadata"]["labels"]["app"] = OBSERVER


@pytest.fixture
def stage(house: Playhouse) -> Stage:
    """Return a stage that waits for nothing, with an observer in another namespace."""
    house.api.answers[f"GET {OUTSIDE}/watch"] = ""
    stage = house.stage(house.context(observer=Observer(house.kube, "askers")))
    stage.deadlines = NONE
    return stage


def answer(stage: Stage, name: str, *addresses: str, rcode: str | None = "NOERROR") -> None:
    """Put the answer for a watched name on record."""
    answers = [{"type": "A", "data": address} for address in addresses]
    asked = {"name": name, "rcode": rcode, "answers": answers, "watched": True, "unchanged": 16}
    stage.recorder.note(DNS, "A", asked)


def stalled(wait: Callable[[], None]) -> str:
    """Return of which name a wait stalls, empty if it does not."""
    try:
        wait()
    except StalledError as error:
        return error.stall.object
    return ""


def created(api: FakeApi, path: str) -> list[Json]:
    """Return the objects that were created at a path."""
    return [request.body for request in api.asked("POST") if request.path == path]


def slice_of(service: str, *endpoints: Json) -> Json:
    """Return an EndpointSlice."""
    labels = {"kubernetes.io/service-name": service}
    metadata = {"name": f"{service}-x", "uid": f"{service}-x", "resourceVersion": "1", "labels": labels}
    return {"metadata": metadata, "endpoints": list(endpoints)}


def other(stage: Stage) -> Names:
    """Return the names of a second set."""
    manifest = {"metadata": {"name": "other"}, "spec": {"serviceName": "other"}}
    return Names(stage, Waits(stage, Shape(name="other"), manifest))


# -------------------------------------------------------------------------------------------------------- waiting
def test_names_of_another_set(stage: Stage) -> None:
    """Names are those of the set that is given, and so are the pods that are awaited."""
    mine, others = pod(0, ip="10.0.0.1"), pod("other-0", ip="10.0.0.9")
    others["metadata"]["labels"]["app"] = "other"
    record(stage, "Pod", mine, others)
    names = other(stage)
    assert [names.full(), names.full(0)] == [f"other.{ZONE}.", f"other-0.other.{ZONE}."]
    answer(stage, names.full(), "10.0.0.9")
    assert stalled(names.await_service) == ""


@pytest.mark.parametrize(
    ("answers", "stalls"),
    [({WEB_0: ["10.0.0.1"], WEB_1: []}, ""), ({WEB_0: [], WEB_1: []}, WEB_0), ({WEB_0: ["10.0.0.1"]}, WEB_1)],
    ids=["right", "missing", "unanswered"],
)
def test_await_only(stage: Stage, answers: dict[str, list[str]], stalls: str) -> None:
    """Some watched names are to have their pods' addresses, the others none."""
    names = Names(stage)
    names.watch(0, 1)
    record(stage, "Pod", READY[0], pod(1, ip="10.0.0.2", ready=False))
    answer(stage, SERVICE, "10.0.0.1")
    for name, addresses in answers.items():
        answer(stage, name, *addresses)
    assert stalled(lambda: names.await_only(0)) == stalls


def test_published_pods_are_awaited(house: Playhouse, stage: Stage) -> None:
    """Once the Service publishes them, pods that are not Ready are expected in its answer; and no more afterwards."""
    names = Names(stage)
    record(stage, "Pod", READY[0], OTHERS[0])
    answer(stage, SERVICE, "10.0.0.1", "10.0.0.3")
    assert stalled(names.await_service) == SERVICE
    names.publish_unready()
    assert stalled(names.await_service) == ""
    names.publish_unready(publish=False)
    assert stalled(names.await_service) == SERVICE
    patches = [request.body["spec"] for request in house.sent("PATCH")]
    assert patches == [{"publishNotReadyAddresses": True}, {"publishNotReadyAddresses": False}]
    assert [act.type for act in stage.history().of(ACT)] == ["publish", "withdraw"]


def test_full_names(stage: Stage) -> None:
    """A number is a pod of the set, a text any host, nothing the Service; all end at the root."""
    names = Names(stage)
    assert [names.full(), names.full(0), names.full("stray")] == [SERVICE, WEB_0, f"stray.{SERVICE}"]


def test_watched_names(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Service's name is watched along with those of the pods."""
    watched: list[str] = []
    monkeypatch.setattr(Stage, "watch_dns", lambda _, *names, kind: watched.extend([kind, *names]))
    Names(stage).watch(0, "stray")
    assert watched == ["A", SERVICE, WEB_0, f"stray.{SERVICE}"]


@pytest.mark.parametrize(
    ("families", "right"), [(["IPv4"], "10.0.0.1"), (["IPv6"], "fd00::1"), (["IPv6", "IPv4"], "fd00::1")]
)
def test_the_family_that_is_awaited(stage: Stage, families: list[str], right: str) -> None:
    """Where pods have addresses of two families, awaited is what the Service answers with first."""
    record(stage, "Service", {"metadata": {"name": "nginx", "uid": "n"}, "spec": {"ipFamilies": families}})
    both = pod(0, ip="10.0.0.1")
    both["status"]["podIPs"] = [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]
    record(stage, "Pod", both)
    for address in ("10.0.0.1", "fd00::1"):
        names = Names(stage)
        names.watch(0)
        answer(stage, SERVICE, address)
        answer(stage, WEB_0, address)
        assert stalled(names.await_all) == ("" if address == right else SERVICE)


@pytest.mark.parametrize(
    ("answers", "right"),
    [
        ([["10.0.0.1", "10.0.0.2"]], True),
        ([[], ["10.0.0.2", "10.0.0.1"]], True),
        ([["10.0.0.1", "10.0.0.2"], ["10.0.0.1"]], False),
        ([["10.0.0.1", "10.0.0.2", "10.0.0.3"]], False),
        ([["10.0.0.1", "10.0.0.2", "10.0.0.4"]], False),
        ([["10.0.0.1", "10.0.0.2", "10.0.0.5"]], False),
        ([], False),
    ],
    ids=["right", "right-at-last", "one-short", "unready", "leaving", "another-app", "no-answer"],
)
def test_await_service(stage: Stage, answers: list[list[str]], *, right: bool) -> None:
    """The Service's name is to have the IPv4 addresses of the app's Ready pods, all of them and no other, at last."""
    record(stage, "Pod", *READY, *OTHERS)
    for addresses in answers:
        answer(stage, SERVICE, *addresses)
    assert stalled(Names(stage).await_service) == ("" if right else SERVICE)


@pytest.mark.parametrize(
    ("service", "first", "second", "awaited"),
    [
        (["10.0.0.1", "10.0.0.2"], "10.0.0.1", "10.0.0.2", ""),
        (["10.0.0.1"], "10.0.0.1", "10.0.0.2", SERVICE),
        (["10.0.0.1", "10.0.0.2"], "10.0.0.2", "10.0.0.2", WEB_0),
        (["10.0.0.1", "10.0.0.2"], "10.0.0.1", "10.0.0.9", WEB_1),
    ],
    ids=["all-right", "service", "swapped", "outdated"],
)
def test_await_all(stage: Stage, service: list[str], first: str, second: str, awaited: str) -> None:
    """Each watched pod's name is to have that pod's address too."""
    record(stage, "Pod", *READY)
    names = Names(stage)
    names.watch(0, 1)
    answer(stage, SERVICE, *service)
    answer(stage, WEB_0, first)
    answer(stage, WEB_1, second)
    assert stalled(names.await_all) == awaited


@pytest.mark.parametrize(
    ("rcode", "addresses", "awaited"),
    [
        ("NXDOMAIN", [], ""),
        ("NOERROR", [], ""),
        ("NOERROR", ["10.0.0.1"], WEB_0),
        ("SERVFAIL", [], WEB_0),
        (None, [], WEB_0),
    ],
)
def test_await_none(stage: Stage, rcode: str | None, addresses: list[str], awaited: str) -> None:
    """No watched name is to have an address, whatever the pods have; a server that fails says nothing about that."""
    record(stage, "Pod", *READY)
    names = Names(stage)
    names.watch(0)
    answer(stage, SERVICE, rcode="NXDOMAIN")
    answer(stage, WEB_0, *addresses, rcode=rcode)
    assert stalled(names.await_none) == awaited


def test_await_none_of_the_service(stage: Stage) -> None:
    """The Service's own name is one of them."""
    answer(stage, SERVICE, "10.0.0.1")
    assert stalled(Names(stage).await_none) == SERVICE


# --------------------------------------------------------------------------------------------------------- asking
def questions(api: FakeApi) -> list[tuple[str, str, str]]:
    """Return what the observers were asked: where and how, for which record, about what."""
    paths = {f"{INSIDE}/resolve": "inside", f"{OUTSIDE}/resolve": "searched", f"{OUTSIDE}/dns": "outside"}
    paths[f"{OUTSIDE}/http"] = "http"
    asked = [request for request in api.asked("GET") if "/proxy/" in request.path and "/watch" not in request.path]
    queries = [(paths[request.path], request.query) for request in asked]
    return [(where, query.get("type", ""), query.get("name") or query["url"]) for where, query in queries]


def test_ask(house: Playhouse, stage: Stage) -> None:
    """Asked once are the Service and the pods given, and the answers are on record."""
    Names(stage).ask(0, "stray")
    asked = [(kind, name) for name in (SERVICE, WEB_0, f"stray.{SERVICE}") for kind in ("A", "AAAA")]
    assert questions(house.api) == [("outside", *one) for one in asked]
    assert [(event.type, event.object["name"]) for event in stage.history().of(DNS)] == asked


def test_ask_everything(house: Playhouse, stage: Stage) -> None:
    """Every kind of record, short names from inside, and the pod by its name over HTTP."""
    record(stage, "Pod", READY[0], pod(OBSERVER))
    names = Names(stage)
    names.watch(0)
    names.ask_everything()
    assert questions(house.api) == [
        ("outside", "A", "kubernetes.default.svc.cluster.local."),
        ("outside", "AAAA", "kubernetes.default.svc.cluster.local."),
        ("outside", "A", SERVICE),
        ("outside", "AAAA", SERVICE),
        ("outside", "A", WEB_0),
        ("outside", "AAAA", WEB_0),
        ("outside", "SRV", f"_web._tcp.{SERVICE}"),
        ("inside", "A", "nginx"),
        ("inside", "AAAA", "nginx"),
        ("inside", "A", "web-0.nginx"),
        ("inside", "AAAA", "web-0.nginx"),
        ("http", "", f"http://web-0.nginx.{ZONE}:8080/hostname"),
        ("outside", "PTR", "1.0.0.10.in-addr.arpa."),
    ]


def test_ask_virtual_service(house: Playhouse, stage: Stage) -> None:
    """The normal Service is looked up and reached by its name, once DNS has heard of it."""
    record(
        stage, "Service", {"metadata": {"name": "virtual", "uid": "v"}, "spec": {"clusterIPs": ["10.1.0.1", "fd00::1"]}}
    )
    name = f"virtual.{ZONE}."
    answer(stage, name, "10.1.0.1")
    Names(stage).ask_virtual_service()
    http = f"http://virtual.{ZONE}:8080/hostname"
    virtual = [("outside", kind, f"virtual.{ZONE}.") for kind in ("A", "AAAA")]
    assert questions(house.api) == [*virtual, ("http", "", http)]


# --------------------------------------------------------------------------------------------------------- acting
def test_virtual_service_that_dns_does_not_know(stage: Stage) -> None:
    """Its name is awaited: a DNS may be slow to hear of a Service."""
    record(stage, "Service", {"metadata": {"name": "virtual", "uid": "v"}, "spec": {"clusterIPs": ["10.1.0.1"]}})
    answer(stage, f"virtual.{ZONE}.", rcode="NXDOMAIN")
    assert stalled(Names(stage).ask_virtual_service) == f"virtual.{ZONE}."


def test_virtual_service(house: Playhouse, stage: Stage) -> None:
    """It differs from the governing one in its name, its address and its port; its endpoints are awaited."""
    record(stage, "EndpointSlice", slice_of("virtual", {"addresses": ["10.0.0.1"]}))
    Names(stage).create_virtual_service()
    (service,) = created(house.api, SERVICES)
    assert service["metadata"]["name"] == "virtual"
    ports = [{"name": "web", "port": 8080, "targetPort": "web"}]
    assert service["spec"] == {"selector": {"app": "nginx"}, "ports": ports}
    assert "virtual" in {act.type for act in stage.history().of(ACT)}


@pytest.mark.parametrize("slices", [slice_of("virtual"), slice_of("nginx", {"addresses": ["10.0.0.1"]})])
def test_virtual_service_without_endpoints(stage: Stage, slices: Json) -> None:
    """An empty slice, or that of the other Service, is not what is awaited."""
    record(stage, "EndpointSlice", slices)
    assert stalled(Names(stage).create_virtual_service) == "Service virtual"


def test_stray_pod(house: Playhouse, stage: Stage) -> None:
    """It has the set's labels and containers, but no owner, no name of its own, and no claim."""
    record(stage, "Pod", pod("stray"))
    Names(stage).create_stray_pod()
    (stray,) = created(house.api, PODS)
    assert stray["metadata"]["name"] == "stray"
    assert stray["metadata"]["labels"]["app"] == "nginx"
    assert stray["metadata"]["labels"]["stsconf.dev/run"] == "r1"
    assert "ownerReferences" not in stray["metadata"]
    assert {"hostname", "subdomain"}.isdisjoint(stray["spec"])
    assert {"name": "www", "emptyDir": {}} in stray["spec"]["volumes"]
    assert {mount["name"] for mount in stray["spec"]["containers"][0]["volumeMounts"]} == {
        volume["name"] for volume in stray["spec"]["volumes"]
    }
    assert "stray" in {act.type for act in stage.history().of(ACT)}


@pytest.mark.parametrize("found", [pod("stray", ready=False), pod(0)], ids=["unready", "another"])
def test_stray_pod_is_awaited(stage: Stage, found: Json) -> None:
    """It is of no use before it is Ready."""
    record(stage, "Pod", found)
    assert stalled(Names(stage).create_stray_pod) == "Pod stray"


def test_service_taken_and_restored(house: Playhouse, stage: Stage) -> None:
    """The governing Service goes and comes back as it was, each with the mark that judges know."""
    names = Names(stage)
    names.delete_service()
    names.create_service()
    assert [request.path for request in house.api.asked("DELETE")] == [f"{SERVICES}/nginx"]
    (service,) = created(house.api, SERVICES)
    assert (service["metadata"]["name"], service["spec"]["clusterIP"]) == ("nginx", "None")
    assert [act.type for act in stage.history().of(ACT)] == ["service-removed", "service-restored"]


def test_service_of_one_pod(house: Playhouse, stage: Stage) -> None:
    """It selects by the pod's name, and is awaited until the pod is its endpoint."""
    names = Names(stage)
    assert stalled(lambda: names.create_service_of_pod(1)) == "Service single"
    record(stage, "EndpointSlice", slice_of("single", {"targetRef": {"name": "web-0"}}))
    assert stalled(lambda: names.create_service_of_pod(1)) == "Service single"
    record(stage, "EndpointSlice", slice_of("single", {"targetRef": {"name": "web-1"}}))
    assert stalled(lambda: names.create_service_of_pod(1)) == ""
    service, *_ = created(house.api, SERVICES)
    assert service["metadata"]["name"] == "single"
    assert service["spec"]["selector"] == {"statefulset.kubernetes.io/pod-name": "web-1"}


def test_pods_ask_one_another(house: Playhouse, stage: Stage) -> None:
    """Each pod asks for its own full name, and for each by its short name; the record says who asked whom."""
    reply = {"status": 200, "body": "ok", "connected_to": "10.0.0.1"}
    for host in ("web-0", "web-1"):
        house.api.answers[f"GET {PODS}/{host}:8080/proxy/http"] = reply
        house.api.answers[f"GET {PODS}/{host}:8080/proxy/dns"] = {"rcode": "NOERROR", "answers": []}
    Names(stage).ask_one_another(0, 1)
    asked = [(event.object["via"], event.object["url"]) for event in stage.history().of(HTTP)]
    urls = [f"http://web-{ordinal}.nginx:8080/" for ordinal in (0, 1)]
    assert asked == [(host, url) for host in ("web-0", "web-1") for url in urls]
    own = [(event.type, event.object["name"], event.object["from"]) for event in stage.history().of(DNS)]
    assert own[:2] == [("A", WEB_0, "web-0"), ("AAAA", WEB_0, "web-0")]
    assert [host for _, _, host in own[2:]] == ["web-1", "web-1"]
