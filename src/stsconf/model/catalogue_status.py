"""Promises about what a StatefulSet's status says."""

from __future__ import annotations

from stsconf.model.guarantee import Guarantee, Level, Profile

_STATUS = "Kubernetes documentation, Reference, StatefulSet v1: StatefulSetStatus"

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
"""Promises about the status."""
