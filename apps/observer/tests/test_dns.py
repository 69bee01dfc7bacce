"""One DNS question at a time: `/dns`, `/resolve` and `/zone`."""

import socket
from pathlib import Path
from typing import Any

import dns.rcode
import pytest

from apps.observer.tests.dns_server import DnsServer
from apps.observer.tests.process import Observer

WEB = "nginx.shop.svc.cluster.test."


def record(name: str, kind: str, data: str, ttl: int = 5) -> dict[str, object]:
    """Return a record as the observer shows it."""
    return {"name": name, "type": kind, "ttl": ttl, "data": data}


def test_answer_has_every_field(observer: Observer) -> None:
    """A found name gives rcode, records with their time to live, and the server that was asked."""
    status, answer = observer.ask("/dns", name=f"web-0.{WEB}", type="A")
    assert status == 200
    assert answer.pop("milliseconds") >= 0
    assert answer == {
        "name": f"web-0.{WEB}",
        "type": "A",
        "server": "127.0.0.1",
        "rcode": "NOERROR",
        "answers": [record(f"web-0.{WEB}", "A", "10.0.0.7")],
        "additional": [],
        "ttl": 5,
        "error": None,
    }


def test_records_are_sorted(observer: Observer) -> None:
    """The order in which the server sends records plays no part."""
    _, answer = observer.ask("/dns", name=WEB)
    assert [found["data"] for found in answer["answers"]] == ["10.0.0.7", "10.0.0.8"]


def test_srv_brings_the_addresses_along(observer: Observer) -> None:
    """SRV names port and pods, and the additional section their addresses."""
    _, answer = observer.ask("/dns", name=f"_web._tcp.{WEB}", type="SRV")
    assert [found["data"] for found in answer["answers"]] == [f"0 50 8080 web-0.{WEB}", f"0 50 8080 web-1.{WEB}"]
    assert answer["additional"] == [
        record(f"web-0.{WEB}", "A", "10.0.0.7"),
        record(f"web-1.{WEB}", "A", "10.0.0.8"),
    ]


@pytest.mark.parametrize("name", ["10.0.0.7", "7.0.0.10.in-addr.arpa."])
def test_ptr_takes_an_address(observer: Observer, name: str) -> None:
    """An address stands for its reverse name."""
    _, answer = observer.ask("/dns", name=name, type="PTR")
    assert answer["name"] == "7.0.0.10.in-addr.arpa."
    assert answer["answers"] == [record("7.0.0.10.in-addr.arpa.", "PTR", f"web-0.{WEB}")]


def test_ptr_takes_an_ipv6_address(observer: Observer) -> None:
    """So does one of IPv6."""
    _, answer = observer.ask("/dns", name="fd00::7", type="PTR")
    assert (answer["name"][:8], answer["name"][-9:], answer["rcode"]) == ("7.0.0.0.", "ip6.arpa.", "NXDOMAIN")


def test_name_is_absolute(observer: Observer, server: DnsServer) -> None:
    """`/dns` never walks the search list, with or without a dot at the end."""
    _, answer = observer.ask("/dns", name="web-0.nginx")
    assert (answer["name"], answer["rcode"]) == ("web-0.nginx.", "NXDOMAIN")
    assert server.questions == ["web-0.nginx."]


def test_no_such_record_is_not_no_such_name(observer: Observer) -> None:
    """A name without the record asked for gives NOERROR and no answers."""
    _, answer = observer.ask("/dns", name=WEB, type="AAAA")
    assert (answer["rcode"], answer["answers"], answer["error"]) == ("NOERROR", [], None)


@pytest.mark.parametrize(("name", "ttl"), [(f"web-7.{WEB}", 3), (f"web-0.{WEB}", 5)])
def test_the_soa_tells_how_long_a_name_is_absent(observer: Observer, server: DnsServer, name: str, ttl: int) -> None:
    """Of an answer with records, they tell; of one without, nothing does where there is no SOA."""
    server.soa = 3
    assert observer.ask("/dns", name=name)[1]["ttl"] == ttl
    server.soa = 0
    assert observer.ask("/dns", name=f"web-7.{WEB}")[1]["ttl"] is None


