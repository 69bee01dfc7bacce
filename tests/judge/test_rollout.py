"""Judges of rolling updates."""

import pytest

from stsconf.judge import rollout
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared


def changed() -> Script:
    """Three pods on web-a, and a template that leads to web-b."""
    return Script().start("web-0", "web-1", "web-2").update()


def done() -> Script:
    """The update as it should be."""
    return changed().replace("web-2", "web-1", "web-0")


def killed() -> Script:
    """Three pods of which the test deletes one, without any change of the template."""
    return revision(Script(), "web-a").start("web-0", "web-1", "web-2").kill("web-1")


def revision(script: Script, name: str, owner: str = "web") -> Script:
    """Make a ControllerRevision."""
    return script.add(
        "ControllerRevision", name, {"metadata": {"ownerReferences": [{"name": owner, "controller": True}]}}
    )


CASES = (
    spared(rollout.descending, "highest first", done().history(since="rollout")),
    spared(
        rollout.descending,
        "the test kills a low pod on the way",
        changed().replace("web-2").kill("web-0").start("web-0").replace("web-1").history(since="rollout"),
    ),
    condemned(
        rollout.descending,
        "lowest first",
        changed().replace("web-0", "web-1", "web-2").history(since="rollout"),
        "web-1",
        "web-2",
    ),
    condemned(
        rollout.descending,
        "one skipped",
        changed().replace("web-2", "web-0", "web-1").history(since="rollout"),
        "web-1",
    ),
    spared(rollout.waits_for_replacement, "each Ready", done().history(since="rollout")),
    condemned(
        rollout.waits_for_replacement,
        "only running",
        changed().stop("web-2").pending("web-2").running("web-2").replace("web-1").history(since="rollout"),
        "web-1",
    ),
    condemned(
        rollout.waits_for_replacement,
        "not yet there",
        changed().stop("web-2", "web-1").start("web-1", "web-2").history(since="rollout"),
        "web-1",
    ),
    condemned(
        rollout.waits_for_replacement,
        "came back outdated",
        changed().stop("web-2").start("web-2", revision="web-a").replace("web-1").history(since="rollout"),
        "web-1",
    ),
    spared(rollout.one_unavailable, "one at a time", done().history(since="rollout")),
    condemned(
        rollout.one_unavailable,
        "another is unready for long",
        changed().unready("web-0").wait(2).replace("web-2").history(since="rollout"),
        "web-2",
    ),
    condemned(
        rollout.one_unavailable,
        "another is gone for long",
        changed().stop("web-2").wait(2).replace("web-1").history(since="rollout"),
        "web-1",
    ),
    spared(rollout.replaces_once, "each", done().history(since="rollout")),
    condemned(rollout.replaces_once, "one not", changed().replace("web-2", "web-1").history(since="rollout"), "web-0"),
    condemned(rollout.replaces_once, "one twice", done().replace("web-1").history(since="rollout"), "web-1"),
    spared(
        rollout.replaces_once,
        "the test kills a new pod",
        done().kill("web-1").start("web-1").history(since="rollout"),
    ),
    spared(rollout.ends_on_one_version, "all new", done().history(since="rollout")),
    condemned(
        rollout.ends_on_one_version, "one old", changed().replace("web-2", "web-1").history(since="rollout"), "web-0"
    ),
    condemned(
        rollout.ends_on_one_version,
        "new by its label, old by its image",
        changed()
        .replace("web-2", "web-1")
        .stop("web-0")
        .start("web-0", containers=[{"name": "main", "image": "image:1"}])
        .history(since="rollout"),
        "web-0",
    ),
    condemned(rollout.ends_on_one_version, "one missing", done().stop("web-1").history(since="rollout"), "web-1"),
    spared(rollout.none_started, "from its first revision on", killed().start("web-1").history()),
    spared(
        rollout.none_started, "another set's", revision(killed(), "db-a", "db").start("web-1").history(since="kill")
    ),
    spared(rollout.none_started, "back on its revision", killed().start("web-1").history(since="kill")),
    condemned(
        rollout.none_started,
        "back on another",
        killed().start("web-1", revision="web-c").history(since="kill"),
        "web-1",
    ),
    condemned(
        rollout.none_started,
        "a revision is made",
        revision(killed().start("web-1"), "web-c").history(since="kill"),
        "web-c",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Updates are judged on the pods that the controller itself replaced."""
    assert_judged(case)


def test_an_update_is_no_plain_deletion() -> None:
    """Whether a deletion starts an update cannot be told where an update was asked for."""
    with pytest.raises(NothingToJudge, match="the template was changed"):
        rollout.none_started(done().history())


def test_only_kills_is_no_rollout() -> None:
    """Pods that the test removed say nothing about the controller's order."""
    history = changed().kill("web-0", "web-1").start("web-0", "web-1").history(since="rollout")
    with pytest.raises(NothingToJudge, match="the controller replaced no outdated pod"):
        rollout.descending(history)
