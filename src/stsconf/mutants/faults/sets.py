"""What sets ask for, changed when they are admitted."""

from __future__ import annotations

from stsconf.mutants.fault import Expected, Fault
from stsconf.mutants.faults.policy import admission, changing, within

RETENTION = Fault(
    "retention-changed",
    "Every set is made to delete its claims, whatever it asks for.",
    admission(
        changing(
            "retention-changed",
            "statefulsets",
            "[JSONPatch{op: 'add', path: '/spec/persistentVolumeClaimRetentionPolicy', "
            "value: {'whenDeleted': 'Delete', 'whenScaled': 'Delete'}}]",
            ("CREATE", "UPDATE"),
            group="apps",
        )
    ),
    kills=(
        Expected("RET-1", "retention.defaults"),
        Expected("STO-6", "storage.kept"),
        Expected("STO-7", "storage.kept"),
    ),
    may_fail=frozenset({"RET-2", "RET-3", "RET-5", "STA-13"}),  # nobody asked for that, nor is it the default
)

STRATEGY = Fault(
    "strategy-changed",
    "Sets that ask for nothing else are updated when their pods are deleted, where a scenario looks at that.",
    admission(
        changing(
            "strategy-changed",
            "statefulsets",
            "[JSONPatch{op: 'replace', path: '/spec/updateStrategy', value: {'type': 'OnDelete'}}]",
            group="apps",
            observed=within("rolling-update"),  # done everywhere, it is all that is seen
        )
    ),
    kills=(Expected("UPD-1", "rollout.default"),),
    may_fail=frozenset({"STA-4", "UPD-2", "UPD-3", "UPD-4"}),  # nothing is replaced at all
)

FAULTS = (RETENTION, STRATEGY)
"""The faults of what sets ask for."""
