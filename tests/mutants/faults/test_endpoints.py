"""Faults of EndpointSlices, as far as they can be seen without a cluster."""

from __future__ import annotations

from pathlib import Path

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
