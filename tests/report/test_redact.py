"""What a report must not carry."""

import json
from typing import Any

import pytest

from stsconf.model.history import History
from stsconf.report.codec import encode
from stsconf.report.redact import LAST_APPLIED, Redactor
from tests.report.samples import history, redacted

CONTAINERS = [{"name": "c", "image": "x", "env": [{"name": "TOKEN", "value": "hunter2"}, {"name": "E", "value": ""}]}]


def workload(**pod_spec: Any) -> dict[str, Any]:
    """Make a StatefulSet with this pod spec."""
    return {"metadata": {"name": "web"}, "spec": {"template": {"spec": pod_spec}}}


def test_secrets_lose_their_values_and_keep_their_keys() -> None:
    """Which keys a Secret has is evidence, what they hold is not."""
    secret = {"metadata": {"name": "s"}, "data": {"b": "aHVudGVyMg==", "a": "eA=="}, "stringData": {"c": "hunter2"}}
    clean = Redactor().clean("Secret", secret)
    assert {*clean["data"], *clean["stringData"]} == {"a", "b", "c"}
    assert "hunter2" not in str(clean)
    assert "aHVudGVyMg==" not in str(clean)


def test_data_of_other_kinds_stays() -> None:
    """A ConfigMap's data is no secret."""
    assert Redactor().clean("ConfigMap", {"data": {"a": "b"}}) == {"data": {"a": "b"}}


def test_environments_are_redacted_wherever_containers_are() -> None:
    """Pods, templates and stored revisions alike, and all three lists of containers."""
    for field in ("containers", "initContainers", "ephemeralContainers"):
        revision = {"data": {"spec": {"template": {"spec": {field: CONTAINERS}}}}}
        for obj in (workload(**{field: CONTAINERS}), {"spec": {field: CONTAINERS}}, revision):
            clean = str(Redactor().clean("StatefulSet", obj))
            assert "hunter2" not in clean
            assert "{'name': 'TOKEN', 'value': '(redacted 1)'}, {'name': 'E', 'value': ''}" in clean


def test_sources_of_variables_stay() -> None:
    """Where a value comes from is no secret."""
    env = [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]
    obj = {"spec": {"containers": [{"name": "c", "env": env}, {"name": "d"}]}}
    assert Redactor().clean("Pod", obj) == obj


def test_equal_values_get_equal_placeholders() -> None:
    """A template that changed still differs from its former version, one that did not is still equal."""
    redactor = Redactor()
    first, second, third = (
        redactor.clean("Pod", {"spec": {"containers": [{"env": [{"name": "V", "value": value}]}]}})
        for value in ("one", "two", "one")
    )
    assert first == third != second


def test_copies_of_the_object_inside_it_are_dropped() -> None:
    """Which fields somebody owns and the last applied manifest go; who wrote when, and other annotations, stay."""
    owner = {"manager": "x", "subresource": "status", "time": "2026-01-01T00:00:00Z"}
    owners: list[dict[str, Any]] = [owner | {"fieldsV1": {"f:status": {}}}]
    metadata = {"name": "web", "managedFields": owners, "annotations": {LAST_APPLIED: "{}", "a": "b"}}
    clean = Redactor().clean("StatefulSet", {"metadata": metadata})
    assert clean == {"metadata": {"name": "web", "managedFields": [owner], "annotations": {"a": "b"}}}


def test_redacting_twice_changes_nothing_more_and_the_original_never() -> None:
    """A redacted history is its own redaction; the history that was given stays as it was."""
    original = history(("StatefulSet", "ADDED", workload(containers=CONTAINERS)), ("Act", "kill", {"sentence": "x"}))
    once = redacted(original)
    assert redacted(once) == once != original
    assert original.events[0].object == workload(containers=CONTAINERS)


def test_fields_that_are_null_are_met() -> None:
    """Null where a list or an object is usual is no reason to fail."""
    obj = {"metadata": {"annotations": None}, "data": None, "spec": {"containers": None}}
    assert Redactor().clean("Secret", obj) == obj | {"data": {}, "spec": {"containers": []}}


@pytest.mark.parametrize(
    "told",
    [
        history(("StatefulSet", "ADDED", workload(containers=CONTAINERS)), ("Act", "kill", {"sentence": "x"})),
        history(("Pod", "ADDED", {"metadata": {"annotations": {"a": 'it says "env": [', LAST_APPLIED: "{}"}}})),
        history(("Secret", "ADDED", {"data": {"a": "hunter2"}}), ("Pod", "ADDED", {"spec": {"env": []}})),
        history(("Gap", "Pod", {"reason": "expired", "at": (1, 2)})),
    ],
    ids=["environment", "words", "secret", "tuple"],
)
def test_a_line_is_that_of_the_redacted_event(told: History) -> None:
    """Looking below an object's metadata only where there is an environment leaves nothing out."""
    redactor = Redactor()
    lines = [redactor.line(event) for event in told.events]
    assert [json.loads(line) for line in lines] == [encode(event) for event in redacted(told).events]
    assert "hunter2" not in str(lines)
