"""Promises about the order in which pods come and go, and about what loosens or delays it."""

from __future__ import annotations

from stsconf.model.guarantee import Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_SCALING = f"{_STATEFULSETS}: Deployment and Scaling Guarantees"
_PARALLEL = f"{_STATEFULSETS}: Parallel Pod Management"
_MIN_READY = f"{_STATEFULSETS}: Minimum ready seconds"
_START = f"{_STATEFULSETS}: Start ordinal"
_BASICS = "Kubernetes documentation, Tutorials, StatefulSet Basics"
_FORCE = "Kubernetes documentation, Tasks, Force Delete StatefulSet Pods: StatefulSet considerations"
_SPEC = "Kubernetes documentation, Reference, StatefulSet v1: StatefulSetSpec"
_CONTROLLER = "behaviour of the StatefulSet controller"

ORDERED = (
    Guarantee("ORD-1", Level.MUST, Profile.CORE, "Pods MUST be created in the order of their ordinals.", _SCALING),
    Guarantee(
        "ORD-2",
        Level.MUST,
        Profile.CORE,
        "A pod MUST NOT be created before all lower ordinals are Running and Ready.",
        _SCALING,
    ),
    Guarantee(
        "ORD-3",
        Level.MUST,
        Profile.CORE,
        "Scaling up MUST keep every existing pod and append the new ordinals in ascending order.",
        f"{_BASICS}: Scaling up a StatefulSet",
    ),
    Guarantee(
        "ORD-4", Level.MUST, Profile.CORE, "Scaling down MUST remove the highest ordinal first, downward.", _SCALING
    ),
    Guarantee(
        "ORD-5",
        Level.MUST,
        Profile.CORE,
        "When scaling down, a pod MUST NOT be removed before the one above it is completely gone.",
        _SCALING,
    ),
    Guarantee(
        "ORD-6",
        Level.MUST,
        Profile.CORE,
        "An unready pod MUST hold back all higher ordinals until it is Ready again.",
        f"{_SCALING} (the nginx example)",
    ),
    Guarantee(
        "ORD-7",
        Level.MUST,
        Profile.CORE,
        "Scaling down MUST stop while a pod that stays is not Ready, and go on once it is.",
        f"{_SCALING} (the nginx example)",
    ),
    Guarantee(
        "ORD-8",
        Level.SHOULD,
        Profile.CORE,
        "A lost pod SHOULD be made again while a pod above it is not Ready.",
        _CONTROLLER,
        since="1.7",
    ),
    Guarantee(
        "ORD-9",
        Level.MUST,
        Profile.CORE,
        "Scaling to 0 MUST remove all pods in order, which the deletion of the set does not promise.",
        f"{_STATEFULSETS}: Limitations",
    ),
    Guarantee(
        "ORD-10",
        Level.MUST,
        Profile.CORE,
        "A pod that ended by itself, Failed or Succeeded, MUST be replaced under its name, once for each end.",
        f"{_STATEFULSETS}: Pod Identity",
    ),
    Guarantee(
        "ORD-11",
        Level.MUST,
        Profile.CORE,
        "A pod that is being deleted MUST be gone before its replacement is created.",
        _FORCE,
    ),
    Guarantee(
        "ORD-12",
        Level.SHOULD,
        Profile.CORE,
        "Sizes asked for in quick succession SHOULD lead to the last of them.",
        _CONTROLLER,
    ),
    Guarantee(
        "ORD-13",
        Level.MUST,
        Profile.CORE,
        "Scaling down MUST NOT remove a pod while a lower one that is to go as well is not Ready.",
        f"{_SCALING} (all predecessors, before a scaling operation)",
        known_issue="#95586",
    ),
    Guarantee(
        "ORD-14",
        Level.SHOULD,
        Profile.CORE,
        "An unready pod that is the next to go SHOULD go, if all below it are Ready.",
        _CONTROLLER,
        since="1.11",
    ),
    Guarantee(
        "ORD-17",
        Level.SHOULD,
        Profile.CORE,
        "A pod whose creation was refused SHOULD be created once nothing refuses it any more.",
        _CONTROLLER,
    ),
    Guarantee(
        "ORD-15",
        Level.REPORT,
        Profile.CORE,
        "A set none of whose pods is Ready can be scaled to 0.",
        f"{_CONTROLLER}; the documentation lets it wait for all predecessors",
    ),
)

