"""Judges of DNS answers."""

import pytest

from stsconf.judge import dns
from stsconf.judge.base import Judge
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import NAMESPACE, ZONE, Script
from tests.judge.cases import Case, assert_judged, condemned, spared

FULL = f"nginx.{NAMESPACE}.svc.{ZONE}."
SRV = f"_http._tcp.{FULL}"
STRAY = {"owner": {}, "hostname": "", "subdomain": ""}


def two() -> Script:
    """Two Ready pods behind their Service: web-0 has the address 10.0.0.3, web-1 10.0.0.6."""
    return Script(replicas=2).service().start("web-0", "web-1")


A0, A1, UNKNOWN = two().ip("web-0"), two().ip("web-1"), "10.9.9.9"


def returned() -> Script:
    """web-1 has come back, at another address."""
    return two().kill("web-1").start("web-1")


NEW = returned().ip("web-1")


def outdated(seconds: float, ttl: int = 1) -> Script:
    """The name of web-1 keeps the old address for a time after the pod came back."""
    answers = [{"name": f"web-1.{FULL}", "type": "A", "ttl": ttl, "data": A1}]
    asked = two().dns("web-1", answers=answers).dns("web-1", kind="AAAA")
    return asked.kill("web-1").start("web-1").wait(seconds)


def removed() -> Script:
    """The Service is removed."""
    return two().act("removed").drop("Service", "nginx")


def stray() -> Script:
    """A foreign pod with the Service's labels."""
    return two().start("stray", **STRAY)


A2 = stray().ip("stray")


def srv(*targets: str, port: int = 8080) -> Script:
    """Ask for SRV records and get these."""
    data = (f"0 50 {port} {target}.{FULL}" for target in targets)
    return two().dns("", *data, kind="SRV", name=SRV)


def reverse(target: str) -> Script:
    """Ask for the name of web-0's address."""
    pointer = ".".join(reversed(A0.split("."))) + ".in-addr.arpa."
    return two().dns("", target, kind="PTR", name=pointer)


def unready(*, published: bool = False) -> Script:
    """web-1 is not Ready."""
    script = Script(replicas=2).service(publishNotReadyAddresses=published)
    return script.start("web-0").pending("web-1").running("web-1")


U1 = unready().ip("web-1")


