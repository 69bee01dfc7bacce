"""Claims that are changed when they are admitted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stsconf.mutants.fault import Expected, Fault, Site
from stsconf.mutants.faults.policy import admission, changing, in_force

_CLAIMS = "persistentvolumeclaims"
_MADE_BY = "request.userInfo.username == 'system:serviceaccount:kube-system:statefulset-controller'"
_PROTECTED = "has(object.metadata.finalizers) && 'kubernetes.io/pvc-protection' in object.metadata.finalizers"


ALTERED = Fault(
    "claims-altered",
    "The claims that a set's controller makes get other access modes, and lose their labels.",
    admission(
        changing(
            "claims-altered",
            _CLAIMS,
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
        changing(
            "claims-unprotected",
            _CLAIMS,
            "[JSONPatch{op: 'remove', path: '/metadata/finalizers'}]",
            ("CREATE", "UPDATE"),
            protected=_PROTECTED,
        )
    ),
    kills=(Expected("STO-11", "storage.protected"),),
    may_fail=frozenset({"RET-2", "STO-19"}),  # whose claims, too, are to wait for their pods
)

_OTHER = "stsconf-fault-other"


@contextmanager
def another_class(site: Site) -> Iterator[None]:
    """Have one more class of storage, made like the default one, which all claims of sets are given."""
    classes = site.kube.list("StorageClass")["items"]
    default = next(one for one in classes if "storageclass.kubernetes.io/is-default-class" in str(one["metadata"]))
    name = {"metadata": {"name": _OTHER}, "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass"}
    site.kube.create({**{key: value for key, value in default.items() if key != "metadata"}, **name})
    try:
        patch = f"[JSONPatch{{op: 'add', path: '/spec/storageClassName', value: '{_OTHER}'}}]"
        with in_force(site.kube, changing("claims-of-another-class", _CLAIMS, patch, made=_MADE_BY)):
            yield
    finally:
        site.kube.delete("StorageClass", _OTHER)


RECLASSED = Fault(
    "claims-of-another-class",
    "The claims that a set's controller makes get another class of storage.",
    another_class,
    kills=(Expected("STO-2", "storage.class"),),
)

FAULTS = (ALTERED, UNPROTECTED, RECLASSED)
"""The faults of claims."""
