"""Promises about claims, volumes and the data on them, and the replies of the storage app that show the data."""

from __future__ import annotations

from stsconf.model.capability import Capability
from stsconf.model.guarantee import Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_STABLE = f"{_STATEFULSETS}: Stable Storage"
_RETENTION = f"{_STATEFULSETS}: PersistentVolumeClaim retention"
_BASICS = "Kubernetes documentation, Tutorials, StatefulSet Basics"
_VOLUMES = "Kubernetes documentation, Concepts, Persistent Volumes"
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
        "behaviour of the StatefulSet controller",
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

STORAGE = (*CLAIMS, *APP)
"""Promises about storage."""
