"""Claims, and what sets say of them, changed when they are admitted."""

from __future__ import annotations

from stsconf.mutants.fault import Expected, Fault
from stsconf.mutants.faults.policy import MUTATING, Policy, admission, changes, rule

_MADE_BY = "request.userInfo.username == 'system:serviceaccount:kube-system:statefulset-controller'"
_PROTECTED = "has(object.metadata.finalizers) && 'kubernetes.io/pvc-protection' in object.metadata.finalizers"
_DELETING = "{'whenDeleted': 'Delete', 'whenScaled': 'Delete'}"


def _of_claims(name: str, patch: str, operations: tuple[str, ...] = ("CREATE",), **conditions: str) -> Policy:
    where = rule("", ["persistentvolumeclaims"], operations)
    return Policy(MUTATING, f"stsconf-fault-{name}", where, changes(patch), conditions)


ALTERED = Fault(
    "claims-altered",
    "The claims that a set's controller makes get other access modes, and lose their labels.",
    admission(
        _of_claims(
            "claims-altered",
            "[JSONPatch{op: 'remove', path: '/metadata/labels'}, "
            "JSONPatch{op: 'replace', path: '/spec/accessModes', value: ['ReadWriteOncePod']}]",
            made=_MADE_BY,
            labelled="has(object.metadata.labels)",
        )
    ),
    kills=(Expected("STO-1", "storage.claim-labels"), Expected("STO-14", "storage.bound")),
)

UNPROTECTED = Fault(
    "claims-unprotected",
    "A claim that is deleted is gone at once, whoever uses it.",
    admission(
        _of_claims(
            "claims-unprotected",
            "[JSONPatch{op: 'remove', path: '/metadata/finalizers'}]",
            ("CREATE", "UPDATE"),
            protected=_PROTECTED,
        )
    ),
    kills=(Expected("STO-11", "storage.protected"),),
    may_fail=frozenset({"RET-2", "STO-19"}),  # whose claims, too, are to wait for their pods
)

ASKED_FOR = Fault(
    "retention-changed",
    "Every set is made to delete its claims, whatever it asks for.",
    admission(
        Policy(
            MUTATING,
            "stsconf-fault-retention-changed",
            rule("apps", ["statefulsets"], ("CREATE", "UPDATE")),
            changes(
                f"[JSONPatch{{op: 'add', path: '/spec/persistentVolumeClaimRetentionPolicy', value: {_DELETING}}}]"
            ),
        )
    ),
    kills=(
        Expected("RET-1", "retention.defaults"),
        Expected("STO-6", "storage.kept"),
        Expected("STO-7", "storage.kept"),
    ),
    may_fail=frozenset({"RET-2", "RET-3", "RET-5", "STA-13"}),  # nobody asked for that, nor is it the default
)

FAULTS = (ALTERED, UNPROTECTED, ASKED_FOR)
"""The faults of claims."""
