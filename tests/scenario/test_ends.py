"""How sets and pods are ended."""

from __future__ import annotations

import pytest

from stsconf.kube.client import STRATEGIC
from stsconf.model.history import ACT
from stsconf.record import StalledError
from stsconf.scenario.ends import ask_deletion, await_set_gone, end_by_itself, force
from tests.scenario.stages import NONE, Playhouse, deploy, done, forget, marks, pod, record, stateful_set

PODS = "/api/v1/namespaces/stsconf-r1-one-nginx/pods"
SETS = "/apis/apps/v1/namespaces/stsconf-r1-one-nginx/statefulsets"


def test_a_pod_that_ends_by_itself(house: Playhouse) -> None:
    """Its phase is written, and nobody is said to have removed it."""
    web = deploy(house)
    record(web.stage, "Pod", pod(1))
    assert end_by_itself(web, 1, "Failed") == "uid-web-1"
    assert done(house, "PATCH") == [("PATCH", f"{PODS}/web-1/status", {"status": {"phase": "Failed"}}, STRATEGIC)]
    assert marks(web) == [("end", "let web-1 end as Failed")]
    assert "pods" not in web.stage.history().of(ACT)[-1].object


def test_force(house: Playhouse) -> None:
    """No time is given, and the pod is said to be removed by the test."""
    web = deploy(house)
    record(web.stage, "Pod", pod(1))
    assert force(web, 1) == "uid-web-1"
    (request,) = done(house, "DELETE")
    assert request[:3] == ("DELETE", f"{PODS}/web-1", {"gracePeriodSeconds": 0})
    assert web.stage.history().of(ACT)[-1].object["pods"] == ["web-1"]


def test_the_deletion_of_a_set_is_asked_for(house: Playhouse) -> None:
    """How its pods are to follow is told, under the mark that was given; nothing is awaited."""
    web = deploy(house)
    ask_deletion(web, "Orphan", "orphan-all")
    assert done(house, "DELETE")[0][:3] == ("DELETE", f"{SETS}/web", {"propagationPolicy": "Orphan"})
    assert marks(web) == [("orphan-all", "delete StatefulSet web (Orphan)")]


def test_the_end_of_a_set_is_awaited(house: Playhouse) -> None:
    """As long as it is there, waiting goes on."""
    web = deploy(house, NONE)
    record(web.stage, "StatefulSet", stateful_set())
    with pytest.raises(StalledError, match="awaited being gone of StatefulSet web"):
        await_set_gone(web)
    forget(web.stage, "StatefulSet", stateful_set())
    await_set_gone(web)
    assert not web.stage.history().stall
