"""What a target may be able to do, found by trying and never by version."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Capability(StrEnum):
    """One thing that a promise may need of a target."""

    CONTAINERS = "containers"
    """Pods run real processes that answer HTTP through the API server's pod proxy."""
    DNS = "dns"
    """The cluster's DNS answers a pod's questions."""
    STORAGE = "storage"
    """A default StorageClass provisions claims."""
    DATA = "data"
    """A claim can be written by the suite's unprivileged pods, and read back."""
    VOLUMES = "volumes"
    """The suite may read PersistentVolumes, which belong to no namespace."""
    SEVERAL_NODES = "several-nodes"
    """At least two nodes take pods."""
    NODE_CONTROL = "node-control"
    """The suite may cordon nodes, and make a Node that nobody is behind."""
    MAX_UNAVAILABLE = "max-unavailable"
    """A rolling update may be told how many pods it takes at a time (`maxUnavailable`)."""
    RECREATE = "recreate"
    """A StatefulSet may have the update strategy `Recreate`."""
    API = "api"
    """The suite may update sets, write to their subresources, delete them by collection, and make their revisions."""
    EVICTION = "eviction"
    """The suite may evict pods, and make the PodDisruptionBudgets that limit it."""
    QUOTAS = "quotas"
    """The suite may make ResourceQuotas."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A capability that a target lacks, and the reason as one sentence."""

    capability: Capability
    reason: str
