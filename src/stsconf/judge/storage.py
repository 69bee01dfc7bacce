"""Claims and volumes. Whether data survives is judged by what the app answers: see `data`."""

from __future__ import annotations

from itertools import pairwise

from stsconf.judge import claims, sets
from stsconf.judge.base import Judge, Offences, found, judge
from stsconf.judge.lives import Life, born, lives, released, removed, returned, within
from stsconf.judge.quantity import amount
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import ACT, DELETED, Event, History
from stsconf.model.objects import Object

CLAIM, VOLUME = claims.KIND, "PersistentVolume"


@judge("storage.claims", "Pod", CLAIM, "StatefulSet")
def one_claim_each(history: History) -> Offences:
    """Each pod mounts one claim per template, named after template, set and ordinal, which exists."""
    templates = sets.claim_templates(history)
    pods = {name: pod for name, pod in history.at_end("Pod").items() if history.own(name)}
    require(pods, "no pod was there at the end")
    existing = history.at_end(CLAIM)
    for name, pod in pods.items():
        uses = objects.claim_names(pod)
        for template in templates:
            expected = f"{template}-{name}"
            if uses.get(template) != expected:
                yield found(f"{name} uses {uses.get(template, 'no claim')} where {expected} is due", about=name)
            elif expected not in existing:
                yield found(f"{expected}, which {name} uses, does not exist", about=expected)


@judge("storage.claim-extra", CLAIM, "StatefulSet")
def no_other_claims(history: History) -> Offences:
    """Claims are made for the set's ordinals only."""
    made = claims.made(history)
    require(made, "no claim was made")
    for event in made:
        if claims.ordinal(history, event.name) not in sets.allowed(history):
            yield found(f"{event.name} was made though the set has no such ordinal", event)


@judge("storage.claim-labels", CLAIM, "StatefulSet")
def labelled_like_selector(history: History) -> Offences:
    """The claims that the controller makes carry the labels of the set's selector."""
    made = claims.made(history)
    require(made, "no claim was made")
    selector = (objects.spec(sets.current(history)).get("selector") or {}).get("matchLabels") or {}
    for event in made:
        if not sets.selects(selector, objects.labels(event.object)):
            yield found(f"{event.name} has the labels {dict(objects.labels(event.object))}, not {selector}", event)


@judge("storage.claim-marks", CLAIM, "StatefulSet")
def marked_like_template(history: History) -> Offences:
    """The claims that the controller makes carry the labels and annotations of their template, and may carry more.

    What the selector asks for comes before what a template says.
    """
    selector = (objects.spec(sets.current(history)).get("selector") or {}).get("matchLabels") or {}
    templates = {f"{name}-{history.subject.name}": one for name, one in sets.claim_templates(history).items()}
    marked = {name: _marks(one, selector) for name, one in templates.items()}
    made = [(event, marked.get(event.name.rpartition("-")[0], set())) for event in claims.made(history)]
    require(any(wanted for _, wanted in made), "no claim was made from a template with labels or annotations")
    for event, wanted in made:
        for part, key, text in sorted(wanted - _marks(event.object, {})):
            yield found(f"{event.name} was made without the {part} {key}={text} of its template", event)


def _marks(obj: Object, ruled: Object) -> set[tuple[str, str, str]]:
    """Return the labels and annotations of an object, except those that something else rules."""
    labels = {("label", key, text) for key, text in objects.labels(obj).items() if key not in ruled}
    return labels | {("annotation", key, text) for key, text in objects.annotations_of(obj).items()}


@judge("storage.bound", CLAIM, "StatefulSet")
def bound_as_asked(history: History) -> Offences:
    """Each claim ends Bound, with the template's access modes and at least its size."""
    present = claims.at_end(history)
    require(present, "no claim was there at the end")
    for name, claim in present.items():
        wanted = objects.spec(claims.template(history, name))
        witness = claims.last(history, name)
        if objects.phase(claim) != "Bound":
            yield found(f"{name} is {objects.phase(claim) or 'without a phase'} at the end", witness)
            continue
        size = ((wanted.get("resources") or {}).get("requests") or {}).get("storage", "0")
        capacity = (objects.status(claim).get("capacity") or {}).get("storage", "0")
        if amount(capacity) < amount(size):
            yield found(f"{name} has {capacity}, less than the {size} asked for", witness)
        if set(objects.spec(claim).get("accessModes") or []) != set(wanted.get("accessModes") or []):
            modes = objects.spec(claim).get("accessModes")
            yield found(f"{name} has the modes {modes}, not {wanted.get('accessModes')}", witness)


