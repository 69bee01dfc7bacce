"""Rolling updates. The window begins where the template was changed, with all pods Ready on one revision."""

from __future__ import annotations

from itertools import pairwise

from stsconf.judge import revisions, sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, announced, born, latest, lives, removed, returned, taken, unready
from stsconf.judge.template import same_image
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import Event, History
from stsconf.model.objects import Object


def _replaced(history: History) -> list[tuple[Life, Event]]:
    """Return the outdated pods that the controller itself removed, in that order."""
    target = revisions.target(history)
    outdated = [(life, event) for life, event in taken(history) if life.revision != target]
    require(outdated, "the controller replaced no outdated pod")
    return outdated


def _successor(history: History, life: Life) -> Life | None:
    """Return the next life of the same name."""
    later = (one for one in lives(history) if one.name == life.name and one.birth.index > life.birth.index)
    return next(later, None)


@judge("rollout.order", "Pod", "StatefulSet")
def descending(history: History) -> Offences:
    """A rolling update removes the highest ordinal first, then the next lower."""
    replaced = _replaced(history)
    require(len(replaced) > 1, "fewer than two outdated pods were replaced")
    for (former, before), (latter, event) in pairwise(replaced):
        if latter.ordinal >= former.ordinal:
            yield found(f"{latter.name} was removed after {former.name}", event, before)


@judge("rollout.before-ready", "Pod", "StatefulSet")
def waits_for_replacement(history: History) -> Offences:
    """The next pod is removed only when the former one's replacement is Running and Ready on the new revision."""
    replaced = _replaced(history)
    require(len(replaced) > 1, "fewer than two outdated pods were replaced")
    target = revisions.target(history)
    for (former, _), (latter, event) in pairwise(replaced):
        heir = _successor(history, former)
        if heir is None or heir.birth.index > event.index:
            yield found(f"{latter.name} was removed before {former.name} was replaced", event)
        elif heir.revision != target:
            yield found(f"{latter.name} was removed after {former.name} came back outdated", event, heir.birth)
        elif heir.ready is None or heir.ready.index > event.index:
            yield found(f"{latter.name} was removed before the new {former.name} was Ready", event, heir.birth)


@judge("rollout.unavailable", "Pod", "StatefulSet")
def one_unavailable(history: History) -> Offences:
    """A rolling update removes a pod only when all others are Running and Ready."""
    replaced = _replaced(history)
    known = lives(history)
    for life, event in replaced:
        own = max((former.index for _, former in replaced if former.index < event.index), default=0)
        for ordinal in sorted(sets.lasting(history) - {life.ordinal}):
            name = sets.pod_name(history, ordinal)
            reason = unready(known, name, event, seen=own)  # what it did itself a controller knows
            if reason:
                yield found(f"{life.name} was removed while {name} {reason}", event)


@judge("rollout.once", "Pod", "StatefulSet")
def replaces_once(history: History) -> Offences:
    """A rolling update replaces every pod, and each exactly once."""
    target = revisions.target(history)
    outdated = {name: pod for name, pod in history.at_start("Pod").items() if history.own(name)}
    outdated = {name: pod for name, pod in outdated.items() if objects.revision(pod) != target}
    require(outdated, "no pod was outdated at the start")
    leaving = {life.uid for life, _ in removed(history)}
    for name, pod in outdated.items():
        if objects.uid(pod) not in leaving and objects.ordinal(name) in sets.lasting(history):
            yield found(f"{name} was not replaced", about=name)
    foreign = announced(history)
    for life, event in removed(history):
        if life.birth.index >= history.begin and life.uid not in foreign and life.ordinal in sets.lasting(history):
            yield found(f"{life.name} was replaced again", event)


