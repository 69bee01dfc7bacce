"""Admission policies: how a fault changes or refuses what is written in the namespaces of runs, and nowhere else.

They are in force some time after they were made, and nothing in the API says when. So each set of policies is followed
by a canary that is made last, and which an object that is never stored is held against until it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import tenacity

from stsconf.kube.client import Kube
from stsconf.kube.errors import ApiError
from stsconf.kube.kinds import Kind
from stsconf.mutants.fault import Harm, Site
from stsconf.scenario.labels import NAMESPACE_PREFIX, RUN

Json = dict[str, Any]

ACCOUNTS = "system:serviceaccount:kube-system:"
"""What the names of Kubernetes' own controllers begin with."""
MUTATING, VALIDATING = "Mutating", "Validating"
_PLURAL = "admissionpolic"
_SECONDS, _PAUSE = 30, 0.1
"""How long a policy may take to be in force: the API server reads them anew once a second."""
_CANARY = "stsconf-fault-canary"
_RUNS = {"namespaceSelector": {"matchExpressions": [{"key": RUN, "operator": "Exists"}]}}


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: which requests it is about, under which conditions in CEL, and what it does with them.

    `does` is the part of the specification that changes or refuses.
    """

    kind: str
    name: str
    rule: Json
    does: Json
    conditions: Mapping[str, str] = field(default_factory=dict)
    scope: Mapping[str, Any] = field(default_factory=lambda: _RUNS)

    @property
    def spec(self) -> Json:
        """The policy's specification."""
        conditions = [{"name": name, "expression": text} for name, text in self.conditions.items()]
        return {
            "matchConstraints": {"resourceRules": [self.rule], **self.scope},
            **({"matchConditions": conditions} if conditions else {}),
            "failurePolicy": "Fail",
            **self.does,
        }


def rule(group: str, resources: Sequence[str], operations: Sequence[str] = ("CREATE",)) -> Json:
    """Return which requests a policy is about; `*` stands for all groups or resources."""
    return {"apiGroups": [group], "apiVersions": ["*"], "operations": list(operations), "resources": list(resources)}


def changes(*patches: str) -> Json:
    """Return what a policy does that changes objects: each patch is a list of JSON patches in CEL."""
    mutations = [{"patchType": "JSONPatch", "jsonPatch": {"expression": patch}} for patch in patches]
    return {"reinvocationPolicy": "Never", "mutations": mutations}


def namespaces(scenario: str) -> str:
    """Return the pattern of the namespaces of one scenario, whatever app it uses; `scenario` is a pattern, too."""
    return rf"^{NAMESPACE_PREFIX}\w+-{scenario}-\w+$"


def within(scenario: str) -> str:
    """Return the condition that a request is about a namespace of one scenario, in CEL."""
    return f"request.namespace.matches(r'{namespaces(scenario)}')"


def by(controller: str) -> str:
    """Return the condition that a request is of one of Kubernetes' own controllers, by its account, in CEL."""
    return f"request.userInfo.username == '{ACCOUNTS}{controller}'"


def changing(
    name: str, resource: str, patch: str, operations: Sequence[str] = ("CREATE",), group: str = "", **conditions: str
) -> Policy:
    """Return the policy of a fault that changes objects of one resource; `conditions` in CEL say which."""
    return Policy(MUTATING, f"stsconf-fault-{name}", rule(group, [resource], operations), changes(patch), conditions)


def refuses(message: str) -> Json:
    """Return what a policy does that refuses whatever it is about."""
    return {"validations": [{"expression": "false", "message": message}]}


def admission(*policies: Policy) -> Harm:
    """Return the harm that policies of one kind do."""

    @contextmanager
    def harm(site: Site) -> Iterator[None]:
        with in_force(site.kube, *policies):
            yield

    return harm


@contextmanager
def in_force(kube: Kube, *policies: Policy) -> Iterator[None]:
    """Have policies of one kind in force while the block lasts."""
    (kind,) = {policy.kind for policy in policies}
    canary = _canary(kind)
    with ExitStack() as undo:
        undo.callback(_await, lambda: not _acts(kube))
        for policy in (canary, *policies):  # in reverse: the canary is made last, and removed last
            undo.callback(_remove, kube, policy)
        for policy in (*policies, canary):
            _make(kube, policy)
        _await(lambda: _acts(kube))
        yield


def _kinds(policy: Policy) -> tuple[Kind, Kind]:
    """Return the kinds of a policy and of what binds it."""
    name, version = f"{policy.kind}AdmissionPolicy", "admissionregistration.k8s.io/v1"
    plural = f"{policy.kind.lower()}{_PLURAL}"
    return (
        Kind(name, version, f"{plural}ies", namespaced=False),
        Kind(f"{name}Binding", version, f"{plural}ybindings", namespaced=False),
    )


def _make(kube: Kube, policy: Policy) -> None:
    kind, binding = _kinds(policy)
    binds: Json = {"policyName": policy.name}
    if policy.kind == VALIDATING:
        binds["validationActions"] = ["Deny"]
    for one, spec in ((kind, policy.spec), (binding, binds)):
        obj = {"apiVersion": one.api_version, "kind": one.name, "metadata": {"name": policy.name}, "spec": spec}
        kube.call("POST", one.path(), obj)


def _remove(kube: Kube, policy: Policy) -> None:
    for kind in reversed(_kinds(policy)):
        try:
            kube.call("DELETE", kind.path(name=policy.name))
        except ApiError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise


def _canary(kind: str) -> Policy:
    """Return the policy that shows by its effect that all policies made before it are in force."""
    marks = changes(f'[JSONPatch{{op: "add", path: "/data", value: {{"{_CANARY}": "sings"}}}}]')
    about = {"canary": f"object.metadata.name == '{_CANARY}'"}
    does = marks if kind == MUTATING else refuses(_CANARY)
    return Policy(kind, _CANARY, rule("", ["configmaps"]), does, about, {})


def _acts(kube: Kube) -> bool:
    """Tell whether the canary changes or refuses an object that is not stored."""
    probe = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": _CANARY, "namespace": "default"}}
    try:
        return "data" in kube.create(probe, dryRun="All")
    except ApiError as error:
        if _CANARY not in error.message:
            raise
        return True


def _await(condition: Callable[[], bool]) -> None:
    """Ask until the condition holds: no event tells it."""
    tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda holds: not holds),
        stop=tenacity.stop_after_delay(_SECONDS),
        wait=tenacity.wait_fixed(_PAUSE),
    )(condition)
