"""What sets ask for, changed when they are admitted."""

from __future__ import annotations

from stsconf.model.finding import DID_NOT_HAPPEN
from stsconf.mutants.fault import SIMULATED, Expected, Fault
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

ORDER = Fault(
    "order-imposed",
    "Parallel sets that are made without pods are made to go in order.",
    admission(
        changing(
            "order-imposed",
            "statefulsets",
            "[JSONPatch{op: 'replace', path: '/spec/podManagementPolicy', value: 'OrderedReady'}]",
            group="apps",
            parallel="object.spec.podManagementPolicy == 'Parallel' && object.spec.replicas == 0",
        )
    ),
    kinds=(SIMULATED,),
    kills=(Expected("PAR-1", DID_NOT_HAPPEN),),
)

_THEIRS = "oldObject.spec.template.spec.containers.filter(o, o.name == c.name && has(o.resources))"
_KEPT = f"""object.spec.template.spec.containers.filter(c, size({_THEIRS}) > 0 && {_THEIRS}[0].resources != c.resources)
  .map(c, JSONPatch{{op: 'add', value: {_THEIRS}[0].resources, path: '/spec/template/spec/containers/' +
    string(object.spec.template.spec.containers.map(n, n.name).indexOf(c.name)) + '/resources'}})"""

RESOURCES = Fault(
    "resources-kept",
    "What a set asks for its containers is what it asked for at first, whatever it is changed to.",
    admission(changing("resources-kept", "statefulsets", _KEPT, ("UPDATE",), group="apps")),
    kinds=(SIMULATED,),
    kills=(Expected("UPD-4", DID_NOT_HAPPEN),),
    may_fail=frozenset({"IDN-15"}),  # judged by the same check
)

FAULTS = (RETENTION, STRATEGY, ORDER, RESOURCES)
"""The faults of what sets ask for."""
