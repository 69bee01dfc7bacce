"""Controllers that are not there: whatever one of them writes in the namespaces of runs is refused."""

from __future__ import annotations

from stsconf.model.finding import DID_NOT_HAPPEN
from stsconf.mutants.fault import Expected, Fault
from stsconf.mutants.faults.policy import ACCOUNTS, VALIDATING, Policy, admission, by, refuses, rule

_WRITES = ("CREATE", "UPDATE", "DELETE")
_DEAD = frozenset({"CTR-1", "CTR-2"})


def silenced(name: str, who: str, *resources: str, **conditions: str) -> Policy:
    """Return the policy that refuses writes; `who` says in CEL whose, `resources` which, all of them if none.

    Further `conditions` are in CEL, too.
    """
    where = rule("*", resources or ["*/*"], _WRITES)
    return Policy(VALIDATING, f"stsconf-fault-{name}", where, refuses(name), {"who": who, **conditions})


NO_CONTROLLER = Fault(
    "no-statefulset-controller",
    "Nobody acts on StatefulSets.",
    admission(silenced("no-statefulset-controller", by("statefulset-controller"))),
    kills=(Expected("ORD-1", DID_NOT_HAPPEN), Expected("IDN-1", DID_NOT_HAPPEN), Expected("OWN-7", DID_NOT_HAPPEN)),
    may_pass=_DEAD,
)

NO_COLLECTOR = Fault(
    "garbage-collector-off",
    "Nobody removes what lost its owner.",
    admission(silenced("garbage-collector-off", by("generic-garbage-collector"))),
    kills=(Expected("RUN-2", "run.left-behind"),),
    # without it no pod of a deleted set goes, nor a claim whose owner is gone, and nothing tells what it would collect
    may_fail=frozenset({"OWN-6", "OWN-14", "RET-2", "RET-3", "RET-4", "RET-6", "RET-11", "RET-13", "STO-7", "STO-11"}),
    withholds=("being collected", "being gone", "being deleted"),
)

WRITES_REFUSED = Fault(
    "writes-refused",
    "The API refuses what controllers write about pods and their sets.",
    admission(
        silenced(
            "writes-refused",
            f"request.userInfo.username.startsWith('{ACCOUNTS}')",
            *("pods", "statefulsets/*", "replicasets", "controllerrevisions", "persistentvolumeclaims"),
        )
    ),
    kills=(Expected("ORD-1", DID_NOT_HAPPEN), Expected("CTR-1", DID_NOT_HAPPEN)),
    may_pass=frozenset(),
)

FAULTS = (NO_CONTROLLER, NO_COLLECTOR, WRITES_REFUSED)
"""The faults of controllers."""
