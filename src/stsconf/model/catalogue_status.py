"""Promises about what a StatefulSet's status says, and about what the API does with a StatefulSet."""

from __future__ import annotations

from stsconf.model.guarantee import UNREPORTED, Guarantee, Level, Profile

_REFERENCE = "Kubernetes documentation, Reference, StatefulSet v1"
_STATUS = f"{_REFERENCE}: StatefulSetStatus"
_SPEC = f"{_REFERENCE}: StatefulSetSpec"
_CONCEPTS = "Kubernetes documentation, Reference, Kubernetes API Concepts"
_BASICS = "Kubernetes documentation, Tutorials, StatefulSet Basics"
_CONTROLLER = "behaviour of the StatefulSet controller"

COUNTERS = (
    Guarantee(
        "STA-1",
        Level.MUST,
        Profile.CORE,
        "status.observedGeneration MUST follow metadata.generation, and MUST mean seen and not done.",
        _STATUS,
    ),
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
        "STA-5",
        Level.MUST,
        Profile.CORE,
        "While a partition holds pods back, the status MUST name both revisions and count the pods of each.",
        f"{_BASICS}: Rolling Out a Canary",
    ),
    Guarantee(
        "STA-6",
        Level.SHOULD,
        Profile.CORE,
        "Under OnDelete the status SHOULD end on the new revision once every pod was replaced.",
        _CONTROLLER,
        since="1.37",
        known_issue="#106055",
        fixed="1.37",
    ),
    Guarantee(
        "STA-7",
        Level.MUST,
        Profile.CORE,
        "A set of no replicas MUST have no pods and only zeros in its status.",
        _STATUS,
    ),
    Guarantee(
        "STA-17",
        Level.MUST,
        Profile.CORE,
        "The status MUST count collisions of revision names only: none as a rule.",
        _STATUS,
    ),
    Guarantee(
        "STA-18",
        Level.SHOULD,
        Profile.CORE,
        "A condition that somebody else has put into the status SHOULD stay there.",
        _CONTROLLER,
        since="1.37",
        known_issue=UNREPORTED,
        fixed="1.37",
    ),
    Guarantee(
        "STA-8",
        Level.SHOULD,
        Profile.CORE,
        "The status SHOULD be kept up while the creation of a pod is refused.",
        _CONTROLLER,
        since="1.26",
    ),
    Guarantee(
        "STA-14",
        Level.REPORT,
        Profile.CORE,
        "The set's Events tell the creation of each pod, in order.",
        "Kubernetes documentation, Reference, Event v1 (best effort by definition)",
    ),
)

REQUESTS = (
    Guarantee(
        "STA-9",
        Level.MUST,
        Profile.CORE,
        "The scale subresource MUST tell the set's size and selector, and change its size.",
        f"{_CONCEPTS}: Subresources",
    ),
    Guarantee(
        "STA-10",
        Level.MUST,
        Profile.CORE,
        "A write to an outdated version MUST be refused with 409.",
        f"{_CONCEPTS}: Resource versions",
    ),
    Guarantee(
        "STA-11",
        Level.MUST,
        Profile.CORE,
        "Sets MUST be listed and deleted by label, those that carry it and no others.",
        f"{_REFERENCE}: Operations",
    ),
    Guarantee(
        "STA-12",
        Level.MUST,
        Profile.CORE,
        "Spec and status MUST be written apart: a write to one changes nothing of the other.",
        f"{_CONCEPTS}: Subresources",
    ),
    Guarantee(
        "STA-13",
        Level.MUST,
        Profile.CORE,
        "What a manifest leaves out MUST be filled in with the documented defaults.",
        _SPEC,
    ),
    Guarantee(
        "STA-15",
        Level.MUST,
        Profile.CORE,
        "Negative sizes and ordinals, bad names, and pods that are allowed to end MUST be refused with 422.",
        _SPEC,
    ),
    Guarantee(
        "STA-16",
        Level.MUST,
        Profile.CORE,
        "A dry run MUST be answered like the real request, and leave nothing.",
        f"{_CONCEPTS}: Dry-run",
    ),
)

STATUS = (*COUNTERS, *REQUESTS)
"""Promises about status and API."""
