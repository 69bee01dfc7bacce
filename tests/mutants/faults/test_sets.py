"""Faults of what sets ask for, as far as they can be seen without a cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.mutants.fault import Fault
from stsconf.mutants.faults import sets
from tests.mutants.playing import played


@pytest.mark.parametrize(
    ("fault", "operations", "place", "where"),
    [
        (sets.RETENTION, ["CREATE", "UPDATE"], "/spec/persistentVolumeClaimRetentionPolicy", ""),
        (sets.STRATEGY, ["CREATE"], "/spec/updateStrategy", "-rolling-update-"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_sets_are_made_to_ask_for_it(
    fault: Fault, operations: list[str], place: str, where: str, tmp_path: Path
) -> None:
    """The one policy is about sets, of all scenarios or of the one that looks at it."""
    (spec,) = played(fault.harm, tmp_path).values()
    (about,) = spec["matchConstraints"]["resourceRules"]
    conditions = [one["expression"] for one in spec.get("matchConditions", [])]
    assert (about["resources"], about["operations"]) == (["statefulsets"], operations)
    assert place in spec["mutations"][0]["jsonPatch"]["expression"]
    assert [where in one for one in conditions] == ([True] if where else [])
