"""Requests to the API server that are put on record whatever the answer is."""

from __future__ import annotations

from stsconf.model.history import API
from stsconf.scenario.api import ask
from tests.fake_api import Json, Request
from tests.scenario.stages import Playhouse, done

SETS = "/apis/apps/v1/namespaces/stsconf-r1-one-nginx/statefulsets"
REFUSAL: Json = {
    "reason": "Invalid",
    "message": "no",
    "details": {"retryAfterSeconds": 0, "causes": [{"reason": "FieldValueInvalid", "field": "spec.replicas"}]},
}


def test_an_answer_is_returned_and_recorded(house: Playhouse) -> None:
    """Request, answer and what would be right stand in one event."""
    stage = house.stage()
    house.api.answers[f"PATCH {SETS}/web/scale"] = {"spec": {"replicas": 2}}
    body = {"spec": {"replicas": 2}}
    assert ask(
        stage, "try", "PATCH", "StatefulSet", "web", body=body, subresource="scale", query="dryRun=All", status=200
    )
    assert [one.query for one in house.sent("PATCH")] == [{"dryRun": "All"}]
    assert done(house, "PATCH") == [("PATCH", f"{SETS}/web/scale", body, "application/merge-patch+json")]
    (event,) = stage.history().of(API)
    assert (event.type, event.object["request"]) == ("try", "PATCH statefulsets/web/scale?dryRun=All")
    facts = {key: event.object[key] for key in ("name", "sent", "status", "reason", "fields", "answer", "due")}
    assert facts == {
        "name": "web",
        "sent": body,
        "status": 200,
        "reason": "",
        "fields": [],
        "answer": {"spec": {"replicas": 2}},
        "due": {"status": 200},
    }


def test_a_refusal_is_recorded_and_raises_nothing(house: Playhouse) -> None:
    """Which fields were refused, and why, is on record; nothing is asked twice."""
    stage = house.stage()
    house.api.answers[f"POST {SETS}"] = (429, REFUSAL)
    assert ask(stage, "try", "POST", "StatefulSet", body={"metadata": {"name": "b"}}) == {}
    (event,) = stage.history().of(API)
    assert (event.object["name"], event.object["status"], event.object["reason"]) == ("b", 429, "Invalid")
    assert (event.object["fields"], event.object["causes"]) == (["spec.replicas"], ["FieldValueInvalid"])
    assert len([one for one in house.sent("POST") if one.path == SETS]) == 1


def test_an_answer_that_is_no_object(house: Playhouse) -> None:
    """What stands between us and the API server answers in plain text, or with something else."""
    stage = house.stage()

    def plain(_: Request) -> tuple[int, str]:
        return 503, "busy"

    house.api.answers[f"GET {SETS}/web"] = plain
    house.api.answers[f"GET {SETS}"] = (200, "[]")
    assert ask(stage, "try", "GET", "StatefulSet", "web") == {}
    assert ask(stage, "try", "GET", "StatefulSet") == {}
    assert [event.object["message"] for event in stage.history().of(API)] == ["busy", ""]
