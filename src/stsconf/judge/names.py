"""DNS questions and what the record says the right answer is."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from stsconf.judge import sets
from stsconf.judge.lives import Life, lives
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import DNS, Event, History
from stsconf.model.objects import Object

_MARK = "svc"
_RECORDS = {"IPv4": "A", "IPv6": "AAAA"}
"""The record type of each family of addresses."""


@dataclass(frozen=True, slots=True)
class Question:
    """One answered question about a Service or a pod under it.

    `host` is the label before the Service's, empty for the Service itself; `service`, `namespace` and `zone` are
    empty where the name that was asked leaves them out.
    """

    event: Event
    host: str
    namespace: str
    zone: str

    @property
    def name(self) -> str:
        """The name that was asked."""
        return str(self.event.object["name"])

    @property
    def full(self) -> bool:
        """Tell whether the name was fully qualified."""
        return bool(self.zone)

    @property
    def inside(self) -> bool:
        """Tell whether the question came from the namespace of the Service."""
        return bool(self.event.object.get("from", "inside") == "inside")

    @property
    def rcode(self) -> str:
        """The response code."""
        return str(self.event.object.get("rcode", ""))

    @property
    def data(self) -> frozenset[str]:
        """The data of the answers of the type that was asked for."""
        answers = self.event.object.get("answers") or []
        return frozenset(str(one["data"]) for one in answers if one["type"] == self.event.type)

    @property
    def absent(self) -> bool:
        """Tell whether the answer says that there is no such record: NXDOMAIN or no data."""
        return not self.data and self.rcode in {"NXDOMAIN", "NOERROR"}


def parse(event: Event, service: str) -> Question | None:
    """Return the question as one about this Service, None if it is about another name."""
    labels = str(event.object.get("name", "")).rstrip(".").split(".")
    while labels and labels[0].startswith("_"):
        labels = labels[1:]
    if labels[:1] == [service]:
        host, rest = "", labels[1:]
    elif labels[1:2] == [service]:
        host, rest = labels[0], labels[2:]
    else:
        return None
    if len(rest) > 1 and rest[1] != _MARK:
        return None
    return Question(event, host, rest[0] if rest else "", ".".join(rest[2:]))


def questions(history: History, *types: str, service: str = "") -> list[Question]:
    """Return the window's answered questions of these record types about a Service, the governing one by default."""
    answered = [e for e in history.of(DNS) if e.type in types and not e.object.get("error")]
    parsed = (parse(event, service or history.subject.service) for event in answered)
    return [question for question in parsed if question is not None]


def about(history: History, *types: str) -> list[Question]:
    """Return those questions about the governing Service that name it in full.

    Raises:
        NothingToJudge: none was answered.
    """
    asked = [question for question in questions(history, *types) if question.full]
    require(asked, f"no question for {' or '.join(types)} records was answered")
    return asked


def last(asked: list[Question]) -> list[Question]:
    """Return the last answer to each question: what holds once the answers have settled."""
    settled = {(q.name.rstrip("."), q.event.type, q.inside, bool(q.event.object.get("search"))): q for q in asked}
    return list(settled.values())


def addresses(pod: Object, kind: str = "A") -> frozenset[str]:
    """Return a pod's addresses of the family that a record type stands for."""
    status = objects.status(pod)
    return family([one["ip"] for one in status.get("podIPs") or [{"ip": status.get("podIP", "")}]], kind)


def held(life: Life) -> frozenset[str]:
    """Return all addresses that a pod ever had."""
    return frozenset(ip for event in life.events for kind in ("A", "AAAA") for ip in addresses(event.object, kind))


def lifetime(question: Question) -> float:
    """Return the seconds for which an answer may be kept, 0 if it holds nothing."""
    return max((float(one.get("ttl", 0)) for one in question.event.object.get("answers") or []), default=0.0)


def virtual(service: Object, kind: str = "A") -> frozenset[str]:
    """Return a Service's virtual addresses of the family that a record type stands for; none if it is headless."""
    spec = objects.spec(service)
    return family(spec.get("clusterIPs") or [spec.get("clusterIP") or ""], kind)


def family(addresses: list[str], kind: str) -> frozenset[str]:
    """Return those addresses that a record type stands for; empty ones and `None` are no addresses."""
    version = 6 if kind == "AAAA" else 4
    return frozenset(ip for ip in addresses if ip not in {"", "None"} and ipaddress.ip_address(ip).version == version)


def governing(history: History) -> Object | None:
    """Return the governing Service at the window's end, None if there is none."""
    return history.at_end("Service").get(history.subject.service)


def everyone(service: Object | None) -> bool:
    """Tell whether a Service publishes pods that are not Ready, too."""
    return bool(objects.spec(service or {}).get("publishNotReadyAddresses"))


def served(history: History, service: Object | None) -> dict[str, Object]:
    """Return the pods that stand behind a Service at the window's end, by name; none without the Service."""
    if service is None:
        return {}
    spec = objects.spec(service)
    return {
        name: pod
        for name, pod in history.at_end("Pod").items()
        if sets.selects(spec.get("selector") or {}, objects.labels(pod))
        and (everyone(service) or (objects.is_ready(pod) and not objects.is_terminating(pod)))
    }


def expected(history: History, question: Question) -> frozenset[str]:
    """Return the addresses that a name has at the window's end: the Service's pods, or the one pod with that name.

    A Service answers with the families it asks for; where pods have two, that is one of them by default.
    """
    service = governing(history)
    if question.event.type not in {_RECORDS[one] for one in objects.spec(service or {}).get("ipFamilies") or _RECORDS}:
        return frozenset()
    pods = served(history, service)
    if question.host:
        pods = {name: pod for name, pod in pods.items() if named(pod, question.host, history.subject.service)}
    return frozenset(ip for pod in pods.values() for ip in addresses(pod, question.event.type))


def named(pod: Object, host: str, service: str) -> bool:
    """Tell whether a pod asks for a name of its own under a Service."""
    return objects.spec(pod).get("hostname") == host and objects.spec(pod).get("subdomain") == service


def ever(history: History, question: Question) -> frozenset[str]:
    """Return all addresses that the pods meant by a question ever had, in the whole record."""
    service = history.subject.service
    pods = [event.object for life in lives(history, own=lambda _: True) for event in life.events]
    if question.host:
        pods = [pod for pod in pods if named(pod, question.host, service)]
    return frozenset(ip for pod in pods for ip in addresses(pod, question.event.type))


def text(values: frozenset[str]) -> str:
    """Render a set of answers for a sentence."""
    return ", ".join(sorted(values)) or "nothing"


def port(service: Object | None, port_name: str, pod: Object) -> int:
    """Return the pod's port behind a Service's named port, 0 if there is none.

    Nothing maps ports in a headless Service: what counts is the target.
    """
    ports = objects.spec(service or {}).get("ports") or []
    wanted = next((one for one in ports if one.get("name", "") == port_name), None)
    if wanted is None:
        return 0
    target = wanted.get("targetPort", wanted["port"])
    if isinstance(target, int):
        return target
    containers = objects.spec(pod).get("containers") or []
    exposed = (one for container in containers for one in container.get("ports") or [])
    return next((int(one["containerPort"]) for one in exposed if one.get("name") == target), 0)
