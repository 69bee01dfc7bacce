"""What a cluster can really do, as an observer in it tells."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from stsconf.cluster.preflight import Facts
from stsconf.cluster.trial import Trial, try_out
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.model.capability import Absence, Capability
from stsconf.scenario.observer import NoImageError
from stsconf.wait import Clock, Deadlines
from tests.fake_api import FakeApi, Json, Request, listing, refusal

NAMESPACE = "/api/v1/namespaces/stsconf-r1-observer"
PODS = f"{NAMESPACE}/pods"
PROXY = f"{PODS}/observer:8080/proxy"
READY = {
    "metadata": {"name": "observer", "uid": "o"},
    "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
}
ACCOUNT = {"metadata": {"name": "default", "uid": "a"}}
NO_STORAGE = Absence(Capability.STORAGE, "no class")


def dns(request: Request) -> Json:
    """Answer as a DNS that knows one name."""
    known = request.query["name"] == "kubernetes.default.svc.corp.example."
    return {"rcode": "NOERROR" if known else "NXDOMAIN", "answers": [{"data": "10.0.0.1"}] if known else []}


@pytest.fixture
def cluster(api: FakeApi) -> FakeApi:
    """Return a cluster in which the observer starts at once and DNS answers."""
    api.answers |= {
        f"GET {PODS}": listing(READY),
        f"GET {PROXY}/zone": {"zone": "corp.example."},
        f"GET {PROXY}/dns": dns,
    }
    return api


def tried(api: FakeApi, tmp_path: Path, *capabilities: Capability, deadlines: Deadlines | None = None) -> Trial:
    """Try out the fake cluster, of which these capabilities were found by looking."""
    found = dict.fromkeys(capabilities, "to be tried")
    facts = Facts("v1.37.1", 1, "", found, (NO_STORAGE,), ())
    kube = Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig"))
    return try_out(kube, "r1", "stsconf-r1-observer", facts, "images.test", Clock(), deadlines or Deadlines())


def test_pods_that_answer(cluster: FakeApi, tmp_path: Path) -> None:
    """The observer was met, the zone read and the API server's name resolved: that is how both are known."""
    trial = tried(cluster, tmp_path, Capability.CONTAINERS, Capability.DNS)
    assert (trial.zone, trial.ipv6) == ("corp.example", True)
    assert trial.observer is not None
    assert trial.capabilities == {
        Capability.CONTAINERS: "a pod answered",
        Capability.DNS: "to be tried; from a pod, kubernetes.default.svc.corp.example gave NOERROR",
    }
    assert trial.absences == (NO_STORAGE,)


def test_nodes_without_ipv6(cluster: FakeApi, tmp_path: Path) -> None:
    """Whether programs can listen on such addresses is told by one that runs there."""
    cluster.answers[f"GET {PROXY}/zone"] = {"zone": "corp.example.", "ipv6": False}
    assert not tried(cluster, tmp_path, Capability.CONTAINERS).ipv6


def test_the_observer_is_one_of_ours(cluster: FakeApi, tmp_path: Path) -> None:
    """It is created in a namespace of the run, from the images that the run is told to use."""
    tried(cluster, tmp_path, Capability.CONTAINERS)
    ((path, pod),) = ((request.path, request.body) for request in cluster.asked("POST"))
    assert path == PODS
    assert pod["spec"]["containers"][0]["image"] == "images.test/observer:2"
    assert pod["metadata"]["labels"]["stsconf.dev/run"] == "r1"


def test_nothing_is_tried_where_no_container_runs(api: FakeApi, tmp_path: Path) -> None:
    """Simulated pods cannot answer: nothing is created, nothing is asked."""
    trial = tried(api, tmp_path, Capability.STORAGE)
    assert (trial.observer, trial.zone, trial.absences) == (None, "cluster.local", (NO_STORAGE,))
    assert api.requests == []


def test_a_dns_that_knows_nothing_is_judged(cluster: FakeApi, tmp_path: Path) -> None:
    """A DNS that is there and does not know the API server is broken, not absent: the checks will say so."""
    cluster.answers[f"GET {PROXY}/zone"] = {}
    trial = tried(cluster, tmp_path, Capability.CONTAINERS, Capability.DNS)
    assert trial.zone == "cluster.local"
    assert trial.capabilities[Capability.DNS].endswith("kubernetes.default.svc.cluster.local gave NXDOMAIN")
    assert trial.absences == (NO_STORAGE,)


def test_a_cluster_without_dns_stays_so(cluster: FakeApi, tmp_path: Path) -> None:
    """What was found to be absent by looking is not made present by an answer."""
    assert Capability.DNS not in tried(cluster, tmp_path, Capability.CONTAINERS).capabilities


@pytest.mark.parametrize(
    ("path", "answer", "told"),
    [
        (f"POST {PODS}", refusal(403, "no strangers"), "no strangers"),
        (f"GET {PROXY}/zone", refusal(503, "no endpoints"), "the observer refused a question 503"),
    ],
    ids=["refused", "unreachable"],
)
def test_without_an_observer_dns_cannot_be_judged(
    cluster: FakeApi, tmp_path: Path, path: str, answer: tuple[int, Json], told: str
) -> None:
    """Whether pods run is for the checks to say; only what is asked through the observer is absent."""
    cluster.answers[path] = answer
    trial = tried(cluster, tmp_path, Capability.CONTAINERS, Capability.DNS)
    assert set(trial.capabilities) == {Capability.CONTAINERS}
    assert trial.observer is None
    storage, absence = trial.absences
    assert (storage, absence.capability) == (NO_STORAGE, Capability.DNS)
    assert told in unquote(absence.reason)


def stuck(state: Json) -> Json:
    """Return a listing of the observer whose container is in this state."""
    status = {"containerStatuses": [{"image": "images.test/observer:2", "state": state}]}
    return listing({"metadata": {"name": "observer", "uid": "o"}, "status": status})


def test_an_observer_that_does_not_start_tells_why(cluster: FakeApi, tmp_path: Path) -> None:
    """The state of its container is the reason."""
    cluster.answers[f"GET {PODS}"] = stuck({"terminated": {"reason": "OOMKilled"}})
    cluster.scripts[PODS] = [[]]
    trial = tried(cluster, tmp_path, Capability.CONTAINERS, Capability.DNS, deadlines=Deadlines(pod=0.01))
    assert "OOMKilled" in trial.absences[1].reason


def test_missing_images_are_not_the_clusters_fault(cluster: FakeApi, tmp_path: Path) -> None:
    """Nodes that cannot get the suite's images end the run before anything is judged, and say how to help."""
    cluster.answers[f"GET {PODS}"] = stuck({"waiting": {"reason": "ErrImageNeverPull"}})
    with pytest.raises(NoImageError, match="the nodes cannot get the image images") as caught:
        tried(cluster, tmp_path, Capability.CONTAINERS)
    assert "--image-registry" in caught.value.do


def test_a_quota_is_not_the_clusters_fault(cluster: FakeApi, tmp_path: Path) -> None:
    """Where a quota forbids the suite's pods nothing can be judged."""
    cluster.answers[f"POST {PODS}"] = refusal(403, 'pods "observer" is forbidden: exceeded quota: small')
    with pytest.raises(StsconfError, match="a quota leaves no room for the suite's pods in stsconf-r1-observer"):
        tried(cluster, tmp_path, Capability.CONTAINERS)
