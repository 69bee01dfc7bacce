"""What the suite must be allowed to do in a cluster, and what to grant when it is not."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.kube.kinds import KINDS

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


def require(kube: Kube, identity: str) -> None:
    """Raise `StsconfError` with the rules to add when one of the needed rights is missing."""
    missing = list(_missing(kube))
    if missing:
        raise StsconfError(
            f"{identity} may not do what the suite needs",
            "not allowed: " + "; ".join(_spoken(rule) for rule in missing),
            "add to a ClusterRole bound to it, under rules: " + ", ".join(f"- {rule}" for rule in missing),
        )


def _missing(kube: Kube) -> Iterator[Rule]:
    questions = [(rule, verb) for rule in NEEDED for verb in rule.verbs]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda ask: kube.may(ask[1], ask[0].kind, subresource=ask[0].subresource), questions))
    for rule in NEEDED:
        refused = [verb for (of, verb), allowed in zip(questions, answers, strict=True) if of is rule and not allowed]
        if refused:
            yield Rule(rule.kind, tuple(refused), rule.subresource)


def _spoken(rule: Rule) -> str:
    plural = KINDS[rule.kind].plural
    return f"{', '.join(rule.verbs)} {plural}{'/' if rule.subresource else ''}{rule.subresource}"
