"""What keeps pods from running and is nobody's broken promise."""

from __future__ import annotations

import pytest

from stsconf.scenario.hindrance import hindrance, missing_image
from tests.fake_api import Json
from tests.scenario.stages import Playhouse, pod, record


def waiting(reason: str) -> Json:
    """Return a pod whose container waits for this reason."""
    state = {"waiting": {"reason": reason, "message": "so it is"}}
    return {"status": {"containerStatuses": [{"image": "here/nginx:1", "state": state}]}}


@pytest.mark.parametrize("reason", ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"])
def test_an_image_that_is_missing(reason: str) -> None:
    """It is named, with the node's reason."""
    assert missing_image(waiting(reason)) == ("here/nginx:1", f"{reason}: so it is")


@pytest.mark.parametrize("one", [waiting("CrashLoopBackOff"), waiting("ContainerCreating"), {}, pod(0)])
def test_an_image_that_is_not(one: Json) -> None:
    """A container that crashes, or is about to start, has its image."""
    assert missing_image(one) == ("", "")


@pytest.mark.parametrize(
    ("reason", "message", "told"),
    [
        ("FailedCreate", "pods web-0 is forbidden: violates PodSecurity", True),
        ("FailedCreate", "unable to validate against any security context constraint: [...]", True),
        ("FailedCreate", "pods web-0 is forbidden: exceeded quota", False),
        ("FailedDelete", "violates PodSecurity", False),
    ],
)
def test_a_policy_of_the_clusters_owner(house: Playhouse, reason: str, message: str, *, told: bool) -> None:
    """What it refuses cannot be judged; a quota is the test's own, or is told before the run begins."""
    stage = house.stage()
    record(stage, "Event", {"metadata": {"name": "e", "uid": "e"}, "reason": reason, "message": message})
    found = stage.recorder.now(hindrance)
    assert found == (f"the cluster's policy refuses the suite's pods: {message}" if told else "")


def test_a_volume_where_the_pod_may_not_be(house: Playhouse) -> None:
    """Neither the scheduler nor the volumes are to blame for what no node can offer; for less, they may be."""
    stage = house.stage()
    apart, elsewhere = "1 node(s) didn't match pod anti-affinity rules", "1 node(s) had volume node affinity conflict"
    for told, message in ((False, elsewhere), (True, f"0/2 nodes are available: {apart}, {elsewhere}.")):
        one = pod(1)
        one["status"]["conditions"] = [{"type": "PodScheduled", "status": "False", "message": message}]
        one["metadata"]["resourceVersion"] = "7" if told else "6"
        record(stage, "Pod", one)
        assert bool(stage.recorder.now(hindrance)) == told
