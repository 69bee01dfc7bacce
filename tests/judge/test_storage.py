"""Judges of claims and volumes."""

import pytest

from stsconf.judge import storage
from stsconf.judge.base import Judge
from stsconf.model.finding import NothingToJudge
from stsconf.model.history import History
from tests.judge.builder import LABELS, NAMESPACE, Script
from tests.judge.cases import Case, assert_judged, condemned, spared

CLAIM = "PersistentVolumeClaim"
NO_VOLUME: dict[str, object] = {"volumes": []}


def deployed(replicas: int = 2) -> Script:
    """Pods, each after its claim."""
    script = Script(replicas=replicas)
    for ordinal in range(replicas):
        script.claim(f"www-web-{ordinal}", volume=f"pv-{ordinal}").start(f"web-{ordinal}")
    return script


def volume(script: Script, name: str, claim: str) -> Script:
    """Record a volume as held for a claim."""
    uid = script.state[CLAIM, claim]["metadata"]["uid"] if (CLAIM, claim) in script.state else "other"
    return script.add(
        "PersistentVolume", name, {"spec": {"claimRef": {"namespace": NAMESPACE, "name": claim, "uid": uid}}}
    )


def pointing(first: str, second: str) -> Script:
    """Two claims, whose volumes point to these."""
    return volume(volume(deployed(), "pv-0", first), "pv-1", second)


def local(node: str, *, back_on: str = "", hosts: str = "node-a") -> Script:
    """A pod on a node, with a volume that is held to `hosts`; `back_on` is where it is put after it was replaced."""
    script = Script(replicas=1).claim("www-web-0", volume="pv-0")
    rule = {"key": "kubernetes.io/hostname", "operator": "In", "values": [hosts]}
    affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [rule]}]}} if hosts else None
    script.add("PersistentVolume", "pv-0", {"spec": {"nodeAffinity": affinity}})
    script.start("web-0", nodeName=node)
    return script.stop("web-0").start("web-0", nodeName=back_on) if back_on else script


def host(script: Script, node: str, name: str) -> Script:
    """Record a node whose host has a name of its own."""
    return script.add("Node", node, {"metadata": {"labels": {"kubernetes.io/hostname": name}}})


def without(*claims: str) -> Script:
    """Two of three pods have their claims, and these of the third are there by the time it might be made."""
    script = deployed(2).act("scale").alter("StatefulSet", "web", {"spec.replicas": 3})
    for claim in claims:
        script.claim(claim)
    return script


def marked(**marks: str) -> Script:
    """A claim with these labels, except `note` which is an annotation; its template asks for tier x and note y.

    The template says `app`, too, which is the selector's business.
    """
    template = {"name": "www", "labels": {"tier": "x", "app": "other"}, "annotations": {"note": "y"}}
    script = Script(replicas=1, volumeClaimTemplates=[{"metadata": template}])
    labels = {**LABELS, **{key: text for key, text in marks.items() if key != "note"}}
    metadata = {"labels": labels, "annotations": {"note": marks.get("note", "")}}
    return script.add(CLAIM, "www-web-0", {"metadata": metadata})


def premade() -> Script:
    """A claim that the test makes before the set's pods."""
    return Script(replicas=1).act("prepare", claims=["www-web-0"]).claim("www-web-0")


def held(script: Script, name: str) -> Script:
    """Release a held pod."""
    return script.act("release", pods=[name]).ready(name)


def going(script: Script) -> Script:
    """Ask for the deletion of the first claim by hand."""
    script.act("claim-deleted", uid=script.state[CLAIM, "www-web-0"]["metadata"]["uid"])
    return script.alter(CLAIM, "www-web-0", {"metadata.deletionTimestamp": "2026-01-01T00:00:00Z"})


def left() -> Script:
    """Both pods run, and the first claim is going."""
    return going(deployed()).act("left")


