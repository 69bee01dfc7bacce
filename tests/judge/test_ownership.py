"""Judges of ownership, of at most one pod per identity, and of unexplained removals."""

import pytest

from stsconf.judge import ownership
from stsconf.model.objects import POD_INDEX_LABEL
from tests.judge.builder import NAME, SET_UID, Script
from tests.judge.cases import Case, assert_judged, condemned, spared

OWNER = {"kind": "StatefulSet", "name": NAME, "uid": SET_UID, "controller": True, "blockOwnerDeletion": True}
SHARED = {"volumes": [{"name": "www", "persistentVolumeClaim": {"claimName": "www-web-0"}}]}
ZERO = {"labels": {POD_INDEX_LABEL: "0"}}


def three() -> Script:
    """Three Ready pods."""
    return Script().start("web-0", "web-1", "web-2")


CASES = (
    spared(ownership.controlled_by_set, "by UID", three().history()),
    condemned(ownership.controlled_by_set, "by nothing", three().start("web-3", owner={}).history(), "web-3"),
    condemned(
        ownership.controlled_by_set,
        "by another UID",
        three().start("web-3", owner=OWNER | {"uid": "x"}).history(),
        "web-3",
    ),
    condemned(
        ownership.controlled_by_set,
        "by an owner that is no controller",
        three().start("web-3", owner=OWNER | {"controller": False}).history(),
        "web-3",
    ),
    condemned(
        ownership.controlled_by_set,
        "without blocking",
        three().start("web-3", owner=OWNER | {"blockOwnerDeletion": False}).history(),
        "web-3",
    ),
    spared(ownership.created_in_range, "0 to 2", three().history()),
    spared(ownership.created_in_range, "after scaling up", three().scale(4).start("web-3").history()),
    condemned(ownership.created_in_range, "beyond", three().start("web-3").history(), "web-3"),
    condemned(ownership.created_in_range, "another name", three().start("web-00", owner=OWNER).history(), "web-00"),
    condemned(
        ownership.created_in_range,
        "after scaling down",
        three().scale(2).stop("web-2").act("scaled").start("web-2").history(since="scaled"),
        "web-2",
    ),
    condemned(
        ownership.created_in_range,
        "below the start ordinal",
        Script(ordinals={"start": 2}).start("web-0").history(),
        "web-0",
    ),
    spared(ownership.at_most_one, "three identities", three().replace("web-1").history()),
    spared(
        ownership.at_most_one,
        "the other has failed",
        three()
        .alter("Pod", "web-0", {"status.phase": "Failed"})
        .start("web-00", owner=OWNER, hostname="web-0")
        .history(),
    ),
    spared(ownership.at_most_one, "somebody else's pod", three().start("stray", owner={}, **ZERO).history()),
    condemned(
        ownership.at_most_one,
        "two of one name",
        three().start("web-1").history(),
        "web-1",
    ),
    condemned(
        ownership.at_most_one,
        "two with one hostname",
        three().start("web-9", hostname="web-0").history(),
        "web-9",
    ),
    condemned(ownership.at_most_one, "two with one index", three().start("web-9", **ZERO).history(), "web-9"),
    condemned(
        ownership.at_most_one,
        "the former is still going",
        three().leaving("web-0").start("web-9", hostname="web-0").history(),
        "web-9",
    ),
    spared(ownership.claims_exclusive, "each its own", three().replace("web-0").history()),
    condemned(ownership.claims_exclusive, "one for two", three().start("web-3", **SHARED).history(), "web-3"),
    condemned(
        ownership.claims_exclusive,
        "while the former still goes",
        three().leaving("web-0").start("web-3", **SHARED).gone("web-0").history(),
        "web-3",
    ),
    spared(ownership.removal_explained, "never removed", three().history()),
    spared(
        ownership.removal_explained,
        "with their set, which is made anew",
        three().act("delete").drop("StatefulSet", NAME).stop("web-1").act("recreate").remade().history(),
    ),
    condemned(
        ownership.removal_explained,
        "though their set was made anew",
        three().drop("StatefulSet", NAME).stop("web-1").remade().start("web-1").replace("web-1").history(),
        "web-1",
    ),
    spared(ownership.removal_explained, "by the test", three().kill("web-1").start("web-1").history()),
    spared(ownership.removal_explained, "by scaling", three().scale(1).stop("web-2", "web-1").history()),
    spared(ownership.removal_explained, "by an update", three().update().replace("web-2", "web-1", "web-0").history()),
    spared(ownership.removal_explained, "by force", three().leaving("web-1", grace=0).gone("web-1").history()),
    spared(
        ownership.removal_explained,
        "as it had failed",
        three().alter("Pod", "web-1", {"status.phase": "Failed"}).replace("web-1").history(),
    ),
    spared(
        ownership.removal_explained,
        "as it was evicted",
        three()
        .alter("Pod", "web-1", {"status.conditions": [{"type": "DisruptionTarget", "status": "True"}]})
        .replace("web-1")
        .history(),
    ),
    condemned(
        ownership.removal_explained,
        "its containers end as it goes",
        three().leaving("web-1").alter("Pod", "web-1", {"status.phase": "Succeeded"}).gone("web-1").history(),
        "web-1",
    ),
    spared(
        ownership.removal_explained,
        "as it was labelled with another revision",
        three()
        .alter("Pod", "web-1", {"metadata.labels": {"controller-revision-hash": "x"}})
        .replace("web-1")
        .history(),
    ),
    *(
        judged(
            ownership.removal_explained,
            what,
            three()
            .add("ControllerRevision", name, {"metadata": {"ownerReferences": [{"name": owner, "controller": True}]}})
            .replace("web-1")
            .history(),
            *names,
        )
        for judged, what, name, owner, names in (
            (spared, "by a revision that no status tells of yet", "web-b", NAME, ()),
            (condemned, "by a revision that it is of", "web-a", NAME, ("web-1",)),
            (condemned, "by another set's revision", "other-b", "other", ("web-1",)),
        )
    ),
    condemned(ownership.removal_explained, "by nothing", three().replace("web-1").history(), "web-1"),
    condemned(
        ownership.removal_explained,
        "its successor too",
        three().kill("web-1").start("web-1").replace("web-1").history(),
        "web-1",
    ),
    condemned(
        ownership.removal_explained,
        "a held pod",
        three().act("release", pods=["web-1"]).replace("web-1").history(),
        "web-1",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Whose a pod is, and that it is alone, is judged by UID."""
    assert_judged(case)
