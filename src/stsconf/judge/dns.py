"""Answers of the cluster's DNS.

DNS may lag, so the last answer to a question counts; an earlier one offends only by an address that never belonged
to the pods in question.
"""

from __future__ import annotations

import ipaddress
from itertools import product

from stsconf.judge import names, sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import lives, returned
from stsconf.judge.names import Question
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import DNS, History

_USUAL_TTL = 30.0
"""Seconds for which any cluster's DNS may keep an answer: the time to live that kubeadm sets up."""
_LAG = 10.0
"""Seconds that a DNS server may take to hear of a change."""


def _right(history: History, asked: list[Question]) -> Offences:
    """Name the answers that are wrong: the last ones if they differ from the record, earlier ones if they are stray."""
    final = names.last(asked)
    settled = {question.event.index for question in final}
    for question in asked:
        stray = question.data - names.ever(history, question)
        if question.event.index not in settled and stray:
            yield found(f"{question.name} had {names.text(stray)}, which was never its pod's", question.event)
    for question in final:
        right = names.expected(history, question)
        # a search list goes on to names outside of the cluster, whose failure says nothing
        absent = question.absent or not question.full
        if question.data != right or (not right and not absent):
            answer = names.text(question.data) if question.rcode == "NOERROR" else question.rcode
            yield found(f"{question.name} has {answer}, not {names.text(right)}", question.event)


@judge("dns.service", DNS, "Pod", "Service")
def all_ready_addresses(history: History) -> Offences:
    """The headless Service's name has the addresses of all Ready pods and no other."""
    asked = [question for question in names.about(history, "A", "AAAA") if not question.host]
    require(asked, "nobody asked for the Service's name")
    require(names.served(history, names.governing(history)), "no pod stood behind the Service at the end")
    yield from _right(history, asked)


@judge("dns.pod-address", DNS, "Pod", "Service")
def own_address(history: History) -> Offences:
    """The name of a pod under its Service has that pod's address."""
    asked = [question for question in names.about(history, "A", "AAAA") if history.own(question.host)]
    require(asked, "nobody asked for a pod's name")
    require(names.served(history, names.governing(history)), "no pod stood behind the Service at the end")
    yield from _right(history, asked)


@judge("dns.denied", DNS)
def never_denied(history: History) -> Offences:
    """A name that has an address of one family is there for whoever asks for the other: it has none, but it exists."""
    final = names.last(names.about(history, "A", "AAAA"))
    there = {one.name: one for one in final if one.data}
    asked = [one for one in final if not one.data and one.name in there]
    require(asked, "no name was asked for addresses of both families, and had those of one")
    for question in asked:
        if question.rcode == "NXDOMAIN":
            has = names.text(there[question.name].data)
            sentence = f"{question.name} has {has}, and is denied to who asks for {question.event.type} records"
            yield found(sentence, question.event, there[question.name].event)


@judge("dns.distinct", DNS)
def distinct_addresses(history: History) -> Offences:
    """Pods of different ordinals have different addresses."""
    final = [one for one in names.last(names.about(history, "A", "AAAA")) if history.own(one.host) and one.data]
    require(len({one.host for one in final}) > 1, "fewer than two pods' names had addresses")
    holders: dict[str, Question] = {}
    for question in final:
        for address in sorted(question.data):
            other = holders.setdefault(address, question)
            if other.host != question.host:
                yield found(f"{question.name} and {other.name} both have {address}", question.event, other.event)


@judge("dns.unready", DNS, "Pod", "Service")
def unready_left_out(history: History) -> Offences:
    """A pod that runs and is not Ready is in no answer, neither for the Service's name nor for its own."""
    require(not names.everyone(names.governing(history)), "the Service publishes pods that are not Ready")
    yield from _right(history, _about_unready(history))


@judge("dns.published", DNS, "Pod", "Service")
def unready_published(history: History) -> Offences:
    """Where the Service publishes them, pods that are not Ready are in the answers like the others."""
    require(names.everyone(names.governing(history)), "the Service publishes Ready pods only")
    yield from _right(history, _about_unready(history))


def _about_unready(history: History) -> list[Question]:
    """Return the questions about the Service and about its pods that have an address and are not Ready.

    Raises:
        NothingToJudge: there was no such pod, or nobody asked for both names.
    """
    pods = history.at_end("Pod").items()
    unready = {name for name, pod in pods if history.own(name) and names.addresses(pod) and not objects.is_ready(pod)}
    require(unready, "every pod was Ready at the end")
    asked = [one for one in names.about(history, "A", "AAAA") if not one.host or one.host in unready]
    require(len({one.host for one in asked}) > 1, "nobody asked for the Service and for a pod that was not Ready")
    return asked


@judge("dns.scaled", DNS, "Pod", "Service", "StatefulSet")
def follows_scaling(history: History) -> Offences:
    """The name of an ordinal that is added appears, and that of one that is removed goes."""
    changed = sets.allowed(history) - sets.lasting(history)
    hosts = {sets.pod_name(history, ordinal) for ordinal in changed}
    asked = [one for one in names.about(history, "A", "AAAA") if one.host in hosts]
    require(asked, "nobody asked for the name of an ordinal that was added or removed")
    yield from _right(history, asked)


