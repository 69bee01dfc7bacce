"""The end of a StatefulSet, and of a pod by force."""

from __future__ import annotations

from stsconf.judge import sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import announced, born, lives, removed
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import DELETED, Event, History


def _end(history: History) -> Event | None:
    """Return the event at which the set was gone, None if it was not."""
    gone = (event for event in history.of(sets.KIND, history.subject.name) if event.type == DELETED)
    return next(gone, None)


def _pods(history: History) -> set[str]:
    """Return the UIDs of the set's pods when the window began.

    Raises:
        NothingToJudge: it had none.
    """
    there = {objects.uid(pod) for name, pod in history.at_start("Pod").items() if history.own(name)}
    require(there, "the StatefulSet had no pods")
    return there


@judge("deletion.foreground", "Pod", "StatefulSet")
def set_goes_last(history: History) -> Offences:
    """In the foreground the set goes only after its pods: while one of them is there, it is there too."""
    there = _pods(history)
    versions = history.of(sets.KIND, history.subject.name)
    asked = [event for event in versions if objects.is_terminating(event.object)]
    require(asked, "the deletion of the StatefulSet was not asked for in the foreground")
    left = [name for name, pod in history.at_end("Pod").items() if objects.uid(pod) in there]
    end = _end(history)
    if end is not None and left:
        yield found(f"{end.name} was gone while {', '.join(left)} was there", end)
    for life in lives(history):
        if life.uid in there and life.leaving is None:
            yield found(f"{life.name} was not removed with its set", asked[0], about=life.name)


@judge("deletion.background", "Pod", "StatefulSet")
def set_goes_at_once(history: History) -> Offences:
    """In the background the set goes at once, whatever keeps its pods."""
    there = _pods(history)
    left = [name for name, pod in history.at_end("Pod").items() if objects.uid(pod) in there]
    require(left, "no pod outlived the window")
    if _end(history) is None:
        yield found(f"{history.subject.name} was kept until {', '.join(left)} would be gone", about=left[0])


@judge("deletion.pods", "Pod", "StatefulSet")
def pods_follow(history: History) -> Offences:
    """The pods of a set that was deleted are removed as well."""
    there = _pods(history)
    require(_end(history), "the StatefulSet was not deleted")
    for life in lives(history):
        if life.uid in there and life.leaving is None:
            yield found(f"{life.name} outlived its set", about=life.name)


@judge("deletion.none-created", "Pod", "StatefulSet")
def none_created(history: History) -> Offences:
    """A set that is being deleted creates no pod in place of those that go."""
    _pods(history)
    asked = [e for e in history.of(sets.KIND, history.subject.name) if objects.is_terminating(e.object)]
    require(asked, "the deletion of the StatefulSet was not asked for in the foreground")
    require(any(life.gone and life.gone.index > asked[0].index for life in lives(history)), "no pod went meanwhile")
    for life in born(history):
        yield found(f"{life.name} was created while its set was being deleted", life.birth)


@judge("deletion.forced", "Pod")
def forced_at_once(history: History) -> Offences:
    """A pod that is deleted with a grace period of 0 is gone at once, and its name is free for the next."""
    mine = announced(history)
    forced = [(life, event) for life, event in removed(history) if life.uid in mine]
    require(forced, "no pod was deleted by the test")
    for life, event in forced:
        grace = objects.metadata(event.object).get("deletionGracePeriodSeconds")
        heirs = [one for one in born(history) if one.name == life.name]
        if grace:
            yield found(f"{life.name} was given {grace} s to end", event)
        elif life.gone is None or not heirs:
            yield found(f"{life.name} was not {'gone' if life.gone is None else 'created again'}", event)