def of_class(default: str) -> Judge:
    """Return the judge of a claim's class on a cluster whose default class is `default`."""

    @judge("storage.class", CLAIM, "StatefulSet")
    def class_as_asked(history: History) -> Offences:
        """A claim has the class that its template names, and the default class if it names none."""
        present = claims.at_end(history)
        require(present, "no claim was there at the end")
        for name, claim in present.items():
            named = objects.spec(claims.template(history, name)).get("storageClassName")
            expected = default if named is None else named
            actual = objects.spec(claim).get("storageClassName")
            if actual != expected:
                yield found(f"{name} is of class {actual}, not {expected}", claims.last(history, name))

    return class_as_asked


@judge("storage.own-volume", CLAIM, "StatefulSet")
def own_volume(history: History) -> Offences:
    """No two claims are bound to one volume."""
    bound = {name: str(objects.spec(claim).get("volumeName", "")) for name, claim in claims.at_end(history).items()}
    bound = {name: volume for name, volume in bound.items() if volume}
    require(len(bound) > 1, "fewer than two claims were bound")
    holders: dict[str, str] = {}
    for name, volume in bound.items():
        if volume in holders:
            latter, former = claims.last(history, name), claims.last(history, holders[volume])
            yield found(f"{name} is bound to {volume}, as {holders[volume]} is", latter, former)
        holders.setdefault(volume, name)


@judge("storage.claim-ref", CLAIM, VOLUME, "StatefulSet")
def volume_points_back(history: History) -> Offences:
    """The volume of a bound claim exists and its claimRef names that claim, by UID."""
    volumes = history.at_end(VOLUME)
    bound = {name: claim for name, claim in claims.at_end(history).items() if objects.spec(claim).get("volumeName")}
    require(bound, "no claim was bound")
    require(volumes, "no volume was recorded")
    for name, claim in bound.items():
        volume = str(objects.spec(claim)["volumeName"])
        reference = objects.spec(volumes.get(volume, {})).get("claimRef") or {}
        facts = (reference.get("namespace"), reference.get("name"), reference.get("uid"))
        if volume not in volumes:
            yield found(f"{volume}, to which {name} is bound, does not exist", claims.last(history, name))
        elif facts != (history.subject.namespace, name, objects.uid(claim)):
            yield found(f"{volume} is held for {facts[1]}, not for {name}", claims.last(history, name), about=volume)


@judge("storage.node", "Pod", CLAIM, VOLUME)
def runs_where_its_volume_is(history: History) -> Offences:
    """A pod whose volume is held to nodes by name runs on one of these, and so does its successor."""
    volumes, nodes = history.at_end(VOLUME), history.at_end("Node")
    bound = {name: str(objects.spec(claim).get("volumeName", "")) for name, claim in claims.at_end(history).items()}
    placed = [
        (event, bound[claim])
        for event in (life.last for life in lives(history))
        if objects.spec(event.object).get("nodeName")
        for claim in objects.claim_names(event.object).values()
        if bound.get(claim) in volumes
    ]
    require(placed, "no pod that had a node had a volume on record")
    for event, volume in placed:
        node, hosts = objects.spec(event.object)["nodeName"], _hosts(volumes[volume])
        if hosts and objects.labels(nodes.get(node, {})).get(objects.HOST, node) not in hosts:
            yield found(f"{event.name} was put on {node}, its volume is on {', '.join(sorted(hosts))}", event)


def _hosts(volume: Object) -> set[str]:
    """Return the only hosts that a volume can be reached from; none where no host is named."""
    required = (objects.spec(volume).get("nodeAffinity") or {}).get("required") or {}
    rules = (rule for term in required.get("nodeSelectorTerms") or [] for rule in term.get("matchExpressions") or [])
    named = [rule for rule in rules if rule["key"] == objects.HOST and rule["operator"] == "In"]
    return {host for rule in named for host in rule["values"]}


@judge("storage.claim-order", CLAIM, "StatefulSet")
def claims_in_order(history: History) -> Offences:
    """Claims are made in the order of the ordinals."""
    sets.require_ordered(history)
    made = claims.made(history)
    require(len(made) > 1, "fewer than two claims were made")
    for former, latter in pairwise(made):
        if claims.ordinal(history, latter.name) < claims.ordinal(history, former.name):
            yield found(f"{latter.name} was made after {former.name}", latter, former)


