"""Promises about rolling updates."""

from __future__ import annotations

from stsconf.model.guarantee import Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_ROLLING = f"{_STATEFULSETS}: Rolling Updates"

UPDATES = (
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
"""Promises about updates."""
