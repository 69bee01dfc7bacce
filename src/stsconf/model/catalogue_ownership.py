"""Promises about what belongs to whom: owners, adoption, one pod per identity, deletion and eviction."""

from __future__ import annotations

from stsconf.model.capability import Capability
from stsconf.model.guarantee import Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_SPEC = "Kubernetes documentation, Reference, StatefulSet v1: StatefulSetSpec (selector)"
_FORCE = "Kubernetes documentation, Tasks, Force Delete StatefulSet Pods: StatefulSet considerations"
_DELETE = "Kubernetes documentation, Tasks, Delete a StatefulSet"
_OWNERS = "Kubernetes documentation, Concepts, Owners and Dependents"
_COLLECTION = "Kubernetes documentation, Concepts, Garbage Collection: Cascading deletion"
_DISRUPTIONS = "Kubernetes documentation, Concepts, Disruptions: Pod disruption budgets"
_BUDGETS = "Kubernetes documentation, Tasks, Specifying a Disruption Budget for your Application"
_AFFINITY = "Kubernetes documentation, Concepts, Assigning Pods to Nodes: Inter-pod affinity and anti-affinity"
_DRAIN = "Kubernetes documentation, Tasks, Safely Drain a Node"
_CONTROLLER = "behaviour of the StatefulSet controller"

OWNERS = (
    Guarantee(
        "OWN-1",
        Level.MUST,
        Profile.CORE,
        "A pod without owner that has the name and the labels of the set's MUST be adopted as it is.",
        _SPEC,
    ),
    Guarantee(
        "OWN-2",
        Level.SHOULD,
        Profile.CORE,
        "A pod whose labels cease to match SHOULD be released, run on, and keep its name until it is gone.",
        _CONTROLLER,
    ),
    Guarantee(
        "OWN-3",
        Level.SHOULD,
        Profile.CORE,
        "A pod with the set's labels and another name SHOULD be neither adopted nor removed.",
        _CONTROLLER,
    ),
    Guarantee(
        "OWN-4",
        Level.MUST,
        Profile.CORE,
        "A pod that somebody else controls MUST be neither adopted nor removed.",
        _OWNERS,
    ),
    Guarantee(
        "OWN-5",
        Level.MUST,
        Profile.CORE,
        "Orphaned pods and revisions MUST stay, and be taken over without a restart by the same set made anew.",
        _DELETE,
    ),
    Guarantee(
        "OWN-6",
        Level.MUST,
        Profile.CORE,
        "A set MUST go after its pods in the foreground, and before them in the background.",
        _COLLECTION,
    ),
    Guarantee(
        "OWN-7",
        Level.MUST,
        Profile.CORE,
        "At any time at most one live pod MUST have a given identity and use its claims.",
        _FORCE,
    ),
    Guarantee(
        "OWN-8",
        Level.MUST,
        Profile.DISRUPTIVE,
        "A pod on a node that does not answer MUST NOT be replaced before it is known to be gone.",
        _FORCE,
        frozenset({Capability.NODE_CONTROL}),
    ),
    Guarantee(
        "OWN-9",
        Level.MUST,
        Profile.CORE,
        "A pod that is deleted with a grace period of 0 MUST be gone at once, and its name MUST be free.",
        _FORCE,
    ),
    Guarantee(
        "OWN-14",
        Level.SHOULD,
        Profile.CORE,
        "A set that is being deleted SHOULD NOT create pods.",
        _CONTROLLER,
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

DISRUPTION = (
    Guarantee(
        "OWN-10",
        Level.MUST,
        Profile.CORE,
        "An eviction MUST keep to the budget, and the evicted pod MUST come back with the identity it had.",
        _DISRUPTIONS,
    ),
    Guarantee(
        "OWN-11",
        Level.MUST,
        Profile.CORE,
        "Scaling down and rolling updates MUST NOT be limited by a PodDisruptionBudget.",
        _DISRUPTIONS,
    ),
    Guarantee(
        "OWN-12",
        Level.MUST,
        Profile.CORE,
        "unhealthyPodEvictionPolicy MUST decide whether an unready pod is evicted.",
        f"{_BUDGETS}: Unhealthy Pod Eviction Policy",
        since="1.31",
    ),
    Guarantee(
        "OWN-13",
        Level.MUST,
        Profile.CORE,
        "The status of a PodDisruptionBudget MUST expect as many pods as the set asks for.",
        f"{_BUDGETS}: Check the status of the PDB",
    ),
    Guarantee(
        "OWN-19",
        Level.MUST,
        Profile.CORE,
        "An eviction, or a deletion, that names the pod by its UID MUST be of no other.",
        "Kubernetes documentation, Reference, Eviction v1: deleteOptions, preconditions",
    ),
)

NODES = (
    Guarantee(
        "OWN-17",
        Level.MUST,
        Profile.EXTENDED,
        "Pods that keep off each other's node MUST be on different nodes, and still be after one is replaced.",
        _AFFINITY,
        frozenset({Capability.SEVERAL_NODES}),
    ),
    Guarantee(
        "OWN-18",
        Level.MUST,
        Profile.DISRUPTIVE,
        "A drained node MUST take no pod; what no other takes MUST say why, and MUST come back with the node.",
        _DRAIN,
        frozenset({Capability.NODE_CONTROL, Capability.EVICTION}),
    ),
)

OWNERSHIP = (*OWNERS, *DISRUPTION, *NODES)
"""Promises about ownership."""
