"""Controllers whose writes are refused, as far as it can be seen without a cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.mutants.fault import Fault
from stsconf.mutants.faults import controllers, endpoints
from tests.mutants.playing import played


@pytest.mark.parametrize(
    ("fault", "account"),
    [
        (controllers.NO_CONTROLLER, "statefulset-controller"),
        (controllers.NO_COLLECTOR, "generic-garbage-collector"),
        (endpoints.NO_SLICES, "endpointslice-controller"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_one_account_may_write_nothing(fault: Fault, account: str, tmp_path: Path) -> None:
    """Whatever one controller writes is refused; it goes on reading, so that it is back at once."""
    (spec,) = played(fault.harm, tmp_path).values()
    (about,) = spec["matchConstraints"]["resourceRules"]
    (who,) = (condition["expression"] for condition in spec["matchConditions"])
    assert about["operations"] == ["CREATE", "UPDATE", "DELETE"]
    assert (about["apiGroups"], about["resources"]) == (["*"], ["*/*"])
    assert who == f"request.userInfo.username == 'system:serviceaccount:kube-system:{account}'"
    assert spec["validations"][0]["expression"] == "false"


def test_accounts_of_the_cluster_may_not_write_about_sets(tmp_path: Path) -> None:
    """What the cluster itself needs for a namespace can still be written."""
    (spec,) = played(controllers.WRITES_REFUSED.harm, tmp_path).values()
    (about,) = spec["matchConstraints"]["resourceRules"]
    assert "pods" in about["resources"]
    assert not {"serviceaccounts", "configmaps", "*/*"} & set(about["resources"])