@judge("storage.claim-with-pod", CLAIM, "Pod", "StatefulSet")
def claims_with_pods(history: History) -> Offences:
    """A claim is made when its pod is due: not before the test released the pod below it, nor long before its own."""
    sets.require_ordered(history)
    made = claims.made(history)
    first = {life.ordinal: life for life in reversed(born(history))}
    due = [event for event in made if claims.ordinal(history, event.name) - 1 in first]
    require(due, "no claim above the first ordinal was made")
    for event in due:
        below = first[claims.ordinal(history, event.name) - 1]
        held = released(history).get(below.name)
        if held is not None and event.index < held.index:
            yield found(f"{event.name} was made before {below.name} could be Ready", event, below.birth)
        elif objects.created(event.object) + 1 < objects.created(below.birth.object):
            yield found(f"{event.name} was made before {below.name} was", event, below.birth)


@judge("storage.premade", CLAIM, "Pod", "StatefulSet")
def premade_used(history: History) -> Offences:
    """A claim that was there before its pod is used by the pod and stays the same object."""
    names = {name for name in claims.premade(history) if claims.ordinal(history, name) in sets.allowed(history)}
    require(names, "no claim was made beforehand")
    for name in sorted(names):
        seen = [e for e in history.events[: history.end] if e.kind == CLAIM and e.name == name]
        require(seen, f"{name} was not recorded")
        if len({event.uid for event in seen}) > 1 or name not in history.at_end(CLAIM):
            yield found(f"{name} was replaced", seen[-1])
        pod = sets.pod_name(history, claims.ordinal(history, name))
        users = [life for life in lives(history) if life.name == pod]
        if not any(life.ready and name in claims.mounted(life.pod) for life in users):
            yield found(f"{pod} did not become Ready with {name}", about=pod)


@judge("storage.sticky", CLAIM, "Pod", "StatefulSet")
def same_claim_again(history: History) -> Offences:
    """A pod that comes back mounts the same claim, which is the same object on the same volume."""
    pairs = returned(history)
    require(pairs, "no pod came back")
    for former, latter in pairs:
        before, after = claims.mounted(former.pod), claims.mounted(latter.pod)
        require(before, f"{former.name} had no claim")
        if before != after:
            yield found(f"{latter.name} came back with {sorted(after)}, not {sorted(before)}", latter.birth)
        for name in sorted(before & after):
            yield from _exchanged(history, name, latter)


def _exchanged(history: History, name: str, pod: Life) -> Offences:
    """Tell if a claim became another object or moved to another volume."""
    seen = [e for e in history.events[: history.end] if e.kind == CLAIM and e.name == name]
    require(seen, f"{name} was not recorded")
    volumes = {objects.spec(event.object).get("volumeName") for event in seen} - {None, ""}
    if len({event.uid for event in seen}) > 1:
        yield found(f"{pod.name} came back to another {name}", seen[-1], pod.birth)
    elif len(volumes) > 1:
        yield found(f"{name} moved from one volume to another", seen[-1], pod.birth)


@judge("storage.kept", CLAIM, "Pod", "StatefulSet")
def claims_kept(history: History) -> Offences:
    """Claims stay, the same objects with the labels that they had and no other owner, when their pods go for good."""
    before = claims.at_start(history)
    require(before, "no claim was there at the start")
    require(removed(history), "no pod was removed")
    for event in claims.events(history):
        claim = before.get(event.name)
        if claim is not None and objects.uid(claim) == event.uid and _is_going(event):
            yield found(f"{event.name} was deleted", event)
            del before[event.name]
    for name, claim in before.items():
        yield from _altered(claim, [event for event in claims.events(history) if event.name == name])


def _altered(claim: Object, versions: list[Event]) -> Offences:
    """Tell what a claim has lost that it is found by, and to whom it came to belong, if only for a time."""
    name, told = objects.name(claim), {owner["uid"] for owner in objects.owners(claim)}
    for event in versions:
        for owner in objects.owners(event.object):
            if owner["uid"] not in told:
                told.add(owner["uid"])
                yield found(f"{name} has come to belong to {owner['kind']} {owner['name']}", event)
    for key, text in sorted(objects.labels(claim).items()):
        if versions and objects.labels(versions[-1].object).get(key) != text:
            yield found(f"{name} no longer has the label {key}={text}", versions[-1])


def _is_going(event: Event) -> bool:
    return event.type == DELETED or objects.is_terminating(event.object)


