"""Making, holding and deleting claims, and waiting for their owners."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stsconf.kube.client import MERGE, STRATEGIC
from stsconf.model.history import ACT, DELETED
from stsconf.record import StalledError
from stsconf.scenario.claims import KIND, NOBODY, Claims, particular, policy
from stsconf.scenario.labels import run_labels
from stsconf.scenario.stage import Stage
from stsconf.wait import Deadlines
from tests.fake_api import Json, Request, listing
from tests.scenario.stages import NONE, Playhouse, acts, done, record, then

SPACE = "/api/v1/namespaces/stsconf-r1-one-nginx"
CLAIMS = f"{SPACE}/persistentvolumeclaims"
NAME = "www-web-0"
ELSEWHERE = "elsewhere.stsconf.dev/v1"


@pytest.fixture
def stage(house: Playhouse) -> Stage:
    """Return a stage that waits for nothing."""
    stage = house.stage()
    stage.deadlines = NONE
    return stage


def claim(name: str = NAME, uid: str = "u-1", owner: str = "", *, deleting: bool = False) -> Json:
    """Return a claim."""
    metadata: Json = {"name": name, "uid": uid, "resourceVersion": "5"}
    metadata |= {"ownerReferences": [{"apiVersion": "v1", "kind": owner, "uid": "o"}]} if owner else {}
    return {"metadata": metadata | ({"deletionTimestamp": "2026-03-01T12:00:00Z"} if deleting else {})}


def of_nobodys_api() -> Json:
    """Return a claim whose owner is of an API that no cluster has."""
    there = claim(owner="StatefulSet")
    there["metadata"]["ownerReferences"][0]["apiVersion"] = ELSEWHERE
    return there


def test_policy() -> None:
    """What is not given is kept."""
    key = "persistentVolumeClaimRetentionPolicy"
    assert policy() == {key: {"whenDeleted": "Retain", "whenScaled": "Retain"}}
    assert policy("Delete") == {key: {"whenDeleted": "Delete", "whenScaled": "Retain"}}
    assert policy(scaled="Delete") == {key: {"whenDeleted": "Retain", "whenScaled": "Delete"}}


def test_particular(stage: Stage) -> None:
    """Nothing is provisioned for such a claim, nor is anybody's volume bound to it."""
    (claim_template,) = particular(stage)
    assert claim_template["metadata"]["name"] == "www"
    spec = claim_template["spec"]
    assert spec["selector"] == {"matchLabels": run_labels("r1")}
    assert spec["resources"]["limits"] == spec["resources"]["requests"]
    assert (spec["volumeMode"], spec["dataSource"]["kind"]) == ("Block", KIND)


def test_premake(house: Playhouse, stage: Stage) -> None:
    """The claim is the one that the controller would make of the template; the act tells its name."""
    Claims(stage).premake(0)
    body = house.sent("POST")[-1].body
    (template,) = (obj for obj in stage.app.manifest() if obj["kind"] == "StatefulSet")
    assert (body["metadata"]["name"], body["spec"]) == (NAME, template["spec"]["volumeClaimTemplates"][0]["spec"])
    assert body["metadata"]["labels"]["stsconf.dev/run"] == "r1"
    assert stage.history().of(ACT)[-1].object["claims"] == [NAME]


@pytest.mark.parametrize("controller", [True, False])
def test_premake_for_keeper(house: Playhouse, stage: Stage, controller: bool) -> None:  # noqa: FBT001 -- a parameter
    """One owner is an object that exists, the other one of nobody's API."""
    house.api.answers[f"POST {SPACE}/configmaps"] = {"metadata": {"uid": "k-1"}}
    Claims(stage).premake_for_keeper(1, controller=controller)
    owner, other = house.sent("POST")[-1].body["metadata"]["ownerReferences"]
    assert owner == {"apiVersion": "v1", "kind": "ConfigMap", "name": "web", "uid": "k-1", "controller": controller}
    assert other == {"apiVersion": ELSEWHERE, "kind": "StatefulSet", "name": "web", "uid": other["uid"]}


