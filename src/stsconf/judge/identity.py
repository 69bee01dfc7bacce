"""Who a pod is: its name, hostname and labels, and that these outlive it."""

from __future__ import annotations

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, announced, born, removed, returned
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import History
from stsconf.model.objects import POD_INDEX_LABEL, POD_NAME_LABEL, Object


def _owned(history: History) -> dict[str, Object]:
    """Return the pods at the window's end whose controller is the set, by name."""
    uid = objects.uid(sets.current(history))
    return {name: pod for name, pod in history.at_end("Pod").items() if objects.controller(pod).get("uid") == uid}


@judge("identity.names", "Pod", "StatefulSet")
def named_by_ordinal(history: History) -> Offences:
    """The set's pods are set-ordinal, from the first ordinal on, without gap or repetition."""
    pods = _owned(history)
    require(pods, "the StatefulSet had no pods at the end")
    wanted = {sets.pod_name(history, ordinal) for ordinal in sets.ordinals(sets.current(history))}
    for name in sorted(wanted - pods.keys()):
        yield found(f"{name} is missing", about=name)
    for name in sorted(pods.keys() - wanted):
        yield found(f"{name} belongs to the StatefulSet but is none of its names", about=name)


@judge("identity.created", "Pod", "StatefulSet")
def created(history: History) -> Offences:
    """The controller makes a pod for every ordinal of a set that the API took."""
    statefulset = sets.current(history)
    require(objects.status(statefulset).get("observedGeneration"), "the controller had not seen the StatefulSet")
    for name in (sets.pod_name(history, ordinal) for ordinal in sets.ordinals(statefulset)):
        if name not in history.at_end("Pod"):
            yield found(f"{name} was not created", sets.last_version(history), about=name)


@judge("identity.hostname", "Pod", "StatefulSet")
def hostname_is_name(history: History) -> Offences:
    """A pod's hostname is its name, and its subdomain the governing Service."""
    created = born(history)
    require(created, "no pod was created")
    service = objects.spec(sets.current(history)).get("serviceName", "")
    for life in created:
        hostname, subdomain = (objects.spec(life.pod).get(key, "") for key in ("hostname", "subdomain"))
        if hostname != life.name:
            yield found(f"{life.name} has the hostname {hostname or '(none)'}", life.last)
        if subdomain != service:
            yield found(f"{life.name} has the subdomain {subdomain or '(none)'}, not {service}", life.last)


@judge("identity.labels", "Pod")
def labelled(history: History) -> Offences:
    """Each pod is labelled with its name and its ordinal."""
    created = born(history)
    require(created, "no pod was created")
    for life in created:
        expected = {POD_NAME_LABEL: life.name, POD_INDEX_LABEL: str(life.ordinal)}
        for label, value in expected.items():
            actual = objects.labels(life.birth.object).get(label)
            if actual != value:
                yield found(f"{life.name} has the label {label}={actual}", life.birth)


@judge("identity.revision-label", "Pod", "ControllerRevision")
def labelled_with_revision(history: History) -> Offences:
    """Each pod is labelled with the name of a ControllerRevision of the set."""
    created = born(history)
    require(created, "no pod was created")
    revisions = {event.name for event in history.events[: history.end] if event.kind == "ControllerRevision"}
    require(revisions, "no ControllerRevision was recorded")
    for life in created:
        if life.revision not in revisions:
            yield found(f"{life.name} is of revision {life.revision or '(none)'}, which does not exist", life.birth)


@judge("identity.selection", "Pod", "StatefulSet")
def selected_exactly(history: History) -> Offences:
    """The set's selector matches the set's pods and no others."""
    owned = _owned(history)
    require(owned, "the StatefulSet had no pods at the end")
    statefulset, pods = sets.current(history), history.at_end("Pod")
    matched = {name for name, pod in pods.items() if sets.claims_labels(statefulset, objects.labels(pod))}
    for name in sorted(owned.keys() - matched):
        yield found(f"{name} belongs to the StatefulSet but does not match its selector", about=name)
    for name in sorted(matched - owned.keys()):
        yield found(f"{name} matches the selector but does not belong to the StatefulSet", about=name)


@judge("identity.template", "Pod")
def same_but_for_identity(history: History) -> Offences:
    """Pods of one revision are made alike: they differ in nothing but their identity."""
    alike: dict[str, list[Life]] = {}
    for life in born(history):
        alike.setdefault(life.revision, []).append(life)
    require(any(len(lives) > 1 for lives in alike.values()), "no two pods were of one revision")
    for first, *others in alike.values():
        wanted = _impersonal(first.birth.object)
        for life in others:
            actual = _impersonal(life.birth.object)
            different = sorted(key for key in wanted | actual if wanted.get(key) != actual.get(key))
            if different:
                yield found(f"{life.name} differs from {first.name} in {', '.join(different)}", life.birth)


