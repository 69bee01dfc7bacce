"""All faults outside of the StatefulSet controller, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stsconf.mutants.fault import Fault
from stsconf.mutants.faults import (
    api,
    claims,
    controllers,
    dns,
    endpoints,
    healthy,
    identity,
    kubelet,
    lies,
    meddling,
    moments,
    sets,
    storage,
)

_FAMILIES = (
    dns,
    storage,
    claims,
    sets,
    identity,
    kubelet,
    endpoints,
    controllers,
    meddling,
    moments,
    api,
    lies,
    healthy,
)

FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for one in _FAMILIES for fault in one.FAULTS})
"""All faults by name."""