def test_failing_server_shows_its_rcode(observer: Observer, server: DnsServer) -> None:
    """SERVFAIL is told as it is, and asked for once."""
    server.rcodes[WEB] = dns.rcode.SERVFAIL
    _, answer = observer.ask("/dns", name=WEB)
    assert (answer["rcode"], answer["error"]) == ("SERVFAIL", None)
    assert server.questions == [WEB]


def test_silent_server_is_an_error_after_one_question(observer: Observer, server: DnsServer) -> None:
    """No answer is told as such: no rcode, an error, and no second question behind the caller's back."""
    server.silent = True
    status, answer = observer.ask("/dns", name=WEB)
    assert (status, answer["rcode"], answer["error"]) == (200, None, "no answer within 2 s")
    assert server.questions == [WEB]


def test_long_answer_is_fetched_over_tcp(observer: Observer, server: DnsServer) -> None:
    """An answer too long for UDP is complete all the same."""
    server.zone[WEB] = {"A": [f"10.0.1.{number}" for number in range(100)]}
    _, answer = observer.ask("/dns", name=WEB)
    assert len(answer["answers"]) == 100
    assert (server.questions, server.over_tcp) == ([WEB], [WEB])


def test_other_server_can_be_asked(observer: Observer, server: DnsServer) -> None:
    """`server` replaces the name server of the pod."""
    with DnsServer("127.0.0.2", server.port) as other:
        other.zone[WEB] = {"A": ["10.9.9.9"]}
        _, answer = observer.ask("/dns", name=WEB, server="127.0.0.2")
    assert (answer["server"], answer["answers"]) == ("127.0.0.2", [record(WEB, "A", "10.9.9.9")])
    assert server.questions == []


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({}, "give exactly one name"),
        ({"name": ["a.test", "b.test"]}, "give exactly one name"),
        ({"name": "a..test"}, "'a..test' is no name: A DNS label is empty."),
        ({"name": "a.test", "type": "MX"}, "type must be one of A, AAAA, SRV, PTR"),
        ({"name": "a.test", "server": "ns.test"}, "server must be an IP address"),
    ],
    ids=["no-name", "two-names", "empty-label", "type", "server"],
)
def test_senseless_question_is_refused(
    observer: Observer, server: DnsServer, parameters: dict[str, Any], error: str
) -> None:
    """What DNS cannot ask gets status 400 and the reason, and nobody is asked."""
    assert observer.ask("/dns", **parameters) == (400, {"error": error})
    assert server.questions == []


def test_short_name_is_found_through_the_search_list(observer: Observer, server: DnsServer) -> None:
    """The first candidate of the search list answers, and only that one was tried."""
    _, answer = observer.ask("/resolve", name="web-0.nginx", type="A")
    assert (answer["name"], answer["answered_by"]) == ("web-0.nginx", f"web-0.{WEB}")
    assert answer["answers"] == [record(f"web-0.{WEB}", "A", "10.0.0.7")]
    assert [tried["name"] for tried in answer["tried"]] == server.questions == [f"web-0.{WEB}"]


def test_search_goes_on_after_nxdomain_and_nodata(observer: Observer, server: DnsServer) -> None:
    """A candidate without the name, or without the record, leads on to the next one; each is reported."""
    server.zone["web-0.nginx.svc.cluster.test."] = {"AAAA": ["fd00::7"]}
    server.zone["web-0.nginx.cluster.test."] = {"A": ["10.0.0.9"]}
    del server.zone[f"web-0.{WEB}"]
    _, answer = observer.ask("/resolve", name="web-0.nginx", type="A")
    assert [(tried["name"], tried["rcode"]) for tried in answer["tried"]] == [
        (f"web-0.{WEB}", "NXDOMAIN"),
        ("web-0.nginx.svc.cluster.test.", "NOERROR"),
        ("web-0.nginx.cluster.test.", "NOERROR"),
    ]
    assert answer["answered_by"] == "web-0.nginx.cluster.test."


