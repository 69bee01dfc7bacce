"""Promises about claims, volumes and the data on them, and the replies of the storage app that show the data."""

from __future__ import annotations

from stsconf.model.capability import Capability
from stsconf.model.guarantee import UNREPORTED, Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_STABLE = f"{_STATEFULSETS}: Stable Storage"
_RETENTION = f"{_STATEFULSETS}: PersistentVolumeClaim retention"
_BASICS = "Kubernetes documentation, Tutorials, StatefulSet Basics"
_VOLUMES = "Kubernetes documentation, Concepts, Persistent Volumes"
_CONTROLLER = "behaviour of the StatefulSet controller"
_KUBIA = "the storage app's contract, apps/kubia/README.md"
_CLAIMS = frozenset({Capability.STORAGE})
_PV = frozenset({Capability.STORAGE, Capability.VOLUMES})
_DATA = frozenset({Capability.CONTAINERS, Capability.STORAGE, Capability.DATA})
_RUNNING = frozenset({Capability.CONTAINERS})

CLAIMS = (
    Guarantee(
        "STO-1",
        Level.MUST,
        Profile.STORAGE,
        "Each pod MUST have one claim per template, named <template>-<set>-<ordinal>, with the selector's labels.",
        _STABLE,
        _CLAIMS,
    ),
    Guarantee(
        "STO-2",
        Level.MUST,
        Profile.STORAGE,
        "A claim MUST have the class that its template names, and the default class if it names none.",
        _STABLE,
        _CLAIMS,
    ),
    Guarantee(
        "STO-3",
        Level.MUST,
        Profile.STORAGE,
        "No two pods MUST share a volume: what one ordinal stored, no other sees.",
        _STABLE,
        _CLAIMS,
    ),
    Guarantee(
        "STO-4",
        Level.MUST,
        Profile.STORAGE,
        "A pod that comes back MUST mount the same claim and volume and find its data there.",
        f"{_BASICS}: Writing to stable storage",
        _CLAIMS,
    ),
    Guarantee(
        "STO-6",
        Level.MUST,
        Profile.STORAGE,
        "Scaling down MUST keep the claims; scaling up again MUST bring them back with their data.",
        f"{_STATEFULSETS}: Limitations",
        _CLAIMS,
    ),
    Guarantee(
        "STO-7",
        Level.MUST,
        Profile.STORAGE,
        "Deleting the StatefulSet MUST keep the claims unless its retention policy says otherwise.",
        _RETENTION,
        _CLAIMS,
    ),
    Guarantee(
        "STO-9",
        Level.SHOULD,
        Profile.STORAGE,
        "A claim of the right name that exists already SHOULD be used and not replaced.",
        _STABLE,
        _CLAIMS,
    ),
    Guarantee(
        "STO-5",
        Level.MUST,
        Profile.STORAGE,
        "A pod that comes back after an eviction MUST mount the same claim and find its data there.",
        _STABLE,
        _CLAIMS,
    ),
    Guarantee(
        "STO-8",
        Level.MUST,
        Profile.STORAGE,
        "Deleting a StatefulSet without its dependents MUST leave its pods running and its claims in place.",
        "Kubernetes documentation, Tutorials, StatefulSet Basics: Non-cascading delete",
        _CLAIMS,
    ),
    Guarantee(
        "STO-10",
        Level.SHOULD,
        Profile.STORAGE,
        "The missing claim of a Pending pod SHOULD be made again.",
        _CONTROLLER,
        _CLAIMS,
    ),
    Guarantee(
        "STO-11",
        Level.MUST,
        Profile.STORAGE,
        "A deleted claim MUST stay until its pod is gone; after that a new claim and a new pod MUST come.",
        f"{_VOLUMES}: Storage Object in Use Protection",
        _CLAIMS,
    ),
    Guarantee(
        "STO-12",
        Level.MUST,
        Profile.STORAGE,
        "Where a claim template and a volume of the pod template have one name, the claim MUST be used.",
        "Kubernetes documentation, Reference, StatefulSet v1: StatefulSetSpec, volumeClaimTemplates",
        _CLAIMS,
    ),
    Guarantee(
        "STO-13",
        Level.MUST,
        Profile.STORAGE,
        "The claim templates of a set MUST NOT be changed; its manifest as it is MUST be taken once more.",
        "Kubernetes documentation, Reference, StatefulSet v1: StatefulSetSpec, volumeClaimTemplates",
        _CLAIMS,
    ),
    Guarantee(
        "STO-14",
        Level.MUST,
        Profile.STORAGE,
        "A claim MUST become Bound with at least the size, and with the access modes, that its template asks for.",
        f"{_VOLUMES}: Binding",
        _CLAIMS,
    ),
    Guarantee(
        "STO-15",
        Level.SHOULD,
        Profile.STORAGE,
        "A claim SHOULD appear together with its pod, in the order of the ordinals.",
        _CONTROLLER,
        _CLAIMS,
    ),
    Guarantee(
        "STO-16",
        Level.MUST,
        Profile.STORAGE,
        "Each claim MUST be bound to a PersistentVolume of its own, whose claimRef points back to it.",
        f"{_VOLUMES}: Binding",
        _PV,
    ),
    Guarantee(
        "STO-17",
        Level.MUST,
        Profile.STORAGE,
        "Stored data MUST lie on the claim's volume, mounted where the template says.",
        _STABLE,
        _DATA,
    ),
    Guarantee(
        "STO-18",
        Level.MUST,
        Profile.STORAGE,
        "Data MUST tell a first start from a restart: a new volume is empty, a volume that came back is not.",
        _STABLE,
        _DATA,
    ),
    Guarantee(
        "STO-19",
        Level.SHOULD,
        Profile.STORAGE,
        "A pod SHOULD NOT be made while a claim that it needs is being deleted.",
        _CONTROLLER,
        _CLAIMS,
    ),
    Guarantee(
        "STO-20",
        Level.MUST,
        Profile.STORAGE,
        "A pod whose volume is held to a node MUST run on that node, and come back to it.",
        f"{_VOLUMES}: Node Affinity",
        _PV,
    ),
    Guarantee(
        "STO-21",
        Level.SHOULD,
        Profile.STORAGE,
        "A pod SHOULD NOT be made before its claims are.",
        _CONTROLLER,
        _CLAIMS,
    ),
    Guarantee(
        "STO-22",
        Level.MUST,
        Profile.STORAGE,
        "A claim MUST ask for all that its template asks for.",
        _STABLE,
        _CLAIMS,
    ),
)