@judge("storage.mounted", "Pod", "StatefulSet")
def mounted_as_templated(history: History) -> Offences:
    """Each container mounts the claim's volume where the pod template says."""
    template = objects.spec(sets.current(history)).get("template") or {}
    wanted = {(container, volume): path for container, volume, path in _mounts(template)}
    wanted = {key: path for key, path in wanted.items() if key[1] in sets.claim_templates(history)}
    require(wanted, "no container of the template mounts a claim")
    pods = {name: pod for name, pod in history.at_end("Pod").items() if history.own(name)}
    require(pods, "no pod was there at the end")
    for name, pod in pods.items():
        actual = {(container, volume): path for container, volume, path in _mounts(pod)}
        for (container, volume), path in wanted.items():
            place = actual.get((container, volume))
            if place != path or volume not in objects.claim_names(pod):
                yield found(f"{name} has {volume} at {place}, not as a claim at {path}", about=name)


def _mounts(obj: objects.Object) -> list[tuple[str, str, str]]:
    """Return (container, volume, path) for each mount of a pod or a pod template."""
    containers = objects.spec(obj).get("containers") or []
    return [(c["name"], m["name"], m["mountPath"]) for c in containers for m in c.get("volumeMounts") or []]


@judge("storage.complete", CLAIM, "Pod", "StatefulSet")
def complete(history: History) -> Offences:
    """In the end every ordinal that is asked for has a Ready pod with its claims, and none of them is going."""
    pods, existing = history.at_end("Pod"), history.at_end(CLAIM)
    require(existing, "no claim was there at the end")
    templates = sets.claim_templates(history)
    for name in (sets.pod_name(history, ordinal) for ordinal in sets.ordinals(sets.current(history))):
        if not objects.is_running_and_ready(pods.get(name, {})):
            yield found(f"{name} is not Running and Ready at the end", about=name)
        for claim in (f"{template}-{name}" for template in templates):
            if objects.is_terminating(existing.get(claim, {})) or claim not in existing:
                yield found(f"{claim} is {'going' if claim in existing else 'missing'} at the end", about=claim)


def _deleted_by_hand(history: History) -> set[str]:
    """Return the UIDs of the claims that an act deleted up to the window's end."""
    acts = [event for event in history.events[: history.end] if event.kind == ACT and event.type == "claim-deleted"]
    return {str(act.object["uid"]) for act in acts}


@judge("storage.protected", CLAIM, "Pod", "StatefulSet")
def protected_in_use(history: History) -> Offences:
    """A claim whose deletion was asked for stays as long as a pod uses it."""
    asked = _deleted_by_hand(history)
    require(asked, "nobody deleted a claim")
    used = {name for pod in history.at_end("Pod").values() for name in claims.mounted(pod)}
    first = {event.uid: event for event in reversed(history.events[: history.end]) if event.uid in asked}
    names = [event.name for event in first.values() if event.name in used]
    require(names, "no pod used the claim at the end")
    for name in names:
        if objects.uid(history.at_end(CLAIM).get(name, {})) not in asked:
            yield found(f"{name} is gone though its pod is there", claims.last(history, name))


@judge("storage.leaving", CLAIM, "Pod", "StatefulSet")
def no_pod_on_leaving_claim(history: History) -> Offences:
    """While a claim is being deleted no pod is made that would use it."""
    going = {name for name, claim in claims.at_end(history).items() if objects.is_terminating(claim)}
    require(going, "no claim was being deleted at the end")
    gone = {life.name for life in lives(history) if within(history, life.gone)}
    require([n for n in going if sets.pod_name(history, claims.ordinal(history, n)) in gone], "no such pod was gone")
    for life in born(history):
        for name in sorted(claims.mounted(life.pod) & going):
            yield found(f"{life.name} was made while {name} was being deleted", life.birth)


@judge("storage.claim-first", CLAIM, "Pod", "StatefulSet")
def no_pod_without_claim(history: History) -> Offences:
    """No pod is made whose claims cannot be made before it."""
    sets.require_settled(history)
    existing = history.at_end(CLAIM)
    pods = (sets.pod_name(history, ordinal) for ordinal in sets.ordinals(sets.current(history)))
    wanted = [(pod, f"{template}-{pod}") for pod in pods for template in sets.claim_templates(history)]
    missing = [(pod, claim) for pod, claim in wanted if claim not in existing]
    require(missing, "every claim was there at the end")
    for pod, claim in missing:
        for life in born(history):
            if life.name == pod:
                yield found(f"{pod} was made without its claim {claim}", life.birth, about=claim)


@judge("storage.remade", CLAIM, "StatefulSet")
def made_again(history: History) -> Offences:
    """A claim that was deleted is made again."""
    asked = _deleted_by_hand(history)
    require(asked, "nobody deleted a claim")
    gone = [event for event in claims.events(history) if event.type == DELETED and event.uid in asked]
    require(gone, "the claim was still there at the end")
    for event in gone:
        if event.name not in history.at_end(CLAIM):
            yield found(f"{event.name} was not made again", event)
