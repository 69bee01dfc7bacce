"""Judges of single pods' lives, of a Deployment's pods, and of what is left behind."""

from typing import Any

import pytest

from stsconf.judge import pods
from tests.judge.builder import NAME, Script
from tests.judge.cases import Case, assert_judged, condemned, spared

REPLICA_SET = {"kind": "ReplicaSet", "name": "app", "uid": "rs", "controller": True}


def restarted(times: int) -> Script:
    """A pod whose container was restarted."""
    return Script().start("web-0").alter("Pod", "web-0", {"status.containerStatuses": [{"restartCount": times}]})


def deployment(*names: str) -> Script:
    """Pods of a Deployment, created at once."""
    script = Script()
    for name in names:
        script.pending(name, owner=REPLICA_SET)
    for name in names:
        script.running(name).ready(name)
    return script


def ended(state: str) -> Script:
    """A pod whose object is gone while its container is in a state."""
    statuses = [{"name": "main", "state": {state: {}}}]
    return Script().start("web-0").alter("Pod", "web-0", {"status.containerStatuses": statuses}).stop("web-0")


def killed(code: int, after: float, reason: str = "Error") -> Script:
    """A pod that is removed, and whose container ends with a code."""
    state = {"terminated": {"exitCode": code, "reason": reason}}
    statuses = {"status.containerStatuses": [{"name": "main", "state": {"terminated": {"exitCode": 0}}}]}
    script = Script().start("web-1").leaving("web-1").alter("Pod", "web-1", statuses).gone("web-1")
    script.start("web-0").leaving("web-0", grace=2).wait(after)
    return script.alter("Pod", "web-0", {"status.containerStatuses": [{"name": "main", "state": state}]}).gone("web-0")


def granted(*seconds: int, **pod: Any) -> Script:
    """A pod that asks for two seconds and is given these, one after the other."""
    script = Script().start("web-0", **pod).wait(2)
    for grace in seconds:
        script.leaving("web-0", grace=grace)
    return script.gone("web-0")


DISRUPTED = [{"type": "Ready", "status": "True"}, {"type": "DisruptionTarget", "status": "True"}]

CASES = (
    spared(pods.given_time, "all of it", granted(2).history()),
    spared(pods.given_time, "until its kubelet says that it ended", granted(2, 0).history()),
    spared(
        pods.given_time,
        "what an eviction brings",
        granted(2)
        .start("web-0")
        .wait(2)
        .alter("Pod", "web-0", {"status.conditions": DISRUPTED})
        .leaving("web-0", grace=1)
        .history(),
    ),
    spared(
        pods.given_time,
        "none where its node may not have been known",
        granted(2).start("web-1").leaving("web-1", grace=0).history(),
    ),
    condemned(pods.given_time, "none", granted(0).history(), "web-0"),
    condemned(pods.given_time, "less", granted(1).history(), "web-0"),
    condemned(pods.given_time, "less afterwards", granted(2, 1).history(), "web-0"),
    condemned(pods.given_time, "less than it asks for", granted(2, terminationGracePeriodSeconds=9).history(), "web-0"),
    spared(pods.asked_to_end, "ended", killed(0, 0.5).history()),
    spared(pods.asked_to_end, "when its time was over", killed(137, 2).history()),
    spared(pods.asked_to_end, "for want of memory", killed(137, 0.5, "OOMKilled").history()),
    condemned(pods.asked_to_end, "killed", killed(137, 0.5).history(), "web-0"),
    spared(pods.phases_in_order, "all three", Script().start("web-0").stop("web-0").history()),
    spared(
        pods.phases_in_order,
        "Running and Ready at once",
        Script()
        .pending("web-0")
        .alter("Pod", "web-0", {"status.phase": "Running", "status.conditions": [{"type": "Ready", "status": "True"}]})
        .history(),
    ),
    condemned(
        pods.phases_in_order,
        "back",
        Script().start("web-0").alter("Pod", "web-0", {"status.phase": "Pending", "status.conditions": []}).history(),
        "web-0",
    ),
    *(
        judged(
            pods.phases_in_order,
            what,
            Script()
            .start("web-0")
            .act("end", wrote={other: "Failed"})
            .alter("Pod", "web-0", {"status.phase": "Failed"})
            .alter("Pod", "web-0", {"status.phase": "Running"})
            .history(),
            *names,
        )
        for judged, what, other, names in (
            (spared, "back from what the test wrote", "web-0", ()),
            (condemned, "back though the test wrote about another", "web-1", ("web-0",)),
        )
    ),
    condemned(
        pods.phases_in_order,
        "Ready before it runs",
        Script().start("web-1").pending("web-0").ready("web-0").history(),
        "web-0",
    ),
    condemned(
        pods.phases_in_order,
        "begins as running",
        Script().start("web-1").add("Pod", "web-0", {"status": {"phase": "Running"}}).history(),
        "web-0",
    ),
    spared(pods.ended_first, "ended", ended("terminated").history()),
    condemned(pods.ended_first, "still running", ended("running").history(), "web-0"),
    spared(pods.no_restarts, "none", restarted(0).history()),
    condemned(pods.no_restarts, "one", restarted(1).history(), "web-0"),
    spared(pods.deployment_unordered, "at once", deployment("app-7xk2p", "app-b9wzl").history()),
    spared(
        pods.deployment_unordered,
        "a replacement comes late",
        deployment("app-7xk2p", "app-b9wzl").kill("app-7xk2p").pending("app-qqqqq", owner=REPLICA_SET).history(),
    ),
    condemned(
        pods.deployment_unordered,
        "one after the other",
        Script().start("app-7xk2p", "app-b9wzl", owner=REPLICA_SET).history(),
        "app-b9wzl",
    ),
    condemned(pods.deployment_unordered, "numbered", deployment("app-0", "app-1").history(), "app-0"),
    spared(
        pods.deployment_renames,
        "another name",
        deployment("app-7xk2p").kill("app-7xk2p").pending("app-qqqqq", owner=REPLICA_SET).history(),
    ),
    condemned(
        pods.deployment_renames,
        "the same name",
        deployment("app-7xk2p").kill("app-7xk2p").pending("app-7xk2p", owner=REPLICA_SET).history(),
        "app-7xk2p",
    ),
    spared(pods.nothing_left, "all gone", Script().drop("StatefulSet", NAME).history()),
    condemned(
        pods.nothing_left,
        "a claim and a probe",
        Script().drop("StatefulSet", NAME).claim("www-web-0").add("Pod", "probe", {}).history(),
        "probe",
        "www-web-0",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Single pods are judged in every version that was recorded."""
    assert_judged(case)