RETENTION = (
    Guarantee(
        "RET-1",
        Level.MUST,
        Profile.STORAGE,
        "The default of both retention policies MUST be Retain: nobody owns the claims, and nothing removes them.",
        _RETENTION,
        _CLAIMS,
        "1.32",
    ),
    Guarantee(
        "RET-2",
        Level.MUST,
        Profile.STORAGE,
        "Where whenDeleted is Delete the set MUST own the claims, which go with it once their pods are gone.",
        _RETENTION,
        _CLAIMS,
        "1.32",
    ),
    Guarantee(
        "RET-3",
        Level.MUST,
        Profile.STORAGE,
        "Where whenScaled is Delete the claims of removed ordinals MUST go with their pods, and no others.",
        _RETENTION,
        _CLAIMS,
        "1.32",
    ),
    Guarantee(
        "RET-4",
        Level.MUST,
        Profile.STORAGE,
        "Where both policies are Delete, claims MUST go on scaling down as well as with the set.",
        _RETENTION,
        _CLAIMS,
        "1.32",
    ),
    Guarantee(
        "RET-5",
        Level.MUST,
        Profile.STORAGE,
        "No policy MUST remove a claim because its pod was deleted, evicted or updated.",
        _RETENTION,
        _CLAIMS,
        "1.32",
    ),
    Guarantee(
        "RET-6",
        Level.MUST,
        Profile.STORAGE,
        "When a policy is changed the owners of the claims MUST follow, and the new policy holds.",
        _RETENTION,
        _CLAIMS,
        "1.32",
    ),
    Guarantee(
        "RET-7",
        Level.SHOULD,
        Profile.STORAGE,
        "A claim SHOULD be left by every policy to whoever else controls it, or owned it before, a former set too.",
        _CONTROLLER,
        _CLAIMS,
        "1.32",
    ),
    Guarantee(
        "RET-8",
        Level.MUST,
        Profile.STORAGE,
        "Deleting the set without its dependents MUST keep the claims even where whenDeleted is Delete.",
        "Kubernetes documentation, Concepts, Garbage Collection: Orphaned dependents",
        _CLAIMS,
        "1.32",
    ),
    Guarantee(
        "RET-9",
        Level.MUST,
        Profile.STORAGE,
        "An ordinal whose claim went on scaling down MUST get a new and empty one when it comes back.",
        _RETENTION,
        _CLAIMS,
        "1.32",
    ),
    Guarantee(
        "RET-10",
        Level.SHOULD,
        Profile.STORAGE,
        "Scaling up again before the former claim is gone SHOULD bring the pod back as soon as it is gone.",
        _CONTROLLER,
        _CLAIMS,
        "1.32",
        known_issue=UNREPORTED,
    ),
    Guarantee(
        "RET-11",
        Level.SHOULD,
        Profile.STORAGE,
        "A claim made by hand SHOULD come under the policy like one that the controller made.",
        _CONTROLLER,
        _CLAIMS,
        "1.32",
    ),
    Guarantee(
        "RET-12",
        Level.MUST,
        Profile.STORAGE,
        "A policy MUST cover all claims of the set, those of ordinals that have no pod as well.",
        _RETENTION,
        _CLAIMS,
        "1.32",
        known_issue=UNREPORTED,
    ),
    Guarantee(
        "RET-13",
        Level.SHOULD,
        Profile.STORAGE,
        "After scaling down and up again in any order, a set that is looked at again SHOULD be complete.",
        _CONTROLLER,
        _CLAIMS,
        "1.32",
    ),
)

APP = (
    Guarantee(
        "APP-1", Level.MUST, Profile.EXTENDED, "On an empty volume kubia MUST say No data posted yet.", _KUBIA, _DATA
    ),
    Guarantee("APP-2", Level.MUST, Profile.EXTENDED, "Kubia MUST confirm a POST in its own name.", _KUBIA, _DATA),
    Guarantee("APP-3", Level.MUST, Profile.EXTENDED, "A GET MUST return what was stored last.", _KUBIA, _DATA),
    Guarantee(
        "APP-4",
        Level.MUST,
        Profile.EXTENDED,
        "A reply MUST name the pod that was asked, which is its hostname.",
        _KUBIA,
        _RUNNING,
    ),
    Guarantee(
        "APP-5",
        Level.MUST,
        Profile.EXTENDED,
        "After the update to v2 replies MUST be those of v2, with the data stored under v1.",
        _KUBIA,
        _DATA,
    ),
)

STORAGE = (*CLAIMS, *RETENTION, *APP)
"""Promises about storage."""
