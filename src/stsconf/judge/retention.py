"""Claims under a retention policy: who owns them, and which go when the set is scaled down or deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stsconf.judge import claims, sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import removed, returned
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import DELETED, Event, History
from stsconf.model.objects import Object

CLAIM = claims.KIND
_DELETE, _RETAIN = "Delete", "Retain"
_OURS = {("apps/v1", "StatefulSet"), ("v1", "Pod")}


def _policy(statefulset: Object) -> tuple[str, str]:
    """Return what becomes of claims when the set is deleted, and when it is scaled down."""
    policy = objects.spec(statefulset).get("persistentVolumeClaimRetentionPolicy") or {}
    return policy.get("whenDeleted", _RETAIN), policy.get("whenScaled", _RETAIN)


def _is_ours(owner: Mapping[str, Any]) -> bool:
    """Tell whether an owner is a set or a pod; other groups of the API may have kinds of the same name."""
    return (owner["apiVersion"], owner["kind"]) in _OURS


def _foreign(claim: Object) -> bool:
    """Tell whether somebody else than a set or a pod controls a claim: then no policy is about it."""
    return bool(objects.controller(claim)) and not _is_ours(objects.controller(claim))


def _owners(claim: Object) -> set[tuple[str, str]]:
    """Return kind and UID of the sets and pods that own a claim."""
    return {(str(one["kind"]), str(one["uid"])) for one in objects.owners(claim) if _is_ours(one)}


def _told(owners: Iterable[tuple[str, str]]) -> str:
    return " and ".join(f"{kind} {uid}" for kind, uid in sorted(owners)) or "nobody"


@judge("retention.owners", CLAIM, "Pod", "StatefulSet")
def owned_as_asked(history: History) -> Offences:
    """At the end each claim of a pod is owned as the policy asks: by the set, by the pod that goes, or by neither."""
    statefulset = sets.current(history)
    deleted, scaled = _policy(statefulset)
    pods = history.at_end("Pod")
    used = {name: pods.get(_pod(history, name)) for name in claims.at_end(history)}
    used = {name: pod for name, pod in used.items() if pod and not _foreign(claims.at_end(history)[name])}
    require(used, "no pod had a claim at the end")
    for name, pod in used.items():
        condemned = claims.ordinal(history, name) not in sets.ordinals(statefulset)
        right = {("StatefulSet", objects.uid(statefulset))} if deleted == _DELETE else set()
        if condemned and scaled == _DELETE:
            right = {("Pod", objects.uid(pod or {}))}
        actual = _owners(claims.at_end(history)[name])
        if actual != right:
            sentence = f"{name} is owned by {_told(actual)}, not by {_told(right)}"
            yield found(sentence, claims.last(history, name))


def _pod(history: History, claim_name: str) -> str:
    return sets.pod_name(history, claims.ordinal(history, claim_name))


@judge("retention.unowned", CLAIM, "StatefulSet")
def never_owned(history: History) -> Offences:
    """While both policies are Retain no claim is owned by the set or by a pod."""
    require({_policy(one) for one in sets.in_force(history)} == {(_RETAIN, _RETAIN)}, "a policy was Delete")
    seen = [event for event in claims.events(history) if event.type != DELETED]
    require(seen, "no claim was recorded")
    for event in seen:
        if _owners(event.object):
            yield found(f"{event.name} is owned by {_told(_owners(event.object))}", event)


@judge("retention.defaults", CLAIM, "StatefulSet")
def retain_by_default(history: History) -> Offences:
    """A set that names no policy gets Retain for both."""
    require(claims.at_end(history), "no claim was there at the end")
    policy = objects.spec(sets.current(history)).get("persistentVolumeClaimRetentionPolicy")
    if policy != {"whenDeleted": _RETAIN, "whenScaled": _RETAIN}:
        yield found(f"the policy of {history.subject.name} is {policy or 'missing'}", sets.last_version(history))


def _going(history: History, uid: str) -> Event | None:
    """Return the first event of the window that shows a claim deleted, or about to be."""
    events = (event for event in claims.events(history) if event.uid == uid)
    return next((e for e in events if e.type == DELETED or objects.is_terminating(e.object)), None)


def _kept(history: History, names: Iterable[str]) -> Offences:
    """Name those of the claims at the window's start that are still there at its end."""
    for name in names:
        before, after = claims.at_start(history)[name], claims.at_end(history).get(name)
        if after is not None and objects.uid(after) == objects.uid(before):
            yield found(f"{name} was kept", claims.last(history, name))


