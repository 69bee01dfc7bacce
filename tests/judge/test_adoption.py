"""Judges of pods that come to a set, leave it, or have nothing to do with it."""

from typing import Any

import pytest

from stsconf.judge import adoption
from tests.judge.builder import LABELS, NAME, SET_UID, Script
from tests.judge.cases import Case, assert_judged, condemned, spared

OWNER = {"kind": "StatefulSet", "name": NAME, "uid": SET_UID, "controller": True}
SOMEBODY = {"kind": "ConfigMap", "name": "x", "uid": "x", "controller": True}
OWNERS, APP = "metadata.ownerReferences", "metadata.labels"


def one() -> Script:
    """One pod."""
    return Script(replicas=1).start("web-0")


def owned(script: Script, *owners: dict[str, Any]) -> Script:
    """Give the pod these owners."""
    return script.alter("Pod", "web-0", {OWNERS: list(owners)})


def unlabelled(*, released: bool = True) -> Script:
    """The pod's label is changed, and perhaps the set lets go of it."""
    script = one().act("off").alter("Pod", "web-0", {APP: {"app": "released"}})
    return owned(script) if released else script


def stranger(name: str, owner: dict[str, Any] | None = None) -> Script:
    """A pod made by hand, with the labels of the set."""
    return one().act("stray", makes=[name]).pending(name, owner=owner or {})


def orphans(*, kept: bool = True) -> Script:
    """A set with a revision, deleted without its pod."""
    script = Script(replicas=1).add("ControllerRevision", "web-a", {"metadata": {"ownerReferences": [OWNER]}})
    script.start("web-0").act("orphan-all")
    if kept:
        owned(script).alter("ControllerRevision", "web-a", {OWNERS: []})
    return script.drop("StatefulSet", NAME)


def anew(*, foreign: bool = False, **pod: Any) -> Script:
    """The set is made anew and adopts what it finds, the pod unless told otherwise; one revision may be `foreign`."""
    first = one().events[0].object
    body = {"spec": first["spec"], "status": first["status"]}
    script = orphans()
    if foreign:
        owner = OWNER | {"name": "bystander", "uid": "set-9"}
        script.add("ControllerRevision", "bystander-a", {"metadata": {"ownerReferences": [owner]}})
    script.act("recreate").add("StatefulSet", NAME, body, uid="set-2")
    new = OWNER | {"uid": "set-2"}
    script.alter("ControllerRevision", "web-a", {OWNERS: [new]})
    return owned(script, *pod.get("owners", [new]))


def left(*surplus: str) -> Script:
    """A new set of one that finds orphans beyond its size."""
    script = Script(replicas=1).start("web-0", *surplus)
    return script.act("recreate")


CASES = (
    spared(adoption.leftovers_go, "they go", left("web-1").stop("web-1").history(since="recreate")),
    condemned(adoption.leftovers_go, "one stays", left("web-1").history(since="recreate"), "web-1"),
    spared(adoption.orphan_adopted, "adopted", owned(owned(one().act("a")), OWNER).history(since="a")),
    condemned(adoption.orphan_adopted, "left", owned(one().act("a")).history(since="a"), "web-0"),
    condemned(adoption.orphan_adopted, "removed", owned(one().act("a")).stop("web-0").history(since="a"), "web-0"),
    spared(adoption.released_and_left_running, "released", unlabelled().history(since="off")),
    condemned(adoption.released_and_left_running, "kept", unlabelled(released=False).history(since="off"), "web-0"),
    condemned(
        adoption.released_and_left_running, "removed", unlabelled().leaving("web-0").history(since="off"), "web-0"
    ),
    condemned(
        adoption.released_and_left_running,
        "and another made",
        unlabelled().pending("web-0").history(since="off"),
        "web-0",
    ),
    spared(adoption.name_taken_again, "created", unlabelled().kill("web-0").start("web-0").history(since="off")),
    condemned(adoption.name_taken_again, "not created", unlabelled().kill("web-0").history(since="off"), "web-0"),
    spared(adoption.misnamed_left_alone, "alone", stranger("stray").history()),
    condemned(adoption.misnamed_left_alone, "removed", stranger("stray").stop("stray").history(), "stray"),
    condemned(
        adoption.misnamed_left_alone,
        "adopted",
        stranger("stray").alter("Pod", "stray", {OWNERS: [OWNER]}).history(),
        "stray",
    ),
    spared(adoption.foreign_left_alone, "alone", stranger("web-7", SOMEBODY).history()),
    condemned(adoption.foreign_left_alone, "removed", stranger("web-7", SOMEBODY).stop("web-7").history(), "web-7"),
    spared(
        adoption.surplus_adopted,
        "adopted and removed",
        stranger("web-7").alter("Pod", "web-7", {OWNERS: [OWNER]}).stop("web-7").history(),
    ),
    condemned(adoption.surplus_adopted, "left", stranger("web-7").history(), "web-7"),
    condemned(adoption.surplus_adopted, "removed only", stranger("web-7").stop("web-7").history(), "web-7"),
    condemned(
        adoption.surplus_adopted,
        "adopted only",
        stranger("web-7").alter("Pod", "web-7", {OWNERS: [OWNER]}).history(),
        "web-7",
    ),
    spared(adoption.orphans_kept, "kept", orphans().history(since="orphan-all")),
    condemned(
        adoption.orphans_kept, "with an owner", orphans(kept=False).history(since="orphan-all"), "web-0", "web-a"
    ),
    condemned(adoption.orphans_kept, "removed", orphans().stop("web-0").history(since="orphan-all"), "web-0"),
    condemned(
        adoption.orphans_kept,
        "revisions lost",
        orphans().drop("ControllerRevision", "web-a").history(since="orphan-all"),
        "web-a",
    ),
    spared(adoption.readopted_without_restart, "taken over", anew().history(since="recreate")),
    spared(
        adoption.readopted_without_restart,
        "somebody else's revision",
        anew(foreign=True).history(since="recreate"),
    ),
    condemned(adoption.readopted_without_restart, "not taken over", anew(owners=[]).history(since="recreate"), "web-0"),
    condemned(
        adoption.readopted_without_restart,
        "another revision",
        anew()
        .add("ControllerRevision", "web-b", {"metadata": {"ownerReferences": [OWNER | {"uid": "set-2"}]}})
        .history(since="recreate"),
        "web-b",
    ),
    condemned(
        adoption.readopted_without_restart,
        "restarted",
        anew().stop("web-0").pending("web-0", owner=OWNER | {"uid": "set-2"}).history(since="recreate"),
        "web-0",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Adopted is what has name and labels and no owner; nothing is restarted for it."""
    assert_judged(case)


def test_a_strangers_label_is_the_sets() -> None:
    """The strangers of these records can be told from the set's pods by their owner only."""
    assert stranger("stray").state["Pod", "stray"]["metadata"]["labels"].items() >= LABELS.items()
