"""What the API server does with StatefulSets before any controller sees them."""

from __future__ import annotations

import copy
from typing import Any

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import api, scaling
from stsconf.model import objects
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.api import ask
from stsconf.scenario.shape import Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload

Json = dict[str, Any]

NAMELESS = "metadata.name"
INVALID: dict[str, Json] = {
    "spec.replicas": {"replicas": -1},
    "spec.ordinals.start": {"ordinals": {"start": -1}},
    "spec.template.spec.restartPolicy": {"template": {"spec": {"restartPolicy": "OnFailure"}}},
    "spec.template.spec.activeDeadlineSeconds": {"template": {"spec": {"activeDeadlineSeconds": 5}}},
    NAMELESS: {},
}
"""What a StatefulSet must not say, by the field that has to be blamed."""

CONDITION = {
    "type": "stsconf.dev/Probed",
    "status": "True",
    "reason": "Probe",
    "message": "written by the test",
    "lastTransitionTime": "2026-01-01T00:00:00Z",
}
"""A part of the status that the controller leaves as it is."""


def another(web: Workload, name: str, **spec: Any) -> Json:
    """Return the set's manifest under another name, without pods, and with another spec in places."""
    manifest: Json = copy.deepcopy(web.manifest)
    manifest["metadata"]["name"] = name
    template = manifest["spec"]["template"]
    template["spec"] |= (spec.pop("template", None) or {}).get("spec", {})
    manifest["spec"] |= {"replicas": 0, **spec}
    return manifest


class TestRequests:
    """One StatefulSet without pods, and all that one can ask of the API server about it."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Ask for what is invalid, outdated, incomplete, and for what is only to be tried."""
        web = Workload(stage, Shape(replicas=0))
        web.await_status(replicas=0)
        stage.act("invalid", "ask for sets that are none")
        ask_invalid(stage, web)
        stage.reached("policy", "change what cannot be changed")
        parallel = {"spec": {"podManagementPolicy": "Parallel"}}
        ask(stage, "policy", "PATCH", "StatefulSet", web.name, body=parallel, status=422)
        stage.reached("conflict", "write to versions that are outdated")
        outdate(stage, web)
        stage.reached("tried", "ask for what is only to be tried")
        try_out(stage, web)
        stage.reached("bare", "leave out what has a default")
        bare = another(web, "bare")
        del bare["spec"]["replicas"]
        ask(stage, "bare", "POST", "StatefulSet", body=bare, query="dryRun=All", status=201, defaults=True)
        stage.reached("real", "make what was tried")
        stage.kube.create(another(web, "tried"), stage.namespace)

    @guarantee("STA-15")
    def test_invalid_sets_are_refused(self, history: History) -> None:
        """Negative sizes and ordinals, a pod that may end, and a bad name MUST be refused, and leave nothing."""
        expect(history.between("invalid", "policy"), api.answered_as_due, api.nothing_changed)

    @guarantee("PAR-4")
    def test_the_policy_cannot_be_changed(self, history: History) -> None:
        """The podManagementPolicy of a set MUST NOT be changed."""
        expect(history.between("policy", "conflict"), api.answered_as_due, api.nothing_changed)

    @guarantee("STA-10")
    def test_outdated_writes_are_refused(self, history: History) -> None:
        """A write to an outdated version, of the set or of its scale, MUST be refused and change nothing."""
        expect(history.between("conflict", "tried"), api.answered_as_due, api.nothing_changed)

    @guarantee("STA-16")
    def test_a_dry_run_leaves_nothing(self, history: History) -> None:
        """A dry run MUST be answered like the real request, and leave nothing."""
        expect(history.between("tried", "bare"), api.answered_as_due, api.nothing_changed)

    @guarantee("STA-16")
    def test_a_dry_run_tells_what_will_be(self, history: History) -> None:
        """The answer to a dry run MUST be what the real request makes."""
        expect(history.since("tried"), api.made_for_real)

    @guarantee("STA-13", "PAR-4")
    def test_defaults_are_filled_in(self, history: History) -> None:
        """What a manifest leaves out MUST be filled in with the documented defaults."""
        expect(history.between("bare", "real"), api.defaults_filled_in, api.nothing_changed)


def ask_invalid(stage: Stage, web: Workload) -> None:
    """Ask for sets that must be refused, each for one field."""
    for field, spec in INVALID.items():
        name = "Not_A_Name" if field == NAMELESS else "invalid"
        ask(stage, "invalid", "POST", "StatefulSet", body=another(web, name, **spec), status=422, field=field)


