"""How sets and pods are ended."""

from __future__ import annotations

import pytest

from stsconf.kube.client import MERGE, STRATEGIC
from stsconf.model.capability import Capability
from stsconf.model.history import ACT, MODIFIED
from stsconf.record import StalledError
from stsconf.scenario.ends import ask_deletion, await_end, await_set_gone, end_by_itself, force, hold_set, let_set_go
from tests.fake_api import Json
from tests.scenario.stages import NONE, Playhouse, deploy, done, forget, marks, pod, record, stateful_set

PODS = "/api/v1/namespaces/stsconf-r1-one-nginx/pods"
SETS = "/apis/apps/v1/namespaces/stsconf-r1-one-nginx/statefulsets"


@pytest.mark.parametrize(
    ("phase", "containers", "wrote", "asked"),
    [
        ("Failed", True, None, ("", {"spec": {"activeDeadlineSeconds": 1}}, MERGE)),
        ("Failed", False, {"web-1": "Failed"}, ("/status", {"status": {"phase": "Failed"}}, STRATEGIC)),
        ("Succeeded", True, {"web-1": "Succeeded"}, ("/status", {"status": {"phase": "Succeeded"}}, STRATEGIC)),
    ],
)
def test_a_pod_that_ends_by_itself(
    house: Playhouse,
    phase: str,
    containers: bool,  # noqa: FBT001 -- a table's column
    wrote: Json | None,
    asked: tuple[str, Json, str],
) -> None:
    """Its time is up, or its phase is written, which is said; nobody is said to have removed it."""
    web = deploy(house)
    web.stage.context = house.context(can={Capability.CONTAINERS: "they run"} if containers else {})
    record(web.stage, "Pod", pod(1))
    assert end_by_itself(web, 1, phase) == "uid-web-1"
    place, *patch = asked
    assert done(house, "PATCH") == [("PATCH", f"{PODS}/web-1{place}", *patch)]
    assert marks(web)[0][0] == "end"
    act = web.stage.history().of(ACT)[-1].object
    assert (act.get("wrote"), "pods" in act) == (wrote, False)


def test_await_end(house: Playhouse) -> None:
    """A pod has ended when it has failed or succeeded."""
    web = deploy(house, NONE)
    record(web.stage, "Pod", pod(1))
    with pytest.raises(StalledError, match="its end of Pod web-1"):
        await_end(web, 1)
    record(web.stage, "Pod", {**pod(1), "status": {"phase": "Failed"}}, type_=MODIFIED)
    await_end(web, 1)


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


def test_a_set_is_kept_and_let_go(house: Playhouse) -> None:
    """By our finalizer, which is taken off by name: another one stays."""
    web = deploy(house)
    hold_set(web)
    let_set_go(web)
    assert done(house, "PATCH") == [
        ("PATCH", f"{SETS}/web", {"metadata": {"finalizers": ["stsconf.dev/hold"]}}, MERGE),
        (
            "PATCH",
            f"{SETS}/web",
            {"metadata": {"$deleteFromPrimitiveList/finalizers": ["stsconf.dev/hold"]}},
            STRATEGIC,
        ),
    ]
    assert [mark for mark, _ in marks(web)] == ["hold", "let-go"]
