"""Policies are in force while a fault lasts, and neither before nor after."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.kube.errors import ApiError
from stsconf.mutants.faults.policy import MUTATING, VALIDATING, Policy, admission, changes, in_force, refuses, rule
from tests.fake_api import refusal
from tests.mutants.playing import POLICIES, Admission, site

FIRST = Policy(MUTATING, "first", rule("", ["pods"]), changes("[]"), {"named": "true"})
SECOND = Policy(MUTATING, "second", rule("apps", ["statefulsets"], ("UPDATE",)), changes("[]"))
NO = Policy(VALIDATING, "no", rule("*", ["*/*"]), refuses("not now"))


@pytest.mark.parametrize("policies", [(FIRST,), (FIRST, SECOND), (NO,)])
def test_the_block_begins_once_they_are_in_force_and_ends_once_they_are_not(
    policies: tuple[Policy, ...], tmp_path: Path
) -> None:
    """The canary is made last and removed last; it is asked until it answers, and again until it does not."""
    with site(tmp_path) as (api, broken):
        known = Admission(api)
        with in_force(broken.kube, *policies):
            made, known.log[:] = list(known.log), []
        removed = known.log
    names = [policy.name for policy in policies]
    asked = ["does not act", "does not act"]
    assert [line.split()[-1] for line in made if line.startswith("made")][::2] == [*names, "stsconf-fault-canary"]
    assert made[-3:] == [*asked, "acts"]
    assert [line.split()[-1] for line in removed if line.startswith("removed")][-1] == "stsconf-fault-canary"
    assert removed[-3:] == ["acts", "acts", "does not act"]
    assert known.policies == {}


def test_a_policy_is_about_the_namespaces_of_runs_alone(tmp_path: Path) -> None:
    """Nothing that the cluster itself needs is harmed, and what cannot be evaluated is refused."""
    with site(tmp_path) as (api, broken):
        known = Admission(api)
        with admission(FIRST)(broken):
            spec = known.spec("first")
    selector = {"matchExpressions": [{"key": "stsconf.dev/run", "operator": "Exists"}]}
    assert spec["matchConstraints"]["namespaceSelector"] == selector
    assert spec["matchConstraints"]["resourceRules"] == [
        {"apiGroups": [""], "apiVersions": ["*"], "operations": ["CREATE"], "resources": ["pods"]}
    ]
    assert spec["matchConditions"] == [{"name": "named", "expression": "true"}]
    assert spec["failurePolicy"] == "Fail"
    assert "matchConditions" not in SECOND.spec


def test_what_was_made_is_removed_where_the_rest_is_refused(tmp_path: Path) -> None:
    """A policy that the API server does not take leaves no other one behind."""
    with site(tmp_path) as (api, broken):
        known = Admission(api)
        make = api.answers[f"POST {POLICIES}/mutatingadmissionpolicies"]
        assert callable(make)
        api.answers[f"POST {POLICIES}/mutatingadmissionpolicies"] = lambda request: (
            refusal(422, "bad CEL") if request.body["metadata"]["name"] == "second" else make(request)
        )
        with pytest.raises(ApiError, match="bad CEL"), in_force(broken.kube, FIRST, SECOND):
            pass
    assert known.policies == {}


def test_another_refusal_is_not_taken_for_the_canary(tmp_path: Path) -> None:
    """Whoever may not ask is told so."""
    with site(tmp_path) as (api, broken):
        Admission(api)
        api.answers["POST /api/v1/namespaces/default/configmaps"] = refusal(403, "you may not")
        with pytest.raises(ApiError, match="you may not"), in_force(broken.kube, FIRST):
            pass
