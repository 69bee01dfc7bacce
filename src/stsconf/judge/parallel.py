"""Sets whose policy is Parallel: creation, removal and updates that wait for nobody."""

from __future__ import annotations

from itertools import pairwise

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, born, lives, removed, taken
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import History


def _require_parallel(history: History) -> None:
    """Ask for a set that keeps no order.

    Raises:
        NothingToJudge: the set was not recorded, or its policy is another one.
    """
    policies = {objects.spec(one).get("podManagementPolicy") for one in sets.in_force(history)}
    require(policies == {"Parallel"}, "the StatefulSet's policy is not Parallel")


def _wanted(history: History) -> list[str]:
    """Return the names of the pods that the set asks for at the window's end."""
    return [sets.pod_name(history, ordinal) for ordinal in sets.ordinals(sets.current(history))]


@judge("parallel.create", "Pod", "StatefulSet")
def created_at_once(history: History) -> Offences:
    """All pods are created though none of the new ones is Ready."""
    _require_parallel(history)
    made = born(history)
    require(made or sets.replicas(sets.current(history)), "no pod was asked for")
    require(not any(life.ready for life in made), "a new pod was Ready: the others may have waited for it")
    present = history.at_end("Pod")
    missing = [name for name in _wanted(history) if name not in present]
    require(made or missing != _wanted(history), "nothing happened")
    for name in missing:
        yield found(f"{name} was not created while no new pod was Ready", sets.last_version(history), about=name)


@judge("parallel.remove", "Pod", "StatefulSet")
def removed_at_once(history: History) -> Offences:
    """The removal of all surplus pods begins before one of them is gone."""
    _require_parallel(history)
    wanted = sets.ordinals(sets.current(history))
    surplus = [one for one in lives(history) if one.ordinal not in wanted and _was_there(history, one)]
    require(len(surplus) > 1, "fewer than two pods were to be removed")
    first = min((one.gone.index for one in surplus if one.gone), default=len(history.events))
    for life in surplus:
        if life.leaving is None:
            yield found(f"{life.name} was not removed with the others", sets.last_version(history), about=life.name)
        elif life.leaving.index > first:
            yield found(f"{life.name} was removed only after another one was gone", life.leaving)


def _was_there(history: History, life: Life) -> bool:
    return life.birth.index < history.begin and (life.gone is None or life.gone.index >= history.begin)


@judge("parallel.halt", "Pod", "StatefulSet")
def update_halts(history: History) -> Offences:
    """An update whose first pod does not become Ready takes no other."""
    _require_parallel(history)
    target = str(objects.status(sets.current(history)).get("updateRevision", ""))
    outdated = [(life, event) for life, event in taken(history) if life.revision != target]
    require(outdated, "the controller replaced no outdated pod")
    require(not any(life.ready for life in born(history)), "a new pod became Ready: the update goes on")
    for life, event in outdated[1:]:
        yield found(f"{life.name} was removed though the new {outdated[0][0].name} was not Ready", event)


@judge("parallel.mend", "Pod", "StatefulSet")
def mended_without_help(history: History) -> Offences:
    """Pods of a broken template are replaced once the template is good again, and no other pod is."""
    _require_parallel(history)
    target = str(objects.status(sets.current(history)).get("updateRevision", ""))
    before = {name: pod for name, pod in history.at_start("Pod").items() if history.own(name)}
    broken = {n for n, pod in before.items() if objects.revision(pod) != target and not objects.is_ready(pod)}
    require(target and broken, "no pod of a broken template was there")
    present = history.at_end("Pod")
    for name in sorted(broken):
        if objects.revision(present.get(name, {})) != target:
            yield found(f"{name} was not replaced though its template is good again", about=name)
    for life, event in removed(history):
        if life.name not in broken and life.revision == target:
            yield found(f"{life.name} was removed though it was of the good template", event)


def _refused(history: History) -> tuple[list[str], list[str]]:
    """Return the pods that are missing, and those of them whose names somebody else has.

    Raises:
        NothingToJudge: none is missing, or no name is taken.
    """
    _require_parallel(history)
    uid, present = objects.uid(sets.current(history)), history.at_end("Pod")
    own = {name for name, pod in present.items() if objects.controller(pod).get("uid") == uid}
    missing = [name for name in _wanted(history) if name not in own]
    require(missing, "every pod could be created")
    blocked = [name for name in missing if name in present]
    require(blocked, "nothing is known to stand in the way")
    return missing, blocked


@judge("parallel.one-refused", "Pod", "StatefulSet")
def others_created(history: History) -> Offences:
    """A pod that cannot be created holds back no other."""
    missing, blocked = _refused(history)
    for name in missing:
        if name not in blocked:
            yield found(f"{name} was not created because {', '.join(blocked)} could not be", about=name)


@judge("parallel.next", "Pod", "StatefulSet")
def next_created(history: History) -> Offences:
    """A pod that cannot be created does not hold back the one above it."""
    missing, blocked = _refused(history)
    order = list(_wanted(history))
    for below, name in pairwise(order):
        if below in blocked and name in missing and name not in blocked:
            yield found(f"{name} was not created because {below} could not be", about=name)


@judge("parallel.surplus", "Pod", "StatefulSet")
def surplus_goes(history: History) -> Offences:
    """Surplus pods are removed while one that is missing cannot be created."""
    _require_parallel(history)
    wanted = sets.ordinals(sets.current(history))
    there = history.at_start("Pod")
    surplus = [name for name in there if history.own(name) and objects.ordinal(name) not in wanted]
    require(surplus, "no pod was to be removed")
    require(any(name not in there for name in _wanted(history)), "no pod was missing")
    leaving = {life.name for life, _ in removed(history)}
    for name in surplus:
        if name not in leaving:
            yield found(f"{name} was not removed though it is surplus", sets.last_version(history), about=name)
