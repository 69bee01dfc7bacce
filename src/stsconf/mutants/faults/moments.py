"""What goes wrong at one moment of one scenario: done everywhere, it would hide all else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from stsconf.kube.client import Kube
from stsconf.model import objects
from stsconf.model.history import ADDED, MODIFIED
from stsconf.mutants.fault import Expected, Fault, Harm, Site
from stsconf.mutants.faults.meddling import Act, Meddler, during, meddling, repeat_revision
from stsconf.mutants.faults.policy import MUTATING, Policy, admission, changes, changing, in_force, rule, within
from stsconf.scenario.labels import RUN

Json = dict[str, Any]

_LATER = "stsconf-fault.example/later"
_LATE_NAMESPACES = {
    "namespaceSelector": {"matchExpressions": [{"key": key, "operator": "Exists"} for key in (RUN, _LATER)]}
}
_THIRD = 2
"""An ordinal: of three pods the last."""
_CHANGED = 2
"""The generation of a set that was changed once."""
_DIFFERENT = (
    "[JSONPatch{op: 'replace', path: '/spec/subdomain', value: 'elsewhere'},"
    " JSONPatch{op: 'add', path: '/spec/hostnameOverride', value: 'elsewhere'}]"
)


def mark(kube: Kube, happened: str, pod: Json) -> None:
    """Mark a namespace once the third pod of its set is Ready: what is created from then on comes back."""
    if happened == MODIFIED and objects.ordinal(objects.name(pod)) == _THIRD and objects.is_running_and_ready(pod):
        kube.patch("Namespace", pod["metadata"]["namespace"], {"metadata": {"labels": {_LATER: ""}}})


@contextmanager
def differing(site: Site) -> Iterator[None]:
    """Give pods that come back another subdomain, and another hostname inside."""
    about = rule("", ["pods"])
    policy = Policy(MUTATING, "stsconf-fault-successors-differ", about, changes(_DIFFERENT), {}, _LATE_NAMESPACES)
    meddler = Meddler(site.kube, "Pod", during("lost-pod", mark))
    with in_force(site.kube, policy):
        meddler.start()
        try:
            yield
        finally:
            meddler.end()


def delete_first(kube: Kube, happened: str, pod: Json) -> None:
    """Delete the first pod of a set when its third one is made."""
    name = objects.name(pod)
    if happened == ADDED and objects.ordinal(name) == _THIRD:
        kube.delete("Pod", f"{objects.set_name(name)}-0", pod["metadata"]["namespace"])


def revise(kube: Kube, happened: str, statefulset: Json) -> None:
    """Make a revision of the template that a set has had from the beginning, when anything else of it changed."""
    if happened == MODIFIED and statefulset["metadata"]["generation"] == _CHANGED:
        repeat_revision(kube, statefulset["metadata"]["namespace"], objects.name(statefulset))


def _counting_held_pods() -> Harm:
    return admission(
        changing(
            "held-pods-counted",
            "statefulsets/status",
            "[JSONPatch{op: 'add', path: '/status/readyReplicas', value: object.status.replicas}]",
            ("UPDATE",),
            group="apps",
            observed=within("ordered-startup"),
        )
    )


def _meddling(kind: str, scenario: str, act: Act) -> Harm:
    return meddling(kind, during(scenario, act))


FAULTS = (
    Fault(
        "successors-differ",
        "A pod that comes back has another subdomain, and another hostname inside, where a scenario looks at that.",
        differing,
        kills=(Expected("IDN-3", "identity.kept"),),
        may_fail=frozenset({"IDN-2", "APP-4"}),
    ),
    Fault(
        "held-pods-counted",
        "The status counts every pod as Ready, where a scenario looks at that.",
        _counting_held_pods(),
        kills=(Expected("STA-2", "status.ready-count"),),
    ),
    Fault(
        "revisions-for-nothing",
        "Somebody makes a revision though the template did not change, where a scenario looks at that.",
        _meddling("StatefulSet", "other-changes", revise),
        kills=(Expected("UPD-9", "revisions.uncalled"),),
    ),
    Fault(
        "growth-disturbed",
        "Somebody deletes the first pod when a third one is made, where a scenario looks at that.",
        _meddling("Pod", "scaling", delete_first),
        kills=(Expected("ORD-3", "scaling.survivors"),),
        # nothing calls for it; and it is one of the three that are let go afterwards, where the last is waited for
        may_fail=frozenset({"OWN-7", "ORD-4", "ORD-5"}),
    ),
)
"""The faults of one moment."""
