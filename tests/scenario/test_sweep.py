"""Taking the suite's namespaces away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.kube.client import STRATEGIC, Kube
from stsconf.kube.errors import ApiError
from stsconf.scenario.sweep import await_gone, remove_namespace, sweep
from stsconf.wait import Clock
from tests.fake_api import FakeApi, Json, Request, listing, refusal, serve

SPACES = "/api/v1/namespaces"
HOLD = "stsconf.dev/hold"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAST, FUTURE = "2026-03-01T11:59:59Z", "2026-03-01T12:00:01Z"


class StoppedClock(Clock):
    """A clock whose date stands still, while its seconds run."""

    @staticmethod
    def utc() -> datetime:
        """Return the same date always."""
        return NOW


def namespace(name: str, expires: str = PAST, run: str = "r1") -> Json:
    """Return a namespace of ours."""
    labels, annotations = {"stsconf.dev/run": run}, {"stsconf.dev/expires": expires}
    return {"metadata": {"name": name, "uid": name, "labels": labels, "annotations": annotations}}


@dataclass
class Cluster:
    """Namespaces as Kubernetes treats them: they go once they are being deleted and no pod is held."""

    api: FakeApi
    kube: Kube
    spaces: dict[str, Json] = field(default_factory=dict)
    held: dict[str, list[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def add(self, space: Json, *held: str) -> None:
        """Add a namespace, with pods that our finalizer holds."""
        name = space["metadata"]["name"]
        self.spaces[name], self.held[name] = space, list(held)
        path = f"{SPACES}/{name}"
        self.api.answers |= {f"DELETE {path}": self._delete, f"GET {path}/pods": self._pods}
        self.api.answers |= {f"PATCH {path}/pods/{pod}": self._patch for pod in held}

    def listed(self, request: Request) -> Json:
        """Answer a list of namespaces, by the selectors in use."""
        _, _, name = request.query.get("fieldSelector", "").partition("=")
        _, _, run = request.query.get("labelSelector", "").partition("=")
        metadata = {key: space["metadata"] for key, space in self.spaces.items()}
        runs = {key: found["labels"].get("stsconf.dev/run") for key, found in metadata.items()}
        return listing(*(space for key, space in self.spaces.items() if name in {"", key} and run in {"", runs[key]}))

    def sweep(
        self, run: str | None = None, *, force: bool = False, dry_run: bool = False, seconds: float = 5
    ) -> list[str]:
        """Sweep the cluster."""
        return sweep(self.kube, StoppedClock(), self.said.append, run, seconds=seconds, force=force, dry_run=dry_run)

    def _name(self, request: Request) -> str:
        return request.path.split("/")[4]

    def _delete(self, request: Request) -> Json:
        self.spaces[self._name(request)]["metadata"]["deletionTimestamp"] = PAST
        self._settle(self._name(request))
        return {}

    def _pods(self, request: Request) -> Json:
        held = self.held[self._name(request)]
        return listing(*({"metadata": {"name": pod, "finalizers": [HOLD, "another"]}} for pod in held))

    def _patch(self, request: Request) -> Json:
        self.held[self._name(request)].remove(request.path.split("/")[6])
        self._settle(self._name(request))
        return {}

    def _settle(self, name: str) -> None:
        if "deletionTimestamp" in self.spaces[name]["metadata"] and not self.held[name]:
            self.api.emit("DELETED", self.spaces.pop(name))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Return a cluster without namespaces."""
    with serve() as api:
        cluster = Cluster(api, Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig")))
        api.answers[f"GET {SPACES}"] = cluster.listed
        yield cluster


def test_expired_namespaces_go(cluster: Cluster) -> None:
    """What has expired is removed, what has not is kept."""
    cluster.add(namespace("stsconf-old"))
    cluster.add(namespace("stsconf-new", expires=FUTURE))
    assert cluster.sweep() == ["stsconf-old"]
    assert list(cluster.spaces) == ["stsconf-new"]
    assert cluster.said == [f"kept stsconf-new: it expires at {FUTURE}", "removed namespace stsconf-old"]


@pytest.mark.parametrize(
    "path",
    [f"{SPACES}/stsconf-old/persistentvolumeclaims", "/apis/apps/v1/namespaces/stsconf-old/statefulsets"],
    ids=["claims", "sets"],
)
def test_what_else_is_held_is_let_go(cluster: Cluster, path: str) -> None:
    """Our finalizer is taken off claims and sets as well, and no other one."""
    cluster.add(namespace("stsconf-old"))
    held, free = ({"metadata": {"name": name, "finalizers": [one]}} for name, one in (("a", HOLD), ("b", "another")))
    cluster.api.answers[f"GET {path}"] = listing(held, free)
    assert cluster.sweep() == ["stsconf-old"]
    patches = {(one.path, one.content_type, str(one.body)) for one in cluster.api.asked("PATCH")}
    body = {"metadata": {"$deleteFromPrimitiveList/finalizers": [HOLD]}}
    assert patches == {(f"{path}/a", STRATEGIC, str(body))}


def marked(name: str, expires: str, **labels: str) -> Json:
    """Return a node that a run touched."""
    annotations = {"stsconf.dev/expires": expires}
    return {"metadata": {"name": name, "labels": {"stsconf.dev/run": "r1", **labels}, "annotations": annotations}}


def test_nodes_are_given_back(cluster: Cluster) -> None:
    """Those of a dead run: what it cordoned is uncordoned, what it made is removed; nothing is done in a dry run."""
    made = marked("stsconf-nobody-r1", PAST, **{"app.kubernetes.io/managed-by": "stsconf"})
    nodes = [marked("worker", PAST), marked("busy", FUTURE), made]
    cluster.api.answers["GET /api/v1/nodes"] = listing(*nodes)
    assert cluster.sweep(dry_run=True) == []
    assert cluster.api.asked("PATCH") == cluster.api.asked("DELETE") == []
    assert cluster.said[0] == "would give back node worker"
    cluster.said.clear()
    cluster.sweep()
    (patch,) = cluster.api.asked("PATCH")
    marks = {"labels": {"stsconf.dev/run": None}, "annotations": {"stsconf.dev/expires": None}}
    assert (patch.path, patch.body) == ("/api/v1/nodes/worker", {"metadata": marks, "spec": {"unschedulable": None}})
    assert [one.path for one in cluster.api.asked("DELETE")] == ["/api/v1/nodes/stsconf-nobody-r1"]
    assert cluster.said == [
        "uncordoned node worker",
        f"kept busy: it expires at {FUTURE}",
        "removed node stsconf-nobody-r1, which nobody was behind",
    ]


def test_nodes_that_may_not_be_listed_were_not_touched(cluster: Cluster) -> None:
    """The namespaces are removed all the same; any other refusal is told."""
    cluster.add(namespace("stsconf-old"))
    cluster.api.answers["GET /api/v1/nodes"] = refusal(403, "no")
    assert cluster.sweep() == ["stsconf-old"]
    cluster.api.answers["GET /api/v1/nodes"] = refusal(500, "broken")
    with pytest.raises(ApiError, match="broken"):
        cluster.sweep()


def test_a_node_that_may_not_be_given_back_keeps_nothing_else(cluster: Cluster) -> None:
    """The namespaces have gone before, the other nodes are given back, and the end says what is left."""
    cluster.add(namespace("stsconf-old"))
    cluster.api.answers["GET /api/v1/nodes"] = listing(marked("first", PAST), marked("second", PAST))
    cluster.api.answers["PATCH /api/v1/nodes/first"] = refusal(403, "nodes may not be patched")
    with pytest.raises(StsconfError, match="not everything could be swept") as caught:
        cluster.sweep()
    assert caught.value.why == "the API server refused: node first"
    assert cluster.said == [
        "removed namespace stsconf-old",
        "node first cannot be swept: 403 Refused: nodes may not be patched",
        "uncordoned node second",
    ]


@pytest.mark.parametrize("refused", ["DELETE {space}", "GET {space}/pods"])
def test_a_namespace_that_may_not_be_removed_keeps_no_other(cluster: Cluster, refused: str) -> None:
    """It is told with the reason, as is one whose pods may not be looked at, and the rest goes."""
    cluster.add(namespace("stsconf-a"))
    cluster.add(namespace("stsconf-b"))
    cluster.api.answers[refused.format(space=f"{SPACES}/stsconf-a")] = refusal(403, "not yours")
    with pytest.raises(StsconfError) as caught:
        cluster.sweep()
    assert caught.value.why == "the API server refused: namespace stsconf-a"
    assert cluster.said == [
        "namespace stsconf-a cannot be swept: 403 Refused: not yours",
        "removed namespace stsconf-b",
    ]


def test_pods_on_a_node_that_nobody_is_behind_are_removed_by_force(cluster: Cluster) -> None:
    """Nobody else would ever say that they are gone."""
    cluster.add(namespace("stsconf-old"))
    path = f"{SPACES}/stsconf-old/pods"
    pod = {"metadata": {"name": "web-0"}, "spec": {"nodeName": "stsconf-nobody-r1"}}
    cluster.api.answers[f"GET {path}"] = listing(pod)
    cluster.sweep()
    (deletion,) = [one for one in cluster.api.asked("DELETE") if one.path == f"{path}/web-0"]
    assert deletion.body["gracePeriodSeconds"] == 0


@pytest.mark.parametrize(
    "stranger",
    [
        namespace("team-a"),
        {
            "metadata": {
                "name": "stsconf-lookalike",
                "uid": "x",
                "annotations": {"stsconf.dev/expires": PAST},
                "labels": {},
            }
        },
    ],
)
def test_strangers_are_left_alone(cluster: Cluster, stranger: Json) -> None:
    """Neither our label nor our prefix alone makes a namespace ours, not even by force."""
    cluster.add(stranger)
    cluster.api.answers[f"GET {SPACES}"] = listing(stranger)
    assert cluster.sweep(force=True) == []
    assert cluster.api.asked("DELETE") == []


@pytest.mark.parametrize("expires", ["", "tomorrow", "2026-01-01T00:00:00"])
def test_no_valid_expiry(cluster: Cluster, expires: str) -> None:
    """A namespace without a time of expiry, or without its zone, is kept and told."""
    cluster.add(namespace("stsconf-odd", expires=expires))
    assert cluster.sweep() == []
    assert "kept stsconf-odd" in cluster.said[0]


def test_one_run_only(cluster: Cluster) -> None:
    """With a run named, that run's namespaces go, expired or not, and no others."""
    cluster.add(namespace("stsconf-mine", expires=FUTURE, run="r2"))
    cluster.add(namespace("stsconf-other"))
    assert cluster.sweep("r2") == ["stsconf-mine"]
    assert list(cluster.spaces) == ["stsconf-other"]


def test_force(cluster: Cluster) -> None:
    """By force all of ours go."""
    cluster.add(namespace("stsconf-new", expires=FUTURE))
    assert cluster.sweep(force=True) == ["stsconf-new"]


def test_dry_run(cluster: Cluster) -> None:
    """A dry run names what would go and touches nothing."""
    cluster.add(namespace("stsconf-old"), "web-0")
    assert cluster.sweep(dry_run=True) == ["stsconf-old"]
    assert {request.method for request in cluster.api.requests} == {"GET"}


def test_held_pods_are_let_go_after_the_deletion(cluster: Cluster) -> None:
    """First the namespace is deleted, then our finalizer is taken off, and off our own only."""
    cluster.add(namespace("stsconf-old"), "web-0", "web-1")
    assert cluster.sweep() == ["stsconf-old"]
    acts = [request for request in cluster.api.requests if request.method in {"DELETE", "PATCH"}]
    assert [request.method for request in acts] == ["DELETE", "PATCH", "PATCH"]
    assert acts[1].body == {"metadata": {"$deleteFromPrimitiveList/finalizers": [HOLD]}}
    assert acts[1].content_type == STRATEGIC


def test_sets_go_before_their_namespace(cluster: Cluster) -> None:
    """A set that is still there while its pods go would try to make them again."""
    cluster.add(namespace("stsconf-old"))
    sets = "/apis/apps/v1/namespaces/stsconf-old/statefulsets"
    cluster.api.answers[f"GET {sets}"] = listing({"metadata": {"name": "web"}})
    remove_namespace(cluster.kube, "stsconf-old")
    assert [one.path for one in cluster.api.asked("DELETE")] == [f"{sets}/web", f"{SPACES}/stsconf-old"]


def test_sets_that_may_not_be_deleted(cluster: Cluster) -> None:
    """The namespace is removed all the same."""
    cluster.add(namespace("stsconf-old"))
    sets = "/apis/apps/v1/namespaces/stsconf-old/statefulsets"
    cluster.api.answers |= {
        f"GET {sets}": listing({"metadata": {"name": "web"}}),
        f"DELETE {sets}/web": refusal(403, "not yours"),
    }
    remove_namespace(cluster.kube, "stsconf-old")
    assert cluster.spaces == {}


def test_latecomer_is_let_go(cluster: Cluster) -> None:
    """A held pod whose creation was under way at the deletion is let go when the namespace is reported on."""
    cluster.add(namespace("stsconf-old"), "web-0")
    early = [listing()]
    path = f"GET {SPACES}/stsconf-old/pods"
    pods = cluster.api.answers[path]
    assert callable(pods)
    cluster.api.answers[path] = lambda request: early.pop() if early else pods(request)
    remove_namespace(cluster.kube, "stsconf-old")
    assert cluster.held["stsconf-old"] == ["web-0"]
    assert not await_gone(cluster.kube, "stsconf-old", Clock(), 5)
    assert cluster.held["stsconf-old"] == []


def test_pod_gone_meanwhile(cluster: Cluster) -> None:
    """A pod that disappears between the list and the patch is no trouble."""
    cluster.add(namespace("stsconf-old"), "web-0")
    cluster.api.answers[f"PATCH {SPACES}/stsconf-old/pods/web-0"] = refusal(404, "not found")
    remove_namespace(cluster.kube, "stsconf-old")
    assert len(cluster.api.asked("PATCH")) == 1


def test_namespace_that_stays(cluster: Cluster) -> None:
    """When time is up, what the API says about the remaining content is told, and nothing counts as removed."""
    cluster.add(namespace("stsconf-old"), "web-0")
    cluster.api.answers[f"PATCH {SPACES}/stsconf-old/pods/web-0"] = {}
    cluster.spaces["stsconf-old"]["status"] = {
        "conditions": [
            {"type": "NamespaceContentRemaining", "status": "True", "message": "pods. has 1 resource instances"},
            {"type": "NamespaceDeletionDiscoveryFailure", "status": "False", "message": "all is well"},
        ]
    }
    assert cluster.sweep(seconds=0.01) == []
    reason = "NamespaceContentRemaining: pods. has 1 resource instances"
    held = "pod web-0 remains, held by stsconf.dev/hold, another"
    assert cluster.said == [f"namespace stsconf-old is still there: {reason}; {held}"]


def volume(space: str = "stsconf-gone", phase: str = "Released", policy: str = "Retain", *, made: bool = True) -> Json:
    """Return a volume that a claim in this namespace uses or used, `made` by a provisioner."""
    annotations = {"pv.kubernetes.io/provisioned-by": "disks.example"} if made else {}
    spec = {"claimRef": {"namespace": space, "name": "data-web-0"}, "persistentVolumeReclaimPolicy": policy}
    return {"metadata": {"name": "pv-1", "annotations": annotations}, "spec": spec, "status": {"phase": phase}}


def test_retained_volumes_are_told(cluster: Cluster) -> None:
    """They are not deleted: somebody may want to look into them."""
    cluster.api.answers["GET /api/v1/persistentvolumes"] = listing(volume())
    cluster.sweep()
    assert cluster.said == ["volume pv-1 of stsconf-gone/data-web-0 was retained: kubectl delete pv pv-1"]
    assert cluster.api.asked("DELETE") == []


def test_a_volume_that_was_there_before_is_not_to_be_deleted(cluster: Cluster) -> None:
    """A claim of ours was given one that no provisioner made: whoever did may have their data on it."""
    cluster.api.answers["GET /api/v1/persistentvolumes"] = listing(volume(made=False))
    cluster.sweep()
    (said,) = cluster.said
    assert said.startswith("volume pv-1 was there before and was bound by stsconf-gone/data-web-0: look at its data")
    assert said.endswith("""kubectl patch pv pv-1 -p '{"spec": {"claimRef": null}}'""")


@pytest.mark.parametrize("other", [volume("team-a"), volume(phase="Bound"), volume(policy="Delete")])
def test_other_volumes_are_not_told(cluster: Cluster, other: Json) -> None:
    """Other people's, those in use, and those that their provisioner is about to delete."""
    cluster.api.answers["GET /api/v1/persistentvolumes"] = listing(other)
    cluster.sweep()
    assert cluster.said == []


def test_volumes_may_not_be_listed(cluster: Cluster) -> None:
    """Without the right to list volumes the sweep says so and goes on."""
    cluster.api.answers["GET /api/v1/persistentvolumes"] = refusal(403, "no")
    assert cluster.sweep() == []
    assert cluster.said == ["retained volumes are not looked for: persistentvolumes may not be listed"]
