"""Claims that are changed when they are admitted, or bound as nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from stsconf.kube.client import Kube
from stsconf.kube.errors import ApiError
from stsconf.model.history import ADDED, DELETED
from stsconf.mutants.fault import SIMULATED, Expected, Fault, Site
from stsconf.mutants.faults.controllers import silenced
from stsconf.mutants.faults.meddling import during, meddling
from stsconf.mutants.faults.policy import admission, by, changing, in_force, within

Json = dict[str, Any]

_CLAIMS = "persistentvolumeclaims"
_MADE_BY = by("statefulset-controller")
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

SIMPLIFIED = Fault(
    "claims-simplified",
    "The claims that a set's controller makes take any volume, whatever they are to ask for.",
    admission(
        changing(
            "claims-simplified",
            _CLAIMS,
            "[JSONPatch{op: 'remove', path: '/spec/selector'}]",
            made=_MADE_BY,
            asking="has(object.spec.selector)",
        )
    ),
    kills=(Expected("STO-22", "template.claims"),),
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

_SEEN = "claims"
"""The scenario that looks at claims and their volumes."""
_BOUND = {f"pv.kubernetes.io/{what}": "yes" for what in ("bind-completed", "bound-by-controller")}


def bind_to_one(kube: Kube, happened: str, claim: Json) -> None:
    """Bind each claim of a namespace to one volume, which is made for the first of them and goes with it."""
    metadata, spec = claim["metadata"], claim["spec"]
    namespace = metadata["namespace"]
    volume = f"stsconf-fault-{namespace}"
    if happened == DELETED:
        kube.delete("PersistentVolume", volume)
    if happened != ADDED:
        return
    bound = {"accessModes": spec["accessModes"], "capacity": spec["resources"]["requests"]}
    path = {"path": "/nowhere"}
    owner = {"namespace": namespace, "name": metadata["name"], "uid": metadata["uid"]}
    made = {**bound, "claimRef": owner, "hostPath": path, "storageClassName": spec["storageClassName"]}
    with suppress(ApiError):  # it is there since the first claim
        kube.create({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": volume}, "spec": made})
    to_it = {"metadata": {"annotations": _BOUND}, "spec": {"volumeName": volume}}
    for patch, part in ((to_it, ""), ({"status": {"phase": "Bound", **bound}}, "status")):
        kube.patch("PersistentVolumeClaim", metadata["name"], patch, namespace, subresource=part)


@contextmanager
def binding_to_one(site: Site) -> Iterator[None]:
    """Keep the binder from the claims of one scenario, and bind them badly."""
    absent = silenced("binder", by("persistent-volume-binder"), _CLAIMS, f"{_CLAIMS}/status", where=within(_SEEN))
    with in_force(site.kube, absent), meddling("PersistentVolumeClaim", during(_SEEN, bind_to_one))(site):
        yield


BOUND_TWICE = Fault(
    "volumes-bound-twice",
    "One volume is bound to all claims of a namespace, where a scenario looks at that.",
    binding_to_one,
    kinds=(SIMULATED,),  # a kubelet mounts no volume that is another claim's
    kills=(Expected("STO-3", "storage.own-volume"), Expected("STO-16", "storage.claim-ref")),
)

FAULTS = (ALTERED, UNPROTECTED, SIMPLIFIED, RECLASSED, BOUND_TWICE)
"""The faults of claims."""
