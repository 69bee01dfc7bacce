"""Faults of Services and EndpointSlices, as far as they can be seen without a cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.mutants.fault import Fault
from stsconf.mutants.faults import endpoints
from tests.mutants.playing import played


def test_endpoints_that_are_not_ready_are_changed(tmp_path: Path) -> None:
    """Whoever writes a slice, its unready endpoints become ready ones."""
    (spec,) = played(endpoints.UNREADY_LISTED.harm, tmp_path).values()
    (about,) = spec["matchConstraints"]["resourceRules"]
    expression = spec["mutations"][0]["jsonPatch"]["expression"]
    assert (about["resources"], about["operations"]) == (["endpointslices"], ["CREATE", "UPDATE"])
    assert "!e.conditions.ready" in expression
    assert "/conditions/ready', value: true" in expression


@pytest.mark.parametrize(
    ("fault", "condition", "place"),
    [
        (endpoints.NOT_HEADLESS, "clusterIP == 'None'", "/spec/clusterIP"),
        (endpoints.ELSEWHERE, "has(object.spec.selector)", "/spec/selector/elsewhere"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_services_are_changed(fault: Fault, condition: str, place: str, tmp_path: Path) -> None:
    """When they are made, in the place that the fault is named after."""
    (spec,) = played(fault.harm, tmp_path).values()
    (about,) = spec["matchConstraints"]["resourceRules"]
    assert (about["resources"], about["operations"]) == (["services"], ["CREATE"])
    assert condition in spec["matchConditions"][0]["expression"]
    assert place in spec["mutations"][0]["jsonPatch"]["expression"]
