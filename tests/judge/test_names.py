"""DNS questions and their right answers."""

import pytest

from stsconf.judge import names
from stsconf.model.history import DNS, Event
from tests.judge.builder import Script


def asked(name: str, kind: str = "A") -> Event:
    """A question for a name."""
    return Event(0, 0.0, DNS, kind, {"name": name, "answers": []})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nginx.shop.svc.cluster.local.", ("", "shop", "cluster.local")),
        ("web-0.nginx.shop.svc.cluster.local", ("web-0", "shop", "cluster.local")),
        ("web-0.nginx.shop.svc", ("web-0", "shop", "")),
        ("web-0.nginx.shop", ("web-0", "shop", "")),
        ("web-0.nginx", ("web-0", "", "")),
        ("nginx", ("", "", "")),
        ("_http._tcp.nginx.shop.svc.example.org.", ("", "shop", "example.org")),
        ("nginx.nginx.svc.cluster.local.", ("", "nginx", "cluster.local")),
    ],
)
def test_a_name_is_taken_apart(name: str, expected: tuple[str, str, str]) -> None:
    """Host, namespace and zone follow from where the Service's label stands."""
    question = names.parse(asked(name), "nginx")
    assert question is not None
    assert (question.host, question.namespace, question.zone) == expected


@pytest.mark.parametrize("name", ["", "other.shop.svc.cluster.local.", "web-0.other.shop.svc", "nginx.example.org."])
def test_other_names_are_not_about_the_service(name: str) -> None:
    """A name that does not hold the Service's label in its place is another name."""
    assert names.parse(asked(name), "nginx") is None


@pytest.mark.parametrize(("rcode", "absent"), [("NXDOMAIN", True), ("NOERROR", True), ("SERVFAIL", False), ("", False)])
def test_absence_has_two_forms(rcode: str, *, absent: bool) -> None:
    """No such name and no such data are absence, a failure is not."""
    history = Script().dns("web-0", rcode=rcode).history()
    (question,) = names.about(history, "A")
    assert question.absent is absent


def test_the_last_answer_to_each_question() -> None:
    """Questions from elsewhere, of another type or through the search list are questions of their own."""
    script = Script().dns("web-0", "10.0.0.1").dns("web-0", "10.0.0.2").dns("web-0", kind="AAAA")
    history = script.dns("web-0", "10.0.0.3", **{"from": "outside"}).history()
    final = names.last(names.about(history, "A", "AAAA"))
    assert [sorted(question.data) for question in final] == [["10.0.0.2"], [], ["10.0.0.3"]]


def test_a_pods_addresses_by_family() -> None:
    """A and AAAA are answered from the pod's addresses of that family; without addresses with nothing."""
    pod = {"status": {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]}}
    assert names.addresses(pod) == {"10.0.0.1"}
    assert names.addresses(pod, "AAAA") == {"fd00::1"}
    assert names.addresses({"status": {"podIP": "10.0.0.1"}}) == {"10.0.0.1"}
    assert names.addresses({"status": {}}) == frozenset()


def test_a_services_virtual_addresses_by_family() -> None:
    """A headless Service has none, another one per family."""
    service = {"spec": {"clusterIP": "10.1.0.1", "clusterIPs": ["10.1.0.1", "fd01::1"]}}
    assert names.virtual(service) == {"10.1.0.1"}
    assert names.virtual(service, "AAAA") == {"fd01::1"}
    assert names.virtual({"spec": {"clusterIP": "10.1.0.1"}}) == {"10.1.0.1"}
    assert names.virtual({"spec": {"clusterIP": "None"}}) == frozenset()
    assert names.virtual({"spec": {}}) == frozenset()


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ([{"name": "http", "port": 80, "targetPort": "http"}], 8080),
        ([{"name": "http", "port": 80, "targetPort": 9090}], 9090),
        ([{"name": "http", "port": 80}], 80),
        ([{"name": "http", "port": 80, "targetPort": "other"}], 0),
        ([], 0),
    ],
)
def test_the_port_behind_a_named_port(ports: list[dict[str, object]], expected: int) -> None:
    """A headless Service maps no port: the target's number counts."""
    pod = Script().pending("web-0").history().events[-1].object
    assert names.port({"spec": {"ports": ports}}, "http", pod) == expected


def test_only_ready_pods_that_stay_are_served() -> None:
    """Pods that are unready, going or of other labels stand behind no Service."""
    script = Script().service().start("web-0", "web-1", "web-2").unready("web-1").leaving("web-2")
    history = script.start("other", labels={"app": "other"}).history()
    assert list(names.served(history, names.governing(history))) == ["web-0"]
    assert names.served(history, None) == {}
