"""What all scenarios of a run share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stsconf.kube.client import Kube
from stsconf.model.capability import Capability
from stsconf.scenario.apps import LOCAL_IMAGES
from stsconf.scenario.observer import Observer
from stsconf.wait import Clock, Deadlines


@dataclass(frozen=True, slots=True)
class RunContext:
    """One run on one cluster.

    `run` is the id that every object carries. `capabilities` maps what the cluster can do to how that was found.
    `storage_class` is the default class. `observer` asks from outside the scenarios' namespaces, None without DNS.
    `ipv6` tells whether programs can listen on such addresses in a pod. `disposable`: the cluster ends with the run.
    """

    kube: Kube
    run: str
    deadlines: Deadlines
    clock: Clock
    capabilities: Mapping[Capability, str]
    storage_class: str = ""
    images: str = LOCAL_IMAGES
    observer: Observer | None = None
    zone: str = field(default="cluster.local")
    ipv6: bool = True
    disposable: bool = False

    def can(self, capability: Capability) -> bool:
        """Tell whether the cluster has a capability."""
        return capability in self.capabilities
