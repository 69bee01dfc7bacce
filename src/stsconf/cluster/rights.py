"""What the suite must be allowed to do in a cluster, and what to grant when it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.kube.kinds import KINDS
from stsconf.model.capability import Capability

_AT_ONCE = 8
"""Questions asked side by side: there are dozens, and a cluster far away takes a tenth of a second for each."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Verbs on one kind of object, or on a subresource of it, in every namespace."""

    kind: str
    verbs: tuple[str, ...]
    subresource: str = ""

    def __str__(self) -> str:
        """Write the rule as an entry of a ClusterRole's `rules`, in YAML."""
        kind = KINDS[self.kind]
        resource = f"{kind.plural}/{self.subresource}" if self.subresource else kind.plural
        verbs = ", ".join(f'"{verb}"' for verb in self.verbs)
        return f'{{apiGroups: ["{kind.group}"], resources: ["{resource}"], verbs: [{verbs}]}}'


_READ = ("get", "list", "watch")
_ALL = (*_READ, "create", "patch", "delete")

NEEDED = (
    Rule("Namespace", _ALL),
    Rule("ServiceAccount", _READ),
    Rule("StatefulSet", _ALL),
    Rule("StatefulSet", ("get", "patch"), "scale"),
    Rule("Pod", _ALL),
    Rule("Pod", ("patch",), "status"),
    Rule("Pod", ("get", "create", "update"), "proxy"),  # GET, POST and PUT
    Rule("Pod", ("get",), "log"),
    Rule("PersistentVolumeClaim", _ALL),
    Rule("Service", _ALL),
    Rule("ConfigMap", _ALL),
    Rule("Deployment", ("create",)),
    Rule("ControllerRevision", _READ),
    Rule("EndpointSlice", _READ),
    Rule("Event", _READ),
)
"""Without these no run makes sense. The namespaces do not exist before the run, so the rights are cluster-wide."""

OPTIONAL: Mapping[Capability, tuple[Rule, ...]] = {
    Capability.VOLUMES: (Rule("PersistentVolume", ("get",)),),
    Capability.API: (
        Rule("StatefulSet", ("update", "deletecollection")),
        Rule("StatefulSet", ("update",), "scale"),
        Rule("StatefulSet", ("patch",), "status"),
        Rule("ControllerRevision", ("create", "delete")),
    ),
    Capability.EVICTION: (
        Rule("PodDisruptionBudget", (*_READ, "create", "patch")),
        Rule("Pod", ("create",), "eviction"),
    ),
    Capability.NODE_CONTROL: (Rule("Node", _ALL),),
    Capability.QUOTAS: (Rule("ResourceQuota", (*_READ, "create", "patch")),),
}
"""Rights that some checks need: without them these are not supported, and all others go on."""


def require(kube: Kube, identity: str) -> None:
    """Raise `StsconfError` with the rules to add when one of the needed rights is missing."""
    missing = missing_of(kube, NEEDED)
    if missing:
        raise StsconfError(
            f"{identity} may not do what the suite needs",
            "not allowed: " + "; ".join(spoken(rule) for rule in missing),
            "add to a ClusterRole bound to it, under rules: " + ", ".join(f"- {rule}" for rule in missing),
        )


def missing_of(kube: Kube, rules: Sequence[Rule]) -> list[Rule]:
    """Return what of these rights is missing."""
    questions = [(rule, verb) for rule in rules for verb in rule.verbs]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda ask: kube.may(ask[1], ask[0].kind, subresource=ask[0].subresource), questions))
    return [
        Rule(rule.kind, tuple(verbs), rule.subresource)
        for rule in rules
        if (verbs := [v for (of, v), allowed in zip(questions, answers, strict=True) if of is rule and not allowed])
    ]


def spoken(rule: Rule) -> str:
    """Tell a rule in words."""
    plural = KINDS[rule.kind].plural
    return f"{', '.join(rule.verbs)} {plural}{'/' if rule.subresource else ''}{rule.subresource}"
