"""Faults of the kubelet, as far as they can be seen without a cluster."""

from __future__ import annotations

from pathlib import Path

from stsconf.mutants.faults import kubelet
from tests.mutants.playing import played


def test_the_loss_of_ready_is_taken_back(tmp_path: Path) -> None:
    """What a kubelet writes is changed where a pod that stays is no longer Ready, and nowhere else."""
    (spec,) = played(kubelet.READINESS_LATE.harm, tmp_path).values()
    (about,) = spec["matchConstraints"]["resourceRules"]
    conditions = {one["name"]: one["expression"] for one in spec["matchConditions"]}
    assert (about["resources"], about["operations"]) == (["pods/status"], ["UPDATE"])
    assert set(conditions) == {"was-ready", "is-not", "stays"}
    assert "oldObject" in conditions["was-ready"]
    assert "oldObject" not in conditions["is-not"]


def test_pods_are_given_no_time_to_end(tmp_path: Path) -> None:
    """Without a grace period the API server drops the object at once, and the kubelet hears of it later."""
    (spec,) = played(kubelet.GONE_EARLY.harm, tmp_path).values()
    assert "terminationGracePeriodSeconds', value: 0" in spec["mutations"][0]["jsonPatch"]["expression"]


def test_containers_are_said_to_have_been_restarted(tmp_path: Path) -> None:
    """Wherever a kubelet reports a container."""
    (spec,) = played(kubelet.RESTARTED.harm, tmp_path).values()
    (about,) = spec["matchConstraints"]["resourceRules"]
    assert (about["resources"], about["operations"]) == (["pods/status"], ["UPDATE"])
    assert "containerStatuses" in spec["matchConditions"][0]["expression"]
    assert "restartCount', value: 1" in spec["mutations"][0]["jsonPatch"]["expression"]


def test_containers_are_killed(tmp_path: Path) -> None:
    """By each other: the one that kills sees them, and runs when they are to be asked to end."""
    (spec,) = played(kubelet.KILLED.harm, tmp_path).values()
    expression = spec["mutations"][0]["jsonPatch"]["expression"]
    assert "/spec/shareProcessNamespace', value: true" in expression
    assert "preStop" in expression
    assert "os.kill(-1, 9)" in expression
    assert any("kubia" in one["expression"] for one in spec["matchConditions"])
