"""Promises about names and Services."""

from __future__ import annotations

from stsconf.model.capability import Capability
from stsconf.model.guarantee import Guarantee, Level, Profile

_STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
_NETWORK_ID = f"{_STATEFULSETS}: Stable Network ID"
_BASICS = "Kubernetes documentation, Tutorials, StatefulSet Basics"
_DNS_PAGE = "Kubernetes documentation, Concepts, DNS for Services and Pods"
_SERVICE_PAGE = "Kubernetes documentation, Concepts, Service"
_SPECIFICATION = "Kubernetes DNS-Based Service Discovery, specification 1.1.0"
_DNS = frozenset({Capability.DNS})
_ANSWERING = frozenset({Capability.CONTAINERS, Capability.DNS})

NAMES = (
    Guarantee(
        "DNS-1",
        Level.MUST,
        Profile.DNS,
        "The name <pod>.<service> of a Ready pod MUST have that pod's address, and no two pods the same.",
        _NETWORK_ID,
        _DNS,
    ),
    Guarantee(
        "DNS-2",
        Level.MUST,
        Profile.DNS,
        "The name of a headless Service MUST have the addresses of all Ready pods and no other.",
        f"{_SERVICE_PAGE}: Headless Services",
        _DNS,
    ),
    Guarantee(
        "DNS-3",
        Level.MUST,
        Profile.DNS,
        "Without a Ready endpoint a name MUST have no address, and have it again with the endpoint.",
        f"{_SPECIFICATION}: Records for a Headless Service",
        _DNS,
    ),
    Guarantee(
        "DNS-4",
        Level.MUST,
        Profile.DNS,
        "A pod that is not Ready MUST be left out of the Service's answer and have no name of its own.",
        f"{_SPECIFICATION}: Records for a Headless Service",
        _DNS,
    ),
    Guarantee(
        "DNS-5",
        Level.MUST,
        Profile.DNS,
        "Where the Service publishes pods that are not Ready, both answers MUST include them.",
        "Kubernetes documentation, Reference, Service v1: ServiceSpec, publishNotReadyAddresses",
        _DNS,
    ),
    Guarantee(
        "DNS-6",
        Level.MUST,
        Profile.DNS,
        "A named port MUST have one SRV record per Ready pod, which leads to the pod's own name and its port.",
        f"{_DNS_PAGE}: SRV records",
        _DNS,
    ),
    Guarantee(
        "DNS-7",
        Level.MUST,
        Profile.DNS,
        "A short name MUST lead where the full name does within the namespace, and nowhere from another.",
        f"{_DNS_PAGE}: Namespaces of Services",
        _DNS,
    ),
    Guarantee(
        "DNS-8",
        Level.MUST,
        Profile.DNS,
        "When a pod comes back, its name MUST lead to the new address and no longer to the old.",
        f"{_BASICS}: Using stable network identities",
        _DNS,
    ),
    Guarantee(
        "DNS-9",
        Level.MUST,
        Profile.DNS,
        "The name of an ordinal MUST appear when it is added, and go when it is removed.",
        _NETWORK_ID,
        _DNS,
    ),
    Guarantee(
        "DNS-10",
        Level.MUST,
        Profile.DNS,
        "A name that was asked for before its pod existed MUST have the pod's address in the end.",
        _NETWORK_ID,
        _DNS,
    ),
    Guarantee(
        "DNS-11",
        Level.MUST,
        Profile.DNS,
        "A pod MUST resolve its own full name to its own address.",
        f"{_DNS_PAGE}: Pod's hostname and subdomain fields",
        _DNS,
    ),
    Guarantee(
        "DNS-12",
        Level.MUST,
        Profile.DNS,
        "The names of two StatefulSets with the same ordinals MUST NOT lead to one another's pods.",
        f"{_SPECIFICATION}: Records for a Headless Service",
        _DNS,
    ),
    Guarantee(
        "DNS-13",
        Level.REPORT,
        Profile.DNS,
        "The reverse lookup of a pod's address gives the pod's name under its Service.",
        f"{_SPECIFICATION}: Records for a Headless Service",
        _DNS,
    ),
    Guarantee(
        "DNS-14",
        Level.MUST,
        Profile.DNS,
        "Without its Service a StatefulSet MUST run all the same, and its pods have no names.",
        f"{_STATEFULSETS}: Limitations",
        _DNS,
    ),
    Guarantee(
        "DNS-15",
        Level.MUST,
        Profile.CORE,
        "The EndpointSlices of the Service MUST hold each Ready pod with its hostname, its address and the "
        "container's port; replacing one pod changes no other endpoint.",
        "Kubernetes documentation, Concepts, EndpointSlices",
    ),
    Guarantee(
        "DNS-18",
        Level.MUST,
        Profile.CORE,
        "A pod that is not Ready MUST be no ready endpoint, unless its Service publishes such pods.",
        "Kubernetes documentation, Concepts, EndpointSlices: Conditions",
    ),
    Guarantee(
        "DNS-16",
        Level.MUST,
        Profile.DNS,
        "A pod MUST be reached over HTTP by its name, whatever its address is.",
        _NETWORK_ID,
        _ANSWERING,
    ),
    Guarantee(
        "DNS-17",
        Level.MUST,
        Profile.DNS,
        "A foreign pod with the Service's labels MUST be in the Service's answer and have no name of its own.",
        f"{_DNS_PAGE}: Pod's hostname and subdomain fields",
        _DNS,
    ),
    Guarantee(
        "DNS-19",
        Level.SHOULD,
        Profile.DNS,
        "A name that has addresses of one family SHOULD NOT be denied to who asks for those of the other.",
        'RFC 4074: Return "Name Error"',
        _DNS,
    ),
    Guarantee(
        "DNS-20",
        Level.MUST,
        Profile.DNS,
        "Every pod of a set MUST reach every other, and itself, by name.",
        "Kubernetes documentation, Concepts, Services, Load Balancing, and Networking: The Kubernetes network model",
        _ANSWERING,
    ),
)

SERVICES = (
    Guarantee(
        "SVC-1",
        Level.MUST,
        Profile.DNS,
        "The name of a normal Service MUST have the Service's one virtual address.",
        f"{_DNS_PAGE}: A/AAAA records",
        _DNS,
    ),
    Guarantee(
        "SVC-2",
        Level.MUST,
        Profile.DNS,
        "A normal Service's virtual address MUST lead to one of the pods behind it.",
        f"{_SERVICE_PAGE}: type ClusterIP",
        _ANSWERING,
    ),
    Guarantee(
        "SVC-3",
        Level.MUST,
        Profile.CORE,
        "A governing Service that asks for no virtual address MUST NOT get one.",
        f"{_SERVICE_PAGE}: Headless Services",
    ),
    Guarantee(
        "SVC-4",
        Level.MUST,
        Profile.CORE,
        "The governing Service MUST be found in the set's own namespace, selecting the set's pods.",
        _NETWORK_ID,
    ),
)

NETWORK = (*NAMES, *SERVICES)
"""Promises about names and Services."""
