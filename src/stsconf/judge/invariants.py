"""Judges that hold always: applied to every history, whatever was done."""

from __future__ import annotations

from stsconf.judge import identity, order, ownership, pods, status
from stsconf.judge.base import Judge

INVARIANTS: tuple[Judge, ...] = (
    ownership.at_most_one,
    ownership.claims_exclusive,
    order.replaced_after_gone,
    order.waits_for_ready,
    ownership.controlled_by_set,
    ownership.created_in_range,
    ownership.removal_explained,
    identity.labelled,
    identity.hostname_is_name,
    pods.phases_in_order,
    status.counters_sane,
)
"""Each raises `NothingToJudge` where it does not apply: a Parallel set has no order, a set without claims no claims."""