PARALLEL = (
    Guarantee(
        "PAR-1",
        Level.MUST,
        Profile.CORE,
        "A Parallel set MUST create its pods without waiting for any of them to be Ready.",
        _PARALLEL,
    ),
    Guarantee(
        "PAR-2",
        Level.MUST,
        Profile.CORE,
        "A Parallel set MUST remove surplus pods without waiting for any of them to be gone.",
        _PARALLEL,
    ),
    Guarantee(
        "PAR-3",
        Level.MUST,
        Profile.CORE,
        "The pods of a Parallel set MUST have the same unique identities and claims as those of any other.",
        _PARALLEL,
    ),
    Guarantee(
        "PAR-4",
        Level.MUST,
        Profile.CORE,
        "podManagementPolicy MUST be OrderedReady where nothing is said, and MUST NOT be changed.",
        _SPEC,
    ),
    Guarantee(
        "PAR-5",
        Level.REPORT,
        Profile.CORE,
        "A rolling update of a Parallel set takes one pod at a time where nothing is said.",
        f"{_PARALLEL} (older releases say that updates are not affected)",
    ),
    Guarantee(
        "PAR-6",
        Level.SHOULD,
        Profile.CORE,
        "A broken template SHOULD stop the update of a Parallel set, and a good one mend it without help.",
        _CONTROLLER,
    ),
    Guarantee(
        "PAR-7",
        Level.SHOULD,
        Profile.CORE,
        "A Parallel set SHOULD create all pods that it can when it cannot create one of them.",
        _CONTROLLER,
        known_issue="#111778",
    ),
    Guarantee(
        "PAR-8",
        Level.SHOULD,
        Profile.CORE,
        "A Parallel set SHOULD remove surplus pods while it cannot create one that is missing.",
        _CONTROLLER,
        known_issue="#140858",
    ),
    Guarantee(
        "PAR-9",
        Level.SHOULD,
        Profile.CORE,
        "A Parallel set SHOULD create a pod though it cannot create the one below it.",
        _CONTROLLER,
        since="1.28",
    ),
)

MIN_READY_SECONDS = (
    Guarantee(
        "MRS-1",
        Level.MUST,
        Profile.CORE,
        "availableReplicas MUST count a pod only once it was Ready for all of minReadySeconds.",
        _MIN_READY,
    ),
    Guarantee(
        "MRS-2",
        Level.MUST,
        Profile.CORE,
        "A pod MUST NOT be created before all lower ordinals were Ready for all of minReadySeconds.",
        _SCALING,
    ),
    Guarantee(
        "MRS-3",
        Level.MUST,
        Profile.CORE,
        "An update MUST NOT take the next pod before the former was Ready for all of minReadySeconds.",
        f"{_STATEFULSETS}: Rolling Updates",
    ),
    Guarantee(
        "MRS-4",
        Level.MUST,
        Profile.CORE,
        "A pod that was not Ready in between MUST be Ready for all of minReadySeconds anew.",
        "Kubernetes documentation, Concepts, Pod Lifecycle: Pod conditions",
    ),
    Guarantee(
        "MRS-5",
        Level.MUST,
        Profile.CORE,
        "minReadySeconds MUST be changed on a live set, with effect on its counters and on no pod.",
        _SPEC,
    ),
    Guarantee(
        "MRS-6",
        Level.SHOULD,
        Profile.CORE,
        "Scaling down SHOULD go on while all pods are Ready, however long minReadySeconds is.",
        _CONTROLLER,
        known_issue="#123918",
    ),
    Guarantee(
        "MRS-7",
        Level.SHOULD,
        Profile.CORE,
        "A pod that is the next to go SHOULD go before its minReadySeconds are over, if all below it are available.",
        _CONTROLLER,
        since="1.34",
    ),
    Guarantee(
        "MRS-8",
        Level.SHOULD,
        Profile.CORE,
        "status.currentRevision SHOULD NOT be the new one before all pods were Ready for all of minReadySeconds.",
        _CONTROLLER,
        known_issue="#136831",
    ),
)

START_ORDINAL = (
    Guarantee(
        "ORN-1",
        Level.MUST,
        Profile.CORE,
        "Pods MUST be numbered from spec.ordinals.start on, in names, labels and hostnames.",
        _START,
    ),
    Guarantee(
        "ORN-2",
        Level.MUST,
        Profile.CORE,
        "A changed start ordinal MUST add and remove pods at the ends only, and leave those in both ranges alone.",
        _START,
    ),
    Guarantee(
        "ORN-3",
        Level.MUST,
        Profile.CORE,
        "With a start ordinal too, pods MUST be created upward and removed downward.",
        _SCALING,
    ),
    Guarantee(
        "ORN-4",
        Level.REPORT,
        Profile.CORE,
        "A partition is compared with the ordinal itself, wherever the ordinals start.",
        f"{_STATEFULSETS}: Partitioned rolling updates",
    ),
)

ORDER = (*ORDERED, *PARALLEL, *MIN_READY_SECONDS, *START_ORDINAL)
"""Promises about order."""
