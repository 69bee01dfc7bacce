"""The DNS server that gets one thing wrong, asked by its functions and over real sockets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from typing import Any

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from stsconf.mutants.faults import answers
from stsconf.mutants.faults.answers import Datagrams, Faulty, Message, Streams

SPACE, CLIENT = "stsconf-run", "10.0.0.9"
SERVICE = f"nginx.{SPACE}.svc.cluster.local."
POD, SRV = f"web-0.{SERVICE}", f"_http._tcp.{SERVICE}"
OLD, NEW = "10.0.0.1", "10.0.0.2"

Json = dict[str, Any]


class World:
    """What the true server and the API say; `asked` are the names that the true server was asked for."""

    def __init__(self, **records: str) -> None:
        """Take the records by type, all of any name that is asked."""
        self.records, self.asked = records, list[str]()
        self.objects: list[Json] = []
        self.fetched: list[tuple[str, dict[str, str]]] = []

    def ask(self, query: Message) -> Message:
        """Answer truly."""
        question = query.question[0]
        self.asked.append(str(question.name))
        response = dns.message.make_response(query)
        data = self.records.get(dns.rdatatype.to_text(question.rdtype))
        if data:
            response.answer.append(dns.rrset.from_text(question.name, 30, "IN", question.rdtype, data))
        return response

    def fetch(self, path: str, query: dict[str, str]) -> list[Json]:
        """List the objects of the API."""
        self.fetched.append((path, query))
        return self.objects

    def faulty(self, fault: str) -> Faulty:
        """Return the server with a fault."""
        return Faulty(fault, "stsconf-", self.ask, self.fetch)


def said(server: Faulty, name: str, kind: str = "A") -> tuple[str, list[str]]:
    """Ask, and return the response code and the data."""
    response = server.answer(dns.message.make_query(name, kind), CLIENT)
    return dns.rcode.to_text(response.rcode()), sorted(one.to_text() for rrset in response.answer for one in rrset)


FAULTS = (
    "none",
    "no-pod-records",
    "unready-pods",
    "stale",
    "nobodys-ipv6",
    "ipv6-denied",
    "srv-missing",
    "srv-wrong-target",
    "short-names-only",
)


@pytest.mark.parametrize("fault", FAULTS)
def test_other_namespaces_are_answered_truly(fault: str) -> None:
    """Only the namespaces of runs are harmed: the cluster itself goes on."""
    world = World(A="10.96.0.1")
    assert said(world.faulty(fault), "kubernetes.default.svc.cluster.local.") == ("NOERROR", ["10.96.0.1"])
    assert world.asked == ["kubernetes.default.svc.cluster.local."]


@pytest.mark.parametrize(
    ("fault", "name", "kind", "right"),
    [
        ("none", POD, "A", True),
        ("no-pod-records", POD, "A", False),
        ("no-pod-records", SERVICE, "A", True),
        ("no-pod-records", SRV, "SRV", True),
        ("srv-missing", SRV, "SRV", False),
        ("srv-missing", SERVICE, "A", True),
        ("short-names-only", POD, "A", False),
        ("short-names-only", SERVICE, "A", False),
    ],
)
def test_what_is_missing(fault: str, name: str, kind: str, *, right: bool) -> None:
    """A fault takes away what it is named after and nothing else."""
    assert bool(said(World(A=OLD, SRV=f"0 50 80 {POD}").faulty(fault), name, kind)[1]) is right


def test_a_name_that_is_missing_does_not_exist() -> None:
    """The answer says so: no name, rather than no such record."""
    assert said(World(A=OLD).faulty("no-pod-records"), POD) == ("NXDOMAIN", [])
    assert said(World(SRV=f"0 50 80 {POD}").faulty("srv-missing"), SRV, "SRV") == ("NOERROR", [])


def test_who_asks_for_the_other_family_is_denied() -> None:
    """Where it has no address: the name is said not to be. One that has is told truly."""
    assert said(World(A=OLD).faulty("ipv6-denied"), POD, "AAAA") == ("NXDOMAIN", [])
    assert said(World(A=OLD).faulty("ipv6-denied"), POD) == ("NOERROR", [OLD])
    assert said(World(AAAA="2001:db8::5").faulty("ipv6-denied"), POD, "AAAA") == ("NOERROR", ["2001:db8::5"])


def test_every_name_has_nobodys_addresses() -> None:
    """One of them is all names', the other is told once; what is asked for IPv4 addresses is answered truly."""
    server = World(A=OLD).faulty("nobodys-ipv6")
    assert said(server, POD, "AAAA") == ("NOERROR", ["2001:db8::", "2001:db8::2"])
    assert said(server, f"nobody.{SERVICE}", "AAAA") == ("NOERROR", ["2001:db8::", "2001:db8::3"])
    assert said(server, POD) == ("NOERROR", [OLD])


