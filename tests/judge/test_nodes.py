"""Judges of nodes."""

import pytest

from stsconf.judge import nodes
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared

WHY = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available"}]


def drained(*, placed: str = "", told: bool = True, early: bool = False) -> Script:
    """Cordon the node of web-0, evict it, uncordon; its successor is put on `placed`, or waits and is `told` why."""
    script = Script(replicas=1).start("web-0", nodeName="node-a").act("cordon", node="node-a").stop("web-0")
    if placed:
        script.pending("web-0", nodeName=None).alter("Pod", "web-0", {"spec.nodeName": placed})
    else:
        script.pending("web-0", nodeName=None)
    if told:
        script.alter("Pod", "web-0", {"status.conditions": WHY})
    if early:
        script.act("uncordon", node="node-b")
    return script.act("uncordon", node="node-a").alter("Pod", "web-0", {"spec.nodeName": placed or "node-a"})


def cut_off(*, early: bool = False, replaced: bool = True, reason: str = "") -> Script:
    """Delete a pod whose node says nothing, and then by force; `early`, it is replaced in between, for a `reason`."""
    script = Script(replicas=1).start("web-0")
    uid = script.state["Pod", "web-0"]["metadata"]["uid"]
    script.act("kill", pods=["web-0"], uids=[uid]).leaving("web-0")
    if reason:
        script.alter("Pod", "web-0", {"status.conditions": [{"type": "DisruptionTarget", "reason": reason}]})
    if early:
        script.gone("web-0").pending("web-0").act("force", pods=["web-0"]).gone("web-0")
    else:
        script.act("force", pods=["web-0"]).gone("web-0")
    return script.pending("web-0") if replaced else script


CASES = (
    spared(nodes.on_different_nodes, "a node each", Script(replicas=2).start("web-0", "web-1").history()),
    condemned(
        nodes.on_different_nodes,
        "one node for two",
        Script(replicas=3).start("web-0").start("web-1").start("web-2", nodeName="node-0").history(),
        "web-2",
    ),
    spared(nodes.cordoned_takes_no_pod, "elsewhere", drained(placed="node-b").history()),
    spared(nodes.cordoned_takes_no_pod, "waiting", drained().history()),
    condemned(nodes.cordoned_takes_no_pod, "back on it at once", drained(placed="node-a").history(), "web-0"),
    condemned(
        nodes.cordoned_takes_no_pod, "another node is back", drained(placed="node-a", early=True).history(), "web-0"
    ),
    spared(nodes.waits_with_a_reason, "unschedulable", drained().history()),
    spared(nodes.waits_with_a_reason, "it has a node", drained(placed="node-b", told=False).history()),
    condemned(nodes.waits_with_a_reason, "not a word", drained(told=False).history(), "web-0"),
    spared(nodes.kept_until_known_to_be_gone, "by force", cut_off().history()),
    condemned(nodes.kept_until_known_to_be_gone, "replaced at once", cut_off(early=True).history(), "web-0"),
    condemned(nodes.kept_until_known_to_be_gone, "never replaced", cut_off(replaced=False).history(), "web-0"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judged(case: Case) -> None:
    """The judge says what it should."""
    assert_judged(case)


def test_a_node_that_somebody_removed() -> None:
    """Whoever removes a Node that he does not know takes its pods along: nothing follows for the controller."""
    with pytest.raises(NothingToJudge, match="somebody removed the node"):
        nodes.kept_until_known_to_be_gone(cut_off(early=True, reason="DeletionByPodGC").history())
