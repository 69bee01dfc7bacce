"""Data and names as the apps themselves tell them over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from stsconf.judge import names
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import lives
from stsconf.judge.replies import EMPTY, Reply, asks_for_data, reads, replies, writes
from stsconf.model.finding import require
from stsconf.model.history import HTTP, History
from stsconf.model.objects import Object


def _kubia(history: History) -> None:
    require(history.subject.app == "kubia", "only kubia speaks so")


def _direct(history: History) -> list[Reply]:
    return [reply for reply in reads(history) if reply.direct]


def _expectations(history: History) -> Iterator[tuple[Reply, set[str], str]]:
    """Yield each read of data that must be there, what it may show, and the UID that was written to.

    A write that was not confirmed may or may not have been carried out: both contents are right then. Writes before
    the window count: the data outlives whatever the window begins with.
    """
    stored: dict[str, tuple[set[str], str]] = {}
    whole = History(history.events[: history.end], history.subject)
    for reply in replies(whole):
        if reply.writes and reply.pod and reply.sent is not None:
            former = set() if reply.good else stored.get(reply.pod, (set(), ""))[0]
            if reply.good or former:
                stored[reply.pod] = (former | {reply.sent}, reply.uid)
        elif asks_for_data(reply, history.subject.app) and reply.pod in stored and reply.event.index >= history.begin:
            yield reply, *stored[reply.pod]


@judge("data.empty", HTTP)
def empty_at_first(history: History) -> Offences:
    """Before anything is stored kubia says so."""
    _kubia(history)
    written = {reply.pod: reply.event.index for reply in reversed(writes(history))}
    early = [one for one in reads(history) if one.event.index < written.get(one.pod, len(history.events))]
    require(early, "no pod was asked before something was stored")
    for reply in early:
        if reply.data != EMPTY:
            yield found(f"{reply.pod} answered {reply.shown} though nothing was stored", reply.event)


@judge("data.stored", HTTP)
def confirms_write(history: History) -> Offences:
    """A write is confirmed, by kubia in the name of the pod that was asked."""
    asked = writes(history)
    require(asked, "nothing was stored")
    for reply in asked:
        if not reply.good or (history.subject.app == "kubia" and reply.host != reply.pod):
            yield found(f"{reply.pod} confirmed a write with {reply.shown}", reply.event)


@judge("data.read-back", HTTP)
def reads_what_was_written(history: History) -> Offences:
    """A pod returns what was stored on it."""
    expected = [(reply, right) for reply, right, uid in _expectations(history) if reply.uid == uid]
    require(expected, "no pod was asked for what was stored on it")
    for reply, right in expected:
        if reply.data not in right:
            yield found(f"{reply.pod} answered {reply.shown}, not {' or '.join(sorted(right))}", reply.event)


@judge("data.survives", HTTP)
def survives_pod(history: History) -> Offences:
    """What was stored on a pod is returned by the pod that comes back in its place."""
    expected = [(reply, right) for reply, right, uid in _expectations(history) if reply.uid and uid != reply.uid]
    require(expected, "no pod that came back was asked for what its predecessor stored")
    for reply, right in expected:
        if reply.data not in right:
            yield found(f"{reply.pod} came back with {reply.shown}, not {' or '.join(sorted(right))}", reply.event)


@judge("data.forgotten", HTTP)
def forgotten(history: History) -> Offences:
    """What was stored on a pod is not seen on the one that comes back to a new volume."""
    expected = [(reply, gone) for reply, gone, uid in _expectations(history) if reply.uid and uid != reply.uid]
    require(expected, "no pod that came back was asked for what its predecessor stored")
    for reply, gone in expected:
        if any(text in (reply.body if reply.data is None else reply.data) for text in gone):
            yield found(f"{reply.pod} came back with {reply.shown} on a new volume", reply.event)


@judge("data.private", HTTP)
def unseen_by_others(history: History) -> Offences:
    """What was stored on one pod is seen on no other."""
    owners = {reply.sent: reply for reply in writes(history) if reply.sent}
    asked = [reply for reply in replies(history) if reply.pod and not reply.writes]
    foreign = [(r, text, w) for r in asked for text, w in owners.items() if r.pod != w.pod]
    foreign = [(reply, text, write) for reply, text, write in foreign if write.event.index < reply.event.index]
    require(foreign, "no pod was asked after something was stored on another")
    for reply, text, write in foreign:
        if str(text) in (reply.body if reply.data is None else reply.data):
            yield found(f"{reply.pod} shows what was stored on {write.pod}", reply.event, write.event)


@judge("data.hostname", HTTP)
def names_itself(history: History) -> Offences:
    """A reply names the pod that was asked."""
    asked = [one for one in replies(history) if one.pod and one.direct and not one.writes]
    asked = [one for one in asked if history.subject.app == "kubia" or urlsplit(one.url).path == "/hostname"]
    require(asked, "no pod was asked for its hostname")
    for reply in asked:
        if reply.host != reply.pod:
            yield found(f"{reply.pod} answered {reply.shown}", reply.event)


@judge("data.hostname-kept", HTTP)
def names_itself_again(history: History) -> Offences:
    """A pod that comes back has the hostname it had."""
    first: dict[str, Reply] = {}
    again = []
    for reply in replies(History(history.events[: history.end], history.subject)):
        if reply.pod and reply.uid and reply.host and not reply.writes:
            former = first.setdefault(reply.pod, reply)
            if former.uid != reply.uid and reply.event.index >= history.begin:
                again.append((former, reply))
    require(again, "no pod was asked for its hostname before and after")
    for former, latter in again:
        if latter.host != former.host:
            yield found(f"{latter.pod} calls itself {latter.host}, before {former.host}", latter.event, former.event)


@judge("data.first-start", HTTP)
def tells_first_start(history: History) -> Offences:
    """Data tells a first start from a restart: nothing on a new volume, something on one that came back."""
    _kubia(history)
    fresh, again = [], []
    stored: dict[str, str] = {}
    for reply in replies(history):
        if reply.writes and reply.good:
            stored[reply.pod] = reply.uid
        elif asks_for_data(reply, "kubia") and reply.pod not in stored:
            fresh.append(reply)
        elif asks_for_data(reply, "kubia") and reply.uid != stored[reply.pod]:
            again.append(reply)
    require(fresh, "no pod was asked at its first start")
    require(again, "no pod was asked after a restart")
    for reply in fresh:
        if reply.data != EMPTY:
            yield found(f"{reply.pod} answered {reply.shown} at its first start", reply.event)
    for reply in again:
        if reply.data is None or reply.data == EMPTY:
            yield found(f"{reply.pod} answered {reply.shown} after a restart", reply.event)


@judge("data.version", HTTP)
def speaks_v2(history: History) -> Offences:
    """After the update every pod answers as v2 does, with the data stored under v1."""
    _kubia(history)
    final = {reply.pod: reply for reply in _direct(history)}
    require(final, "no pod was asked after the update")
    right = {reply.event.index: contents for reply, contents, _ in _expectations(history)}
    for reply in final.values():
        if reply.version != "v2, ":
            yield found(f"{reply.pod} answered {reply.shown}, which is not v2", reply.event)
        elif reply.event.index in right and reply.data not in right[reply.event.index]:
            yield found(f"{reply.pod} lost its data with the update: {reply.shown}", reply.event)


@judge("data.by-name", HTTP, "Pod")
def reached_by_name(history: History) -> Offences:
    """A request to a pod's name is answered by that pod."""
    asked = [(reply, pod) for reply in replies(history) if not reply.direct and (pod := _pod_asked(history, reply))]
    require(asked, "no pod was asked by its name")
    for reply, pod in asked:
        if not reply.good or reply.host not in {pod, None} or (reply.host is None and not _shows_data(history, reply)):
            yield found(f"{pod} answered to its name with {reply.shown}", reply.event, about=pod)


