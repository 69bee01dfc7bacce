"""Identity: what marks a pod as one of its set is taken from it when it is admitted."""

from __future__ import annotations

from stsconf.mutants.fault import EMBEDDED, SIMULATED, Expected, Fault
from stsconf.mutants.faults.policy import Policy, admission, changing

_OWNERS = "object.metadata.ownerReferences"
_OF_SET = {"of-set": f"has({_OWNERS}) && {_OWNERS}.exists(o, o.kind == 'StatefulSet')"}
_LABEL = "statefulset.kubernetes.io/pod-name"
_LABEL_PATH = f"/metadata/labels/{_LABEL.replace('/', '~1')}"
CLAIMED = "has(object.spec.volumes) && object.spec.volumes.exists(v, has(v.persistentVolumeClaim))"
"""In CEL: the pod uses a claim."""
KUBIA = "object.spec.containers[0].name == 'kubia'"
"""In CEL: the pod is kubia's, whose image has Python in it."""

_SWAPPED = (
    "object.spec.volumes.filter(v, has(v.persistentVolumeClaim)).map(v, JSONPatch{op: 'replace', "
    "path: '/spec/volumes/' + string(object.spec.volumes.map(w, w.name).indexOf(v.name)), "
    "value: Object.spec.volumes{name: v.name, emptyDir: Object.spec.volumes.emptyDir{}}})"
)


def of_pods(name: str, patch: str, operations: tuple[str, ...] = ("CREATE",), **conditions: str) -> Policy:
    """Return the policy that changes the pods of sets; `conditions` in CEL say which."""
    return changing(name, "pods", patch, operations, **_OF_SET, **conditions)


HOSTNAME = Fault(
    "hostname-dropped",
    "Pods are stripped of their hostname.",
    admission(
        of_pods(
            "hostname-dropped", "[JSONPatch{op: 'remove', path: '/spec/hostname'}]", named="has(object.spec.hostname)"
        )
    ),
    kills=(Expected("IDN-2", "identity.hostname"), Expected("DNS-15", "service.endpoints")),
)

SUBDOMAIN = Fault(
    "subdomain-changed",
    "Pods are given another subdomain than their Service.",
    admission(of_pods("subdomain-changed", "[JSONPatch{op: 'replace', path: '/spec/subdomain', value: 'elsewhere'}]")),
    kills=(Expected("IDN-2", "identity.hostname"), Expected("DNS-15", "service.endpoints")),
)

LABEL = Fault(
    "pod-name-label-removed",
    "Pods are stripped of the label that holds their name.",
    admission(
        of_pods(
            "pod-name-label-removed",
            f"[JSONPatch{{op: 'remove', path: '{_LABEL_PATH}'}}]",
            ("CREATE", "UPDATE"),
            labelled=f"has(object.metadata.labels) && '{_LABEL}' in object.metadata.labels",
        )
    ),
    kills=(Expected("IDN-4", "identity.labels"),),
    # what is taken away again each time is never restored; the controller, which tries to for ever, gives the claims of
    # a set that is deleted alone back to it
    may_fail=frozenset({"IDN-8", "RET-8"}),
)

CLAIM = Fault(
    "claim-swapped",
    "Pods are given an empty folder of their own in the place of their claim.",
    admission(of_pods("claim-swapped", _SWAPPED, claimed=CLAIMED)),
    kills=(
        Expected("STO-1", "storage.claims"),
        Expected("STO-9", "storage.premade"),
        Expected("STO-17", "storage.mounted"),
    ),
    # nothing binds the claim, nobody uses it, what was stored is not there again, and no further pod is made
    may_fail=frozenset({"PAR-1", "STO-5", "STO-11", "STO-14", "STO-18"}),
    withholds=("creation",),  # the controller cannot mend such a pod, and goes no further
)

OVERRIDDEN = Fault(
    "hostname-overridden",
    "The hostname inside of a pod is not the pod's name.",
    admission(
        of_pods(
            "hostname-overridden",
            "[JSONPatch{op: 'add', path: '/spec/hostnameOverride', value: 'elsewhere'}]",
        )
    ),
    kinds=(EMBEDDED,),
    kills=(
        Expected("IDN-2", "data.hostname"),
        Expected("APP-2", "data.stored"),
        Expected("APP-4", "data.hostname"),
        Expected("DNS-16", "data.by-name"),
        Expected("SVC-2", "data.virtual"),
    ),
    may_fail=frozenset({"STO-17"}),  # no write is confirmed in the pod's name
)

ODD = Fault(
    "pods-set-apart",
    "Each pod is given a label with a value of its own.",
    admission(
        of_pods("pods-set-apart", "[JSONPatch{op: 'add', path: '/metadata/labels/odd', value: object.metadata.name}]")
    ),
    kills=(Expected("IDN-11", "identity.template"),),
)

UNLIKE = Fault(
    "templates-overlooked",
    "Pods are made to end when they ended well, whatever their template says.",
    admission(
        of_pods("templates-overlooked", "[JSONPatch{op: 'replace', path: '/spec/restartPolicy', value: 'OnFailure'}]")
    ),
    kills=(Expected("IDN-15", "template.kept"),),
)

_ELSEWHERE = """[JSONPatch{op: 'add', path: '/spec/hostAliases', value: [Object.spec.hostAliases{
  ip: '127.0.0.9', hostnames: [object.metadata.generateName + '1.' + object.spec.subdomain]}]}]"""

SHADOWED = Fault(
    "peers-shadowed",
    "A name of the set leads to another place from inside of a pod than from everywhere else.",
    admission(
        of_pods("peers-shadowed", _ELSEWHERE, named="has(object.spec.subdomain)", own="!has(object.spec.hostAliases)")
    ),
    kinds=(EMBEDDED,),
    kills=(Expected("DNS-20", "data.peers"),),
)

UNPREPARED = Fault(
    "init-containers-dropped",
    "Pods other than the first are made without what their template has run before them.",
    admission(
        of_pods(
            "init-containers-dropped",
            "[JSONPatch{op: 'remove', path: '/spec/initContainers'}]",
            prepared="has(object.spec.initContainers) && size(object.spec.initContainers) > 0",
            later="!object.metadata.name.endsWith('-0')",
        )
    ),
    kinds=(SIMULATED,),
    kills=(Expected("IDN-15", "template.kept"),),
)

NAMESAKE = Fault(
    "evictions-of-namesakes",
    "An eviction of one pod is carried out on whoever has its name by now.",
    admission(
        changing(
            "evictions-of-namesakes",
            "pods/eviction",
            "[JSONPatch{op: 'remove', path: '/deleteOptions'}]",
            particular="has(object.deleteOptions)",
        )
    ),
    kinds=(SIMULATED,),
    kills=(Expected("OWN-19", "eviction.budget"),),
)

FAULTS = (HOSTNAME, SUBDOMAIN, LABEL, CLAIM, OVERRIDDEN, ODD, UNLIKE, SHADOWED, UNPREPARED, NAMESAKE)
"""The faults of identity."""
