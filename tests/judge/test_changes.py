"""Judges of changes that are taken, and of requests that change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from stsconf.judge import changes
from stsconf.judge.base import Judge
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared
from tests.judge.test_revisions import revision

PATCH = "PATCH statefulsets/web"


def changed(sent: Any, kept: Any) -> Script:
    """Send a part of a spec, and be answered with a spec."""
    answer = {"spec": kept}
    return Script().api(PATCH, sent={"metadata": {"name": "web"}, "spec": sent}, answer=answer, due={"taken": True})


def again() -> Script:
    """A pod, and its set's manifest applied again."""
    script = revision(Script(replicas=1), "web-a").start("web-0").act("apply")
    return script.api(PATCH, answer={"spec": {}}, due={"same": True})


CASES = (
    spared(changes.taken_over, "as it was sent", changed({"replicas": 3}, {"replicas": 3, "more": 1}).history()),
    spared(
        changes.taken_over,
        "with defaults filled in",
        changed({"ordinals": {"start": 2}}, {"ordinals": {"start": 2, "more": 1}}).history(),
    ),
    spared(changes.taken_over, "taken away", changed({"ordinals": None}, {}).history()),
    condemned(changes.taken_over, "not at all", changed({"replicas": 3}, {"replicas": 1}).history(), "web"),
    condemned(
        changes.taken_over, "not in its depth", changed({"ordinals": {"start": 2}}, {"ordinals": {}}).history(), "web"
    ),
    condemned(changes.taken_over, "dropped in silence", changed({"ordinals": {"start": 2}}, {}).history(), "web"),
    spared(changes.without_effect, "nothing", again().act("settled").history(since="apply")),
    condemned(
        changes.without_effect,
        "a generation",
        again().alter("StatefulSet", "web", {"metadata.generation": 2}).act("settled").history(since="apply"),
        "web",
    ),
    condemned(
        changes.without_effect,
        "a revision and a restart",
        revision(again(), "web-b", 2).replace("web-0").act("settled").history(since="apply"),
        "web-b",
        "web-0",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """What is sent is compared with what is kept, and with what came of it."""
    assert_judged(case)


@pytest.mark.parametrize(
    ("one", "script", "reason"),
    [
        (changes.taken_over, Script().api(PATCH, 422, due={"taken": True}), "no change was accepted"),
        (changes.without_effect, again(), "no event closed the window"),
        (changes.without_effect, Script().api(PATCH, 422, due={"same": True}), "nothing was written anew"),
        (
            changes.without_effect,
            Script().api(PATCH, answer={"spec": {}}, due={"same": True}).act("settled"),
            "there was no pod",
        ),
    ],
)
def test_nothing_to_judge(one: Judge, script: Script, reason: str) -> None:
    """What was refused, or not awaited, says nothing."""
    applied = "apply" in {event.type for event in script.events}
    with pytest.raises(NothingToJudge, match=reason):
        one(script.history(since="apply" if applied else ""))
