"""What the suite must be allowed to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from stsconf.cluster import rights
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from tests.fake_api import REVIEWS, FakeApi, Json, Request

TARGETS = Path(__file__).parents[2] / "docs" / "targets.md"


def allow_all_but(api: FakeApi, *refused: tuple[str, str]) -> None:
    """Have the fake API allow everything but these (verb, resource or resource/subresource)."""

    def answer(request: Request) -> Json:
        asked = request.body["spec"]["resourceAttributes"]
        resource = "/".join(part for part in (asked["resource"], asked["subresource"]) if part)
        return {"status": {"allowed": (asked["verb"], resource) not in refused}}

    api.answers[f"POST {REVIEWS}"] = answer


def test_missing_rights_are_spelled_out(api: FakeApi, tmp_path: Path) -> None:
    """The error carries the exact rules to add to a ClusterRole."""
    allow_all_but(api, ("create", "namespaces"), ("delete", "namespaces"), ("patch", "statefulsets/scale"))
    with pytest.raises(StsconfError) as caught:
        rights.require(Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig")), "alice")
    assert str(caught.value).splitlines() == [
        "alice may not do what the suite needs",
        "not allowed: create, delete namespaces; patch statefulsets/scale",
        (
            "add to a ClusterRole bound to it, under rules: "
            '- {apiGroups: [""], resources: ["namespaces"], verbs: ["create", "delete"]}, '
            '- {apiGroups: ["apps"], resources: ["statefulsets/scale"], verbs: ["patch"]}'
        ),
    ]


def test_every_needed_right_is_asked_for(api: FakeApi, tmp_path: Path) -> None:
    """One question per verb of every rule, for all namespaces; nothing is raised when all are granted."""
    allow_all_but(api)
    rights.require(Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig")), "alice")
    asked = [request.body["spec"]["resourceAttributes"] for request in api.requests]
    assert len(asked) == sum(len(rule.verbs) for rule in rights.NEEDED)
    assert {attributes["namespace"] for attributes in asked} == {""}


def granted(*rules: Json) -> set[tuple[str, str, str]]:
    """Return group, resource and verb of all that a role's rules grant."""
    return {
        (group, resource, verb)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def test_the_documented_role_grants_what_is_asked_for() -> None:
    """Neither more nor less, so that whoever grants it has given what is needed and nothing else."""
    (block,) = re.findall(r"```yaml\n(apiVersion: rbac.+?)```", TARGETS.read_text(), re.DOTALL)
    asked = [yaml.safe_load(str(rule)) for rules in (rights.NEEDED, *rights.OPTIONAL.values()) for rule in rules]
    assert granted(*yaml.safe_load(block)["rules"]) == granted(*asked)
