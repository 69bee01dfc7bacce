"""Judges of the governing Service and its EndpointSlices."""

from typing import Any

import pytest

from stsconf.judge import service
from stsconf.model.finding import NothingToJudge
from stsconf.model.objects import POD_NAME_LABEL
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared

SLICE = {"kubernetes.io/service-name": "nginx"}


def endpoint(script: Script, name: str, **changes: Any) -> dict[str, Any]:
    """The endpoint of a pod as it should be, but for the changes."""
    reference = {"name": name, "uid": script.state["Pod", name]["metadata"]["uid"]}
    right = {"addresses": [script.ip(name)], "conditions": {"ready": True}, "hostname": name, "targetRef": reference}
    return right | changes


def sliced(script: Script, *endpoints: dict[str, Any], port: int = 8080) -> Script:
    """Write the Service's one EndpointSlice."""
    body = {"endpoints": list(endpoints), "ports": [{"name": "http", "port": port}]}
    if ("EndpointSlice", "nginx-1") in script.state:
        return script.alter("EndpointSlice", "nginx-1", body)
    return script.add("EndpointSlice", "nginx-1", {"metadata": {"labels": SLICE}, **body})


def two() -> Script:
    """Two Ready pods behind their Service."""
    return Script(replicas=2).service().start("web-0", "web-1")


def both(script: Script, **changes: Any) -> Script:
    """An EndpointSlice of both, web-1 with changes."""
    return sliced(script, endpoint(script, "web-0"), endpoint(script, "web-1", **changes))


def swapped(*, others: bool = True, new: bool = True, old: bool = False) -> Script:
    """web-1 comes back: whether web-0's endpoint stayed, the new one came, the old one is still there."""
    script = both(two())
    former = endpoint(script, "web-1")
    script.kill("web-1")
    sliced(script, *([endpoint(script, "web-0")] if others else []))
    script.start("web-1")
    new_one = [endpoint(script, "web-1")] if new else []
    return sliced(script, endpoint(script, "web-0"), *new_one, *([former] if old else []))


def ailing(*, steady: bool = True) -> Script:
    """web-1 comes back, web-0 ceases to be Ready for a while, and web-2 stays an endpoint or does not."""
    script = Script(replicas=3).service().start("web-0", "web-1", "web-2")
    sliced(script, *(endpoint(script, name) for name in ("web-0", "web-1", "web-2")))
    script.kill("web-1").unready("web-0")
    sliced(script, *([endpoint(script, "web-2")] if steady else []))
    script.ready("web-0").start("web-1")
    return sliced(script, *(endpoint(script, name) for name in ("web-0", "web-1", "web-2")))


def one_unready() -> Script:
    """web-1 is not Ready, and its endpoint says so."""
    script = two().unready("web-1")
    return both(script, conditions={"ready": False})


def single(*pods: str) -> Script:
    """A Service for web-1 alone, and these pods as its endpoints."""
    script = two().service("single", selector={POD_NAME_LABEL: "web-1"})
    labels = {"kubernetes.io/service-name": "single"}
    ends = [endpoint(script, name) for name in pods]
    return script.add("EndpointSlice", "single-1", {"metadata": {"labels": labels}, "endpoints": ends})


CASES = (
    spared(service.no_virtual_address, "None", Script().service().history()),
    condemned(service.no_virtual_address, "one", Script().service(clusterIP="10.1.0.1").history(), "nginx"),
    condemned(
        service.no_virtual_address,
        "from before the window",
        Script().service(clusterIP="10.1.0.1").act("mark").history(since="mark"),
        "nginx",
    ),
    spared(service.found_beside_set, "beside", two().history()),
    condemned(service.found_beside_set, "missing", Script().start("web-0").history(), "nginx"),
    condemned(
        service.found_beside_set,
        "selects others",
        Script(replicas=1).service(selector={"app": "x"}).start("web-0").history(),
        "web-0",
    ),
    condemned(
        service.found_beside_set,
        "elsewhere",
        two().alter("Service", "nginx", {"metadata.namespace": "other"}).history(),
        "nginx",
    ),
    spared(
        service.endpoints_are_ready_pods,
        "none any more",
        sliced(both(two()).act("scale").stop("web-1", "web-0")).history(since="scale"),
    ),
    condemned(
        service.endpoints_are_ready_pods,
        "the last one stays",
        both(two()).act("scale").stop("web-1", "web-0").history(since="scale"),
        "web-0",
        "web-1",
    ),
    spared(service.endpoints_are_ready_pods, "both", both(two()).history()),
    spared(service.endpoints_are_ready_pods, "one not Ready", one_unready().history()),
    condemned(
        service.endpoints_are_ready_pods,
        "one not Ready, shown as Ready",
        both(two().unready("web-1")).history(),
        "web-1",
    ),
    condemned(
        service.endpoints_are_ready_pods, "one missing", sliced(two(), endpoint(two(), "web-0")).history(), "web-1"
    ),
    condemned(service.endpoints_are_ready_pods, "hostname", both(two(), hostname="x").history(), "web-1"),
    condemned(service.endpoints_are_ready_pods, "address", both(two(), addresses=["10.9.9.9"]).history(), "web-1"),
    condemned(
        service.endpoints_are_ready_pods,
        "the Service's port",
        sliced(two(), endpoint(two(), "web-0"), endpoint(two(), "web-1"), port=80).history(),
        "web-0",
        "web-1",
    ),
    spared(
        service.endpoints_are_ready_pods,
        "another Service's slice",
        both(two()).add("EndpointSlice", "other", {"endpoints": [endpoint(two(), "web-0")], "ports": []}).history(),
    ),
    spared(service.none_made, "none", Script().start("web-0").history()),
    condemned(service.none_made, "one", Script().start("web-0").service().history(), "nginx"),
    spared(service.one_pod_by_label, "that pod", single("web-1").history()),
    condemned(service.one_pod_by_label, "another", single("web-0").history(), "single"),
    condemned(service.one_pod_by_label, "both", single("web-0", "web-1").history(), "single"),
    condemned(service.one_pod_by_label, "none", single().history(), "single"),
    spared(service.only_one_swapped, "only one", swapped().history(since="kill")),
    spared(service.only_one_swapped, "one that was not Ready", ailing().history(since="kill")),
    condemned(service.only_one_swapped, "a Ready one", ailing(steady=False).history(since="kill"), "web-2"),
    condemned(service.only_one_swapped, "the other vanished", swapped(others=False).history(since="kill"), "web-0"),
    condemned(service.only_one_swapped, "no new one", swapped(new=False).history(since="kill"), "web-1"),
    condemned(service.only_one_swapped, "the old one stays", swapped(old=True).history(since="kill"), "web-1"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Endpoints are judged apart from DNS, against the pods of the record."""
    assert_judged(case)


@pytest.mark.parametrize("script", [Script(), Script().service().act("mark").start("web-0")])
def test_services_that_may_be_there(script: Script) -> None:
    """Without pods, or with a Service of the test's own, nothing tells who makes Services."""
    with pytest.raises(NothingToJudge):
        service.none_made(script.history(since="mark" if len(script.events) > 1 else ""))
