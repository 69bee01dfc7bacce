"""Judges of identity."""

import pytest

from stsconf.judge import identity
from stsconf.model.finding import NothingToJudge
from stsconf.model.objects import POD_INDEX_LABEL, POD_NAME_LABEL
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared

OTHER = {"name": "api-access", "emptyDir": {}}


def three() -> Script:
    """Three Ready pods."""
    return Script().start("web-0", "web-1", "web-2")


def revised(name: str) -> Script:
    """Three Ready pods and one ControllerRevision."""
    return three().add("ControllerRevision", name, {})


def relabelled(key: str, value: str, *, again: str = "") -> Script:
    """Let the test change a label of web-1, which then may change once more."""
    script = three()
    labels = script.state["Pod", "web-1"]["metadata"]["labels"]
    for one in filter(None, (value, again)):
        script.alter("Pod", "web-1", {"metadata.labels": {**labels, key: one}})
    return script


CASES = (
    spared(identity.named_by_ordinal, "0 to 2", three().history()),
    condemned(identity.named_by_ordinal, "a gap", Script().start("web-0", "web-2").history(), "web-1"),
    condemned(identity.named_by_ordinal, "one too many", three().start("web-3").history(), "web-3"),
    condemned(identity.named_by_ordinal, "another name", three().start("web-x").history(), "web-x"),
    condemned(
        identity.named_by_ordinal, "not the set's", three().stop("web-1").start("web-1", owner={}).history(), "web-1"
    ),
    spared(identity.created, "all", three().status(observedGeneration=1).history()),
    spared(identity.created, "without being Ready", Script(1).pending("web-0").status(observedGeneration=1).history()),
    condemned(
        identity.created,
        "one is missing",
        Script().start("web-0", "web-2").status(observedGeneration=1).history(),
        "web-1",
    ),
    spared(identity.name_label_restored, "as it was", relabelled(POD_NAME_LABEL, "nobody", again="web-1").history()),
    condemned(identity.name_label_restored, "not", relabelled(POD_NAME_LABEL, "nobody").history(), "web-1"),
    condemned(
        identity.name_label_restored,
        "on another pod",
        relabelled(POD_NAME_LABEL, "nobody").replace("web-1").history(),
        "web-1",
    ),
    condemned(
        identity.name_label_restored,
        "and another changed",
        relabelled(POD_NAME_LABEL, "nobody", again="web-1")
        .alter("Pod", "web-1", {"metadata.labels": {POD_NAME_LABEL: "web-1", "controller-revision-hash": "web-b"}})
        .history(),
        "web-1",
    ),
    spared(identity.index_label_restored, "as it was", relabelled(POD_INDEX_LABEL, "7", again="1").history()),
    condemned(identity.index_label_restored, "not", relabelled(POD_INDEX_LABEL, "7").history(), "web-1"),
    spared(identity.hostname_is_name, "own", three().history()),
    condemned(identity.hostname_is_name, "another's", three().start("web-3", hostname="web-0").history(), "web-3"),
    condemned(identity.hostname_is_name, "no subdomain", three().start("web-3", subdomain="").history(), "web-3"),
    spared(identity.labelled, "both", three().history()),
    condemned(identity.labelled, "index", three().start("web-3", labels={POD_INDEX_LABEL: "0"}).history(), "web-3"),
    condemned(identity.labelled, "name", three().start("web-3", labels={POD_NAME_LABEL: "web-0"}).history(), "web-3"),
    spared(identity.labelled_with_revision, "known", revised("web-a").history()),
    condemned(identity.labelled_with_revision, "unknown", revised("web-b").history(), "web-0", "web-1", "web-2"),
    spared(identity.selected_exactly, "all three", three().history()),
    condemned(identity.selected_exactly, "a stray", three().start("stray", owner={}).history(), "stray"),
    condemned(identity.selected_exactly, "unlabelled", three().start("web-3", labels={"app": "x"}).history(), "web-3"),
    spared(identity.same_but_for_identity, "alike", three().history()),
    spared(
        identity.same_but_for_identity,
        "a token volume",
        three()
        .start(
            "web-3",
            volumes=[
                {"name": "kube-api-access-x", "projected": {}},
                {"name": "www", "persistentVolumeClaim": {"claimName": "www-web-3"}},
            ],
        )
        .history(),
    ),
    condemned(
        identity.same_but_for_identity,
        "a volume",
        three().start("web-3", volumes=[OTHER]).history(),
        "web-3",
    ),
    condemned(
        identity.same_but_for_identity,
        "a container",
        three().start("web-3", containers=[{"name": "main", "image": "image:9"}]).history(),
        "web-3",
    ),
    spared(
        identity.same_but_for_identity,
        "what tells of the node",
        three().start("web-3", labels={"topology.kubernetes.io/zone": "b"}).history(),
    ),
    spared(
        identity.same_but_for_identity,
        "what a ServiceAccount got late",
        three().start("web-3", imagePullSecrets=[{"name": "s"}]).history(),
    ),
    condemned(
        identity.same_but_for_identity,
        "a successor",
        three().stop("web-1").start("web-1", priority=5).history(),
        "web-1",
    ),
    condemned(identity.same_but_for_identity, "a label", three().start("web-3", labels={"x": "y"}).history(), "web-3"),
    condemned(identity.same_but_for_identity, "the spec", three().start("web-3", priority=5).history(), "web-3"),
    spared(identity.comes_back, "Ready", three().kill("web-1").start("web-1").history(since="kill")),
    spared(
        identity.comes_back,
        "a surplus pod stays away",
        three()
        .start("web-3")
        .act("kill", pods=["web-3", "web-1"])
        .stop("web-3")
        .replace("web-1")
        .history(since="kill"),
    ),
    condemned(identity.comes_back, "not", three().kill("web-1").history(since="kill"), "web-1"),
    condemned(identity.comes_back, "not Ready", three().kill("web-1").pending("web-1").history(since="kill"), "web-1"),
    condemned(
        identity.comes_back,
        "never goes",
        three().act("kill", pods=["web-1"]).leaving("web-1").history(since="kill"),
        "web-1",
    ),
    spared(identity.others_untouched, "only one", three().kill("web-1").start("web-1").history(since="kill")),
    condemned(
        identity.others_untouched,
        "a neighbour too",
        three().kill("web-1").start("web-1").replace("web-2").history(since="kill"),
        "web-2",
    ),
    spared(identity.same_after_return, "as before", three().replace("web-1").history()),
    condemned(
        identity.same_after_return, "hostname", three().stop("web-1").start("web-1", hostname="x").history(), "web-1"
    ),
    condemned(
        identity.same_after_return, "claims", three().stop("web-1").start("web-1", volumes=[]).history(), "web-1"
    ),
    condemned(
        identity.same_after_return,
        "labels",
        three().stop("web-1").start("web-1", labels={POD_INDEX_LABEL: "7"}).history(),
        "web-1",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """A pod is its name, and all that goes with the name."""
    assert_judged(case)


def test_what_the_controller_never_saw_is_not_missing() -> None:
    """A set that its controller has not seen yet has no pods, and none is due."""
    with pytest.raises(NothingToJudge, match="had not seen"):
        identity.created(Script().history())


def test_another_label_is_not_judged() -> None:
    """Each judge is about its own label."""
    with pytest.raises(NothingToJudge, match="nobody changed"):
        identity.name_label_restored(relabelled(POD_INDEX_LABEL, "7").history())


def test_others_are_judged_only_after_a_loss() -> None:
    """If no act removed a pod, nothing tells which pods are the others."""
    with pytest.raises(NothingToJudge, match="no act removed a pod"):
        identity.others_untouched(three().replace("web-1").history())
