"""Judges of the other update strategies."""

from __future__ import annotations

from typing import Any

import pytest

from stsconf.judge import strategies
from stsconf.judge.base import Judge
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared

ALL = ("web-0", "web-1", "web-2", "web-3")


def rolling(many: Any) -> Script:
    """Four pods on web-a, and a template that leads to web-b, `many` at a time."""
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": many}}
    return Script(replicas=4, updateStrategy=strategy).start(*ALL).update()


def other(kind: str) -> Script:
    """Four pods on web-a under another strategy, and a template that leads to web-b."""
    return Script(replicas=4, updateStrategy={"type": kind}).start(*ALL).update()


def spent(*unready: str, takes: str = "") -> Script:
    """Four pods of which some cease to be Ready before an update that may have two away, and takes perhaps one."""
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2}}
    script = Script(replicas=4, updateStrategy=strategy).start(*ALL)
    for name in unready:
        script.unready(name)
    script.update()
    return (script.leaving(takes) if takes else script).act("settled")


def away(script: Script, *names: str) -> Script:
    """Remove pods at once, and then bring them back one after the other."""
    for name in names:
        script.leaving(name)
    for name in names:
        script.gone(name)
    return script.start(*names)


CASES = (
    spared(
        strategies.returns_updated,
        "on the new revision",
        other("OnDelete").kill("web-1").start("web-1").history(since="rollout"),
    ),
    condemned(
        strategies.returns_updated,
        "on the old one",
        other("OnDelete").kill("web-1").start("web-1", revision="web-a").history(since="rollout"),
        "web-1",
    ),
    spared(
        strategies.within_budget,
        "two, then two",
        away(away(rolling(2), "web-3", "web-2"), "web-1", "web-0").history(since="rollout"),
    ),
    spared(
        strategies.within_budget,
        "the next when one is back",
        rolling(2)
        .leaving("web-3")
        .leaving("web-2")
        .gone("web-2")
        .start("web-2")
        .leaving("web-1")
        .history(since="rollout"),
    ),
    spared(strategies.none_taken, "none", spent("web-0", "web-1").history(since="rollout")),
    condemned(
        strategies.none_taken,
        "an available one",
        spent("web-0", "web-1", takes="web-3").history(since="rollout"),
        "web-3",
    ),
    condemned(
        strategies.none_taken,
        "one of those",
        spent("web-0", "web-1", takes="web-0").history(since="rollout"),
        "web-0",
    ),
    condemned(
        strategies.within_budget,
        "three",
        away(rolling(2), "web-3", "web-2", "web-1").history(since="rollout"),
        "web-1",
    ),
    condemned(
        strategies.within_budget,
        "the next when one is only running",
        rolling(1).stop("web-3").pending("web-3").running("web-3").stop("web-2").history(since="rollout"),
        "web-2",
    ),
    spared(strategies.within_budget, "1.6 is 2", away(rolling("40%"), "web-3", "web-2").history(since="rollout")),
    condemned(
        strategies.within_budget,
        "1.6 is 3",
        away(rolling("40%"), "web-3", "web-2", "web-1").history(since="rollout"),
        "web-1",
    ),
    spared(strategies.uses_budget, "two at a time", away(rolling(2), "web-3", "web-2").history(since="rollout")),
    spared(strategies.uses_budget, "half of four", away(rolling("50%"), "web-3", "web-2").history(since="rollout")),
    condemned(
        strategies.uses_budget, "one at a time", rolling(2).replace("web-3", "web-2").history(since="rollout"), "web-3"
    ),
    spared(
        strategies.rounds_up,
        "1.6 is 2",
        away(rolling("40%"), "web-3", "web-2").act("settled").history(since="rollout"),
    ),
    condemned(
        strategies.rounds_up,
        "1.6 is 1",
        rolling("40%").stop("web-3").act("settled").history(since="rollout"),
        "web-3",
    ),
    spared(strategies.all_go_first, "all, then all", away(other("Recreate"), *ALL).history(since="rollout")),
    condemned(
        strategies.all_go_first,
        "one after the other",
        other("Recreate").replace(*reversed(ALL)).history(since="rollout"),
        "web-3",
        "web-2",
        "web-1",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Strategies are judged on how many pods are away at a time, and on what they come back as."""
    assert_judged(case)


def test_a_pod_of_long_ago_is_not_awaited() -> None:
    """Who was gone before the update began is none of its old pods."""
    early = Script(replicas=1, updateStrategy={"type": "Recreate"}).start("web-1").kill("web-1").start("web-0").update()
    assert strategies.all_go_first(early.replace("web-0").history(since="rollout")) == ()


@pytest.mark.parametrize(
    ("one", "script", "reason"),
    [
        (strategies.returns_updated, rolling(1).kill("web-1").start("web-1"), "the update strategy is not OnDelete"),
        (strategies.returns_updated, other("OnDelete").stop("web-1"), "no pod came back"),
        (strategies.returns_updated, other("OnDelete").start("web-9").replace("web-9"), "no outdated pod was deleted"),
        (strategies.within_budget, other("RollingUpdate").replace("web-3"), "has no maxUnavailable"),
        (strategies.within_budget, rolling(2), "replaced no outdated pod"),
        (strategies.uses_budget, rolling("40%").replace("web-3"), "no whole number of pods"),
        (strategies.uses_budget, rolling(1).replace("web-3"), "no more than one"),
        (strategies.rounds_up, rolling(2).replace("web-3"), "is no percentage"),
        (strategies.rounds_up, rolling("40%").replace("web-3"), "no event closed the window"),
        (strategies.all_go_first, other("Recreate"), "no pod was replaced"),
        (strategies.all_go_first, other("OnDelete").replace("web-3"), "is not Recreate"),
    ],
)
def test_nothing_to_judge(one: Judge, script: Script, reason: str) -> None:
    """Another strategy, or an update that did not begin, says nothing."""
    with pytest.raises(NothingToJudge, match=reason):
        one(script.history(since="rollout"))
