"""Judges of ControllerRevisions."""

from __future__ import annotations

import pytest

from stsconf.judge import revisions
from stsconf.judge.base import Judge
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared

SET = "StatefulSet", "web"


def revision(script: Script, name: str, number: int = 1, owner: str = "web") -> Script:
    """Make a ControllerRevision."""
    owners = [{"name": owner, "controller": True}]
    return script.add("ControllerRevision", name, {"metadata": {"ownerReferences": owners}, "revision": number})


def numbered(script: Script, name: str, number: int) -> Script:
    """Give a ControllerRevision another number."""
    return script.alter("ControllerRevision", name, {"revision": number})


def two() -> Script:
    """A pod on web-a, and a template that led to web-b."""
    script = revision(revision(Script(replicas=1), "db-a", 9, "db"), "web-a").start("web-0").update()
    return revision(script, "web-b", 2)


def back() -> Script:
    """The return to the first template."""
    return two().act("undo").update("web-a", "image:1")


def many(limit: int = 1) -> Script:
    """Four revisions, of which the pod has the first and the set asks for the last, with room for some."""
    script = revision(Script(replicas=1, revisionHistoryLimit=limit), "web-a", 1).start("web-0")
    for number, name in enumerate(("web-b", "web-c", "web-d"), start=2):
        script = revision(script.update(name, f"image:{number}"), name, number)
    return script


def removed(script: Script, *names: str) -> Script:
    """Remove revisions, and let the controller have seen all."""
    for name in names:
        script.drop("ControllerRevision", name)
    return script.act("settled")


def strategy(script: Script | None = None) -> Script:
    """Change the strategy and nothing else."""
    return (script or two()).act("change").alter(*SET, {"spec.updateStrategy": {"type": "OnDelete"}})


def annotated(cause: str) -> Script:
    """A set that tells the cause of a change, which leads to a revision with this one."""
    told = {"metadata.annotations": {"cause": "of change", "kubectl.kubernetes.io/last-applied-configuration": "{}"}}
    marks = {"ownerReferences": [{"name": "web", "controller": True}], "annotations": {"cause": cause} if cause else {}}
    return two().alter(*SET, told).act("change").add("ControllerRevision", "web-c", {"metadata": marks, "revision": 3})


def taken(count: int, goal: str = "web-c") -> Script:
    """A change of the template for whose revision's name somebody has one already, which is counted so often."""
    script = two().add("ControllerRevision", "web-x", {"revision": 1}).add("ControllerRevision", "other-x", {})
    return revision(script.act("change").update(goal, "image:3").status(collisionCount=count), "web-c", 3)


def halfway() -> Script:
    """A change of the template for which the one pod was replaced, and is not Ready yet."""
    return two().stop("web-0").pending("web-0").status(currentRevision="web-a", updateRevision="web-b")


CASES = (
    spared(revisions.none_made, "another strategy", strategy().act("settled").history(since="change")),
    condemned(
        revisions.none_made,
        "a revision",
        revision(strategy(), "web-c", 3).act("settled").history(since="change"),
        "web-c",
    ),
    condemned(
        revisions.none_made,
        "a change of mind",
        strategy().status(updateRevision="web-a").act("settled").history(since="change"),
        "web",
    ),
    spared(
        revisions.none_made,
        "another set's revision",
        revision(strategy(), "db-b", 10, "db").act("settled").history(since="change"),
    ),
    spared(revisions.reused, "by name, and now the newest", numbered(back(), "web-a", 3).history(since="undo")),
    condemned(
        revisions.reused,
        "a new one of the same template",
        revision(two().act("undo").update("web-c", "image:1"), "web-c", 3).history(since="undo"),
        "web-c",
        "web-c",
    ),
    condemned(
        revisions.reused,
        "under its old number",
        back().history(since="undo"),
        "web-a",
    ),
    spared(revisions.annotated_like_set, "the cause", annotated("of change").history(since="change")),
    condemned(revisions.annotated_like_set, "none", annotated("").history(since="change"), "web-c"),
    condemned(revisions.annotated_like_set, "another cause", annotated("another").history(since="change"), "web-c"),
    spared(revisions.given_another_name, "counted", taken(1).history(since="change")),
    condemned(revisions.given_another_name, "not counted", taken(0).history(since="change"), "web"),
    condemned(revisions.given_another_name, "not another", taken(1, "web-x").history(since="change"), "web-x"),
    spared(revisions.current_kept, "is there, and named", halfway().act("settled").history(since="rollout")),
    condemned(revisions.current_kept, "is removed", removed(halfway(), "web-a").history(since="rollout"), "web-a"),
    condemned(
        revisions.current_kept,
        "is not named",
        halfway().status(currentRevision="web-b").act("settled").history(since="rollout"),
        "web",
    ),
    spared(revisions.kept_to_limit, "one of two", removed(many(), "web-b").history()),
    condemned(revisions.kept_to_limit, "both", removed(many()).history(), "web-b"),
    condemned(revisions.kept_to_limit, "one where there is no room", removed(many(0), "web-b").history(), "web-c"),
    spared(revisions.oldest_go_first, "the older of two", removed(many(), "web-b").history()),
    condemned(revisions.oldest_go_first, "the newer of two", removed(many(), "web-c").history(), "web-c"),
    condemned(revisions.oldest_go_first, "more than asked for", removed(many(), "web-b", "web-c").history(), "web-c"),
    spared(revisions.kept_in_use, "none of those", removed(many(0), "web-b", "web-c").history()),
    condemned(revisions.kept_in_use, "the pod's", removed(many(), "web-a").history(), "web-a"),
    condemned(revisions.kept_in_use, "the one that is wanted", removed(many(), "web-d").history(), "web-d"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Revisions are told apart by name, by number and by who uses them."""
    assert_judged(case)


@pytest.mark.parametrize(
    ("one", "script", "reason"),
    [
        (revisions.none_made, two(), "the template was changed"),
        (revisions.none_made, two().act("change").act("settled"), "nothing else was changed"),
        (revisions.none_made, strategy(), "no event closed the window"),
        (revisions.reused, strategy(), "the template was not changed"),
        (revisions.kept_to_limit, many(), "no event closed the window"),
        (revisions.kept_to_limit, removed(many(5)), "never more unused"),
        (revisions.oldest_go_first, removed(many()), "no revision was removed"),
        (revisions.kept_in_use, removed(many()), "no revision was removed"),
        (revisions.annotated_like_set, strategy(), "the set had no annotation"),
        (revisions.given_another_name, strategy(), "no name of a revision was taken"),
        (revisions.current_kept, two().status(updateRevision="web-a", currentRevision="web-a"), "no update began"),
        (revisions.current_kept, two(), "no pod was waited for"),
    ],
)
def test_nothing_to_judge(one: Judge, script: Script, reason: str) -> None:
    """Where nothing was asked of the controller, or its answer was not awaited, nothing follows."""
    changed = "change" in {event.type for event in script.events}
    with pytest.raises(NothingToJudge, match=reason):
        one(script.history(since="change" if changed else ""))