def test_search_stops_at_a_failing_server(observer: Observer, server: DnsServer) -> None:
    """After SERVFAIL nobody knows whether the name exists, so no other candidate may answer in its place."""
    server.rcodes[f"web-0.{WEB}"] = dns.rcode.SERVFAIL
    server.zone["web-0.nginx.svc.cluster.test."] = {"A": ["10.0.0.9"]}
    _, answer = observer.ask("/resolve", name="web-0.nginx")
    assert (answer["rcode"], answer["answered_by"], len(answer["tried"])) == ("SERVFAIL", None, 1)


def test_unknown_name_was_tried_everywhere(observer: Observer, server: DnsServer) -> None:
    """The name itself comes last when it has fewer dots than `ndots`."""
    _, answer = observer.ask("/resolve", name="gone.nginx")
    suffixes = ["shop.svc.cluster.test.", "svc.cluster.test.", "cluster.test.", ""]
    assert server.questions == [f"gone.nginx.{suffix}" for suffix in suffixes]
    assert (answer["rcode"], answer["answered_by"], len(answer["tried"])) == ("NXDOMAIN", None, 4)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("a.b.c.d.e.test", "a.b.c.d.e.test."),
        ("a.b.c.d.test", "a.b.c.d.test.shop.svc.cluster.test."),
        ("web.", "web."),
    ],
    ids=["five-dots", "four-dots", "absolute"],
)
def test_dots_decide_what_is_tried_first(observer: Observer, server: DnsServer, name: str, first: str) -> None:
    """From `ndots` dots on, the name itself comes first; with a dot at its end it is the only candidate."""
    observer.ask("/resolve", name=name)
    assert server.questions[0] == first
    assert len(server.questions) == (1 if name.endswith(".") else 4)


def test_zone_is_read_from_the_search_list(observer: Observer) -> None:
    """The zone is what follows `svc.`, whatever it is called."""
    assert observer.ask("/zone") == (
        200,
        {
            "zone": "cluster.test.",
            "nameservers": ["127.0.0.1"],
            "search": ["shop.svc.cluster.test.", "svc.cluster.test.", "cluster.test."],
            "ipv6": socket.has_dualstack_ipv6(),
        },
    )


def test_outside_of_a_cluster_there_is_no_zone(observer: Observer, resolv_conf: Path) -> None:
    """Without a suffix of Services the zone is unknown, not guessed; the file is read anew for each question."""
    resolv_conf.write_text("nameserver 127.0.0.1\nsearch office.test\n", encoding="ascii")
    _, answer = observer.ask("/zone")
    assert (answer["zone"], answer["search"]) == (None, ["office.test."])


def test_missing_resolver_configuration_is_told(observer: Observer, resolv_conf: Path) -> None:
    """Without a name server there is nobody to ask, and the reply says which file lacks it."""
    resolv_conf.unlink()
    status, answer = observer.ask("/dns", name=WEB)
    assert status == 400
    assert answer["error"].startswith(f"{resolv_conf}: ")


def test_answer_of_a_stranger_is_an_error(observer: Observer, server: DnsServer) -> None:
    """Bytes that are no DNS answer are told as an error."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.3", server.port))
        stranger.settimeout(30)
        connection = observer.connect()
        connection.request("GET", "/dns?name=a.test&server=127.0.0.3")
        _, client = stranger.recvfrom(512)
        stranger.sendto(b"nonsense", client)
        text = connection.getresponse().read()
        connection.close()
    assert b'"error": "ShortHeader: ' in text
