"""What may be changed of a StatefulSet, what may not, and what is no change."""

from __future__ import annotations

import copy
from typing import Any

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import api, changes
from stsconf.model.history import History
from stsconf.scenario.api import ask
from stsconf.scenario.rollout import Rollout, rolling, strategy
from stsconf.scenario.shape import Shape
from stsconf.scenario.stage import Stage

Json = dict[str, Any]

MORE = {"matchLabels": {"app": "nginx", "more": "words"}}
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}
FIXED: tuple[Json, ...] = (
    {"selector": MORE, "template": {"metadata": {"labels": {"more": "words"}}}},
    {"serviceName": "another"},
    {"podManagementPolicy": "Parallel"},
    {"volumeClaimTemplates": [{"metadata": {"name": "more"}, "spec": CLAIM}]},
)
"""Changes that must be refused."""
FREE: tuple[Json, ...] = (
    {"replicas": 3},
    {"template": {"metadata": {"annotations": {"more": "words"}}}},
    strategy("OnDelete"),
    {"minReadySeconds": 5},
    {"ordinals": {"start": 2}},
    {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Delete"}},
)
"""Changes that must be taken."""
UNFIT: dict[str, Json] = {
    "spec.template.metadata.labels": {"selector": {"matchLabels": {"app": "another"}}},
    "spec.selector": {"selector": {}},
}
"""Selectors that must be refused, by the field that has to be blamed."""


def patch(stage: Stage, web: Rollout, spec: Json, mark: str, **due: Any) -> None:
    """Change the set's spec, as a dry run."""
    ask(stage, mark, "PATCH", "StatefulSet", web.name, body={"spec": spec}, query="dryRun=All", **due)


def apply(stage: Stage, web: Rollout, mark: str, memory: str = "") -> None:
    """Write the whole manifest anew, with the containers' memory in other words."""
    manifest = copy.deepcopy(web.manifest)
    for container in manifest["spec"]["template"]["spec"]["containers"] if memory else ():
        container["resources"]["requests"]["memory"] = memory
    ask(stage, mark, "PATCH", "StatefulSet", web.name, body=manifest, status=200, same=True)


class TestChanges(Invariants):
    """One pod whose set is changed in all ways that there are, and then written anew."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Try what is fixed, free and unfit as dry runs; then apply the manifest again, as it was and respelled."""
        web = Rollout(stage, Shape(replicas=1))
        web.await_ready()
        web.await_status(readyReplicas=1)
        stage.act("fixed", "change what cannot be changed")
        for spec in FIXED:
            patch(stage, web, spec, "fixed", status=422)
        stage.reached("free", "change what can be changed")
        for spec in FREE:
            patch(stage, web, spec, "free", status=200, taken=True)
        stage.reached("limit", "change the limit of the history")
        patch(stage, web, {"revisionHistoryLimit": 3}, "limit", status=200, taken=True)
        stage.reached("unfit", "ask for sets whose selector does not fit")
        ask_unfit(stage, web)
        stage.reached("zero", "ask for an update that may take no pod")
        patch(stage, web, rolling(maxUnavailable=0), "zero", status=422)
        patch(stage, web, rolling(maxUnavailable=2), "zero", status=200, taken=True)
        stage.reached("applied", "apply the manifest again")
        apply(stage, web, "applied")
        web.settle()
        stage.reached("respelled", "apply it with the memory in bytes")
        apply(stage, web, "respelled", memory=str(16 << 20))
        web.settle()

    @guarantee("UPD-17")
    def test_fixed_fields_are_refused(self, history: History) -> None:
        """A change of selector, serviceName, policy or claim templates MUST be refused and change nothing."""
        expect(history.between("fixed", "free"), api.answered_as_due, api.nothing_changed)

    @guarantee("UPD-17")
    def test_free_fields_are_taken(self, history: History) -> None:
        """A change of size, template, strategy, minReadySeconds, ordinals or retention policy MUST be taken."""
        expect(history.between("free", "limit"), api.answered_as_due, changes.taken_over)

    @guarantee("UPD-30")
    def test_the_limit_of_the_history_is_taken(self, history: History) -> None:
        """A change of revisionHistoryLimit MUST be taken."""
        expect(history.between("limit", "unfit"), api.answered_as_due, changes.taken_over)

    @guarantee("UPD-18")
    def test_selectors_must_fit(self, history: History) -> None:
        """A selector that is empty, or does not match the template's labels, MUST be refused."""
        expect(history.between("unfit", "zero"), api.answered_as_due, api.nothing_changed)

    @guarantee("UPD-14")
    def test_an_update_must_take_a_pod(self, history: History) -> None:
        """A maxUnavailable of 0 MUST be refused, and one of 2 be taken."""
        expect(history.between("zero", "applied"), api.answered_as_due, changes.taken_over, api.nothing_changed)

    @guarantee("UPD-23")
    def test_the_same_manifest_has_no_effect(self, history: History) -> None:
        """A manifest that is applied again, without what was filled in, SHOULD have no effect."""
        expect(history.between("applied", "respelled"), api.answered_as_due, changes.without_effect)

    @guarantee("UPD-29")
    def test_the_same_amount_has_no_effect(self, history: History) -> None:
        """An amount that is spelled in another way SHOULD have no effect."""
        expect(history.since("respelled"), api.answered_as_due, changes.without_effect)


def ask_unfit(stage: Stage, web: Rollout) -> None:
    """Ask for sets under another name, each with a selector of its own, the last one with the right one."""
    manifest: Json = copy.deepcopy(web.manifest)
    manifest["metadata"]["name"] = "unfit"
    dry = "dryRun=All"
    for field, spec in UNFIT.items():
        body = {**manifest, "spec": {**manifest["spec"], **spec}}
        ask(stage, "unfit", "POST", "StatefulSet", body=body, query=dry, status=422, field=field)
    ask(stage, "unfit", "POST", "StatefulSet", body=manifest, query=dry, status=201)
