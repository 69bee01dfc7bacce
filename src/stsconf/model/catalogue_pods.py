"""Promises about pods: life and identity, contrasts, and what the suite itself promises."""

from __future__ import annotations

from stsconf.model.capability import Capability
from stsconf.model.guarantee import Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_NETWORK_ID = f"{_STATEFULSETS}: Stable Network ID"
_LIFECYCLE = "Kubernetes documentation, Concepts, Pod Lifecycle"
_CONTROLLER = "behaviour of the StatefulSet controller"
_RUNNING = frozenset({Capability.CONTAINERS})

POD = (
    Guarantee(
        "POD-1",
        Level.MUST,
        Profile.CORE,
        "A pod MUST go from Pending to Running and be Ready only when it runs.",
        f"{_LIFECYCLE}: Pod phase",
    ),
    Guarantee(
        "POD-2",
        Level.SHOULD,
        Profile.CORE,
        "The containers of a healthy pod SHOULD NOT be restarted.",
        f"{_LIFECYCLE}: How Pods handle problems with containers",
        _RUNNING,
    ),
    Guarantee(
        "POD-3",
        Level.MUST,
        Profile.CORE,
        "A pod that is removed MUST be given the grace period of its template to end.",
        f"{_LIFECYCLE}: Termination of Pods",
    ),
    Guarantee(
        "POD-4",
        Level.MUST,
        Profile.CORE,
        "Containers MUST be asked to end, and MUST NOT be killed before the pod's grace period is over.",
        f"{_LIFECYCLE}: Termination of Pods",
        _RUNNING,
    ),
)

IDENTITY = (
    Guarantee(
        "IDN-1",
        Level.MUST,
        Profile.CORE,
        "Pods MUST be named <set>-<ordinal>, from the first ordinal on, without gap or repetition.",
        f"{_STATEFULSETS}: Ordinal Index",
    ),
    Guarantee(
        "IDN-2",
        Level.MUST,
        Profile.CORE,
        "A pod's hostname MUST be its name, and its subdomain the governing Service.",
        _NETWORK_ID,
    ),
    Guarantee(
        "IDN-3",
        Level.MUST,
        Profile.CORE,
        "A deleted pod MUST come back as another object with the same name, hostname and claims.",
        f"{_STATEFULSETS}: Pod Identity",
    ),
    Guarantee(
        "IDN-4",
        Level.MUST,
        Profile.CORE,
        "The label statefulset.kubernetes.io/pod-name MUST be the pod's name.",
        f"{_STATEFULSETS}: Pod Name Label",
    ),
    Guarantee(
        "IDN-5",
        Level.MUST,
        Profile.CORE,
        "The label apps.kubernetes.io/pod-index MUST be the pod's ordinal.",
        f"{_STATEFULSETS}: Pod index label",
    ),
    Guarantee(
        "IDN-6",
        Level.MUST,
        Profile.CORE,
        "The label controller-revision-hash MUST name a ControllerRevision of the set.",
        "Kubernetes documentation, Reference, StatefulSet v1: StatefulSetStatus",
    ),
    Guarantee(
        "IDN-7",
        Level.MUST,
        Profile.CORE,
        "A pod's one controller MUST be its StatefulSet, by UID, blocking the owner's deletion.",
        "Kubernetes documentation, Concepts, Owners and Dependents: Owner references in object specifications",
    ),
    Guarantee(
        "IDN-8",
        Level.SHOULD,
        Profile.CORE,
        "A pod's label with its name SHOULD be restored in place after somebody changed it.",
        _CONTROLLER,
    ),
    Guarantee(
        "IDN-9",
        Level.MUST,
        Profile.CORE,
        "A StatefulSet whose name the API takes MUST get its pods, however long the name is.",
        f"{_STATEFULSETS}: Components",
        known_issue="#64023",
    ),
    Guarantee(
        "IDN-10",
        Level.MUST,
        Profile.CORE,
        "A StatefulSet MUST run without a governing Service, and nobody makes one for it.",
        f"{_STATEFULSETS}: Limitations",
    ),
    Guarantee(
        "IDN-11",
        Level.MUST,
        Profile.CORE,
        "Pods of one revision MUST differ in nothing but their identity.",
        f"{_STATEFULSETS}: Components",
    ),
    Guarantee(
        "IDN-12",
        Level.MUST,
        Profile.CORE,
        "The set's selector MUST match the set's pods, all of them and no others.",
        f"{_STATEFULSETS}: Pod Selector",
    ),
    Guarantee(
        "IDN-14",
        Level.REPORT,
        Profile.CORE,
        "A pod's label with its ordinal is restored in place after somebody changed it.",
        _CONTROLLER,
    ),
    Guarantee(
        "IDN-13",
        Level.MUST,
        Profile.CORE,
        "The loss of one pod MUST NOT replace any other pod.",
        f"{_STATEFULSETS}: Pod Identity",
    ),
    Guarantee(
        "IDN-15",
        Level.MUST,
        Profile.CORE,
        "Every pod MUST be made with all that the template of its revision says.",
        "Kubernetes documentation, Reference, StatefulSet v1: StatefulSetSpec, template",
    ),
)

CONTRAST = (
    Guarantee(
        "CTR-1",
        Level.MUST,
        Profile.EXTENDED,
        "The pods of a Deployment MUST start without waiting for one another and without ordinals in their names.",
        f"{_STATEFULSETS}: Using StatefulSets",
    ),
    Guarantee(
        "CTR-2",
        Level.MUST,
        Profile.EXTENDED,
        "A deleted pod of a Deployment MUST be replaced under another name.",
        f"{_STATEFULSETS}: Using StatefulSets",
    ),
)

RUN = (
    Guarantee(
        "RUN-1",
        Level.SHOULD,
        Profile.DNS,
        "The cluster SHOULD resolve kubernetes.default, which tells the DNS zone.",
        "Kubernetes documentation, Tasks, Debugging DNS Resolution: Introduction",
        frozenset({Capability.DNS}),
    ),
    Guarantee(
        "RUN-2",
        Level.SHOULD,
        Profile.CORE,
        "Objects that the suite made SHOULD all be gone once it has removed them.",
        "Kubernetes documentation, Concepts, Garbage Collection: Cascading deletion",
    ),
)

PODS = (*POD, *IDENTITY, *CONTRAST, *RUN)
"""Promises about pods."""
