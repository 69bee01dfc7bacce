"""Judges that hold always: applied to every history, whatever was done.

Each raises `NothingToJudge` where it does not apply: a Parallel set has no order, a set without claims no claims.
"""

from __future__ import annotations

from stsconf.judge import identity, order, ownership, pods, status, template
from stsconf.judge.base import Judge

LIVES: tuple[Judge, ...] = (
    ownership.at_most_one,
    ownership.claims_exclusive,
    order.replaced_after_gone,
    order.waits_for_ready,
    ownership.controlled_by_set,
    ownership.created_in_range,
    ownership.removal_explained,
)
"""No identity is there twice, and pods come and go by the rules only."""

IDENTITY: tuple[Judge, ...] = (
    identity.hostname_is_name,
    identity.labelled,
    identity.same_but_for_identity,
    template.made_from_template,
)
"""Every pod has the marks of its identity, and all else from its template."""

COURSE: tuple[Judge, ...] = (
    status.counters_sane,
    status.no_collision,
    status.follows_generation,
    pods.phases_in_order,
    pods.given_time,
)
"""Status counters stay within bounds, and pods go through their phases and are given time to end."""
