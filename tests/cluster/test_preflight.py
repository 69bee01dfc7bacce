"""What a cluster lets us do and can do."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.cluster import rights
from stsconf.cluster.preflight import Facts, begin, look
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.model.capability import Capability
from tests.cluster.conftest import NODE
from tests.fake_api import REVIEWS, FakeApi, Json, Request, listing, refusal

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "kubia"}, "spec": {"containers": [{"name": "kubia"}]}}
SETS = "POST /apis/apps/v1/namespaces/stsconf-r1-observer/statefulsets"
CLAIMS, PODS = ("POST /api/v1/namespaces/stsconf-r1-observer/" + kind for kind in ("persistentvolumeclaims", "pods"))
SERVICES = "GET /api/v1/namespaces/kube-system/services"
SLICES = "GET /apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices"


@pytest.fixture
def whole(api: FakeApi) -> FakeApi:
    """Return a fake API of a cluster that can do everything and allows it."""
    api.answers |= {
        "GET /api/v1/nodes": listing(NODE, NODE),
        f"POST {REVIEWS}": {"status": {"allowed": True}},
        CLAIMS: {"spec": {"storageClassName": "standard"}},
        PODS: POD,
        SETS: lambda request: request.body,
        SERVICES: listing({"metadata": {"name": "kube-dns"}}),
        SLICES: listing({"endpoints": [{"conditions": {"ready": False}}, {"conditions": {"ready": True}}]}),
    }
    return api


def facts(api: FakeApi, tmp_path: Path, *, simulated: bool = False) -> Facts:
    """Look at the fake API."""
    kube = Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig"))
    return look(kube, begin(kube), POD, "stsconf-r1-observer", simulated=simulated)


def absences(api: FakeApi, tmp_path: Path) -> dict[Capability, str]:
    """Return what is absent, and why."""
    return {absence.capability: absence.reason for absence in facts(api, tmp_path).absences}


def test_whole_cluster(whole: FakeApi, tmp_path: Path) -> None:
    """A cluster that can do everything: all facts, no absence, no warning."""
    found = facts(whole, tmp_path)
    assert (found.kubernetes_version, found.nodes, found.storage_class) == ("v1.36.4-eks-1", 2, "standard")
    assert set(found.capabilities) == set(Capability)
    assert found.absences == ()


@pytest.mark.parametrize(
    ("version", "old"), [("v1.33.4-eks-1", True), ("v1.34.0", False), ("v2.0.0", False), ("?", False)]
)
def test_a_release_that_nobody_tried(whole: FakeApi, tmp_path: Path, version: str, *, old: bool) -> None:
    """The suite goes on with one that is older than all it was tried with, and says what may come of that."""
    whole.answers["GET /version"] = {"gitVersion": version}
    warnings = facts(whole, tmp_path).warnings
    assert [one.partition(" that ")[0] for one in warnings] == [f"Kubernetes {version} is older than any"] * old


def test_creates_nothing(whole: FakeApi, tmp_path: Path) -> None:
    """Whatever is posted is a question, or a dry run."""
    facts(whole, tmp_path)
    wet = [request for request in whole.requests if request.method != "GET" and request.query != {"dryRun": "All"}]
    assert {request.path.rpartition("/")[2] for request in wet} == {"selfsubjectaccessreviews", "selfsubjectreviews"}


def test_a_strategy_that_is_refused(whole: FakeApi, tmp_path: Path) -> None:
    """A server that knows a strategy and does not offer it says so."""
    whole.answers[SETS] = refusal(422, "Unsupported value")
    assert absences(whole, tmp_path)[Capability.RECREATE] == (
        "the update strategy {'type': 'Recreate'} is refused: Unsupported value"
    )


def test_a_field_that_is_dropped(whole: FakeApi, tmp_path: Path) -> None:
    """A server whose gate is off takes maxUnavailable in silence and keeps nothing of it."""

    def drop(request: Request) -> Json:
        request.body["spec"]["updateStrategy"].get("rollingUpdate", {}).pop("maxUnavailable", None)
        return request.body

    whole.answers[SETS] = drop
    assert list(absences(whole, tmp_path)) == [Capability.MAX_UNAVAILABLE]
    assert (
        "was taken as {'type': 'RollingUpdate', 'rollingUpdate': {'partition': 0}}"
        in (absences(whole, tmp_path)[Capability.MAX_UNAVAILABLE])
    )


def test_no_default_class(whole: FakeApi, tmp_path: Path) -> None:
    """Without a default StorageClass there is neither storage nor data."""
    whole.answers[CLAIMS] = {"spec": {}}
    found = facts(whole, tmp_path)
    assert [absence.capability for absence in found.absences] == [Capability.STORAGE, Capability.DATA]
    assert "no StorageClass is the default" in found.absences[0].reason
    assert not found.storage_class


def test_claims_refused(whole: FakeApi, tmp_path: Path) -> None:
    """A cluster that refuses claims tells why, and it stands in the absence."""
    whole.answers[CLAIMS] = refusal(403, "exceeded quota")
    assert absences(whole, tmp_path)[Capability.STORAGE] == "a claim would be refused: exceeded quota"


def test_pods_refused(whole: FakeApi, tmp_path: Path) -> None:
    """A cluster that refuses the suite's pod is judged all the same: a warning, and nothing that excuses it."""
    whole.answers[PODS] = refusal(403, "denied by policy no-strangers")
    found = facts(whole, tmp_path)
    assert found.warnings == ("a pod of the suite would be refused: denied by policy no-strangers",)
    assert found.absences == ()


