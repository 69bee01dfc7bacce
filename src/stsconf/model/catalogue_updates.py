"""Promises about updates: order, partition, strategies, revisions, and what becomes of an update that goes wrong."""

from __future__ import annotations

from stsconf.model.capability import Capability
from stsconf.model.guarantee import UNREPORTED, Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_TUTORIAL = "Kubernetes documentation, Tutorials, StatefulSet Basics"
_REFERENCE = "Kubernetes documentation, Reference, StatefulSet v1"
_STRATEGIES = f"{_STATEFULSETS}: Update strategies"
_ROLLING = f"{_STATEFULSETS}: Rolling Updates"
_PARTITION = f"{_STATEFULSETS}: Partitioned rolling updates"
_HISTORY = f"{_STATEFULSETS}: Revision history"
_FORCED = f"{_STATEFULSETS}: Forced rollback"
_CONTROLLER = "StatefulSet controller, as it behaves in every version tried"

UPDATES = (
    Guarantee(
        "UPD-1",
        Level.MUST,
        Profile.UPDATES,
        "A set whose manifest names no update strategy MUST have RollingUpdate.",
        _STRATEGIES,
        since="1.9",
    ),
    Guarantee(
        "UPD-2",
        Level.MUST,
        Profile.UPDATES,
        "A rolling update MUST replace the highest ordinal first and go down to the lowest.",
        _ROLLING,
        since="1.7",
    ),
    Guarantee(
        "UPD-3",
        Level.MUST,
        Profile.UPDATES,
        "A rolling update MUST NOT touch the next pod before the former is Running and Ready on the new revision.",
        _ROLLING,
        since="1.7",
    ),
    Guarantee(
        "UPD-4",
        Level.MUST,
        Profile.UPDATES,
        "A rolling update MUST replace every pod exactly once.",
        _ROLLING,
        since="1.7",
    ),
    Guarantee(
        "UPD-5",
        Level.MUST,
        Profile.UPDATES,
        "With a partition only the pods from it on MUST change; those below keep, and return on, the old revision.",
        _PARTITION,
        since="1.7",
    ),
    Guarantee(
        "UPD-6",
        Level.MUST,
        Profile.UPDATES,
        "A partition beyond all pods MUST keep every pod, also one that scaling adds, on the old revision.",
        _PARTITION,
        since="1.7",
    ),
    Guarantee(
        "UPD-7",
        Level.MUST,
        Profile.UPDATES,
        "A lower partition MUST go on with the update; a higher one takes back nothing that is done.",
        f"{_TUTORIAL}: Rolling out a canary, Phased roll outs",
        since="1.7",
    ),
    Guarantee(
        "UPD-8",
        Level.MUST,
        Profile.UPDATES,
        "The return to an earlier template MUST lead to its ControllerRevision, by name, under a higher number.",
        _HISTORY,
        since="1.7",
    ),
    Guarantee(
        "UPD-9",
        Level.MUST,
        Profile.UPDATES,
        "Only a change of the pod template MUST start a rolling update; a deleted pod comes back as it was.",
        _HISTORY,
        since="1.7",
    ),
    Guarantee(
        "UPD-10",
        Level.MUST,
        Profile.UPDATES,
        "Under OnDelete a pod MUST keep its revision until somebody deletes it, and come back on the new one.",
        _STRATEGIES,
        since="1.7",
    ),
    Guarantee(
        "UPD-11",
        Level.SHOULD,
        Profile.UPDATES,
        "A rolling update SHOULD go on to its end though a pod is lost on the way.",
        _CONTROLLER,
        since="1.7",
    ),
    Guarantee(
        "UPD-12",
        Level.MUST,
        Profile.UPDATES,
        "A rolling update MUST halt at a pod that does not become Ready, and leave the others as they are.",
        _FORCED,
        since="1.7",
    ),
    Guarantee(
        "UPD-13",
        Level.SHOULD,
        Profile.UPDATES,
        "A pod that a broken template left unready SHOULD be replaced as soon as the template is mended.",
        f"{_FORCED} (which tells the deviation)",
        since="1.7",
        known_issue="#67250",
    ),
    Guarantee(
        "UPD-14",
        Level.MUST,
        Profile.UPDATES,
        "A rolling update MUST have at most maxUnavailable pods away at a time, and a maxUnavailable of 0 is refused.",
        f"{_STATEFULSETS}: Maximum unavailable Pods",
        frozenset({Capability.MAX_UNAVAILABLE}),
        since="1.24",
    ),
    Guarantee(
        "UPD-15",
        Level.REPORT,
        Profile.UPDATES,
        "A maxUnavailable in percent is rounded up to whole pods.",
        f"{_REFERENCE}: RollingUpdateStatefulSetStrategy (KEP-961 rounds down)",
        frozenset({Capability.MAX_UNAVAILABLE}),
        since="1.24",
    ),
    Guarantee(
        "UPD-16",
        Level.MUST,
        Profile.UPDATES,
        "Of the revisions that nothing uses, revisionHistoryLimit MUST be kept at most, and the newest of them.",
        _HISTORY,
        since="1.7",
    ),
    Guarantee(
        "UPD-19",
        Level.SHOULD,
        Profile.UPDATES,
        "Missing pods SHOULD be made, and surplus ones removed, before another pod is updated.",
        _CONTROLLER,
        since="1.7",
    ),
    Guarantee(
        "UPD-20",
        Level.MUST,
        Profile.UPDATES,
        "A set that is scaled up while it is updated MUST end with each pod made once, on the new revision.",
        _ROLLING,
        since="1.7",
    ),
    Guarantee(
        "UPD-21",
        Level.MUST,
        Profile.UPDATES,
        "A set MUST be restarted by an annotation of its template, and returned by the data of a ControllerRevision.",
        "Kubernetes documentation, Reference, kubectl rollout: restart, undo",
        since="1.15",
    ),
    Guarantee(
        "UPD-22",
        Level.MUST,
        Profile.UPDATES,
        "A template that is changed again while it is rolled out MUST end with every pod on the latest.",
        _ROLLING,
        since="1.7",
    ),
    Guarantee(
        "UPD-24",
        Level.SHOULD,
        Profile.UPDATES,
        "Under Recreate every old pod SHOULD be gone before a new one is made.",
        "Kubernetes enhancement proposal 3541: Recreate strategy for StatefulSets",
        frozenset({Capability.RECREATE}),
        since="1.37",
    ),
    Guarantee(
        "UPD-25",
        Level.MUST,
        Profile.UPDATES,
        "A pod below the partition that scaling up from 0 makes MUST be of the old revision.",
        _PARTITION,
        since="1.7",
        known_issue="#121534",
    ),
    Guarantee(
        "UPD-26",
        Level.SHOULD,
        Profile.UPDATES,
        "A rolling update SHOULD take as many pods at a time as maxUnavailable allows.",
        "Kubernetes enhancement proposal 961: maxUnavailable for StatefulSets",
        frozenset({Capability.MAX_UNAVAILABLE}),
        since="1.24",
    ),
    Guarantee(
        "UPD-27",
        Level.MUST,
        Profile.UPDATES,
        "A mended template and the deletion of the broken pods MUST bring back a set whose update was stuck.",
        _FORCED,
        since="1.7",
    ),
    Guarantee(
        "UPD-28",
        Level.MUST,
        Profile.UPDATES,
        "Without a partition a pod that is lost before its turn MUST come back on the revision that it had.",
        f"{_TUTORIAL}: Rolling update (the controller does so only where rollingUpdate is left out of the strategy)",
        since="1.7",
        known_issue=UNREPORTED,
    ),
)
"""Promises about updates."""
