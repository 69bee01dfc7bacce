"""Quotas and budgets: made, awaited, put on record."""

from __future__ import annotations

import pytest

from stsconf.model.history import ACT, API
from stsconf.record import StalledError
from stsconf.scenario.beside import BUDGET, QUOTA, Budget, Quota, evict
from stsconf.wait import Deadlines
from tests.fake_api import Json, listing, refusal
from tests.scenario.stages import Playhouse, acts, deploy, done, marks, pod, record

SPACE = "namespaces/stsconf-r1-one-nginx"
QUOTAS = f"/api/v1/{SPACE}/resourcequotas"
BUDGETS = f"/apis/policy/v1/{SPACE}/poddisruptionbudgets"
EVICTION = f"/api/v1/{SPACE}/pods/web-1/eviction"


def quota(used: int) -> Json:
    """Return a quota that has counted this many pods."""
    return {"metadata": {"name": "pods", "uid": "q", "resourceVersion": "7"}, "status": {"used": {"pods": str(used)}}}


def budget(healthy: int, *, generation: int = 1, observed: int = 1) -> Json:
    """Return a budget and its status."""
    metadata = {"name": "web", "uid": "b", "resourceVersion": "7", "generation": generation}
    return {"metadata": metadata, "status": {"currentHealthy": healthy, "observedGeneration": observed}}


def test_a_quota_is_made_and_counted(house: Playhouse) -> None:
    """It limits pods, and is on record once the cluster has counted those that are there."""
    stage = house.stage()
    house.api.answers[f"GET {QUOTAS}"] = listing(quota(1))
    house.api.emit("MODIFIED", quota(3), QUOTAS)
    Quota(stage, 2, used=3)
    assert done(house, "POST")[-1][2]["spec"] == {"hard": {"pods": "2"}}
    (event,) = stage.history().of(QUOTA)
    assert event.object["status"] == {"used": {"pods": "3"}}


def test_a_quota_that_is_not_counted(house: Playhouse) -> None:
    """What was last seen is told."""
    stage = house.stage()
    stage.deadlines = Deadlines(controller=0.2)
    house.api.answers[f"GET {QUOTAS}"] = listing(quota(1))
    with pytest.raises(StalledError, match=r"awaited used pods of 3 of ResourceQuota pods; .*'pods': '1'"):
        Quota(stage, 2, used=3)


def test_a_quota_is_lifted_by_allowing_more(house: Playhouse) -> None:
    """It holds once the cluster has taken the new limit over; that was said before it was asked for."""
    stage = house.stage()
    house.api.answers[f"GET {QUOTAS}"] = listing(quota(1))
    one = Quota(stage, 1, used=1)
    house.api.answers[f"PATCH {QUOTAS}/pods"] = quota(1)
    more = quota(1)
    more["status"]["hard"] = {"pods": "99"}
    house.api.emit("MODIFIED", more, QUOTAS)
    one.lift()
    assert done(house, "PATCH")[-1][2] == {"spec": {"hard": {"pods": "99"}}}
    assert done(house, "DELETE") == []
    assert [mark for mark, _ in acts(stage)][-1] == "quota-lifted"
    assert stage.history().of(QUOTA)[-1].object["status"]["hard"] == {"pods": "99"}


def test_a_budget_is_made_changed_and_awaited(house: Playhouse) -> None:
    """It selects the set's pods; a status of a former generation is none."""
    web = deploy(house)
    house.api.answers |= {
        f"POST {BUDGETS}": budget(0),
        f"PATCH {BUDGETS}/web": budget(2, generation=2),
        f"GET {BUDGETS}": listing(budget(2, generation=2, observed=1)),
    }
    one = Budget(web, maxUnavailable=0)
    assert done(house, "POST")[-1][2]["spec"] == {"maxUnavailable": 0, "selector": {"matchLabels": {"app": "nginx"}}}
    one.change(maxUnavailable=1)
    assert done(house, "PATCH")[-1][2] == {"spec": {"maxUnavailable": 1}}
    house.api.emit("MODIFIED", budget(2, generation=2, observed=2), BUDGETS)
    one.await_status(currentHealthy=2)
    (event,) = web.stage.history().of(BUDGET)
    assert event.object["status"]["observedGeneration"] == 2
    assert marks(web) == [("budget", "limit the disruption of web"), ("budget", "change the budget of web")]


def test_an_eviction_is_asked_for_once(house: Playhouse) -> None:
    """A refusal is an answer: it is recorded and not asked again."""
    web = deploy(house)
    record(web.stage, "Pod", pod(1))
    house.api.answers |= {f"POST {BUDGETS}": budget(0), f"POST {EVICTION}": refusal(429, "no", retry_after=0)}
    assert Budget(web, maxUnavailable=0).evict(1, 429) == "uid-web-1"
    (request,) = [one for one in done(house, "POST") if one[1] == EVICTION]
    assert request[2] == {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "web-1"}}
    (event,) = web.stage.history().of(API)
    assert (event.object["status"], event.object["due"]) == (429, {"status": 429})
    assert web.stage.history().of(ACT)[-1].object["pods"] == ["web-1"]


def test_an_eviction_of_one_pod_only(house: Playhouse) -> None:
    """The pod is named by its UID as well, which need not be that of the present one."""
    web = deploy(house)
    record(web.stage, "Pod", pod(1))
    house.api.answers[f"POST {EVICTION}"] = refusal(409, "another one")
    evict(web, 1, 409, "evict-former", only="uid-former")
    assert done(house, "POST")[-1][2]["deleteOptions"] == {"preconditions": {"uid": "uid-former"}}
    assert web.stage.history().of(ACT)[-1].type == "evict-former"