def dual(*families: str) -> Script:
    """web-0 has an address of each family, and its Service answers with these families."""
    script = Script(replicas=1).service(ipFamilies=list(families)).start("web-0")
    return script.alter("Pod", "web-0", {"status.podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]})


def growing() -> Script:
    """A set of one, whose second name is asked for before there is a second pod."""
    return Script(replicas=1).service().start("web-0").dns("web-1", rcode="NXDOMAIN").scale(2).start("web-1")


G1 = growing().ip("web-1")


CASES = (
    spared(dns.never_denied, "no such record", two().dns("web-0", A0).dns("web-0", kind="AAAA").history()),
    condemned(
        dns.never_denied,
        "no such name",
        two().dns("web-0", A0).dns("web-0", kind="AAAA", rcode="NXDOMAIN").history(),
        f"web-0.{FULL}",
    ),
    spared(
        dns.never_denied,
        "no such name, and no address either",
        two()
        .dns("web-0", A0)
        .dns("web-0", kind="AAAA")
        .dns("web-9", rcode="NXDOMAIN")
        .dns("web-9", kind="AAAA", rcode="NXDOMAIN")
        .history(),
    ),
    spared(dns.old_address_fades, "soon", outdated(0.2).dns("web-1", NEW).history()),
    spared(dns.old_address_fades, "as late as any may be", outdated(30).dns("web-1", NEW).history()),
    spared(dns.old_address_fades, "as late as the answer may be kept", outdated(60, 60).dns("web-1", NEW).history()),
    spared(dns.old_address_fades, "gone in between", outdated(0).dns("web-1").wait(99).dns("web-1", NEW).history()),
    condemned(dns.old_address_fades, "too late", outdated(60).dns("web-1", NEW).history(), f"web-1.{FULL}"),
    condemned(dns.old_address_fades, "still the old", outdated(60).dns("web-1", A1).history(), f"web-1.{FULL}"),
    spared(dns.all_ready_addresses, "both, in any order", two().dns("", A1, A0).history()),
    spared(dns.all_ready_addresses, "late, but right in the end", two().dns("", A1).dns("", A0, A1).history()),
    condemned(dns.all_ready_addresses, "one", two().dns("", A0).history(), FULL),
    condemned(dns.all_ready_addresses, "none", two().dns("", rcode="NXDOMAIN").history(), FULL),
    condemned(dns.all_ready_addresses, "one too many", two().dns("", A0, A1, UNKNOWN).history(), FULL),
    condemned(
        dns.all_ready_addresses, "a stray one on the way", two().dns("", UNKNOWN).dns("", A0, A1).history(), FULL
    ),
    condemned(dns.all_ready_addresses, "an unready one", two().unready("web-1").dns("", A0, A1).history(), FULL),
    spared(
        dns.all_ready_addresses,
        "an unready one, as published",
        Script().service(publishNotReadyAddresses=True).pending("web-0").running("web-0").dns("", "10.0.0.3").history(),
    ),
    spared(dns.own_address, "each its own", two().dns("web-0", A0).dns("web-1", A1).history()),
    condemned(dns.own_address, "another's", two().dns("web-0", A1).dns("web-1", A1).history(), f"web-0.{FULL}"),
    condemned(
        dns.own_address, "another's on the way", two().dns("web-0", A1).dns("web-0", A0).history(), f"web-0.{FULL}"
    ),
    condemned(dns.own_address, "none", two().dns("web-0", rcode="NXDOMAIN").history(), f"web-0.{FULL}"),
    condemned(dns.own_address, "though gone", two().kill("web-1").dns("web-1", A1).history(), f"web-1.{FULL}"),
    condemned(
        dns.own_address, "a failure instead of absence", two().dns("web-7", rcode="SERVFAIL").history(), f"web-7.{FULL}"
    ),
    spared(dns.own_address, "absent, as nobody has it", two().dns("web-7", rcode="NXDOMAIN").history()),
    spared(dns.own_address, "another family", two().dns("web-0", kind="AAAA").history()),
    condemned(
        dns.own_address,
        "an address of a family that no pod has",
        two().dns("web-0", "2001:db8::1", kind="AAAA").history(),
        f"web-0.{FULL}",
    ),
    spared(dns.own_address, "one family, as the Service has it", dual("IPv4").dns("web-0", kind="AAAA").history()),
    condemned(
        dns.own_address,
        "one family, though the Service has both",
        dual("IPv4", "IPv6").dns("web-0", kind="AAAA").history(),
        f"web-0.{FULL}",
    ),
    spared(dns.unready_left_out, "out", unready().dns("", A0).dns("web-1", rcode="NXDOMAIN").history()),
    spared(dns.unready_left_out, "no data", unready().dns("", A0).dns("web-1").history()),
    condemned(dns.unready_left_out, "in the Service's answer", unready().dns("", A0, U1).dns("web-1").history(), FULL),
    condemned(dns.unready_left_out, "named", unready().dns("", A0).dns("web-1", U1).history(), f"web-1.{FULL}"),
    spared(dns.unready_published, "in", unready(published=True).dns("", A0, U1).dns("web-1", U1).history()),
    condemned(dns.unready_published, "left out", unready(published=True).dns("", A0).dns("web-1", U1).history(), FULL),
    condemned(
        dns.unready_published,
        "nameless",
        unready(published=True).dns("", A0, U1).dns("web-1", rcode="NXDOMAIN").history(),
        f"web-1.{FULL}",
    ),
    spared(dns.follows_scaling, "appears", growing().dns("web-1", G1).history(since="scale")),
    condemned(
        dns.follows_scaling,
        "does not appear",
        growing().dns("web-1", rcode="NXDOMAIN").history(since="scale"),
        f"web-1.{FULL}",
    ),
    spared(
        dns.follows_scaling, "goes", two().scale(1).stop("web-1").dns("web-1", rcode="NXDOMAIN").history(since="scale")
    ),
    condemned(
        dns.follows_scaling,
        "stays",
        two().scale(1).stop("web-1").dns("web-1", A1).history(since="scale"),
        f"web-1.{FULL}",
    ),
    spared(dns.appears_late, "late", growing().dns("web-1", rcode="NXDOMAIN").dns("web-1", G1).history()),
    condemned(dns.appears_late, "never", growing().dns("web-1", rcode="NXDOMAIN").history(), f"web-1.{FULL}"),
    condemned(dns.appears_late, "another's", growing().dns("web-1", A0).dns("web-1", G1).history(), f"web-1.{FULL}"),
    spared(dns.resolves_itself, "its own", two().dns("web-0", A0, **{"from": "web-0"}).history()),
    condemned(dns.resolves_itself, "another's", two().dns("web-0", A1, **{"from": "web-0"}).history(), f"web-0.{FULL}"),
    condemned(
        dns.resolves_itself,
        "none",
        two().dns("web-0", rcode="NXDOMAIN", **{"from": "web-0"}).history(),
        f"web-0.{FULL}",
    ),
    spared(dns.distinct_addresses, "two", two().dns("web-0", A0).dns("web-1", A1).history()),
    condemned(
        dns.distinct_addresses, "one for both", two().dns("web-0", A0).dns("web-1", A0).history(), f"web-1.{FULL}"
    ),
    spared(dns.short_name, "inside", two().dns("", A0, name="web-0.nginx", search=True).history()),
    condemned(
        dns.short_name, "nothing inside", two().dns("", rcode="NXDOMAIN", name="web-0.nginx").history(), "web-0.nginx"
    ),
    spared(
        dns.short_name,
        "a search that ends in a failure, as no such record was found",
        two().dns("", A0, name="web-0.nginx").dns("", kind="AAAA", rcode="SERVFAIL", name="web-0.nginx").history(),
    ),
    spared(
        dns.short_name,
        "outside only with the namespace",
        two()
        .dns("", A0, name="web-0.nginx")
        .dns("", A0, name="web-0.nginx.shop", **{"from": "outside"})
        .dns("", rcode="NXDOMAIN", name="web-0.nginx", **{"from": "outside"})
        .history(),
    ),
    condemned(
        dns.short_name,
        "outside without the namespace",
        two().dns("", A0, name="web-0.nginx").dns("", A0, name="web-0.nginx", **{"from": "outside"}).history(),
        "web-0.nginx",
    ),
    spared(dns.short_equals_full, "same", two().dns("", A0, name="web-0.nginx").dns("web-0", A0).history()),
    condemned(
        dns.short_equals_full,
        "another",
        two().dns("", A1, name="web-0.nginx").dns("web-0", A0).history(),
        "web-0.nginx",
    ),
    spared(dns.follows_pod, "the new one", returned().dns("web-1", NEW).dns("", A0, NEW).history()),
    spared(dns.follows_pod, "the old one first", returned().dns("web-1", A1).dns("web-1", NEW).history()),
    condemned(
        dns.follows_pod,
        "the old one",
        returned().dns("web-1", A1).history(),
        f"web-1.{FULL}",
        f"web-1.{FULL}",
    ),
    condemned(
        dns.follows_pod,
        "the old one beside the new",
        returned().dns("web-1", NEW).dns("", A0, A1, NEW).history(),
        FULL,
        FULL,
    ),
    spared(dns.service_records, "both", srv("web-0", "web-1").history()),
    condemned(dns.service_records, "one", srv("web-0").history(), SRV),
    condemned(dns.service_records, "the Service's port", srv("web-0", "web-1", port=80).history(), SRV),
    condemned(dns.service_records, "not by name", srv("10-0-0-3", "web-1").history(), SRV),
    condemned(dns.service_records, "one too many", srv("web-0", "web-1", "web-2").history(), SRV),
    spared(dns.reverse_lookup, "its name", reverse(f"web-0.{FULL}").history()),
    condemned(dns.reverse_lookup, "another's", reverse(f"web-1.{FULL}").history(), "3.0.0.10.in-addr.arpa."),
    spared(
        dns.vanishes_with_service,
        "no such name, no such data",
        removed().dns("", rcode="NXDOMAIN").dns("web-0").history(since="removed"),
    ),
    spared(dns.vanishes_with_service, "late", removed().dns("", A0).dns("", rcode="NXDOMAIN").history(since="removed")),
    condemned(dns.vanishes_with_service, "stays", removed().dns("web-0", A0).history(since="removed"), f"web-0.{FULL}"),
    condemned(dns.vanishes_with_service, "fails", removed().dns("", rcode="SERVFAIL").history(since="removed"), FULL),
    spared(dns.nameless_without_service, "runs", Script().start("web-0").dns("web-0", rcode="NXDOMAIN").history()),
    condemned(
        dns.nameless_without_service,
        "does not run",
        Script().pending("web-0").dns("web-0", rcode="NXDOMAIN").history(),
        "web-0",
    ),
    condemned(
        dns.nameless_without_service, "has a name", Script().start("web-0").dns("web-0", A0).history(), f"web-0.{FULL}"
    ),
    spared(
        dns.stray_pod,
        "with the others, nameless",
        stray().dns("", A0, A1, A2).dns("stray", rcode="NXDOMAIN").history(),
    ),
    condemned(dns.stray_pod, "left out", stray().dns("", A0, A1).dns("stray", rcode="NXDOMAIN").history(), FULL),
    condemned(dns.stray_pod, "named", stray().dns("", A0, A1, A2).dns("stray", A2).history(), f"stray.{FULL}"),
    spared(
        dns.virtual_address,
        "one",
        two()
        .service("front", clusterIP="10.1.0.1")
        .dns("", "10.1.0.1", name=f"front.{NAMESPACE}.svc.{ZONE}")
        .history(),
    ),
    condemned(
        dns.virtual_address,
        "the pods'",
        two().service("front", clusterIP="10.1.0.1").dns("", A0, A1, name=f"front.{NAMESPACE}.svc.{ZONE}").history(),
        f"front.{NAMESPACE}.svc.{ZONE}",
    ),
    spared(
        dns.zone_known, "known", Script().dns("", "10.1.0.1", name="kubernetes.default.svc.cluster.local.").history()
    ),
    condemned(
        dns.zone_known,
        "unknown",
        Script().dns("", rcode="NXDOMAIN", name="kubernetes.default").history(),
        "kubernetes.default",
    ),
    condemned(
        dns.zone_known,
        "somebody else's",
        Script()
        .dns("", "10.1.0.1", name="kubernetes.default", answers=[{"name": "x.", "type": "A", "data": "10.1.0.1"}])
        .history(),
        "kubernetes.default",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """The last answer counts; an address that was never the pods' own always offends."""
    assert_judged(case)


def test_unanswered_questions_are_no_answers() -> None:
    """A question that timed out tells nothing about the name."""
    with pytest.raises(NothingToJudge, match="was answered"):
        dns.own_address(two().dns("web-0", rcode="", error="no answer within 5 s").history())


@pytest.mark.parametrize(
    ("judge", "script"),
    [
        (dns.unready_left_out, two().dns("", A0, A1).dns("web-1", A1)),
        (dns.unready_left_out, unready().dns("", A0)),
        (dns.unready_left_out, unready(published=True).dns("", A0, U1).dns("web-1", U1)),
        (dns.unready_published, unready().dns("", A0).dns("web-1")),
        (dns.follows_scaling, two().dns("web-1", A1)),
        (dns.appears_late, growing()),
        (dns.appears_late, two().dns("web-1", A1)),
        (dns.resolves_itself, two().dns("web-0", A0)),
    ],
    ids=["all-ready", "not-asked", "published", "not-published", "not-scaled", "not-again", "not-early", "by-another"],
)
def test_nothing_to_judge(judge: Judge, script: Script) -> None:
    """Where what the promise is about did not happen, or nobody asked, nothing is passed."""
    with pytest.raises(NothingToJudge):
        judge(script.history())
