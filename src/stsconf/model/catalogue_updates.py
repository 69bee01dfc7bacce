"""Promises about rolling updates and about what a StatefulSet's status says."""

from __future__ import annotations

from stsconf.model.guarantee import Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_ROLLING = f"{_STATEFULSETS}: Rolling Updates"
_STATUS = "Kubernetes documentation, Reference, StatefulSet v1: StatefulSetStatus"

UPDATE = (
    Guarantee(
        "UPD-2",
        Level.MUST,
        Profile.CORE,
        "A rolling update MUST replace the highest ordinal first and go down to the lowest.",
        _ROLLING,
    ),
    Guarantee(
        "UPD-3",
        Level.MUST,
        Profile.CORE,
        "A rolling update MUST NOT touch the next pod before the former is Running and Ready on the new revision.",
        _ROLLING,
    ),
    Guarantee("UPD-4", Level.MUST, Profile.CORE, "A rolling update MUST replace every pod exactly once.", _ROLLING),
    Guarantee(
        "UPD-9",
        Level.MUST,
        Profile.CORE,
        "Only a change of the pod template MUST start a rolling update; a deleted pod comes back as it was.",
        f"{_STATEFULSETS}: Revision history",
    ),
)

STATUS = (
    Guarantee(
        "STA-2",
        Level.MUST,
        Profile.CORE,
        "The status MUST count the pods that exist and, among them, those that are Ready.",
        _STATUS,
    ),
    Guarantee(
        "STA-3",
        Level.MUST,
        Profile.CORE,
        "No counter of the status MUST be negative or larger than the number of pods.",
        _STATUS,
    ),
    Guarantee(
        "STA-4",
        Level.MUST,
        Profile.CORE,
        "A finished update MUST leave every pod, and the status, on one revision.",
        _STATUS,
    ),
    Guarantee(
        "STA-14",
        Level.REPORT,
        Profile.CORE,
        "The set's Events tell the creation of each pod, in order.",
        "Kubernetes documentation, Reference, Event v1 (best effort by definition)",
    ),
)

UPDATES = (*UPDATE, *STATUS)
"""Promises about updates and status."""