@judge("rollout.one-version", "Pod", "StatefulSet")
def ends_on_one_version(history: History) -> Offences:
    """A rolling update ends with every pod on the new revision and with the template's images."""
    target = revisions.target(history)
    outdated = [pod for name, pod in history.at_start("Pod").items() if history.own(name)]
    require(any(objects.revision(pod) != target for pod in outdated), "no pod was outdated at the start")
    at_end = history.at_end("Pod")
    images = _images(objects.spec(sets.current(history)).get("template") or {})
    for ordinal in sets.ordinals(sets.current(history)):
        name = sets.pod_name(history, ordinal)
        if name not in at_end:
            yield found(f"{name} is missing at the end", about=name)
        elif objects.revision(at_end[name]) != target:
            yield found(f"{name} is of revision {objects.revision(at_end[name])} at the end", about=name)
        else:
            runs = _images(at_end[name])  # of more containers, where a service mesh adds its own
            if any(not same_image(runs.get(container, ""), image) for container, image in images.items()):
                yield found(f"{name} runs {runs} at the end, not {images}", about=name)


def _images(obj: Object) -> dict[str, str]:
    """Return container name → image of a pod or a pod template."""
    return {str(one["name"]): str(one.get("image", "")) for one in objects.spec(obj).get("containers") or []}


@judge("rollout.uncalled", "Pod", "StatefulSet", "ControllerRevision")
def none_started(history: History) -> Offences:
    """Without a change of the template no revision is made, and pods come back on the revision they had."""
    templates = [objects.spec(one).get("template") for one in sets.in_force(history)]
    require(all(one == templates[0] for one in templates), "the template was changed")
    pairs = returned(history)
    require(pairs, "no pod came back")
    known = revisions.at_start(history)
    for event in revisions.made(history)[0 if known else 1 :]:
        yield found(f"{event.name} was made without a change of the template", event)
    for former, latter in pairs:
        if former.revision != latter.revision:
            yield found(f"{latter.name} came back on {latter.revision}, not {former.revision}", latter.birth)


@judge("rollout.default", "StatefulSet", "Pod")
def rolls_by_default(history: History) -> Offences:
    """A set whose manifest names no strategy has RollingUpdate, and its pods are replaced."""
    kind = (objects.spec(sets.current(history)).get("updateStrategy") or {}).get("type")
    require(lives(history), "there was no pod to be replaced")
    if kind == "RollingUpdate":
        _replaced(history)
    else:
        yield found(f"{history.subject.name} has the strategy {kind or '(none)'}", sets.last_version(history))


@judge("rollout.untouched", "Pod", "StatefulSet")
def untouched(history: History) -> Offences:
    """The set is changed in a way that concerns no pod: none is removed and none is made."""
    versions = sets.in_force(history)
    require(any(objects.spec(one) != objects.spec(versions[0]) for one in versions), "the set was not changed")
    require(any(history.own(name) for name in history.at_start("Pod")), "there was no pod")
    sets.require_settled(history)
    for life, event in removed(history):
        yield found(f"{life.name} was removed by a change that does not concern it", event)
    for life in born(history):
        yield found(f"{life.name} was made by a change that does not concern it", life.birth)


@judge("rollout.halts", "Pod", "StatefulSet")
def halts(history: History) -> Offences:
    """An update none of whose new pods becomes Ready goes no further than its first."""
    (first, _), *others = _replaced(history)
    goal = revisions.target(history)
    require(not any(life.ready for life in born(history) if life.revision == goal), "a new pod was Ready")
    sets.require_settled(history)
    for life, event in others:
        yield found(f"{life.name} was removed after {first.name} though no new pod was Ready", event)


@judge("rollout.repaired", "Pod", "StatefulSet")
def repaired(history: History) -> Offences:
    """A pod that a broken template left unready is replaced once the template is mended."""
    goal = revisions.target(history)
    pods = {name: pod for name, pod in history.at_start("Pod").items() if history.own(name)}
    stuck = {name for name, pod in pods.items() if objects.revision(pod) != goal and not objects.is_ready(pod)}
    require(stuck, "no outdated pod was unready")
    sets.require_settled(history)
    replaced = {life.name for life, _ in taken(history)}
    for name in sorted(stuck - replaced):
        yield found(f"{name} stays on {objects.revision(pods[name])} and not Ready though {goal} is wanted", about=name)


