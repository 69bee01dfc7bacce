"""EndpointSlices that are missing, or wrong."""

from __future__ import annotations

from stsconf.mutants.fault import Expected, Fault
from stsconf.mutants.faults.controllers import silenced
from stsconf.mutants.faults.policy import MUTATING, Policy, admission, changes, rule

_ALL_READY = (
    "object.endpoints.filter(e, has(e.targetRef) && !e.conditions.ready).map(e, JSONPatch{op: 'replace', "
    "path: '/endpoints/' + string(object.endpoints.map(o, o.targetRef.uid).indexOf(e.targetRef.uid)) "
    "+ '/conditions/ready', value: true})"
)

_LISTED = ("endpoints", "address")
"""What is not in the slices is no answer of DNS either."""

NO_SLICES = Fault(
    "endpointslices-off",
    "Nobody writes EndpointSlices.",
    admission(
        silenced(
            "endpointslices-off",
            "request.userInfo.username == 'system:serviceaccount:kube-system:endpointslice-controller'",
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

FAULTS = (NO_SLICES, UNREADY_LISTED)
"""The faults of EndpointSlices."""