SMALL = Script(replicas=1).claim("www-web-0").alter(CLAIM, "www-web-0", {"status.capacity": {"storage": "1M"}})

CASES = (
    spared(storage.one_claim_each, "each", deployed().history()),
    condemned(storage.one_claim_each, "not there", Script().start("web-0").history(), "www-web-0"),
    condemned(storage.one_claim_each, "none mounted", deployed().start("web-2", **NO_VOLUME).history(), "web-2"),
    condemned(
        storage.one_claim_each,
        "another's mounted",
        deployed()
        .start("web-2", volumes=[{"name": "www", "persistentVolumeClaim": {"claimName": "www-web-0"}}])
        .history(),
        "web-2",
    ),
    spared(storage.no_other_claims, "in range", deployed().history()),
    condemned(storage.no_other_claims, "beyond", deployed().claim("www-web-7").history(), "www-web-7"),
    spared(storage.no_other_claims, "somebody else's", deployed().claim("www-web-x").claim("db-0").history()),
    spared(storage.labelled_like_selector, "labelled", deployed().history()),
    condemned(
        storage.labelled_like_selector,
        "unlabelled",
        deployed().add(CLAIM, "www-web-2", {"metadata": {"labels": {"app": "other"}}}).history(),
        "www-web-2",
    ),
    spared(storage.bound_as_asked, "bound", deployed().history()),
    spared(
        storage.bound_as_asked,
        "larger than asked for",
        Script().claim("www-web-0").alter(CLAIM, "www-web-0", {"status.capacity": {"storage": "1Gi"}}).history(),
    ),
    condemned(storage.bound_as_asked, "pending", deployed().claim("www-web-2", phase="Pending").history(), "www-web-2"),
    condemned(storage.bound_as_asked, "too small", SMALL.history(), "www-web-0"),
    condemned(
        storage.bound_as_asked,
        "another mode",
        Script().claim("www-web-0", accessModes=["ReadWriteMany"]).history(),
        "www-web-0",
    ),
    spared(storage.of_class("standard"), "default", deployed().history()),
    condemned(storage.of_class("fast"), "not the default", Script().claim("www-web-0").history(), "www-web-0"),
    condemned(
        storage.of_class("standard"),
        "not the one named",
        Script(volumeClaimTemplates=[{"metadata": {"name": "www"}, "spec": {"storageClassName": "fast"}}])
        .claim("www-web-0")
        .history(),
        "www-web-0",
    ),
    spared(storage.own_volume, "two claims, two volumes", deployed().history()),
    condemned(
        storage.own_volume,
        "one volume for two",
        deployed().claim("www-web-2", volume="pv-0").history(),
        "www-web-2",
    ),
    spared(storage.volume_points_back, "to its claim", pointing("www-web-0", "www-web-1").history()),
    condemned(storage.volume_points_back, "to another", pointing("www-web-0", "www-web-0").history(), "pv-1"),
    condemned(storage.volume_points_back, "missing", volume(deployed(), "pv-0", "www-web-0").history(), "www-web-1"),
    condemned(
        storage.volume_points_back,
        "to an earlier claim of that name",
        volume(Script(), "pv-0", "www-web-0").claim("www-web-0", volume="pv-0").history(),
        "pv-0",
    ),
    spared(storage.runs_where_its_volume_is, "on its node", local("node-a").history()),
    spared(storage.runs_where_its_volume_is, "and back", local("node-a", back_on="node-a").history()),
    spared(storage.runs_where_its_volume_is, "reached from everywhere", local("node-b", hosts="").history()),
    condemned(storage.runs_where_its_volume_is, "elsewhere", local("node-b").history(), "web-0"),
    spared(storage.runs_where_its_volume_is, "on the host", host(local("i-1"), "i-1", "node-a").history()),
    condemned(storage.runs_where_its_volume_is, "on another", host(local("node-a"), "node-a", "b").history(), "web-0"),
    condemned(storage.runs_where_its_volume_is, "back elsewhere", local("node-a", back_on="node-b").history(), "web-0"),
    spared(storage.claims_in_order, "ascending", deployed().history()),
    condemned(
        storage.claims_in_order, "swapped", Script().claim("www-web-1").claim("www-web-0").history(), "www-web-0"
    ),
    spared(storage.claims_with_pods, "each with its pod", deployed().history()),
    spared(
        storage.claims_with_pods,
        "after the release of the pod below",
        held(Script().claim("www-web-0").pending("web-0").running("web-0"), "web-0").claim("www-web-1").history(),
    ),
    condemned(
        storage.claims_with_pods,
        "before the release of the pod below",
        held(Script().claim("www-web-0").pending("web-0").claim("www-web-1").running("web-0"), "web-0").history(),
        "www-web-1",
    ),
    condemned(
        storage.claims_with_pods,
        "seconds before the pod below",
        Script().claim("www-web-0").claim("www-web-1").wait(3).start("web-0", "web-1").history(),
        "www-web-1",
    ),
    spared(storage.premade_used, "used", premade().start("web-0").history()),
    condemned(
        storage.premade_used,
        "replaced",
        premade().drop(CLAIM, "www-web-0").claim("www-web-0").start("web-0").history(),
        "www-web-0",
    ),
    condemned(storage.premade_used, "the pod does not start", premade().pending("web-0").history(), "web-0"),
    condemned(storage.premade_used, "not mounted", premade().start("web-0", **NO_VOLUME).history(), "web-0"),
    spared(storage.same_claim_again, "the same", deployed().replace("web-0").history()),
    condemned(
        storage.same_claim_again,
        "another object",
        deployed().stop("web-0").drop(CLAIM, "www-web-0").claim("www-web-0").start("web-0").history(),
        "www-web-0",
    ),
    condemned(
        storage.same_claim_again,
        "another volume",
        deployed().replace("web-0").alter(CLAIM, "www-web-0", {"spec.volumeName": "pv-9"}).history(),
        "www-web-0",
    ),
    condemned(
        storage.same_claim_again,
        "another claim",
        deployed().stop("web-0").start("web-0", **NO_VOLUME).history(),
        "web-0",
    ),
    spared(storage.claims_kept, "on scaling down", deployed().scale(1).stop("web-1").history(since="scale")),
    condemned(
        storage.claims_kept,
        "with another owner",
        deployed()
        .scale(1)
        .stop("web-1")
        .alter(CLAIM, "www-web-1", {"metadata.ownerReferences": [{"uid": "u", "kind": "StatefulSet", "name": "web"}]})
        .history(since="scale"),
        "www-web-1",
    ),
    condemned(
        storage.claims_kept,
        "without its label",
        deployed()
        .scale(1)
        .stop("web-1")
        .alter(CLAIM, "www-web-1", {"metadata.labels": {"more": "x"}})
        .history(since="scale"),
        "www-web-1",
    ),
    condemned(
        storage.claims_kept,
        "deleted with the pod",
        deployed().scale(1).stop("web-1").drop(CLAIM, "www-web-1").history(since="scale"),
        "www-web-1",
    ),
    condemned(
        storage.claims_kept,
        "about to be deleted",
        deployed()
        .act("delete")
        .stop("web-0", "web-1")
        .alter(CLAIM, "www-web-0", {"metadata.deletionTimestamp": "2026-01-01T00:00:00Z"})
        .drop(CLAIM, "www-web-0")
        .history(since="delete"),
        "www-web-0",
    ),
    spared(storage.mounted_as_templated, "as it says", deployed().history()),
    condemned(
        storage.mounted_as_templated,
        "elsewhere",
        Script()
        .start("web-0", containers=[{"name": "main", "volumeMounts": [{"name": "www", "mountPath": "/elsewhere"}]}])
        .history(),
        "web-0",
    ),
    condemned(
        storage.mounted_as_templated,
        "an empty folder in place of the claim",
        Script().start("web-0", volumes=[{"name": "www", "emptyDir": {}}]).history(),
        "web-0",
    ),
    spared(storage.complete, "both", deployed().history()),
    condemned(storage.complete, "a pod is missing", deployed().stop("web-1").history(), "web-1"),
    condemned(storage.complete, "a pod is not Ready", deployed().unready("web-0").history(), "web-0"),
    condemned(storage.complete, "a claim is missing", deployed().drop(CLAIM, "www-web-1").history(), "www-web-1"),
    condemned(storage.complete, "a claim is going", going(deployed()).history(), "www-web-0"),
    spared(storage.protected_in_use, "it waits", going(deployed()).history()),
    spared(storage.protected_in_use, "the pod waits as well", going(deployed()).leaving("web-0").history()),
    condemned(storage.protected_in_use, "gone", going(deployed()).drop(CLAIM, "www-web-0").history(), "www-web-0"),
    condemned(
        storage.protected_in_use,
        "replaced under its pod",
        going(deployed()).drop(CLAIM, "www-web-0").claim("www-web-0").history(),
        "www-web-0",
    ),
    spared(storage.no_pod_on_leaving_claim, "none", left().stop("web-0").history(since="left")),
    spared(
        storage.no_pod_on_leaving_claim,
        "on another claim",
        left().stop("web-0", "web-1").start("web-1").history(since="left"),
    ),
    condemned(
        storage.no_pod_on_leaving_claim,
        "one",
        left().stop("web-0").pending("web-0").history(since="left"),
        "web-0",
    ),
    spared(storage.marked_like_template, "all", marked(tier="x", note="y").history()),
    spared(storage.marked_like_template, "and more", marked(tier="x", note="y", more="z").history()),
    condemned(storage.marked_like_template, "no label", marked(note="y").history(), "www-web-0"),
    condemned(storage.marked_like_template, "another note", marked(tier="x", note="z").history(), "www-web-0"),
    spared(storage.no_pod_without_claim, "none", without().act("settled").history(since="scale")),
    condemned(
        storage.no_pod_without_claim,
        "one",
        without().pending("web-2").act("settled").history(since="scale"),
        "www-web-2",
    ),
    spared(storage.made_again, "another", going(deployed()).drop(CLAIM, "www-web-0").claim("www-web-0").history()),
    condemned(storage.made_again, "none", going(deployed()).drop(CLAIM, "www-web-0").history(), "www-web-0"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Claims are judged by name, UID and volume."""
    assert_judged(case)


def test_without_templates_there_is_nothing_to_judge() -> None:
    """A set without claim templates promises no storage."""
    with pytest.raises(NothingToJudge, match="no claim templates"):
        storage.one_claim_each(Script(volumeClaimTemplates=[]).start("web-0").history())


@pytest.mark.parametrize(
    ("judge", "history"),
    [
        (storage.protected_in_use, deployed().history()),
        (storage.protected_in_use, going(deployed()).stop("web-0").history()),
        (storage.no_pod_on_leaving_claim, deployed().act("left").stop("web-0").history(since="left")),
        (storage.no_pod_on_leaving_claim, left().stop("web-1").history(since="left")),
        (storage.marked_like_template, deployed().history()),
        (storage.no_pod_without_claim, without("www-web-2").act("settled").history(since="scale")),
        (storage.no_pod_without_claim, without().history(since="scale")),
        (storage.made_again, deployed().history()),
        (storage.made_again, going(deployed()).history()),
    ],
    ids=[
        "not-asked",
        "pod-gone",
        "not-going",
        "other-pod-gone",
        "no-marks",
        "claim-there",
        "not-settled",
        "not-deleted",
        "still-there",
    ],
)
def test_nothing_to_judge(judge: Judge, history: History) -> None:
    """A claim that nobody deleted, or that is still there, shows nothing."""
    with pytest.raises(NothingToJudge):
        judge(history)