@judge("rollout.scaling-first", "Pod", "StatefulSet")
def scaling_first(history: History) -> Offences:
    """A pod is updated only when every missing one was made and is Ready, and every surplus one is gone."""
    wanted = sets.ordinals(sets.current(history))
    updates = [(life, event) for life, event in _replaced(history) if life.ordinal in wanted]
    require(updates, "no pod of the new size was updated")
    require(sets.lasting(history) != sets.allowed(history) or _missing(history), "the set was not scaled")
    known = lives(history)
    for life, event in updates:
        present = {one.name for one in known if one.before(event) and not _gone_before(one, event)}
        for name in sorted(present - {sets.pod_name(history, ordinal) for ordinal in wanted}):
            yield found(f"{life.name} was removed for an update while the surplus {name} was there", event)
        for ordinal in (one for one in wanted if one != life.ordinal):
            name = sets.pod_name(history, ordinal)
            if not _was_ready(known, name, event):
                yield found(f"{life.name} was removed for an update before {name} was made and Ready", event)


def _missing(history: History) -> bool:
    """Tell whether a pod that is asked for was not there at the window's start."""
    names = {sets.pod_name(history, ordinal) for ordinal in sets.ordinals(sets.current(history))}
    return not names <= history.at_start("Pod").keys()


def _gone_before(life: Life, event: Event) -> bool:
    return life.gone is not None and life.gone.index < event.index


def _was_ready(known: list[Life], name: str, event: Event) -> bool:
    life = latest(known, name, event)
    return life is not None and life.ready is not None and life.ready.index < event.index


@judge("rollout.each-once", "Pod", "StatefulSet")
def each_made_once(history: History) -> Offences:
    """Every pod that is asked for is made exactly once, on the new revision, and ends Ready."""
    goal = revisions.target(history)
    made = born(history)
    require(made, "no pod was made")
    at_end = history.at_end("Pod")
    for ordinal in sets.ordinals(sets.current(history)):
        name = sets.pod_name(history, ordinal)
        own = [life for life in made if life.name == name]
        if len(own) != 1:
            yield found(f"{name} was made {len(own)} times", *(life.birth for life in own), about=name)
        elif own[0].revision != goal or not objects.is_running_and_ready(at_end.get(name, {})):
            yield found(f"{name}, of {own[0].revision}, is not Ready on {goal} at the end", own[0].birth)


@judge("rollout.detour", "Pod", "StatefulSet")
def straight_to_target(history: History) -> Offences:
    """Once the controller knows the latest template no pod is made from an earlier one."""
    goal = revisions.target(history)
    made = born(history)
    require(made, "no pod was made")
    for life in made:
        if life.revision != goal:
            yield found(f"{life.name} was made from {life.revision} though {goal} was wanted", life.birth)


@judge("rollout.as-before", "Pod", "StatefulSet")
def returns_as_before(history: History) -> Offences:
    """A pod that somebody deletes before its turn comes back on the revision that it had."""
    foreign, goal = announced(history), revisions.target(history)
    lost = [(one, other) for one, other in returned(history) if one.uid in foreign and one.revision != goal]
    require(lost, "no outdated pod was lost")
    for former, latter in lost:
        if latter.revision != former.revision:
            yield found(f"{latter.name} came back on {latter.revision}, not {former.revision}", latter.birth)


@judge("rollout.restarted", "Pod", "StatefulSet")
def restarted(history: History) -> Offences:
    """A restart replaces every pod by one of the same containers that carries the annotations of the template."""
    template = objects.spec(sets.current(history)).get("template") or {}
    wanted = objects.annotations_of(template)
    require(wanted, "the template has no annotation")
    before, after = history.at_start("Pod"), history.at_end("Pod")
    names = [sets.pod_name(history, ordinal) for ordinal in sorted(sets.lasting(history))]
    require(names and all(name in before for name in names), "there was no pod to restart")
    for name in names:
        pod = after.get(name, {})
        carried = objects.annotations_of(pod)
        if not wanted.items() <= carried.items():
            yield found(f"{name} does not carry the annotations of the template", about=name)
        elif objects.uid(pod) == objects.uid(before[name]) or _images(pod) != _images(before[name]):
            yield found(f"{name} was not replaced by its equal", about=name)