def _ruled(history: History) -> dict[str, Object]:
    """Return the claims at the window's start that the set's policy is about."""
    return {name: claim for name, claim in claims.at_start(history).items() if not _foreign(claim)}


def _unused(history: History, names: Iterable[str]) -> list[str]:
    """Return those claims whose pods are gone at the window's end: before that none has to go.

    Raises:
        NothingToJudge: there are none.
    """
    free = [name for name in names if _pod(history, name) not in history.at_end("Pod")]
    require(free, "no pod with a claim was gone for good")
    return free


@judge("retention.scaled", CLAIM, "Pod", "StatefulSet")
def removed_with_scaling(history: History) -> Offences:
    """Where whenScaled is Delete, the claims of removed ordinals go, and those of the others stay."""
    require({_policy(one)[1] for one in sets.in_force(history)} == {_DELETE}, "whenScaled was not Delete")
    wanted, lasting = sets.ordinals(sets.current(history)), sets.lasting(history)
    of = {name: claims.ordinal(history, name) for name in _ruled(history)}
    yield from _kept(history, _unused(history, (name for name, ordinal in of.items() if ordinal not in wanted)))
    for name in (name for name, ordinal in of.items() if ordinal in lasting):
        going = _going(history, objects.uid(_ruled(history)[name]))
        if going:
            yield found(f"{name} was removed though its ordinal stays", going)


@judge("retention.deleted", CLAIM, "Pod", "StatefulSet")
def removed_with_set(history: History) -> Offences:
    """Where whenDeleted is Delete, all claims go once the set is deleted."""
    require(any(event.type == DELETED for event in history.of(sets.KIND, history.subject.name)), "the set was there")
    require(_policy(sets.current(history))[0] == _DELETE, "whenDeleted was not Delete")
    yield from _kept(history, _unused(history, _ruled(history)))


@judge("retention.foreign", CLAIM, "Pod", "StatefulSet")
def foreign_left_alone(history: History) -> Offences:
    """A claim that somebody else controls keeps its owner and stays, whatever becomes of its pod."""
    foreign = {name: claim for name, claim in claims.at_start(history).items() if _foreign(claim)}
    require(foreign, "nobody else controlled a claim")
    gone = {life.name for life, _ in removed(history)}
    require([name for name in foreign if _pod(history, name) in gone], "no pod with such a claim was removed")
    for name, claim in foreign.items():
        going = _going(history, objects.uid(claim))
        if going:
            yield found(f"{name} was removed though somebody else controls it", going)
            continue
        yield from _owned_otherwise(history, name, claim)


def _owned_otherwise(history: History, name: str, before: Object) -> Offences:
    """Name the first moment at which a claim had other owners than before."""
    for event in (one for one in claims.events(history) if one.name == name):
        if objects.owners(event.object) != objects.owners(before):
            yield found(f"{name} has other owners than before: {objects.owners(event.object)}", event)
            return


@judge("retention.former", CLAIM, "StatefulSet")
def former_left_alone(history: History) -> Offences:
    """A claim that a former set of the name owns keeps its owners: it is to go with that one."""
    current = objects.uid(sets.current(history))
    owned = claims.at_start(history).items()
    former = {name: claim for name, claim in owned if {uid for _, uid in _owners(claim)} - {current}}
    require(former, "no former set owned a claim")
    for name, claim in former.items():
        yield from _owned_otherwise(history, name, claim)