def test_srv_records_lead_elsewhere() -> None:
    """Priority, weight and port stay; the target is another name beside the pods'."""
    world = World(SRV=f"0 50 80 {POD}")
    assert said(world.faulty("srv-wrong-target"), SRV, "SRV") == ("NOERROR", [f"0 50 80 elsewhere.{SERVICE}"])


def unready(*, host: str = "web-0", ready: bool = False) -> Json:
    """Return a slice with one endpoint."""
    return {"endpoints": [{"addresses": [NEW], "hostname": host, "conditions": {"ready": ready}}]}


@pytest.mark.parametrize(
    ("name", "piece", "data"),
    [
        (SERVICE, unready(), [OLD, NEW]),
        (POD, unready(), [OLD, NEW]),
        (POD, unready(host="web-1"), [OLD]),
        (SERVICE, unready(ready=True), [OLD]),
        (SERVICE, {"endpoints": None}, [OLD]),
    ],
)
def test_unready_pods_are_added(name: str, piece: Json, data: list[str]) -> None:
    """Names have the addresses of unready endpoints too, a pod's name only its own."""
    world = World(A=OLD)
    world.objects = [piece]
    assert said(world.faulty("unready-pods"), name) == ("NOERROR", data)
    assert world.fetched == [
        (
            f"/apis/discovery.k8s.io/v1/namespaces/{SPACE}/endpointslices",
            {"labelSelector": "kubernetes.io/service-name=nginx"},
        )
    ]


def test_an_old_address_is_kept_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is new is heard at once; what is gone stays until its time is up."""
    world = World()
    server = world.faulty("stale")
    for seconds, true, answered in (
        (0.0, "", []),
        (0.0, OLD, [OLD]),
        (1.0, NEW, [OLD]),
        (60.9, NEW, [OLD]),
        (61.1, NEW, [NEW]),
        (62.0, NEW, [NEW]),
    ):
        monkeypatch.setattr(answers, "monotonic", lambda moment=seconds: moment)
        world.records["A"] = true
        assert said(server, POD)[1] == answered


def test_the_api_is_asked_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said a moment ago is said again; another question is asked for itself."""
    world = World()
    remembered = answers.Remembered(world.fetch)
    world.objects = [unready()]
    for moment, objects in ((10.0, 1), (10.9, 1), (11.1, 0)):
        monkeypatch.setattr(answers, "monotonic", lambda moment=moment: moment)
        assert len(remembered("/pods", {})) == objects
        world.objects = []
    remembered("/pods", {"a": "b"})
    assert world.fetched == [("/pods", {}), ("/pods", {}), ("/pods", {"a": "b"})]


def test_short_names_are_looked_up_where_the_client_is() -> None:
    """A name without a zone is taken for one of the client's own namespace."""
    world = World(A=OLD)
    world.objects = [{"metadata": {"namespace": SPACE}}]
    assert said(world.faulty("short-names-only"), "web-0.nginx.") == ("NOERROR", [OLD])
    assert world.asked == [POD]
    assert world.fetched == [("/api/v1/pods", {"fieldSelector": f"status.podIP={CLIENT}"})]
    assert said(world.faulty("short-names-only"), "a.b.c.d.") == ("NOERROR", [OLD])
    world.records.clear()
    assert said(world.faulty("short-names-only"), "web-7.nginx.") == ("NXDOMAIN", [])


@contextmanager
def serving(server: BaseServer) -> Iterator[int]:
    """Serve until the block is left; yields the port."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[misc, index]  # an address is a host and a port here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("serve", "ask"), [(Datagrams, dns.query.udp), (Streams, dns.query.tcp)], ids=["datagrams", "streams"]
)
def test_it_serves_over_both_transports(
    serve: Callable[[tuple[str, int], Faulty], BaseServer], ask: Callable[..., Message]
) -> None:
    """What answers by function answers over UDP and TCP, too."""
    with serving(serve(("127.0.0.1", 0), World(A=OLD).faulty("none"))) as port:
        response = ask(dns.message.make_query(POD, "A"), "127.0.0.1", 5.0, port)
    assert [one.to_text() for one in response.answer[0]] == [OLD]
