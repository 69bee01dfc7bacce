"""The DNS server of a fault takes the place of the cluster's own, and gives it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stsconf.errors import StsconfError
from stsconf.mutants.fault import EMBEDDED
from stsconf.mutants.faults import dns
from tests.fake_api import FakeApi, Request, listing
from tests.mutants.playing import site

SYSTEM = "/api/v1/namespaces/kube-system"
SERVICE = f"{SYSTEM}/services/kube-dns"
SLICES = "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices"
PORT = {"name": "dns", "port": 53, "protocol": "UDP"}
USUAL = {"selector": {"k8s-app": "kube-dns"}, "ports": [PORT]}
READY = {"metadata": {"name": "faulty-dns"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}

Json = dict[str, Any]


def endpoints(pod: str) -> Json:
    """Return the EndpointSlices that lead to one pod."""
    piece = {"metadata": {"uid": "s"}, "endpoints": [{"conditions": {"ready": True}, "targetRef": {"name": pod}}]}
    return listing(piece)


def cluster(api: FakeApi) -> None:
    """Answer like a cluster whose Service leads where it was told to."""
    api.answers[f"GET {SERVICE}"] = {"spec": USUAL}
    api.answers[f"GET {SYSTEM}/services/true-dns"] = {"spec": {"clusterIP": "10.96.0.77"}}
    api.answers[f"GET {SYSTEM}/pods"] = listing(READY)
    api.answers[f"GET {SLICES}"] = endpoints("coredns-1")

    def lead(request: Request) -> Json:
        pod = "coredns-1" if request.body["spec"]["selector"] == USUAL["selector"] else "faulty-dns"
        api.answers[f"GET {SLICES}"] = endpoints(pod)
        return {}

    api.answers[f"PATCH {SERVICE}"] = lead


def test_it_takes_the_place_and_gives_it_back(tmp_path: Path) -> None:
    """The Service leads to the fault's pod while it lasts, and to the usual ones afterwards; nothing is left."""
    with site(tmp_path) as (api, broken):
        cluster(api)
        with dns.misanswering("stale")(broken):
            made = {request.path.rpartition("/")[2]: request.body for request in api.asked("POST")}
            assert api.asked("PATCH")[-1].body["spec"]["ports"] == [{**PORT, "targetPort": 5353}]
        assert api.asked("PATCH")[-1].body == {"spec": USUAL}
        removed = {request.path.rpartition("/")[2] for request in api.asked("DELETE")}
    command = made["pods"]["spec"]["containers"][0]["command"]
    assert command[-4:] == ["/fault/answers.py", "stale", "10.96.0.77", "stsconf-"]
    assert "class Faulty" in made["configmaps"]["data"]["answers.py"]
    assert made["services"]["spec"] == USUAL
    assert removed == {"faulty-dns", "true-dns"}


def test_a_service_that_does_not_follow_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that cannot be put in force is an error and no verdict."""
    monkeypatch.setattr(dns, "_SECONDS", 0.05)
    with site(tmp_path) as (api, broken):
        cluster(api)
        api.answers[f"PATCH {SERVICE}"] = {}
        with pytest.raises(StsconfError, match="did not change its endpoints"), dns.misanswering("stale")(broken):
            pass
        assert len(api.asked("DELETE")) == 3


def test_they_need_a_cluster_that_has_dns() -> None:
    """On simulated nodes nobody asks."""
    assert {fault.kinds for fault in dns.FAULTS} == {(EMBEDDED,)}
