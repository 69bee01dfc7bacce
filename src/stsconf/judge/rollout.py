"""Rolling updates. The window begins where the template was changed, with all pods Ready on one revision."""

from __future__ import annotations

from itertools import pairwise

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, announced, lives, removed, returned, taken, unready
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import ADDED, Event, History
from stsconf.model.objects import Object


def _target(history: History) -> str:
    """Return the revision that the window's update leads to.

    Raises:
        NothingToJudge: the status names no update revision.
    """
    target = str(objects.status(sets.current(history)).get("updateRevision", ""))
    require(target, "the status names no update revision")
    return target


def _replaced(history: History) -> list[tuple[Life, Event]]:
    """Return the outdated pods that the controller itself removed, in that order."""
    target = _target(history)
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
    target = _target(history)
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
        for ordinal in sorted(sets.lasting(history) - {life.ordinal}):
            name = sets.pod_name(history, ordinal)
            reason = unready(known, name, event)
            if reason:
                yield found(f"{life.name} was removed while {name} {reason}", event)


@judge("rollout.once", "Pod", "StatefulSet")
def replaces_once(history: History) -> Offences:
    """A rolling update replaces every pod, and each exactly once."""
    target = _target(history)
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
    target = _target(history)
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
        elif _images(at_end[name]) != images:
            yield found(f"{name} runs {_images(at_end[name])} at the end, not {images}", about=name)


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
    made = [e for e in history.of("ControllerRevision") if e.type == ADDED and _of_set(history, e.object)]
    known = any(_of_set(history, revision) for revision in history.at_start("ControllerRevision").values())
    for event in made[0 if known else 1 :]:
        yield found(f"{event.name} was made without a change of the template", event)
    for former, latter in pairs:
        if former.revision != latter.revision:
            yield found(f"{latter.name} came back on {latter.revision}, not {former.revision}", latter.birth)


def _of_set(history: History, revision: Object) -> bool:
    return objects.controller(revision).get("name") == history.subject.name