@judge("dns.late", DNS, "Pod", "Service")
def appears_late(history: History) -> Offences:
    """A name that was asked for before its pod was there has the pod's address once it is: late, but not never."""
    pods = names.served(history, names.governing(history))
    asked = [one for one in names.about(history, "A", "AAAA") if one.host in pods]
    early = {one.host for one in asked if one.absent and one.event.index < _birth(history, one.host)}
    require(early, "nobody asked for the name of a pod before it was there")
    asked = [one for one in asked if one.host in early]
    require({one.host for one in asked if one.event.index > _birth(history, one.host)}, "nobody asked again")
    yield from _right(history, asked)


def _birth(history: History, pod: str) -> int:
    """Return the place in the record at which a pod of this name first came."""
    return min(life.birth.index for life in lives(history) if life.name == pod)


@judge("dns.own-name", DNS, "Pod", "Service")
def resolves_itself(history: History) -> Offences:
    """A pod that asks for its own name gets its own address."""
    asked = [one for one in names.about(history, "A", "AAAA") if one.host and one.event.object["from"] == one.host]
    require(asked, "no pod asked for its own name")
    yield from _right(history, asked)


def _short(history: History) -> list[Question]:
    """Return the questions that leave the zone to the resolver's search list.

    Raises:
        NothingToJudge: there are none.
    """
    asked = [question for question in names.questions(history, "A", "AAAA") if not question.full]
    require(asked, "nobody asked for a short name")
    return asked


@judge("dns.short", DNS, "Pod", "Service")
def short_name(history: History) -> Offences:
    """A short name leads to its pods within the namespace, and without the namespace's label to none elsewhere."""
    asked = _short(history)
    require([q for q in asked if q.inside], "nobody asked for a short name within the namespace")
    yield from _right(history, [q for q in asked if q.inside or q.namespace])
    for question in names.last([q for q in asked if not q.inside and not q.namespace]):
        if question.data:
            yield found(f"{question.name} has {names.text(question.data)} in another namespace", question.event)


@judge("dns.short-full", DNS)
def short_equals_full(history: History) -> Offences:
    """A short name has the same addresses as the full name."""
    full = {(one.host, one.event.type): one for one in names.last(names.about(history, "A", "AAAA"))}
    short = [one for one in names.last(_short(history)) if one.inside and (one.host, one.event.type) in full]
    require(short, "no name was asked for in both forms")
    for question in short:
        other = full[question.host, question.event.type]
        if question.data != other.data:
            sentence = f"{question.name} has {names.text(question.data)}, {other.name} has {names.text(other.data)}"
            yield found(sentence, question.event, other.event)


@judge("dns.follows", DNS, "Pod", "Service")
def follows_pod(history: History) -> Offences:
    """When a pod comes back, its name and the Service's lead to the new address and no longer to the old."""
    pairs = {latter.name: (former, latter) for former, latter in returned(history)}
    asked = [one for one in names.about(history, "A", "AAAA") if one.host in pairs or not one.host]
    require([one for one in asked if one.host], "nobody asked for the name of a pod that came back")
    yield from _right(history, asked)
    for question in names.last(asked):
        former = [before for name, (before, _) in pairs.items() if question.host in {name, ""}]
        old = frozenset(ip for life in former for ip in names.held(life))
        outdated = question.data & (old - names.expected(history, question))
        if outdated:
            yield found(f"{question.name} still has the old {names.text(outdated)}", question.event)


@judge("dns.srv", DNS, "Pod", "Service")
def service_records(history: History) -> Offences:
    """A named port has one SRV record per Ready pod, leading to the pod's own name and its port."""
    asked = [question for question in names.about(history, "SRV") if not question.host]
    require(asked, "nobody asked for SRV records")
    service = names.governing(history)
    pods = names.served(history, service)
    own = {name: pod for name, pod in pods.items() if names.named(pod, name, history.subject.service)}
    require(own, "no pod stood behind the Service at the end")
    for question in names.last(asked):
        suffix = f"{history.subject.service}.{question.namespace}.svc.{question.zone}"
        port = question.name.split(".", 1)[0].removeprefix("_")
        right = {f"{name}.{suffix}:{names.port(service, port, pod)}" for name, pod in own.items()}
        actual = {f"{target.rstrip('.')}:{number}" for _, _, number, target in map(str.split, question.data)}
        wrong = {one for one in actual - right if one.split(".")[0] in own or len(pods) == len(own)}
        if right - actual or wrong:
            yield found(
                f"{question.name} leads to {names.text(frozenset(actual))}, not {names.text(frozenset(right))}",
                question.event,
            )


