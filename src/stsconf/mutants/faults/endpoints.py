"""Services and their EndpointSlices that are missing, or wrong."""

from __future__ import annotations

from stsconf.mutants.fault import EMBEDDED, SIMULATED, Expected, Fault
from stsconf.mutants.faults.controllers import silenced
from stsconf.mutants.faults.policy import MUTATING, Policy, admission, by, changes, changing, rule

_ALL_READY = (
    "object.endpoints.filter(e, has(e.targetRef) && !e.conditions.ready).map(e, JSONPatch{op: 'replace', "
    "path: '/endpoints/' + string(object.endpoints.map(o, o.targetRef.uid).indexOf(e.targetRef.uid)) "
    "+ '/conditions/ready', value: true})"
)

_LISTED = ("endpoint", "address")
"""What is not in the slices is no answer of DNS either."""

NO_SLICES = Fault(
    "endpointslices-off",
    "Nobody writes EndpointSlices.",
    admission(
        silenced(
            "endpointslices-off",
            by("endpointslice-controller"),
        )
    ),
    kills=(Expected("DNS-15", "service.endpoints"), Expected("IDN-4", "service.single")),
    withholds=_LISTED,
)

UNREADY_LISTED = Fault(
    "unready-endpoints-ready",
    "EndpointSlices list pods as ready that are not.",
    admission(
        Policy(
            MUTATING,
            "stsconf-fault-unready-endpoints-ready",
            rule("discovery.k8s.io", ["endpointslices"], ("CREATE", "UPDATE")),
            changes(_ALL_READY),
            {"listing": "has(object.endpoints)"},
        )
    ),
    kills=(Expected("DNS-15", "service.endpoints"),),
    withholds=_LISTED,
)

NOT_HEADLESS = Fault(
    "services-given-addresses",
    "Services that are to be headless are given a virtual address.",
    admission(
        changing(
            "services-given-addresses",
            "services",
            "[JSONPatch{op: 'remove', path: '/spec/clusterIP'}]",
            about="has(object.spec.clusterIP) && object.spec.clusterIP == 'None'",
        )
    ),
    kinds=(SIMULATED,),
    kills=(Expected("SVC-3", "service.headless"),),
    may_fail=frozenset({"DNS-15"}),  # such endpoints need no hostname
)

ELSEWHERE = Fault(
    "services-lead-elsewhere",
    "Services select other pods than they are to.",
    admission(
        changing(
            "services-lead-elsewhere",
            "services",
            "[JSONPatch{op: 'add', path: '/spec/selector/elsewhere', value: 'true'}]",
            about="has(object.spec.selector)",
        )
    ),
    kills=(Expected("SVC-4", "service.namespace"), Expected("IDN-4", "service.single")),
    withholds=_LISTED,
)

_OTHER_PROXY = "/metadata/labels/service.kubernetes.io~1service-proxy-name"

UNROUTED = Fault(
    "services-not-routed",
    "Nobody leads a Service's virtual address to the pods behind it.",
    admission(
        changing(
            "services-not-routed",
            "services",
            f"[JSONPatch{{op: 'add', path: '{_OTHER_PROXY}', value: 'nobody'}}]",
            virtual="!has(object.spec.clusterIP) || object.spec.clusterIP != 'None'",
        )
    ),
    kinds=(EMBEDDED,),
    kills=(Expected("SVC-2", "data.virtual"),),
)

FAULTS = (NO_SLICES, UNREADY_LISTED, NOT_HEADLESS, ELSEWHERE, UNROUTED)
"""The faults of Services and their EndpointSlices."""
