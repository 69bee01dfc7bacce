"""Promises about what belongs to whom: owners, adoption, one pod per identity."""

from __future__ import annotations

from stsconf.model.guarantee import Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_FORCE = "Kubernetes documentation, Tasks, Force Delete StatefulSet Pods: StatefulSet considerations"
_CONTROLLER = "behaviour of the StatefulSet controller"

OWNERSHIP = (
    Guarantee(
        "OWN-7",
        Level.MUST,
        Profile.CORE,
        "At any time at most one live pod MUST have a given identity and use its claims.",
        _FORCE,
    ),
    Guarantee(
        "OWN-15",
        Level.SHOULD,
        Profile.CORE,
        "The controller SHOULD NOT remove a pod that nothing called to remove.",
        _CONTROLLER,
    ),
    Guarantee(
        "OWN-16",
        Level.MUST,
        Profile.CORE,
        "No pod MUST be created outside of the set's range of ordinals.",
        f"{_STATEFULSETS}: Ordinal Index",
    ),
)
"""Promises about ownership."""
