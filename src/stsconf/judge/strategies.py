"""Update strategies other than the plain rolling update: OnDelete, several pods at a time, Recreate."""

from __future__ import annotations

import math

from stsconf.judge import revisions, sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import Life, born, lives, returned, taken
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import DELETED, Event, History

ROLLING, ON_DELETE, RECREATE = "RollingUpdate", "OnDelete", "Recreate"
_WHOLE = 100


def _require(history: History, kind: str) -> None:
    """Ask for a set that had one strategy throughout the window."""
    kinds = {(objects.spec(one).get("updateStrategy") or {}).get("type") for one in sets.in_force(history)}
    require(kinds == {kind}, f"the update strategy is not {kind}")


@judge("strategy.on-delete", "Pod", "StatefulSet")
def returns_updated(history: History) -> Offences:
    """Under OnDelete a pod that somebody deleted comes back on the new revision."""
    _require(history, ON_DELETE)
    pairs = returned(history)
    require(pairs, "no pod came back")
    goal = revisions.target(history)
    require(any(former.revision != goal for former, _ in pairs), "no outdated pod was deleted")
    for _, latter in pairs:
        if latter.revision != goal:
            yield found(f"{latter.name} came back on {latter.revision}, not {goal}", latter.birth)


def _in_flight(history: History) -> list[tuple[Life, Event, list[str]]]:
    """Return each pod that the controller took for an update, with all that were away at that time, itself included.

    A pod is away from when the controller took it until its successor is Ready: its own acts a controller knows.
    """
    _require(history, ROLLING)
    goal = revisions.target(history)
    known = lives(history)
    gone = [(life, event) for life, event in taken(history) if life.revision != goal]
    require(gone, "the controller replaced no outdated pod")
    back = {life.name: life.ready for life in known if life.revision == goal}

    def away(name: str, at: Event) -> bool:
        ready = back.get(name)
        return ready is None or ready.index > at.index

    return [
        (life, event, [one.name for one, former in gone if former.index <= event.index and away(one.name, event)])
        for life, event in gone
    ]


def _budget(history: History) -> int | str:
    """Return the set's maxUnavailable: a number, or a percentage."""
    strategy = objects.spec(sets.current(history)).get("updateStrategy") or {}
    budget: int | str | None = (strategy.get("rollingUpdate") or {}).get("maxUnavailable")
    require(budget is not None, "the StatefulSet has no maxUnavailable")
    return budget if budget is not None else 1


def _pods(history: History) -> float:
    """Return the set's maxUnavailable in pods, a percentage as it comes out."""
    budget = _budget(history)
    if isinstance(budget, int):
        return float(budget)
    return int(budget.removesuffix("%")) * sets.replicas(sets.current(history)) / _WHOLE


def _whole(history: History) -> int:
    """Return that where it needs no rounding."""
    require(_pods(history).is_integer(), "maxUnavailable comes to no whole number of pods")
    return int(_pods(history))


def _rounded_up(history: History) -> int:
    return math.ceil(_pods(history))


@judge("strategy.budget", "Pod", "StatefulSet")
def within_budget(history: History) -> Offences:
    """A rolling update never has more pods away than maxUnavailable allows, at most rounded up to whole pods."""
    flights, budget = _in_flight(history), _rounded_up(history)
    for life, event, away in flights:
        if len(away) > budget:
            yield found(f"{life.name} was removed as number {len(away)} of at most {budget}: {', '.join(away)}", event)


@judge("strategy.budget-spent", "Pod", "StatefulSet")
def none_taken(history: History) -> Offences:
    """While as many pods are not Ready as maxUnavailable allows, a rolling update takes none, wherever they are."""
    _require(history, ROLLING)
    unready = sorted(n for n, pod in history.at_start("Pod").items() if history.own(n) and not objects.is_ready(pod))
    require(len(unready) >= _whole(history), "fewer pods were away at the start than may be")
    require(revisions.target(history) not in revisions.at_start(history), "no update began")
    sets.require_settled(history)
    for life, event in taken(history):
        yield found(f"{life.name} was taken while {', '.join(unready)} were not Ready", event)


@judge("strategy.budget-used", "Pod", "StatefulSet")
def uses_budget(history: History) -> Offences:
    """A rolling update takes as many pods at a time as maxUnavailable allows."""
    flights, budget = _in_flight(history), _whole(history)
    require(budget > 1, "maxUnavailable allows no more than one")
    most = max(len(away) for _, _, away in flights)
    if most < budget:
        yield found(f"at most {most} pods were away at a time where {budget} may be", flights[0][1])


@judge("strategy.rounded", "Pod", "StatefulSet")
def rounds_up(history: History) -> Offences:
    """A maxUnavailable in percent is rounded up to whole pods."""
    flights, budget, expected = _in_flight(history), _budget(history), _rounded_up(history)
    require(isinstance(budget, str), "maxUnavailable is no percentage")
    sets.require_settled(history)
    size = sets.replicas(sets.current(history))
    most = max(len(away) for _, _, away in flights)
    if most != expected:
        yield found(f"{budget} of {size} pods were taken for {most}, not rounded up to {expected}", flights[-1][1])


@judge("strategy.recreate", "Pod", "StatefulSet")
def all_go_first(history: History) -> Offences:
    """Under Recreate no pod of the new revision is made before every old one is gone."""
    _require(history, RECREATE)
    goal = revisions.target(history)
    old = {life.uid: life for life in lives(history) if life.revision != goal and not _ended_before(history, life)}
    made = [life for life in born(history) if life.revision == goal]
    require(old and made, "no pod was replaced")
    for life in made:
        left = [one.name for one in old.values() if not any(e.type == DELETED for e in one.before(life.birth))]
        if left:
            yield found(f"{life.name} was made while {', '.join(left)} was still there", life.birth)


def _ended_before(history: History, life: Life) -> bool:
    return life.gone is not None and life.gone.index < history.begin