@judge("dns.reverse", DNS, "Pod")
def reverse_lookup(history: History) -> Offences:
    """The reverse lookup of a pod's address gives the pod's name under its Service."""
    pods = {
        ipaddress.ip_address(ip).reverse_pointer: name
        for name, pod in history.at_end("Pod").items()
        for ip in names.addresses(pod) | names.addresses(pod, "AAAA")
        if history.own(name)
    }
    final = {str(e.object["name"]).rstrip("."): e for e in history.of(DNS, None) if e.type == "PTR"}
    asked = {pointer: event for pointer, event in final.items() if pointer in pods and not event.object.get("error")}
    require(asked, "nobody asked for the name of a pod's address")
    for pointer, event in asked.items():
        prefix = f"{pods[pointer]}.{history.subject.service}.{history.subject.namespace}.svc."
        targets = [str(one["data"]) for one in event.object.get("answers") or [] if one["type"] == "PTR"]
        if not any(target.startswith(prefix) for target in targets):
            yield found(f"the address of {pods[pointer]} leads back to {', '.join(targets) or 'nothing'}", event)


@judge("dns.outdated", DNS, "Pod")
def old_address_fades(history: History) -> Offences:
    """When a pod comes back, its name keeps the old address for no longer than an answer may be kept."""
    pairs = {latter.name: (former, latter) for former, latter in returned(history)}
    asked = names.about(History(history.events[: history.end], history.subject), "A", "AAAA")
    require([q for q in asked if q.host in pairs and q.event.index >= history.begin], "no name of such a pod was asked")
    allowed = max(_USUAL_TTL, *(names.lifetime(question) for question in asked)) + _LAG
    for (name, (former, latter)), kind in product(pairs.items(), ("A", "AAAA")):
        old = names.held(former) - names.held(latter)
        own = [question for question in asked if (question.host, question.event.type) == (name, kind)]
        for last in [question for question in own if question.data & old][-1:]:
            # an answer is on record when it changes: the old one held until the next
            end = next((one.event for one in own if one.event.index > last.event.index), last.event)
            late = end.at - (former.gone or end).at
            if late > allowed:
                kept = names.text(last.data & old)
                yield found(f"{last.name} kept {kept} for {late:.0f} s after the old pod was gone", last.event, end)


def _gone(history: History) -> Offences:
    """Name the last answers that give an address, or do not say that there is none."""
    for question in names.last(names.about(history, "A", "AAAA", "SRV")):
        if not question.absent:
            answer = names.text(question.data) if question.data else question.rcode
            yield found(f"{question.name} has {answer} without its Service", question.event)


@judge("dns.vanishes", DNS, "Service")
def vanishes_with_service(history: History) -> Offences:
    """When the Service is removed its names vanish."""
    require(any(event.name == history.subject.service for event in history.of("Service")), "no Service was removed")
    require(names.governing(history) is None, "the Service was still there at the end")
    yield from _gone(history)


@judge("dns.no-service", DNS, "Pod", "Service")
def nameless_without_service(history: History) -> Offences:
    """Without its Service the StatefulSet runs, and its pods have no names."""
    services = [e for e in history.events[: history.end] if e.kind == "Service" and e.name == history.subject.service]
    require(not services, "the Service existed")
    pods = {name: pod for name, pod in history.at_end("Pod").items() if history.own(name)}
    require(pods, "no pod was there at the end")
    for name, pod in pods.items():
        if not objects.is_running_and_ready(pod):
            yield found(f"{name} is not Running and Ready at the end", about=name)
    yield from _gone(history)


@judge("dns.stray", DNS, "Pod", "Service")
def stray_pod(history: History) -> Offences:
    """A foreign pod with the Service's labels is in the Service's answer and has no name of its own."""
    pods = names.served(history, names.governing(history))
    strays = {name: pod for name, pod in pods.items() if not history.own(name)}
    require(strays, "no foreign pod stood behind the Service at the end")
    asked = names.about(history, "A", "AAAA")
    final = names.last(asked)
    require([one for one in final if not one.host], "nobody asked for the Service's name")
    require([one for one in final if one.host in strays], "nobody asked for the foreign pod's name")
    yield from _right(history, [one for one in asked if not one.host or one.host in strays])


@judge("dns.virtual", DNS, "Service")
def virtual_address(history: History) -> Offences:
    """A normal Service's name has the Service's one virtual address."""
    services = history.at_end("Service").items()
    normal = {name: one for name, one in services if names.virtual(one) | names.virtual(one, "AAAA")}
    asked = [
        (normal[name], question)
        for name in normal
        for question in names.last(names.questions(history, "A", "AAAA", service=name))
        if question.full and not question.host
    ]
    require(asked, "nobody asked for the name of a normal Service")
    for service, question in asked:
        right = names.virtual(service, question.event.type)
        if question.data != right:
            yield found(f"{question.name} has {names.text(question.data)}, not {names.text(right)}", question.event)


@judge("dns.zone", DNS)
def zone_known(history: History) -> Offences:
    """The name kubernetes.default resolves, and the answer tells the cluster's zone."""
    final = names.last(names.questions(history, "A", "AAAA", service="kubernetes"))
    require(final, "nobody asked for kubernetes.default")
    if not any(question.data for question in final):
        yield found(f"{final[-1].name} has no address", final[-1].event)
    owners = [str(one["name"]) for question in final for one in question.event.object.get("answers") or []]
    if owners and not any(owner.startswith("kubernetes.default.svc.") for owner in owners):
        yield found(f"the answer for kubernetes.default is about {owners[0]}", final[-1].event)
