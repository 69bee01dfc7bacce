"""Promises about the order in which pods come and go."""

from __future__ import annotations

from stsconf.model.guarantee import Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_SCALING = f"{_STATEFULSETS}: Deployment and Scaling Guarantees"
_BASICS = "Kubernetes documentation, Tutorials, StatefulSet Basics"
_FORCE = "Kubernetes documentation, Tasks, Force Delete StatefulSet Pods: StatefulSet considerations"

ORDER = (
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
        "ORD-11",
        Level.MUST,
        Profile.CORE,
        "A pod that is being deleted MUST be gone before its replacement is created.",
        _FORCE,
    ),
)
"""Promises about order."""