@judge("retention.strangers", CLAIM, "StatefulSet")
def strangers_stay(history: History) -> Offences:
    """Whoever owns a claim at the start, and is neither a set nor a pod, owns it at the end."""
    before = {name: _strangers(claim) for name, claim in claims.at_start(history).items()}
    require(any(before.values()), "nobody else owned a claim")
    for name, strangers in before.items():
        lost = strangers - _strangers(claims.at_end(history).get(name, {}))
        if lost:
            yield found(f"{name} is no longer owned by {' and '.join(sorted(lost))}", claims.last(history, name))


def _strangers(claim: Object) -> set[str]:
    return {f"{one['kind']} {one['uid']} ({one['apiVersion']})" for one in objects.owners(claim) if not _is_ours(one)}


@judge("retention.seized", CLAIM, "StatefulSet")
def seized_let_go(history: History) -> Offences:
    """At the end no claim that somebody else controls is owned by the set or a pod besides."""
    seized = {event.name for event in claims.events(history) if _foreign(event.object) and _owners(event.object)}
    require(seized, "no claim that somebody else controls was owned by the set besides")
    for name in sorted(seized & claims.at_end(history).keys()):
        if owners := _owners(claims.at_end(history)[name]):
            yield found(f"{name} is still owned by {_told(owners)}", claims.last(history, name))


@judge("retention.orphans", CLAIM, "Pod", "StatefulSet")
def orphans_left(history: History) -> Offences:
    """A set that is deleted without its dependents leaves pods and claims, which nobody owns then, as they are."""
    require(any(event.type == DELETED for event in history.of(sets.KIND, history.subject.name)), "the set was there")
    left = {("Pod", name): pod for name, pod in history.at_start("Pod").items() if history.own(name)}
    require(left, "no pod was there at the start")
    left |= {(CLAIM, name): claim for name, claim in claims.at_start(history).items()}
    for (kind, name), before in left.items():
        after = history.at_end(kind).get(name, {})
        if objects.uid(after) != objects.uid(before) or objects.is_terminating(after):
            yield found(f"{name} was removed with the set", about=name)
        elif _owners(after):
            yield found(f"{name} is still owned by {_told(_owners(after))}", about=name)


@judge("retention.anew", CLAIM, "Pod", "StatefulSet")
def claims_anew(history: History) -> Offences:
    """An ordinal that comes back after its claim was deleted gets another claim, and its pod becomes Ready."""
    back = [latter for _, latter in returned(history) if latter.ordinal in sets.ordinals(sets.current(history))]
    require(back, "no pod came back")
    for life in back:
        for name in sorted(claims.mounted(life.pod)):
            seen = [event for event in claims.events(history) if event.name == name]
            require(any(_going(history, event.uid) for event in seen), f"{name} was not deleted")
            if objects.uid(claims.at_end(history).get(name, {})) in {seen[0].uid, ""}:
                yield found(f"{life.name} came back without another {name}", seen[-1], about=life.name)
        if not life.ready:
            yield found(f"{life.name} came back but did not become Ready", life.last)


@judge("retention.created", CLAIM, "Pod", "StatefulSet")
def created_again(history: History) -> Offences:
    """Once the former claim of an ordinal that is asked for is gone, its pod is there again."""
    gone = [event for event in claims.events(history) if event.type == DELETED]
    back = [one for one in gone if claims.ordinal(history, one.name) in sets.ordinals(sets.current(history))]
    require(back, "no claim of an ordinal that is asked for was gone")
    for event in back:
        pod = history.at_end("Pod").get(_pod(history, event.name), {})
        if not pod or objects.is_terminating(pod):
            yield found(f"{_pod(history, event.name)} was not made again", event, about=_pod(history, event.name))
