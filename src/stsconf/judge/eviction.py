"""Evictions and the budgets that limit them: requests through the API, and the status of a PodDisruptionBudget."""

from __future__ import annotations

from stsconf.judge import api, sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import announced, lives, removed, taken
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import API, History

BUDGET = "PodDisruptionBudget"
_REFUSED, _TOO_MANY = 400, 429
_CAUSE = "DisruptionBudget"


@judge("eviction.budget", API, "Pod")
def budget_kept(history: History) -> Offences:
    """An eviction beyond the budget, or of another pod, is refused and leaves the pod; any other removes it."""
    evictions = [e for e in api.asked(history, "status") if str(e.object["request"]).endswith("/eviction")]
    require(evictions, "nobody tried to evict a pod")
    gone = {life.name for life, _ in removed(history)}
    for event in evictions:
        pod, due, status = str(event.object["name"]), event.object["due"]["status"], event.object["status"]
        if status != due:
            yield found(f"the eviction of {pod} was answered {status}, not {due}", event)
        elif status == _TOO_MANY and _CAUSE not in event.object["causes"]:
            yield found(f"the eviction of {pod} was refused for another reason than its budget", event)
        elif (pod in gone) == (status >= _REFUSED):
            yield found(f"{pod} was {'removed' if pod in gone else 'left'} by an eviction answered {status}", event)


@judge("eviction.expected", BUDGET, "StatefulSet")
def budget_follows_size(history: History) -> Offences:
    """The status of a budget in parts of the whole expects as many pods as the set asks for."""
    seen = history.at_end(BUDGET)
    require(seen, "no PodDisruptionBudget was recorded")
    wanted = sets.replicas(sets.current(history))
    for name, budget in seen.items():
        expected = objects.status(budget).get("expectedPods")
        if expected != wanted:
            yield found(f"{name} expects {expected} pods of a set of {wanted}", about=name)


@judge("eviction.controller", BUDGET, "Pod", "StatefulSet")
def controller_not_limited(history: History) -> Offences:
    """The controller removes pods, to scale down or to update, though the budget allows no disruption."""
    budgets = history.at_start(BUDGET).values()
    require(budgets, "no PodDisruptionBudget was recorded")
    require(not any(objects.status(one).get("disruptionsAllowed") for one in budgets), "the budget allows a disruption")
    wanted = sets.ordinals(sets.current(history))
    target = objects.status(sets.current(history)).get("updateRevision")
    there = {objects.uid(pod) for name, pod in history.at_start("Pod").items() if history.own(name)}
    due = [life for life in lives(history) if life.uid in there - announced(history)]
    due = [life for life in due if life.ordinal not in wanted or life.revision != target]
    require(due, "the controller had no pod to remove")
    leaving = {life.uid for life, _ in taken(history)}
    for life in due:
        if life.uid not in leaving:
            yield found(f"{life.name} was not removed", about=life.name)
