"""Every promise that the suite holds a cluster to, by id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from stsconf.model.catalogue_network import NETWORK
from stsconf.model.catalogue_order import ORDER
from stsconf.model.catalogue_ownership import OWNERSHIP
from stsconf.model.catalogue_pods import PODS
from stsconf.model.catalogue_status import STATUS
from stsconf.model.catalogue_storage import STORAGE
from stsconf.model.catalogue_updates import UPDATES
from stsconf.model.guarantee import Guarantee


def assemble(*groups: Iterable[Guarantee]) -> Mapping[str, Guarantee]:
    """Return the guarantees by id, in their order.

    Raises:
        ValueError: two guarantees have one id.
    """
    guarantees: dict[str, Guarantee] = {}
    for guarantee in (one for group in groups for one in group):
        if guarantee.id in guarantees:
            raise ValueError(f"two guarantees have the id {guarantee.id}")
        guarantees[guarantee.id] = guarantee
    return MappingProxyType(guarantees)


GUARANTEES: Mapping[str, Guarantee] = assemble(ORDER, PODS, OWNERSHIP, UPDATES, STATUS, STORAGE, NETWORK)
"""All guarantees by id."""


def catalogue_hash(guarantees: Mapping[str, Guarantee] = GUARANTEES) -> str:
    """Return twelve hex digits that change with any word of any guarantee: which catalogue a run was judged by."""
    lines = (
        "\t".join((g.id, g.level, g.profile, g.statement, g.source, g.since, g.known_issue, g.fixed, *sorted(g.needs)))
        for _, g in sorted(guarantees.items())
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