def test_simulated(whole: FakeApi, tmp_path: Path) -> None:
    """Simulated nodes run no containers: no DNS to ask and no data to write either."""
    found = facts(whole, tmp_path, simulated=True)
    expected = {Capability.CONTAINERS, Capability.DNS, Capability.DATA}
    assert {absence.capability for absence in found.absences} == expected
    assert {absence.reason for absence in found.absences} == {"simulated nodes run no containers"}
    assert set(found.capabilities) == set(Capability) - expected


def test_no_dns_service(whole: FakeApi, tmp_path: Path) -> None:
    """A cluster without the DNS add-on."""
    whole.answers[SERVICES] = listing()
    assert "no Service in kube-system" in absences(whole, tmp_path)[Capability.DNS]


@pytest.mark.parametrize("asked", ["labelSelector", "fieldSelector"])
def test_dns_service_by_name_or_label(whole: FakeApi, tmp_path: Path, asked: str) -> None:
    """The add-on's Service is known by its label under any name, and by its name."""

    def answer(request: Request) -> Json:
        return listing({"metadata": {"name": "coredns"}}) if asked in request.query else listing()

    whole.answers[SERVICES] = answer
    assert "kube-system/coredns has a ready endpoint" in facts(whole, tmp_path).capabilities[Capability.DNS]


def test_dns_without_endpoint(whole: FakeApi, tmp_path: Path) -> None:
    """A DNS add-on none of whose pods is ready is broken, not absent: the checks are to say so."""
    whole.answers[SLICES] = listing({"endpoints": [{"conditions": {"ready": False}}]}, {"endpoints": None})
    how = facts(whole, tmp_path).capabilities[Capability.DNS]
    assert how == "the Service kube-system/kube-dns has no ready endpoint"


def test_dns_that_may_not_be_seen(whole: FakeApi, tmp_path: Path) -> None:
    """Where kube-system may not be looked into, DNS is tried all the same."""
    whole.answers[SERVICES] = refusal(403, "no")
    assert facts(whole, tmp_path).capabilities[Capability.DNS].startswith("to be tried")


@pytest.mark.parametrize(
    ("capability", "resource", "grant"),
    [
        (Capability.VOLUMES, "persistentvolumes", '["persistentvolumes"], verbs: ["get"]'),
        (
            Capability.QUOTAS,
            "resourcequotas",
            '["resourcequotas"], verbs: ["get", "list", "watch", "create", "patch"]',
        ),
        (Capability.EVICTION, "poddisruptionbudgets", '["poddisruptionbudgets"], verbs: ["get", "list", "watch"'),
    ],
)
def test_some_rights_are_optional(
    whole: FakeApi, tmp_path: Path, capability: Capability, resource: str, grant: str
) -> None:
    """Without a right that only some checks need the run goes on, and says what to grant."""

    def answer(request: Request) -> Json:
        return {"status": {"allowed": request.body["spec"]["resourceAttributes"]["resource"] != resource}}

    whole.answers[f"POST {REVIEWS}"] = answer
    missing = absences(whole, tmp_path)
    assert f"resources: {grant}" in missing[capability]
    assert not missing.keys() & rights.OPTIONAL.keys() - {capability}


def test_no_node_takes_pods(whole: FakeApi, tmp_path: Path) -> None:
    """A cluster without a node for our pods cannot be judged."""
    whole.answers["GET /api/v1/nodes"] = listing()
    with pytest.raises(StsconfError, match="no node takes pods"):
        facts(whole, tmp_path)


def test_a_single_node(whole: FakeApi, tmp_path: Path) -> None:
    """Pods cannot be kept off each other's node where there is one."""
    whole.answers["GET /api/v1/nodes"] = listing(NODE)
    assert absences(whole, tmp_path) == {Capability.SEVERAL_NODES: "nodes that take pods: 1"}


def test_nodes_may_not_be_listed(whole: FakeApi, tmp_path: Path) -> None:
    """Whether a node takes pods may stay unknown; the report says so."""
    whole.answers["GET /api/v1/nodes"] = refusal(403, "no")
    found = facts(whole, tmp_path)
    assert found.nodes is None
    assert "the nodes may not be listed" in found.warnings[0]
    assert [absence.capability for absence in found.absences] == [Capability.SEVERAL_NODES]
