"""Judges of claims under a retention policy."""

from typing import Any

import pytest

from stsconf.judge import retention
from stsconf.judge.base import Judge
from stsconf.model.finding import NothingToJudge
from stsconf.model.history import History
from tests.judge.builder import NAME, SET_UID, Script
from tests.judge.cases import Case, assert_judged, condemned, spared

CLAIM = "PersistentVolumeClaim"
SET: dict[str, Any] = {"apiVersion": "apps/v1", "kind": "StatefulSet", "uid": SET_UID, "controller": True}
KEEPER: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "uid": "keeper", "controller": True}
NAMESAKE: dict[str, Any] = {"apiVersion": "elsewhere/v1", "kind": "StatefulSet", "uid": "namesake"}
FORMER: dict[str, Any] = {"apiVersion": "apps/v1", "kind": "StatefulSet", "uid": "former"}
GOING = {"metadata.deletionTimestamp": "2026-01-01T00:00:00Z"}


def deployed(deleted: str = "Retain", scaled: str = "Retain") -> Script:
    """Two pods with claims, under a policy."""
    script = Script(replicas=2, persistentVolumeClaimRetentionPolicy={"whenDeleted": deleted, "whenScaled": scaled})
    for ordinal in range(2):
        script.claim(f"www-web-{ordinal}").start(f"web-{ordinal}")
    return script


def owned(script: Script, ordinal: int, *owners: dict[str, Any]) -> Script:
    """Give a claim these owners."""
    return script.alter(CLAIM, f"www-web-{ordinal}", {"metadata.ownerReferences": list(owners)})


def by_set(script: Script) -> Script:
    """Let the set own both claims."""
    return owned(owned(script, 0, SET), 1, SET)


def pod(script: Script, name: str) -> dict[str, Any]:
    """Return a pod as an owner."""
    return {"apiVersion": "v1", "kind": "Pod", "uid": script.state["Pod", name]["metadata"]["uid"], "controller": True}


def condemned_pod(script: Script, *owners: str) -> Script:
    """Scale down to one; the claim of the pod that goes gets these owners."""
    script.scale(1).leaving("web-1")
    known = {"set": SET, "pod": pod(script, "web-1")}
    return owned(script, 1, *(known[one] for one in owners))


def scaled(script: Script, *, keep: bool = False) -> Script:
    """Scale down to one; the claim of the other goes or stays."""
    script.scale(1).stop("web-1")
    return script if keep else script.drop(CLAIM, "www-web-1")


def deleted(script: Script, *gone: int) -> Script:
    """Delete the set with its pods, and these claims."""
    script.act("delete").drop("StatefulSet", NAME).stop("web-0", "web-1")
    for ordinal in gone:
        script.drop(CLAIM, f"www-web-{ordinal}")
    return script


def orphaned(*, owner: bool = False) -> Script:
    """Delete the set alone."""
    script = by_set(deployed("Delete")).act("delete").drop("StatefulSet", NAME)
    for ordinal in range(2):
        script.alter("Pod", f"web-{ordinal}", {"metadata.ownerReferences": []})
        owned(script, ordinal, *([SET] if owner else []))
    return script


def kept_by_keeper(script: Script) -> Script:
    """Let somebody else control the claim of ordinal 1, before anything is done."""
    return owned(script, 1, KEEPER).act("begin")


def named(script: Script) -> Script:
    """Let two others of the set's name own the claim of ordinal 1, before anything is done."""
    return owned(script, 1, NAMESAKE, FORMER).act("begin")


def back(script: Script) -> Script:
    """Scale up again."""
    return script.act("scale-up").alter("StatefulSet", NAME, {"spec.replicas": 2})


LATE = deployed(scaled="Delete").alter(CLAIM, "www-web-1", GOING)

