"""Judges of the API server's own answers."""

from typing import Any

import pytest

from stsconf.judge import api
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import NAME, Script
from tests.judge.cases import Case, assert_judged, condemned, spared

FULL: dict[str, Any] = {
    "replicas": 1,
    "podManagementPolicy": "OrderedReady",
    "revisionHistoryLimit": 10,
    "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
    "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
}
BOTH = {"spec": {"minReadySeconds": 7}, "status": {"replicas": 77}}


def refused(status: int = 422, field: str = "spec.replicas") -> Script:
    """A size that is none, and how it was answered."""
    due = {"status": 422, "field": "spec.replicas"}
    return Script().api("PATCH statefulsets/web", status, name=NAME, fields=[field], due=due)


def bare(**spec: Any) -> Script:
    """A StatefulSet that says nothing, and what was made of it."""
    return Script().api("POST statefulsets", 201, answer={"spec": FULL | spec}, name="bare", due={"defaults": True})


def written(part: str, **answer: Any) -> Script:
    """Spec and status written at once, where one of them is meant."""
    kept = {"spec": {}, "status": {}, part: BOTH[part]} | answer
    return Script().api("PATCH statefulsets/web", sent=BOTH, answer=kept, name=NAME, due={"part": part})


def scaled(told: int, selector: str = "app=nginx", real: int = 2) -> Script:
    """A scale subresource that is told two replicas."""
    answer = {"spec": {"replicas": told}, "status": {"selector": selector}}
    script = Script().api("PATCH statefulsets/web/scale", answer=answer, name=NAME, due={"replicas": 2})
    return script.scale(real)


def collection(listed: str = "a b", left: str = "web") -> Script:
    """Two sets with a label are listed, then removed by it; the set is none of them."""
    script = Script().add("StatefulSet", "a", {"spec": {}}).add("StatefulSet", "b", {"spec": {}})
    items = [{"metadata": {"name": name}} for name in listed.split()]
    script.api("GET statefulsets", answer={"items": items}, name="list", due={"names": ["a", "b"]})
    script.api("DELETE statefulsets", name="delete", due={"gone": ["a", "b"], "kept": [NAME]})
    for name in {"a", "b", NAME} - set(left.split()):
        script.drop("StatefulSet", name)
    return script


def tried(**real: Any) -> Script:
    """A dry run, and the same for real."""
    script = Script().api("POST statefulsets", 201, name="tried", answer={"spec": FULL}, due={"dry": True})
    return script.add("StatefulSet", "tried", {"spec": FULL | real})


CASES = (
    spared(api.answered_as_due, "refused", refused().history()),
    condemned(api.answered_as_due, "accepted", refused(200).history(), NAME),
    condemned(api.answered_as_due, "refused for something else", refused(field="spec.selector").history(), NAME),
    spared(api.nothing_changed, "refused", Script().act("a").api("x", 422).history(since="a")),
    spared(api.nothing_changed, "a status came", Script().act("a").api("x").status(replicas=1).history(since="a")),
    condemned(api.nothing_changed, "changed", Script().act("a").api("x").scale(1).history(since="a"), NAME),
    condemned(
        api.nothing_changed,
        "made",
        Script().act("a").api("x").add("StatefulSet", "b", {"spec": {}}).history(since="a"),
        "b",
    ),
    condemned(
        api.nothing_changed, "removed", Script().act("a").api("x").drop("StatefulSet", NAME).history(since="a"), NAME
    ),
    spared(api.defaults_filled_in, "all", bare().history()),
    condemned(api.defaults_filled_in, "another policy", bare(podManagementPolicy="Parallel").history(), "bare"),
    condemned(api.defaults_filled_in, "no partition", bare(updateStrategy={"type": "RollingUpdate"}).history(), "bare"),
    spared(api.status_written_apart, "the status", written("status").history()),
    spared(api.status_written_apart, "the spec", written("spec").history()),
    condemned(api.status_written_apart, "both", written("status", spec=BOTH["spec"]).history(), NAME),
    condemned(api.status_written_apart, "nothing", written("status", status={}).history(), NAME),
    spared(api.scale_tells_the_set, "two", scaled(2).history()),
    condemned(api.scale_tells_the_set, "another size", scaled(1).history(), NAME),
    condemned(api.scale_tells_the_set, "no selector", scaled(2, "").history(), NAME),
    condemned(api.scale_tells_the_set, "the set knows nothing of it", scaled(2, real=3).history(), NAME),
    spared(api.collection_by_label, "both, and both gone", collection().history()),
    condemned(api.collection_by_label, "one too many", collection("a b web").history(), "list"),
    condemned(api.collection_by_label, "one stays", collection(left="a web").history(), "a"),
    condemned(api.collection_by_label, "one too many removed", collection(left="").history(), NAME),
    spared(api.made_for_real, "the same", tried().history()),
    condemned(api.made_for_real, "another", tried(replicas=2).history(), "tried"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """The API server refuses, fills in and keeps apart as documented."""
    assert_judged(case)


@pytest.mark.parametrize("status", [429, 500])
def test_a_busy_server_says_nothing(status: int) -> None:
    """Who is turned away for being too early was neither refused nor served."""
    with pytest.raises(NothingToJudge, match=f"answered {status}"):
        api.answered_as_due(refused(status).history())


def test_a_budget_is_no_excuse() -> None:
    """An answer that is due is one, whatever its number."""
    history = Script().api("POST pods/web-0/eviction", 429, name="web-0", due={"status": 429}).history()
    assert not api.answered_as_due(history)
