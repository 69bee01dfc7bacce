"""Faults of identity, as far as they can be seen without a cluster: whom they strip of what."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.mutants.fault import Fault
from stsconf.mutants.faults import identity
from tests.mutants.playing import played


@pytest.mark.parametrize(
    ("fault", "operations", "path"),
    [
        (identity.HOSTNAME, ["CREATE"], "/spec/hostname"),
        (identity.SUBDOMAIN, ["CREATE"], "/spec/subdomain"),
        (identity.UNLIKE, ["CREATE"], "/spec/restartPolicy"),
        (identity.LABEL, ["CREATE", "UPDATE"], "/metadata/labels/statefulset.kubernetes.io~1pod-name"),
        (identity.CLAIM, ["CREATE"], "/spec/volumes/"),
        (identity.OVERRIDDEN, ["CREATE"], "/spec/hostnameOverride"),
        (identity.ODD, ["CREATE"], "/metadata/labels/odd"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_pods_of_sets_are_stripped(fault: Fault, operations: list[str], path: str, tmp_path: Path) -> None:
    """The one policy is about pods that a StatefulSet owns, and changes one place of them."""
    ((name, spec),) = played(fault.harm, tmp_path).items()
    (about,) = spec["matchConstraints"]["resourceRules"]
    assert name == f"stsconf-fault-{fault.name}"
    assert (about["resources"], about["operations"]) == (["pods"], operations)
    assert "o.kind == 'StatefulSet'" in spec["matchConditions"][0]["expression"]
    assert path in spec["mutations"][0]["jsonPatch"]["expression"]