def outdate(stage: Stage, web: Workload) -> None:
    """Change something that is no spec, then write to the version before that, whole and through the scale."""
    version = objects.resource_version(stage.kube.get("StatefulSet", web.name, stage.namespace))
    annotate = {"metadata": {"annotations": {"stsconf.dev/touched": "yes"}}}
    ask(stage, "conflict", "PATCH", "StatefulSet", web.name, body=annotate, status=200)
    late = {"metadata": {"resourceVersion": version}, "spec": {"replicas": 3}}
    ask(stage, "conflict", "PATCH", "StatefulSet", web.name, body=late, status=409)
    ask(stage, "conflict", "PATCH", "StatefulSet", web.name, body=late, subresource="scale", status=409)


def try_out(stage: Stage, web: Workload) -> None:
    """Create, scale and delete, each as a dry run."""
    dry = "dryRun=All"
    ask(stage, "tried", "POST", "StatefulSet", body=another(web, "tried"), query=dry, status=201, dry=True)
    ask(stage, "tried", "PATCH", "StatefulSet", web.name, body={"spec": {"replicas": 3}}, query=dry, status=200)
    ask(stage, "tried", "DELETE", "StatefulSet", web.name, query=dry, status=200)


def choose_by_label(stage: Stage, web: Workload) -> None:
    """Make two sets with a label of their own, list them by it, and delete them by it."""
    for name in ("one", "two"):
        obj = another(web, name)
        obj["metadata"]["labels"] |= {"collection": "yes"}
        stage.kube.create(obj, stage.namespace)
    chosen = "labelSelector=collection%3Dyes"
    ask(stage, "collection", "GET", "StatefulSet", query=chosen, names=["one", "two"])
    ask(stage, "collection", "DELETE", "StatefulSet", query=chosen, gone=["one", "two"], kept=[web.name])


class TestSubresources(Invariants):
    """Sets without pods: their status, their scale, and several of them at once."""

    @scenario(apps=["nginx"], needs=[Capability.API])
    def history(stage: Stage) -> None:
        """Write to status and spec at once, read and write the scale, list and delete by a label."""
        web = Workload(stage, Shape(replicas=0))
        web.await_status(replicas=0)
        stage.act("apart", "write spec and status at once")
        body = {"spec": {"minReadySeconds": 7}, "status": {"conditions": [CONDITION]}}
        ask(stage, "apart", "PATCH", "StatefulSet", web.name, body=body, subresource="status", part="status")
        ask(stage, "apart", "PATCH", "StatefulSet", web.name, body=body | {"status": {"replicas": 77}}, part="spec")
        stage.reached("scale", "read and write the scale")
        scale = ask(stage, "scale", "GET", "StatefulSet", web.name, subresource="scale", replicas=0)
        scale.setdefault("spec", {})["replicas"] = 2
        ask(stage, "scale", "PUT", "StatefulSet", web.name, body=scale, subresource="scale", replicas=2)
        one = {"spec": {"replicas": 1}}
        ask(stage, "scale", "PATCH", "StatefulSet", web.name, body=one, subresource="scale", replicas=1)
        web.await_ready(0)
        web.await_status(replicas=1)
        stage.reached("collection", "list and delete by a label")
        choose_by_label(stage, web)
        stage.reached("removed", "the collection is deleted")

    @guarantee("STA-12")
    def test_status_and_spec_are_written_apart(self, history: History) -> None:
        """A write to the status MUST NOT change the spec, nor a write to the set the status."""
        expect(history.between("apart", "scale"), api.status_written_apart)

    @guarantee("STA-9")
    def test_the_scale_is_the_sets(self, history: History) -> None:
        """The scale subresource MUST tell size and selector of the set, and change its size."""
        expect(history.between("scale", "collection"), api.scale_tells_the_set)

    @guarantee("STA-9")
    def test_pods_follow_the_scale(self, history: History) -> None:
        """Pods MUST follow a size that was written through the scale subresource."""
        expect(history.between("scale", "collection"), scaling.reaches_size)

    @guarantee("STA-11")
    def test_collections_are_told_by_label(self, history: History) -> None:
        """A list, and a deletion, by label MUST be about the sets that carry it and no others."""
        expect(history.between("collection", "removed"), api.collection_by_label)