def test_premake_for_former(house: Playhouse, stage: Stage) -> None:
    """The former set is not the only owner: by that the garbage collector cannot tell that it is gone."""
    Claims(stage).premake_for_former(0)
    elsewhere, former = house.sent("POST")[-1].body["metadata"]["ownerReferences"]
    assert former == {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": former["uid"]}
    assert elsewhere == {**former, "apiVersion": ELSEWHERE, "uid": elsewhere["uid"]}
    assert elsewhere["uid"] != former["uid"]


def test_delete(house: Playhouse, stage: Stage) -> None:
    """The claim is deleted as it is; whom it was is on record."""
    record(stage, KIND, claim())
    house.api.answers[f"GET {CLAIMS}"] = listing(claim())
    assert Claims(stage).delete(0) == "u-1"
    assert done(house, "DELETE") == [("DELETE", f"{CLAIMS}/{NAME}", {}, "application/json")]
    assert stage.history().of(ACT)[-1].object["uid"] == "u-1"


def test_seize(house: Playhouse, stage: Stage) -> None:
    """The set is put behind the owners that the claim has, and is no controller."""
    record(stage, KIND, claim(owner="ConfigMap"))
    record(stage, "StatefulSet", {"metadata": {"name": "web", "uid": "s-1"}})
    Claims(stage).seize(0)
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "s-1"}
    patch = {"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "uid": "o"}, owner]}}
    assert done(house, "PATCH") == [("PATCH", f"{CLAIMS}/{NAME}", patch, MERGE)]


def test_another_template(stage: Stage) -> None:
    """Claims of another template have its name."""
    assert Claims(stage, "more").name(1) == "more-web-1"


def test_hold_and_let_go(house: Playhouse) -> None:
    """A finalizer is put beside those that are there, and taken off again when the claim is being deleted."""
    stage = house.stage()
    claims = Claims(stage)
    claims.hold(0)
    record(stage, KIND, claim(deleting=True))
    house.api.answers[f"PATCH {CLAIMS}/{NAME}"] = then(house, KIND, claim(deleting=True), DELETED)
    claims.let_go(0)
    hold, let_go = ({"finalizers": ["stsconf.dev/hold"]}, {"$deleteFromPrimitiveList/finalizers": ["stsconf.dev/hold"]})
    assert done(house, "PATCH") == [
        ("PATCH", f"{CLAIMS}/{NAME}", {"metadata": one}, STRATEGIC) for one in (hold, let_go)
    ]
    assert acts(stage) == [("claim-let-go", f"let claim {NAME} go")]


@pytest.mark.parametrize(
    ("wait", "there", "message"),
    [
        (lambda claims: claims.await_owner("Pod", 0), [], "being owned by Pod"),
        (lambda claims: claims.await_owner("Pod", 0), [claim(owner="StatefulSet")], "being owned by Pod"),
        (lambda claims: claims.await_owner(NOBODY, 0), [claim(owner="Pod")], "being owned by nobody"),
        (lambda claims: claims.await_owner("Pod", 0, beside="Node"), [claim(owner="Pod")], "being owned by Pod"),
        (lambda claims: claims.await_gone(0), [claim()], "being gone"),
        (lambda claims: claims.await_anew(0, "u-1"), [], "being made again"),
        (lambda claims: claims.await_anew(0, "u-1"), [claim()], "being made again"),
        (lambda claims: claims.let_go(0), [claim()], "being deleted"),
    ],
)
def test_wait_in_vain(stage: Stage, wait: Callable[[Claims], None], there: list[Json], message: str) -> None:
    """What is awaited and does not come is told by name."""
    record(stage, KIND, *there)
    with pytest.raises(StalledError, match=f"awaited {message} of {KIND} {NAME}"):
        wait(Claims(stage))


@pytest.mark.parametrize(
    ("wait", "there"),
    [
        (lambda claims: claims.await_owner("Pod", 0), [claim(owner="Pod")]),
        (lambda claims: claims.await_owner(NOBODY, 0), [claim()]),
        (lambda claims: claims.await_owner(NOBODY, 0), [of_nobodys_api()]),
        (lambda claims: claims.await_gone(0), []),
        (lambda claims: claims.await_anew(0, "u-0"), [claim()]),
    ],
    ids=["owned", "not-owned", "not-known", "gone", "anew"],
)
def test_wait_is_over(stage: Stage, wait: Callable[[Claims], None], there: list[Json]) -> None:
    """What is there already is not awaited."""
    record(stage, KIND, *there)
    wait(Claims(stage))
    assert acts(stage) == []


def collector(house: Playhouse, *, works: bool = True) -> None:
    """Have a garbage collector that removes the bystander as soon as somebody has looked at it, or never."""
    bystander = claim("bystander-x", "u-9")
    there: list[Json] = []

    def created(_: Request) -> Json:
        house.emit(KIND, bystander)
        there.append(bystander)
        return bystander

    def listed(_: Request) -> Json:
        answer = listing(*there)
        if there and works:
            house.emit(KIND, there.pop(), DELETED)
        return answer

    house.api.answers |= {f"POST {CLAIMS}": created, f"GET {CLAIMS}": listed}


def test_settle(house: Playhouse) -> None:
    """The window is closed by a claim whose owner never was, once it is gone; no volume is made for it."""
    collector(house)
    stage = house.stage()
    Claims(stage).settle("over")
    body = house.sent("POST")[-1].body
    assert (body["metadata"]["generateName"], body["spec"]["storageClassName"]) == ("bystander-", "")
    assert body["spec"]["selector"]["matchLabels"]["stsconf.dev/run"] == "r1", "no volume of somebody's is bound to it"
    assert [owner["kind"] for owner in body["metadata"]["ownerReferences"]] == ["Pod"]
    assert acts(stage) == [("over", "the garbage collector has removed claim bystander-x, created later")]


def test_settle_in_vain(house: Playhouse) -> None:
    """Where the garbage collector does nothing, the window is never closed."""
    collector(house, works=False)
    stage = house.stage(house.context(Deadlines(controller=0.5)))
    with pytest.raises(StalledError, match=f"being collected of {KIND} bystander-x"):
        Claims(stage).settle("over")
