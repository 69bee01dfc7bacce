"""Faults of claims, as far as they can be seen without a cluster: whose claims lose what."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.mutants.fault import Fault
from stsconf.mutants.faults import claims
from tests.mutants.playing import played


@pytest.mark.parametrize(
    ("fault", "resource", "operations", "place"),
    [
        (claims.ALTERED, "persistentvolumeclaims", ["CREATE"], "/spec/accessModes"),
        (claims.UNPROTECTED, "persistentvolumeclaims", ["CREATE", "UPDATE"], "/metadata/finalizers"),
        (claims.ASKED_FOR, "statefulsets", ["CREATE", "UPDATE"], "/spec/persistentVolumeClaimRetentionPolicy"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_what_is_changed(fault: Fault, resource: str, operations: list[str], place: str, tmp_path: Path) -> None:
    """The one policy is about one kind, and changes the place that it is named after."""
    ((name, spec),) = played(fault.harm, tmp_path).items()
    (about,) = spec["matchConstraints"]["resourceRules"]
    assert name == f"stsconf-fault-{fault.name}"
    assert (about["resources"], about["operations"]) == ([resource], operations)
    assert place in spec["mutations"][0]["jsonPatch"]["expression"]


def test_claims_that_the_suite_makes_are_spared(tmp_path: Path) -> None:
    """What a scenario makes beforehand stays as it is: only the controller's claims are altered."""
    (spec,) = played(claims.ALTERED.harm, tmp_path).values()
    assert any("statefulset-controller" in one["expression"] for one in spec["matchConditions"])