def _restored(history: History, key: str) -> Offences:
    """Name the pods on which a label of identity was changed in the window, and is not what it was at the end."""
    changed = {event.name: event for event in reversed(history.of("Pod")) if _label(event.object, key)}
    changed = {name: event for name, event in changed.items() if history.own(name)}
    require(changed, "nobody changed such a label")
    for name, event in changed.items():
        pod = history.at_end("Pod").get(name, {})
        if objects.uid(pod) != event.uid:
            yield found(f"{name} was replaced because of its label {key}", event)
        elif _label(pod, key):
            yield found(f"{name} kept the label {_label(pod, key)}", event)
        elif objects.revision(pod) != objects.revision(event.object):
            yield found(f"{name}, of {objects.revision(event.object)}, is called of {objects.revision(pod)} now", event)


def _label(pod: Object, key: str) -> str:
    """Return a pod's label of identity as a text, empty if it is right."""
    name = objects.name(pod)
    right = name if key == POD_NAME_LABEL else str(objects.ordinal(name))
    actual = objects.labels(pod).get(key)
    return "" if actual == right else f"{key}={actual}"


@judge("identity.name-restored", "Pod")
def name_label_restored(history: History) -> Offences:
    """The label with a pod's name, and no other one, is restored on the same pod after somebody changed it."""
    yield from _restored(history, POD_NAME_LABEL)


@judge("identity.index-restored", "Pod")
def index_label_restored(history: History) -> Offences:
    """The label with a pod's ordinal is restored on the same pod after somebody changed it."""
    yield from _restored(history, POD_INDEX_LABEL)


_PERSONAL = {"hostname", "nodeName", "volumes", "containers", "initContainers"}
_LATE = {"imagePullSecrets"}
"""What admission adds from the ServiceAccount, which may get it while the namespace is in use already."""
_PLACE = "topology.kubernetes.io/"
"""The prefix of labels that the API server copies from a pod's node: since 1.35, zone and region."""
_TOKEN = "kube-api-access-"  # noqa: S105 -- the prefix of a volume's name, not a secret


def _impersonal(pod: Object) -> dict[str, object]:
    """Return a pod's labels and spec without what names the pod, its claims, its node or its own token volume."""
    spec = objects.spec(pod)
    facts: dict[str, object] = {key: value for key, value in spec.items() if key not in _PERSONAL | _LATE}
    facts["volumes"] = {  # in whatever order
        one["name"]: {**one, "persistentVolumeClaim": None} if "persistentVolumeClaim" in one else one
        for one in spec.get("volumes") or []
        if not one["name"].startswith(_TOKEN)
    }
    for key in ("containers", "initContainers"):
        facts[key] = [
            {**one, "volumeMounts": [m for m in one.get("volumeMounts") or [] if not m["name"].startswith(_TOKEN)]}
            for one in spec.get(key) or []
        ]
    own = {POD_NAME_LABEL, POD_INDEX_LABEL}
    facts["labels"] = {k: v for k, v in objects.labels(pod).items() if k not in own and not k.startswith(_PLACE)}
    return facts


@judge("identity.returns", "Pod", "StatefulSet")
def comes_back(history: History) -> Offences:
    """A pod that was deleted comes back under its name as another object, and becomes Ready."""
    lost = [(life, event) for life, event in removed(history) if life.ordinal in sets.lasting(history)]
    require(lost, "no pod was lost")
    at_end = history.at_end("Pod")
    for life, event in lost:
        pod = at_end.get(life.name)
        if pod is None or objects.uid(pod) == life.uid:
            yield found(f"{life.name} did not come back", event)
        elif not objects.is_running_and_ready(pod):
            yield found(f"{life.name} came back but did not become Ready", event)


@judge("identity.others", "Pod")
def others_untouched(history: History) -> Offences:
    """The loss of one pod leaves every other pod as it is."""
    foreign = announced(history)
    gone = removed(history)
    require([life for life, _ in gone if life.uid in foreign], "no act removed a pod")
    present = {objects.uid(pod) for name, pod in history.at_start("Pod").items() if history.own(name)}
    require(present - foreign, "there was no other pod")
    for life, event in gone:
        if life.uid in present - foreign:
            yield found(f"{life.name} was removed though only another pod was lost", event)


@judge("identity.kept", "Pod")
def same_after_return(history: History) -> Offences:
    """A pod that comes back has the hostname, the subdomain, the labels of identity and the claims it had."""
    pairs = returned(history)
    require(pairs, "no pod came back")
    for former, latter in pairs:
        before, after = _identity(former), _identity(latter)
        for key, value in before.items():
            if after[key] != value:
                yield found(f"{latter.name} came back with {key} {after[key]}, not {value}", latter.birth)


def _identity(life: Life) -> dict[str, object]:
    pod = life.birth.object
    return {
        "hostname": objects.spec(pod).get("hostname"),
        "subdomain": objects.spec(pod).get("subdomain"),
        "pod-name label": objects.labels(pod).get(POD_NAME_LABEL),
        "pod-index label": objects.labels(pod).get(POD_INDEX_LABEL),
        "claims": objects.claim_names(pod),
    }
