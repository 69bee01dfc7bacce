"""Order of creation."""

from __future__ import annotations

from itertools import pairwise

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, born, lives, returned, unready
from stsconf.model import objects
from stsconf.model.finding import NothingToJudge, require
from stsconf.model.history import ACT, DELETED, History


def _created(history: History) -> list[Life]:
    """Return the pods that the controller created in the window, in that order."""
    sets.require_ordered(history)
    return [life for life in born(history) if objects.controller(life.birth.object).get("kind") == sets.KIND]


@judge("order.create", "Pod", "StatefulSet")
def created_ascending(history: History) -> Offences:
    """Pods are created in the order of their ordinals."""
    created = _created(history)
    require(len(created) > 1, "fewer than two pods were created")
    for former, latter in pairwise(created):
        if latter.ordinal <= former.ordinal:
            yield found(f"{latter.name} was created after {former.name}", latter.birth, former.birth)


@judge("order.create-before-ready", "Pod", "StatefulSet")
def waits_for_ready(history: History) -> Offences:
    """A pod is created only when all lower ordinals are Running and Ready."""
    lowest = sets.lowest(history)
    created = [life for life in _created(history) if life.ordinal > lowest]
    require(created, "no pod above the first ordinal was created")
    for life in created:
        yield from _too_early(history, life, lowest)


def _too_early(history: History, life: Life, lowest: int, seen: int = 0) -> Offences:
    """Name the lower ordinals that were not Running and Ready when a pod was created.

    What happened up to the event `seen` was known to the controller.
    """
    known = lives(history)
    # A controller creates a name anew only after it saw the former pod go, and with it all that happened before.
    ends = [one.gone.index for one in known if one.name == life.name and one.gone and one.gone.index < life.birth.index]
    for ordinal in range(lowest, life.ordinal):
        name = sets.pod_name(history, ordinal)
        reason = unready(known, name, life.birth, seen=max([seen, *ends]))
        if reason:
            yield found(f"{life.name} was created while {name} {reason}", life.birth)


def _blocked(history: History) -> str:
    """Return a pod that was seen Running but not Ready while one above it did not exist.

    Raises:
        NothingToJudge: no pod was ever in the way of another one.
    """
    wanted = {sets.pod_name(history, ordinal) for ordinal in sets.allowed(history)}
    states = [dict(step.before) for step in history.pods()] + [dict(history.at_end("Pod"))]
    for state in states:
        for name, pod in state.items():
            waiting = objects.phase(pod) == "Running" and not objects.is_ready(pod) and name in wanted
            if waiting and any(objects.ordinal(other) > objects.ordinal(name) for other in wanted - state.keys()):
                return name
    raise NothingToJudge("no running pod was unready below an ordinal that was missing")


@judge("order.unready-blocks", "Pod", "StatefulSet")
def unready_blocks(history: History) -> Offences:
    """A pod that runs but is not Ready holds back all higher ordinals."""
    sets.require_ordered(history)
    _blocked(history)
    lowest = sets.lowest(history)
    acts = [event.index for event in history.events if event.kind == ACT]
    for life in (one for one in _created(history) if one.ordinal > lowest):
        # The test goes on only when the set's status tells the loss of Ready: the controller knew it by the last act.
        known = max((act for act in acts if act < life.birth.index), default=0)
        yield from _too_early(history, life, lowest, known)


@judge("order.resumes", "Pod", "StatefulSet")
def resumes(history: History) -> Offences:
    """Once the unready pod is Ready, the ordinals that it held back are created."""
    sets.require_ordered(history)
    blocker = _blocked(history)
    at_end = history.at_end("Pod")
    require(blocker in at_end and objects.is_ready(at_end[blocker]), f"{blocker} did not become Ready again")
    for ordinal in sets.ordinals(sets.current(history)):
        name = sets.pod_name(history, ordinal)
        if name not in at_end:
            yield found(f"{name} was not created though {blocker} was Ready again", about=name)


@judge("order.replace-before-gone", "Pod")
def replaced_after_gone(history: History) -> Offences:
    """A name is given to a new pod only after the former pod is gone."""
    pairs = returned(history)
    require(pairs, "no pod was replaced")
    for former, latter in pairs:
        if not any(event.type == DELETED for event in former.before(latter.birth)):
            yield found(f"{latter.name} was created again before it was gone", latter.birth, former.last)


@judge("order.ended", "Pod", "StatefulSet")
def ended_replaced_once(history: History) -> Offences:
    """A pod that ended by itself is replaced under its name, by a pod that becomes Ready, and no more often."""
    ended = [life for life in lives(history) if _ended(history, life)]
    require(ended, "no pod ended by itself")
    for name in sorted({life.name for life in ended}):
        first, *_ = own = [life for life in ended if life.name == name]
        ends = len(own)
        heirs = [life for life in born(history) if life.name == name and life.birth.index > first.birth.index]
        if len(heirs) < ends or not heirs[-1].ready:
            yield found(f"{name} ended {ends} times and was replaced {len(heirs)} times", about=name)
        elif len(heirs) > ends:
            yield found(f"{name} ended {ends} times and was replaced {len(heirs)} times", heirs[ends].birth)


def _ended(history: History, life: Life) -> bool:
    """Tell whether a pod came to its end in the window before anybody removed it."""
    phases = [event for event in life.events if objects.has_ended(event.object)]
    return bool(phases) and phases[0].index >= history.begin and not objects.is_terminating(phases[0].object)
