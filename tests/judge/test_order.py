"""Judges of the order of creation."""

import pytest

from stsconf.judge import order
from stsconf.judge.base import Judge
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared


def ordered() -> Script:
    """Three pods, each created when the former is Ready."""
    return Script().start("web-0", "web-1", "web-2")


def stuck() -> Script:
    """web-0 Ready, web-1 running but not Ready, web-2 not there."""
    return Script().start("web-0").pending("web-1").running("web-1").act("held")


def ended(*phases: str) -> Script:
    """Two pods, of which the second ends in these phases, one after the other, and is replaced each time."""
    script = Script(replicas=2).start("web-0", "web-1")
    for phase in phases:
        script.alter("Pod", "web-1", {"status.phase": phase}).stop("web-1").start("web-1")
    return script


CASES = (
    spared(order.ended_replaced_once, "failed, then succeeded", ended("Failed", "Succeeded").history()),
    spared(
        order.ended_replaced_once,
        "another one before",
        ended("Failed").alter("Pod", "web-0", {"status.phase": "Failed"}).stop("web-0").start("web-0").history(),
    ),
    condemned(order.ended_replaced_once, "twice", ended("Failed").stop("web-1").start("web-1").history(), "web-1"),
    condemned(
        order.ended_replaced_once,
        "never",
        Script(replicas=1).start("web-0").alter("Pod", "web-0", {"status.phase": "Failed"}).stop("web-0").history(),
        "web-0",
    ),
    condemned(
        order.ended_replaced_once,
        "by one that is not Ready",
        ended().alter("Pod", "web-1", {"status.phase": "Failed"}).stop("web-1").pending("web-1").history(),
        "web-1",
    ),
    spared(order.created_ascending, "one after the other", ordered().history()),
    condemned(order.created_ascending, "swapped", Script().start("web-1", "web-0", "web-2").history(), "web-0"),
    condemned(order.created_ascending, "downward", Script().start("web-2", "web-1").history(), "web-1"),
    spared(
        order.created_ascending,
        "all come back",
        ordered().kill("web-0", "web-1").start("web-0", "web-1").history(since="kill"),
    ),
    spared(order.waits_for_ready, "one after the other", ordered().history()),
    spared(order.waits_for_ready, "a pod below comes back alone", ordered().kill("web-0").start("web-0").history()),
    spared(
        order.waits_for_ready,
        "from the start ordinal on",
        Script(replicas=2, ordinals={"start": 3}).start("web-3", "web-4").history(),
    ),
    condemned(
        order.waits_for_ready,
        "only running",
        Script().pending("web-0").running("web-0").pending("web-1").history(),
        "web-1",
    ),
    condemned(order.waits_for_ready, "not there", Script().start("web-1").history(), "web-1"),
    condemned(
        order.waits_for_ready,
        "two below",
        Script().pending("web-0").pending("web-1").ready("web-1").pending("web-2").history(),
        "web-1",
        "web-2",
        "web-2",
    ),
    condemned(
        order.waits_for_ready,
        "unready for long",
        Script().start("web-0").unready("web-0").wait(1.5).pending("web-1").history(),
        "web-1",
    ),
    spared(
        order.waits_for_ready,
        "unready an instant ago",
        Script().start("web-0").unready("web-0").pending("web-1").history(),
    ),
    spared(
        order.waits_for_ready,
        "taken away an instant ago",
        Script().start("web-0").kill("web-0").pending("web-1").history(),
    ),
    condemned(
        order.waits_for_ready,
        "an instant ago is long when it was seen",
        ordered().kill("web-0", "web-1").start("web-1", "web-0").history(),
        "web-1",
    ),
    spared(
        order.unready_blocks,
        "nothing above is created until it is Ready",
        stuck().ready("web-1").start("web-2").history(since="held"),
    ),
    condemned(order.unready_blocks, "the next is created", stuck().pending("web-2").history(since="held"), "web-2"),
    condemned(
        order.unready_blocks,
        "the loss of Ready was known before the test went on",
        Script()
        .start("web-0", "web-1")
        .act("unready", pods=["web-1"])
        .unready("web-1")
        .act("scale")
        .pending("web-2")
        .history(since="scale"),
        "web-2",
    ),
    condemned(
        order.unready_blocks,
        "though one in between is Ready",
        stuck().ready("web-1").unready("web-0").wait(2).pending("web-2").history(since="held"),
        "web-2",
    ),
    condemned(order.unready_blocks, "and all along", stuck().pending("web-2").history(), "web-2"),
    spared(order.resumes, "the next is created", stuck().ready("web-1").start("web-2").history(since="held")),
    condemned(order.resumes, "nothing is created", stuck().ready("web-1").history(since="held"), "web-2"),
    spared(order.replaced_after_gone, "gone first", ordered().replace("web-1").history()),
    condemned(
        order.replaced_after_gone,
        "created while the former still goes",
        ordered().leaving("web-1").pending("web-1").history(),
        "web-1",
    ),
    condemned(
        order.replaced_after_gone,
        "created while the former lives",
        ordered().act("mark").pending("web-1").history(since="mark"),
        "web-1",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Order is judged by what the controller can have known."""
    assert_judged(case)


@pytest.mark.parametrize("judge", [order.created_ascending, order.waits_for_ready, order.unready_blocks, order.resumes])
def test_parallel_keeps_no_order(judge: Judge) -> None:
    """A Parallel set promises no order."""
    history = Script(podManagementPolicy="Parallel").start("web-1").pending("web-0").running("web-0").history()
    with pytest.raises(NothingToJudge, match="not OrderedReady"):
        judge(history)


def test_others_pods_are_not_the_controllers() -> None:
    """A pod that somebody else made says nothing about the controller's order."""
    history = Script().start("web-2", "web-1", owner={}).history()
    with pytest.raises(NothingToJudge, match="fewer than two pods"):
        order.created_ascending(history)


def test_resuming_needs_a_pod_that_recovered() -> None:
    """As long as the pod in the way is not Ready, nothing is due."""
    with pytest.raises(NothingToJudge, match="web-1 did not become Ready again"):
        order.resumes(stuck().history(since="held"))
