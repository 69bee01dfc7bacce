"""Judges of evictions and budgets."""

from typing import Any

import pytest

from stsconf.judge import eviction
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared

CAUSE = ["DisruptionBudget"]


def evicted(status: int, *, due: int, gone: bool, causes: list[str] | None = None) -> Script:
    """An eviction of web-1 that is answered with a status, after which the pod goes or not."""
    script = Script(replicas=2).start("web-0", "web-1").act("evict", pods=["web-1"])
    facts: dict[str, Any] = {"name": "web-1", "causes": causes or [], "due": {"status": due}}
    script.api("POST pods/web-1/eviction", status, **facts)
    return script.stop("web-1").start("web-1") if gone else script


def limited(expected: int = 2, allowed: int = 0) -> Script:
    """Two pods under a budget."""
    status = {"expectedPods": expected, "disruptionsAllowed": allowed}
    return Script(replicas=2).start("web-0", "web-1").add(eviction.BUDGET, "web", {"status": status})


CASES = (
    spared(eviction.budget_kept, "granted", evicted(201, due=201, gone=True).history(since="evict")),
    spared(eviction.budget_kept, "refused", evicted(429, due=429, gone=False, causes=CAUSE).history(since="evict")),
    condemned(
        eviction.budget_kept, "beyond the budget", evicted(201, due=429, gone=True).history(since="evict"), "web-1"
    ),
    condemned(
        eviction.budget_kept, "refused and gone", evicted(429, due=429, gone=True, causes=CAUSE).history(), "web-1"
    ),
    spared(eviction.budget_kept, "of another pod", evicted(409, due=409, gone=False).history()),
    condemned(eviction.budget_kept, "of this one instead", evicted(201, due=409, gone=True).history(), "web-1"),
    condemned(eviction.budget_kept, "granted and left", evicted(201, due=201, gone=False).history(), "web-1"),
    condemned(eviction.budget_kept, "refused for being early", evicted(429, due=429, gone=False).history(), "web-1"),
    spared(eviction.budget_follows_size, "two", limited().history()),
    condemned(eviction.budget_follows_size, "another number", limited(3).history(), "web"),
    spared(eviction.controller_not_limited, "scaled down", limited().scale(1).stop("web-1").history(since="scale")),
    condemned(eviction.controller_not_limited, "not scaled down", limited().scale(1).history(since="scale"), "web-1"),
    spared(
        eviction.controller_not_limited,
        "updated",
        limited().update().replace("web-1", "web-0").history(since="rollout"),
    ),
    condemned(
        eviction.controller_not_limited,
        "half updated",
        limited().update().replace("web-1").history(since="rollout"),
        "web-0",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """A budget limits evictions, and nothing else."""
    assert_judged(case)