@judge("data.peers", HTTP, "Pod")
def reach_one_another(history: History) -> Offences:
    """Each pod that asks for a pod of its set by name, or for itself, reaches it."""
    asked = [
        (reply, pod) for reply in replies(history) if history.own(reply.via) and (pod := _pod_asked(history, reply))
    ]
    require(asked, "no pod asked for another by name")
    for reply, pod in asked:
        held = {ip for life in lives(history) if life.name == pod for ip in names.held(life)}
        if not reply.good:
            yield found(f"{reply.via} asked for {pod} by name and got {reply.shown}", reply.event, about=reply.via)
        elif reply.connected_to not in held:
            sentence = f"{reply.via} asked for {pod} by name and was led to {reply.connected_to}"
            yield found(sentence, reply.event, about=reply.via)


def _pod_asked(history: History, reply: Reply) -> str:
    """Return the pod whose name under the governing Service a URL holds, empty if it holds none."""
    labels = (urlsplit(reply.url).hostname or "").split(".")
    return labels[0] if history.own(labels[0]) and labels[1:2] == [history.subject.service] else ""


def _shows_data(history: History, reply: Reply) -> bool:
    """Tell whether it was a page of nginx that does not name the pod."""
    return history.subject.app == "nginx" and urlsplit(reply.url).path != "/hostname"


@judge("data.virtual", HTTP, "Pod", "Service")
def reached_through_service(history: History) -> Offences:
    """A request to a normal Service is answered by one of the pods behind it."""
    services = {name: one for name, one in history.at_end("Service").items() if _virtual(one)}
    addresses = {address: name for name, one in services.items() for address in _virtual(one)}
    asked = []
    for reply in replies(history):
        host = urlsplit(reply.url).hostname or ""
        name = addresses.get(host) or host.split(".")[0]
        if not reply.direct and name in services:
            asked.append((reply, name))
    require(asked, "no normal Service was asked")
    for reply, name in asked:
        behind = set(names.served(history, services[name]))
        if not reply.good or reply.host not in behind:
            yield found(
                f"{name} answered {reply.shown}, from none of {', '.join(sorted(behind))}", reply.event, about=name
            )


def _virtual(service: Object) -> frozenset[str]:
    return names.virtual(service) | names.virtual(service, "AAAA")
