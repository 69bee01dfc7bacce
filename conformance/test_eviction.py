"""Evictions, and the budgets that limit them."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import eviction, identity, scaling
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.beside import Budget
from stsconf.scenario.shape import READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload

GRANTED, REFUSED = 201, 429


class TestEviction(Invariants):
    """A set under a PodDisruptionBudget, scaled, updated, and evicted pod by pod."""

    @scenario(apps=["nginx"], needs=[Capability.EVICTION], long=True)
    def history(stage: Stage) -> None:
        """Evict with no budget, scale and update nevertheless, evict an unready pod, spend a budget of one."""
        web = Workload(stage, Shape(replicas=2, hold=[READY]))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        budget = Budget(web, maxUnavailable=0)
        budget.await_status(expectedPods=2, currentHealthy=2, disruptionsAllowed=0)
        budget.evict(1, REFUSED)
        stage.reached("scaling", "scale up and down")
        web.scale(3)
        web.release(2)
        budget.await_status(expectedPods=3, currentHealthy=3, disruptionsAllowed=0)
        web.scale(2, mark="scale-down")
        web.await_gone(2)
        web.await_status(replicas=2)
        budget.await_status(expectedPods=2, currentHealthy=2)
        old = web.update()
        web.release_each(2, replaced=old)
        web.await_updated(old)
        evict_unready(web, budget)
        spend(web, budget)

    @guarantee("OWN-10")
    def test_without_a_budget_nothing_is_evicted(self, history: History) -> None:
        """An eviction that the budget does not allow MUST be refused, and leave the pod."""
        expect(history.until("scaling"), eviction.budget_kept)

    @guarantee("OWN-13")
    def test_the_budget_follows_the_size(self, history: History) -> None:
        """The status of a budget MUST expect as many pods as the set asks for."""
        expect(history.until("scale-down"), eviction.budget_follows_size)
        expect(history.until("rollout"), eviction.budget_follows_size)

    @guarantee("OWN-11")
    def test_scaling_down_is_not_limited(self, history: History) -> None:
        """Scaling down MUST go on whatever the budget is."""
        expect(history.between("scale-down", "rollout"), eviction.controller_not_limited, scaling.reaches_size)

    @guarantee("OWN-11")
    def test_an_update_is_not_limited(self, history: History) -> None:
        """A rolling update MUST go on whatever the budget is."""
        expect(history.between("rollout", "unhealthy"), eviction.controller_not_limited)

    @guarantee("OWN-12")
    def test_the_policy_decides_about_unready_pods(self, history: History) -> None:
        """An unready pod MUST be evicted under AlwaysAllow, and by default only where the budget is healthy."""
        expect(history.between("unhealthy", "default-decided"), eviction.budget_kept)
        expect(history.between("default-decided", "spend"), eviction.budget_kept)

    @guarantee("OWN-10")
    def test_a_budget_of_one_allows_one(self, history: History) -> None:
        """A budget of one MUST allow one eviction, and no other before the pod is back."""
        expect(history.since("spend"), eviction.budget_kept)

    @guarantee("OWN-10")
    def test_evicted_pods_come_back(self, history: History) -> None:
        """An evicted pod MUST come back with the identity it had."""
        expect(history.since("spend"), identity.comes_back, identity.same_after_return)


def evict_unready(web: Workload, budget: Budget) -> None:
    """Take Ready from a pod and evict it: under the default policy, then under AlwaysAllow."""
    web.stage.reached("unhealthy", "evict an unready pod")
    web.unready(1)
    budget.await_status(currentHealthy=1, desiredHealthy=2)
    budget.evict(1, REFUSED)
    web.stage.reached("default-decided", "the default policy decided")
    budget.change(unhealthyPodEvictionPolicy="AlwaysAllow")
    budget.await_status(currentHealthy=1)
    uid = budget.evict(1, GRANTED)
    web.await_created(1, replaced=[uid])
    web.release(1)
    web.await_status(readyReplicas=2)


def spend(web: Workload, budget: Budget) -> None:
    """Allow one disruption and spend it; ask for another before and after the pod is back."""
    web.stage.reached("spend", "allow one disruption and spend it")
    budget.change(maxUnavailable="50%", unhealthyPodEvictionPolicy="IfHealthyBudget")
    budget.await_status(currentHealthy=2, disruptionsAllowed=1)
    uid = budget.evict(0, GRANTED)
    web.await_created(0, replaced=[uid])
    budget.await_status(currentHealthy=1, disruptionsAllowed=0)
    budget.evict(1, REFUSED)
    web.release(0)
    web.await_status(readyReplicas=2)
