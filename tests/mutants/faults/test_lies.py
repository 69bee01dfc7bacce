"""The lies of the relay, one by one: each is wrong about one thing, and passes everything else on as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stsconf.mutants.faults import lies
from stsconf.mutants.faults.api import Asked, Lie, Told, relayed
from tests.fake_api import refusal
from tests.mutants.faults.test_api import relayed as relay

SETS = "/apis/apps/v1/namespaces/shop/statefulsets"
WEB = f"{SETS}/web"
DRY = {"dryRun": "All"}
DEFAULTS = {"podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10, "replicas": 1}
NOTHING: Mapping[str, Any] = {}


def lied(
    lie: Lie,
    method: str,
    path: str,
    query: Mapping[str, str] = NOTHING,
    sent: Mapping[str, Any] = NOTHING,
    *,
    status: int = 200,
    body: Mapping[str, Any] = NOTHING,
) -> tuple[list[Asked], Told]:
    """Ask a lie something, over a server that always answers the same; return what it was asked, and the answer."""
    passed: list[Asked] = []

    def onward(request: Asked) -> Told:
        passed.append(request)
        return Told(status, dict(body))

    return passed, lie(Asked(method, path, query, dict(sent)), onward)


@pytest.mark.parametrize(
    "lie",
    [
        lies.dry_runs_done,
        lies.dry_runs_told_otherwise,
        lies.outdated_taken,
        lies.refusals_hidden,
        lies.defaults_left_out,
        lies.scale_not_taken,
        lies.status_with_spec,
        lies.labels_overlooked,
        lies.templates_refused,
    ],
)
def test_what_it_is_not_about_is_told_as_it_is(lie: Lie) -> None:
    """A set that is made, read and changed as most are."""
    for method, path, sent in (
        ("POST", SETS, {"spec": {"replicas": 2}}),
        ("GET", WEB, {}),
        ("PATCH", WEB, {"spec": {}}),
    ):
        passed, told = lied(lie, method, path, {}, sent, status=201, body={"spec": DEFAULTS})
        assert passed == [Asked(method, path, {}, sent)]
        assert told == Told(201, {"spec": DEFAULTS})


def test_what_is_tried_is_done_but_not_made() -> None:
    """By what is made on trial the suite finds out what a cluster knows."""
    done: list[tuple[str, dict[str, str]]] = [("PATCH", {}), ("DELETE", {}), ("POST", DRY)]
    for method, query in done:
        passed, _ = lied(lies.dry_runs_done, method, WEB, DRY)
        assert [dict(one.query) for one in passed] == [query]


def test_a_dry_run_tells_something_else() -> None:
    """Only what is made on trial; a refusal is told as it is."""
    _, told = lied(lies.dry_runs_told_otherwise, "POST", SETS, DRY, body={"spec": {"serviceName": "web"}})
    assert told.body["spec"] == {"serviceName": "elsewhere"}
    _, told = lied(lies.dry_runs_told_otherwise, "POST", SETS, DRY, status=422, body={"reason": "Invalid"})
    assert told == Told(422, {"reason": "Invalid"})


def test_an_outdated_version_is_left_out() -> None:
    """The API server takes a write that names no version."""
    late = {"metadata": {"resourceVersion": "1", "name": "web"}, "spec": {"replicas": 3}}
    passed, _ = lied(lies.outdated_taken, "PATCH", WEB, {}, late)
    assert [one.body for one in passed] == [{"metadata": {"name": "web"}, "spec": {"replicas": 3}}]


def test_a_refusal_is_told_as_taken() -> None:
    """But not one of what was made on trial, and no other error."""
    answers: list[tuple[str, dict[str, str], int, int]] = [
        ("POST", {}, 422, 200),
        ("PATCH", DRY, 422, 200),
        ("POST", DRY, 422, 422),
        ("PATCH", {}, 409, 409),
    ]
    for method, query, status, shown in answers:
        _, told = lied(lies.refusals_hidden, method, WEB, query, {"spec": {}}, status=status)
        assert told.status == shown


def test_defaults_stay_open() -> None:
    """In the answer to what is made on trial."""
    _, told = lied(lies.defaults_left_out, "POST", SETS, DRY, body={"spec": DEFAULTS})
    assert told.body["spec"] == {"replicas": 1}


def test_templates_cannot_be_told_again() -> None:
    """Whoever names them in a change is refused, and the server is not asked."""
    passed, told = lied(lies.templates_refused, "PATCH", WEB, {}, {"spec": {"volumeClaimTemplates": []}})
    assert (passed, told.status, told.body["reason"]) == ([], 422, "Invalid")


def test_a_size_written_through_the_scale_is_only_read() -> None:
    """Whichever way it is written."""
    for method in ("PUT", "PATCH"):
        passed, _ = lied(lies.scale_not_taken, method, f"{WEB}/scale", {}, {"spec": {"replicas": 2}})
        assert passed == [Asked("GET", f"{WEB}/scale", {}, {})]


def test_both_parts_are_written() -> None:
    """From either path the other one is written, too."""
    both: dict[str, Any] = {"spec": {}, "status": {}}
    for path in (WEB, f"{WEB}/status"):
        passed, _ = lied(lies.status_with_spec, "PATCH", path, {}, both)
        assert {one.path for one in passed} == {WEB, f"{WEB}/status"}


def test_a_label_selects_nothing() -> None:
    """The rest of the question stays."""
    passed, _ = lied(lies.labels_overlooked, "DELETE", SETS, {"labelSelector": "a=b", "limit": "5"})
    assert [dict(one.query) for one in passed] == [{"limit": "5"}]


def test_a_lie_passes_through_the_relay(tmp_path: Path) -> None:
    """What is asked about sets is changed on its way and answered otherwise; pods and watches are left alone."""
    with relay(relayed(lie=lies.labels_overlooked), tmp_path) as (api, kube, _):
        kube.list("StatefulSet", "shop", labelSelector="a=b", limit="5")
        kube.list("Pod", "shop", labelSelector="a=b")
        assert [request.query for request in api.requests] == [{"limit": "5"}, {"labelSelector": "a=b"}]


def test_a_hidden_refusal_passes_through_the_relay(tmp_path: Path) -> None:
    """The client reads what it sent."""
    with relay(relayed(lie=lies.refusals_hidden), tmp_path) as (api, kube, _):
        api.answers[f"PATCH {WEB}"] = refusal(422, "the policy is fixed")
        spec = {"spec": {"podManagementPolicy": "Parallel"}}
        assert kube.patch("StatefulSet", "web", spec, "shop") == spec
        assert api.requests[0].body == spec
