"""What a kubelet reports of its pods, wrongly or at the wrong time."""

from __future__ import annotations

from stsconf.model.finding import DID_NOT_HAPPEN
from stsconf.mutants.fault import EMBEDDED, Expected, Fault
from stsconf.mutants.faults.identity import KUBIA, of_pods
from stsconf.mutants.faults.policy import MUTATING, Policy, admission, changes, rule

_OLD, _NEW = (f"{which}.status.conditions" for which in ("oldObject", "object"))
_LATE = f"""[JSONPatch{{op: 'replace',
  path: '/status/conditions/' + string({_NEW}.map(c, c.type).indexOf('Ready')),
  value: {_OLD}.filter(c, c.type == 'Ready')[0]
}}]"""

READINESS_LATE = Fault(
    "readiness-late",
    "That a pod is no longer Ready is reported later than anybody waits for it.",
    admission(
        Policy(
            MUTATING,
            "stsconf-fault-readiness-late",
            rule("", ["pods/status"], ("UPDATE",)),
            changes(_LATE),
            {
                "was-ready": f"has({_OLD}) && {_OLD}.exists(c, c.type == 'Ready' && c.status == 'True')",
                "is-not": f"has({_NEW}) && {_NEW}.exists(c, c.type == 'Ready' && c.status != 'True')",
                "stays": "!has(object.metadata.deletionTimestamp)",
            },
        )
    ),
    kills=(Expected("ORD-6", DID_NOT_HAPPEN), Expected("DNS-15", DID_NOT_HAPPEN)),
    withholds=("status with readyReplicas",),
)

GONE_EARLY = Fault(
    "gone-while-running",
    "The object of a deleted pod is gone while its container still runs.",
    admission(
        of_pods(
            "gone-while-running",
            "[JSONPatch{op: 'replace', path: '/spec/terminationGracePeriodSeconds', value: 0}]",
        )
    ),
    kinds=(EMBEDDED,),
    kills=(Expected("OWN-7", "pods.ended-first"),),
    may_fail=frozenset({"IDN-15"}),  # their templates ask for more time
)

_KILL = """[JSONPatch{op: 'add', path: '/spec/shareProcessNamespace', value: true},
JSONPatch{op: 'add', path: '/spec/containers/0/lifecycle', value: Object.spec.containers.lifecycle{
  preStop: Object.spec.containers.lifecycle.preStop{
    exec: Object.spec.containers.lifecycle.preStop.exec{command: ['python3', '-c', 'import os; os.kill(-1, 9)']}}}}]"""

KILLED = Fault(
    "pods-killed",
    "Containers are killed when they are to be asked to end.",
    admission(of_pods("pods-killed", _KILL, kubia=KUBIA)),
    kinds=(EMBEDDED,),
    kills=(Expected("POD-4", "pods.killed"),),
)

RESTARTED = Fault(
    "containers-restarted",
    "Every container is reported as one that was restarted.",
    admission(
        Policy(
            MUTATING,
            "stsconf-fault-containers-restarted",
            rule("", ["pods/status"], ("UPDATE",)),
            changes("[JSONPatch{op: 'replace', path: '/status/containerStatuses/0/restartCount', value: 1}]"),
            {"reported": "has(object.status.containerStatuses) && size(object.status.containerStatuses) > 0"},
        )
    ),
    kinds=(EMBEDDED,),
    kills=(Expected("POD-2", "pods.restarts"),),
)

FAULTS = (READINESS_LATE, GONE_EARLY, KILLED, RESTARTED)
"""The faults of the kubelet."""