CASES = (
    spared(retention.owned_as_asked, "by nobody", deployed().history()),
    spared(retention.owned_as_asked, "by the set", by_set(deployed("Delete")).history()),
    spared(retention.owned_as_asked, "by nobody as long as it is asked for", deployed(scaled="Delete").history()),
    spared(
        retention.owned_as_asked, "by the pod that goes", condemned_pod(deployed("Retain", "Delete"), "pod").history()
    ),
    spared(
        retention.owned_as_asked,
        "by the pod that goes and not by the set",
        condemned_pod(by_set(deployed("Delete", "Delete")), "pod").history(),
    ),
    spared(
        retention.owned_as_asked,
        "by somebody else",
        owned(owned(deployed("Delete"), 0, SET), 1, KEEPER).history(),
    ),
    condemned(
        retention.owned_as_asked, "by the set by default", by_set(deployed()).history(), "www-web-0", "www-web-1"
    ),
    condemned(
        retention.owned_as_asked, "by the set too late", owned(deployed("Delete"), 0, SET).history(), "www-web-1"
    ),
    condemned(
        retention.owned_as_asked,
        "by another set of the name",
        owned(by_set(deployed("Delete")), 1, {**SET, "uid": "set-0"}).history(),
        "www-web-1",
    ),
    condemned(
        retention.owned_as_asked,
        "not by the pod that goes",
        condemned_pod(deployed("Retain", "Delete")).history(),
        "www-web-1",
    ),
    condemned(
        retention.owned_as_asked,
        "by the set and the pod that goes",
        condemned_pod(by_set(deployed("Delete", "Delete")), "set", "pod").history(),
        "www-web-1",
    ),
    spared(retention.never_owned, "by nobody", deployed().history()),
    spared(retention.never_owned, "by somebody else", owned(deployed(), 0, KEEPER).history()),
    condemned(retention.never_owned, "for a moment", owned(owned(deployed(), 0, SET), 0).history(), "www-web-0"),
    spared(retention.retain_by_default, "both", deployed().history()),
    condemned(retention.retain_by_default, "one is not", deployed("Delete").history(), "web"),
    condemned(
        retention.retain_by_default, "not defaulted", Script().claim("www-web-0").start("web-0").history(), "web"
    ),
    spared(retention.removed_with_scaling, "one goes", scaled(deployed(scaled="Delete")).history(since="scale")),
    condemned(
        retention.removed_with_scaling,
        "it stays",
        scaled(deployed(scaled="Delete"), keep=True).history(since="scale"),
        "www-web-1",
    ),
    condemned(
        retention.removed_with_scaling,
        "it does not get away",
        scaled(deployed(scaled="Delete"), keep=True).alter(CLAIM, "www-web-1", GOING).history(since="scale"),
        "www-web-1",
    ),
    condemned(
        retention.removed_with_scaling,
        "another goes too",
        scaled(deployed(scaled="Delete")).alter(CLAIM, "www-web-0", GOING).history(since="scale"),
        "www-web-0",
    ),
    spared(retention.removed_with_set, "all go", deleted(deployed("Delete"), 0, 1).history(since="delete")),
    spared(
        retention.removed_with_set,
        "but for somebody else's",
        deleted(kept_by_keeper(deployed("Delete")), 0).history(since="delete"),
    ),
    condemned(
        retention.removed_with_set,
        "one stays",
        deleted(deployed("Delete"), 0).history(since="delete"),
        "www-web-1",
    ),
    spared(
        retention.foreign_left_alone,
        "scaled down",
        scaled(kept_by_keeper(deployed(scaled="Delete")), keep=True).history(since="begin"),
    ),
    condemned(
        retention.foreign_left_alone,
        "removed",
        scaled(kept_by_keeper(deployed(scaled="Delete"))).history(since="begin"),
        "www-web-1",
    ),
    condemned(
        retention.foreign_left_alone,
        "owned by the set as well",
        scaled(owned(kept_by_keeper(deployed("Delete")), 1, KEEPER, SET), keep=True).history(since="begin"),
        "www-web-1",
    ),
    spared(
        retention.strangers_stay,
        "another goes",
        owned(named(deployed()), 1, NAMESAKE).history(since="begin"),
    ),
    condemned(
        retention.strangers_stay,
        "lost",
        owned(named(deployed()), 1, FORMER).history(since="begin"),
        "www-web-1",
    ),
    spared(retention.former_left_alone, "as before", named(deployed("Delete")).history(since="begin")),
    condemned(
        retention.former_left_alone,
        "taken by the set",
        owned(named(deployed("Delete")), 1, NAMESAKE, SET).history(since="begin"),
        "www-web-1",
    ),
    spared(
        retention.seized_let_go,
        "let go",
        owned(owned(kept_by_keeper(deployed("Delete")), 1, KEEPER, SET), 1, KEEPER).history(since="begin"),
    ),
    condemned(
        retention.seized_let_go,
        "kept",
        owned(kept_by_keeper(deployed("Delete")), 1, KEEPER, SET).history(since="begin"),
        "www-web-1",
    ),
    spared(retention.orphans_left, "all", orphaned().history(since="delete")),
    condemned(
        retention.orphans_left,
        "still owned",
        orphaned(owner=True).history(since="delete"),
        "www-web-0",
        "www-web-1",
    ),
    condemned(
        retention.orphans_left,
        "a claim and a pod go",
        orphaned().drop(CLAIM, "www-web-1").leaving("web-0").history(since="delete"),
        "web-0",
        "www-web-1",
    ),
    spared(
        retention.claims_anew,
        "another claim",
        back(scaled(deployed(scaled="Delete"))).claim("www-web-1").start("web-1").history(since="scale"),
    ),
    condemned(
        retention.claims_anew,
        "no claim",
        back(scaled(deployed(scaled="Delete"))).start("web-1").history(since="scale"),
        "web-1",
    ),
    condemned(
        retention.claims_anew,
        "the former claim, about to go",
        back(scaled(deployed(scaled="Delete"), keep=True))
        .alter(CLAIM, "www-web-1", GOING)
        .start("web-1")
        .history(since="scale"),
        "web-1",
    ),
    condemned(
        retention.claims_anew,
        "not Ready",
        back(scaled(deployed(scaled="Delete"))).claim("www-web-1").pending("web-1").history(since="scale"),
        "web-1",
    ),
    spared(
        retention.created_again,
        "made again",
        back(scaled(deployed(scaled="Delete"))).claim("www-web-1").pending("web-1").history(since="scale"),
    ),
    condemned(
        retention.created_again,
        "left out",
        back(scaled(deployed(scaled="Delete"))).history(since="scale"),
        "web-1",
    ),
    condemned(
        retention.created_again,
        "the former pod does not count",
        back(deployed(scaled="Delete").scale(1).leaving("web-1").drop(CLAIM, "www-web-1")).history(since="scale"),
        "web-1",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Owners are told by UID, claims by name and UID."""
    assert_judged(case)


NOTHING = (
    (retention.owned_as_asked, owned(deployed("Delete").stop("web-0", "web-1"), 0).history()),
    (retention.never_owned, deployed("Delete").history()),
    (retention.removed_with_scaling, scaled(deployed("Delete")).history(since="scale")),
    (retention.removed_with_scaling, deployed(scaled="Delete").act("scale").history(since="scale")),
    (retention.removed_with_set, deployed("Delete").act("delete").history(since="delete")),
    (retention.removed_with_set, deleted(deployed()).history(since="delete")),
    (retention.removed_with_scaling, condemned_pod(deployed(scaled="Delete"), "pod").history(since="scale")),
    (
        retention.removed_with_set,
        deployed("Delete").act("delete").drop("StatefulSet", NAME).leaving("web-0").history(since="delete"),
    ),
    (retention.foreign_left_alone, kept_by_keeper(deployed()).history(since="begin")),
    (retention.foreign_left_alone, scaled(deployed().act("begin"), keep=True).history(since="begin")),
    (retention.seized_let_go, kept_by_keeper(deployed("Delete")).history(since="begin")),
    (retention.former_left_alone, by_set(deployed("Delete")).act("begin").history(since="begin")),
    (retention.strangers_stay, by_set(deployed("Delete")).act("begin").history(since="begin")),
    (retention.orphans_left, deployed().act("delete").history(since="delete")),
    (retention.claims_anew, back(scaled(deployed(), keep=True)).start("web-1").history(since="scale")),
    (retention.created_again, scaled(deployed(scaled="Delete")).history(since="scale")),
)


@pytest.mark.parametrize(("judge", "history"), NOTHING, ids=map(str, range(len(NOTHING))))
def test_nothing_to_judge(judge: Judge, history: History) -> None:
    """Where the policy is another, or what it is about did not happen, nothing is passed."""
    with pytest.raises(NothingToJudge):
        judge(history)
