"""Faults of claims, as far as they can be seen without a cluster: whose claims lose what."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.mutants.fault import Fault
from stsconf.mutants.faults import claims
from tests.fake_api import listing, refusal
from tests.mutants.playing import Admission, played, site


@pytest.mark.parametrize(
    ("fault", "operations", "place"),
    [
        (claims.ALTERED, ["CREATE"], "/spec/accessModes"),
        (claims.UNPROTECTED, ["CREATE", "UPDATE"], "/metadata/finalizers"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_what_is_changed(fault: Fault, operations: list[str], place: str, tmp_path: Path) -> None:
    """The one policy is about claims, and changes the place that it is named after."""
    ((name, spec),) = played(fault.harm, tmp_path).items()
    (about,) = spec["matchConstraints"]["resourceRules"]
    assert name == f"stsconf-fault-{fault.name}"
    assert (about["resources"], about["operations"]) == (["persistentvolumeclaims"], operations)
    assert place in spec["mutations"][0]["jsonPatch"]["expression"]


def test_claims_that_the_suite_makes_are_spared(tmp_path: Path) -> None:
    """What a scenario makes beforehand stays as it is: only the controller's claims are altered."""
    (spec,) = played(claims.ALTERED.harm, tmp_path).values()
    assert any("statefulset-controller" in one["expression"] for one in spec["matchConditions"])


def test_claims_of_another_class(tmp_path: Path) -> None:
    """The class is made like the default one, but is not the default, and is gone afterwards."""
    classes = "/apis/storage.k8s.io/v1/storageclasses"
    marked = {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    plain, default = {"metadata": {"name": "slow"}, "provisioner": "a"}, {"metadata": marked, "provisioner": "b"}
    with site(tmp_path) as (api, broken):
        api.answers[f"GET {classes}"] = listing(plain, default)
        admission = Admission(api)
        with claims.RECLASSED.harm(broken):
            spec = admission.spec("stsconf-fault-claims-of-another-class")
        (made,) = [request.body for request in api.asked("POST") if request.path == classes]
        assert f"{classes}/{made['metadata']['name']}" in {request.path for request in api.asked("DELETE")}
    assert (made["provisioner"], made["metadata"]) == ("b", {"name": "stsconf-fault-other"})
    assert made["metadata"]["name"] in spec["mutations"][0]["jsonPatch"]["expression"]


def test_claims_that_share_a_volume(tmp_path: Path) -> None:
    """The first claim has the volume made; the second is bound to it, too, and with a claim it goes."""
    space = "stsconf-r1-claims-nginx"
    volumes, claim = "/api/v1/persistentvolumes", f"/api/v1/namespaces/{space}/persistentvolumeclaims/www-web"
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}, "storageClassName": "any"}
    first, second = (
        {"metadata": {"name": f"www-web-{n}", "namespace": space, "uid": f"u-{n}"}, "spec": spec} for n in (0, 1)
    )
    with site(tmp_path) as (api, broken):
        api.answers[f"POST {volumes}"] = lambda request: (
            request.body if request.body["spec"]["claimRef"]["uid"] == "u-0" else refusal(409, "it is there")
        )
        for happened, one in (("ADDED", first), ("ADDED", second), ("MODIFIED", first), ("DELETED", first)):
            claims.bind_to_one(broken.kube, happened, one)
        made = api.asked("POST")[0].body
        bound = [(one.path.removeprefix(claim), one.body) for one in api.asked("PATCH")]
        gone = [request.path for request in api.asked("DELETE")]
    volume = made["metadata"]["name"]
    assert made["spec"]["claimRef"] == {"namespace": space, "name": "www-web-0", "uid": "u-0"}
    assert [path for path, _ in bound] == ["-0", "-0/status", "-1", "-1/status"]
    assert [body["spec"]["volumeName"] for _, body in bound[::2]] == [volume, volume]
    assert {body["status"]["phase"] for _, body in bound[1::2]} == {"Bound"}
    assert gone == [f"{volumes}/{volume}"]


def test_the_binder_is_kept_from_one_scenario(tmp_path: Path) -> None:
    """By a policy about claims and their status, and nobody else is refused."""
    with site(tmp_path) as (api, broken):
        admission = Admission(api)
        with claims.BOUND_TWICE.harm(broken):
            spec = admission.spec("stsconf-fault-binder")
    (about,) = spec["matchConstraints"]["resourceRules"]
    assert set(about["resources"]) == {"persistentvolumeclaims", "persistentvolumeclaims/status"}
    who, where = (one["expression"] for one in spec["matchConditions"])
    assert "persistent-volume-binder" in who
    assert "-claims-" in where
