"""Judges of rolling updates."""

import pytest

from stsconf.judge import rollout
from stsconf.judge.base import Judge
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared
from tests.judge.test_revisions import revision


def changed() -> Script:
    """Three pods on web-a, and a template that leads to web-b."""
    return Script().start("web-0", "web-1", "web-2").update()


def done() -> Script:
    """The update as it should be."""
    return changed().replace("web-2", "web-1", "web-0")


def killed() -> Script:
    """Three pods of which the test deletes one, without any change of the template."""
    return revision(Script(), "web-a").start("web-0", "web-1", "web-2").kill("web-1")


def by(strategy: str) -> Script:
    """Three pods on web-a under a strategy, and a template that leads to web-b."""
    return Script(updateStrategy={"type": strategy}).start("web-0", "web-1", "web-2").update()


def stuck() -> Script:
    """An update whose first new pod does not run."""
    return changed().stop("web-2").pending("web-2")


def mended() -> Script:
    """The return from there to the first template."""
    return stuck().act("mend").status(updateRevision="web-a")


MARKED = {"metadata.annotations": {"restartedAt": "now", "more": "words"}}


def restart() -> Script:
    """Three pods, and a template that is annotated."""
    annotated = {"spec.template.metadata.annotations": {"restartedAt": "now"}, "status.updateRevision": "web-b"}
    return Script().start("web-0", "web-1", "web-2").act("restart").alter("StatefulSet", "web", annotated)


def annotated(but: str = "") -> Script:
    """A restart in which all pods but one get the annotation."""
    script = restart()
    for name in ("web-2", "web-1", "web-0"):
        script.replace(name)
        if name != but:
            script.alter("Pod", name, MARKED)
    return script


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
    condemned(
        rollout.one_unavailable,
        "it took another one itself, an instant ago",
        changed().leaving("web-2").leaving("web-1").gone("web-2").gone("web-1").history(since="rollout"),
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
    *(
        spared(
            rollout.ends_on_one_version,
            what,
            changed()
            .replace("web-2", "web-1")
            .stop("web-0")
            .start("web-0", containers=[*more, {"name": "main", "image": image}])
            .history(since="rollout"),
        )
        for what, image, more in (
            ("another registry", "mirror.example:5000/apps/image:2", []),
            ("a digest beside the tag", "image:2@sha256:a", []),
            ("a digest in the place of the tag", "image@sha256:a", []),
            ("a sidecar", "image:2", [{"name": "sidecar", "image": "mesh:7"}]),
        )
    ),
    condemned(rollout.ends_on_one_version, "one missing", done().stop("web-1").history(since="rollout"), "web-1"),
    spared(rollout.none_started, "from its first revision on", killed().start("web-1").history()),
    spared(
        rollout.none_started,
        "another set's",
        revision(killed(), "db-a", owner="db").start("web-1").history(since="kill"),
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
    spared(rollout.rolls_by_default, "RollingUpdate", by("RollingUpdate").replace("web-2").history(since="rollout")),
    condemned(rollout.rolls_by_default, "another", by("Recreate").replace("web-2").history(since="rollout"), "web"),
    spared(rollout.untouched, "nothing happens", changed().act("settled").history(since="rollout")),
    condemned(
        rollout.untouched,
        "one is replaced",
        changed().replace("web-2").act("settled").history(since="rollout"),
        "web-2",
        "web-2",
    ),
    condemned(
        rollout.untouched,
        "one is added",
        changed().start("web-3").act("settled").history(since="rollout"),
        "web-3",
    ),
    spared(rollout.halts, "at the first", stuck().act("settled").history(since="rollout")),
    condemned(
        rollout.halts, "not before the second", stuck().stop("web-1").act("settled").history(since="rollout"), "web-1"
    ),
    condemned(
        rollout.halts, "none is made", changed().stop("web-2", "web-1").act("settled").history(since="rollout"), "web-1"
    ),
    spared(rollout.repaired, "replaced", mended().replace("web-2").act("settled").history(since="mend")),
    condemned(rollout.repaired, "left", mended().act("settled").history(since="mend"), "web-2"),
    spared(
        rollout.scaling_first,
        "the missing one first",
        changed().scale(4).start("web-3").replace("web-2").history(since="scale"),
    ),
    condemned(
        rollout.scaling_first,
        "the missing one later",
        changed().scale(4).replace("web-2").start("web-3").history(since="scale"),
        "web-2",
    ),
    condemned(
        rollout.scaling_first,
        "the missing one not Ready",
        changed().scale(4).pending("web-3").replace("web-2").history(since="scale"),
        "web-2",
    ),
    spared(
        rollout.scaling_first,
        "the surplus one first",
        changed().scale(2).stop("web-2").replace("web-1").history(since="scale"),
    ),
    condemned(
        rollout.scaling_first,
        "the surplus one later",
        changed().scale(2).replace("web-1").stop("web-2").history(since="scale"),
        "web-1",
    ),
    spared(
        rollout.each_made_once,
        "three replaced and one added",
        changed().scale(4).start("web-3").replace("web-2", "web-1", "web-0").history(since="rollout"),
    ),
    condemned(
        rollout.each_made_once,
        "one twice",
        done().replace("web-1").history(since="rollout"),
        "web-1",
    ),
    condemned(rollout.each_made_once, "one not", changed().replace("web-2", "web-1").history(since="rollout"), "web-0"),
    condemned(
        rollout.each_made_once,
        "one outdated, one not Ready",
        changed()
        .replace("web-2")
        .stop("web-1")
        .start("web-1", revision="web-a")
        .stop("web-0")
        .pending("web-0")
        .history(since="rollout"),
        "web-0",
        "web-1",
    ),
    spared(rollout.straight_to_target, "all on the latest", done().history(since="rollout")),
    condemned(
        rollout.straight_to_target,
        "one on a former",
        changed().stop("web-2").start("web-2", revision="web-x").replace("web-2").history(since="rollout"),
        "web-2",
    ),
    spared(
        rollout.returns_as_before,
        "on the old revision",
        changed().kill("web-0").start("web-0", revision="web-a").history(since="rollout"),
    ),
    condemned(
        rollout.returns_as_before,
        "on the new one",
        changed().kill("web-0").start("web-0").history(since="rollout"),
        "web-0",
    ),
    spared(rollout.restarted, "all", annotated().history(since="restart")),
    condemned(rollout.restarted, "one without", annotated("web-1").history(since="restart"), "web-1"),
    condemned(
        rollout.restarted,
        "one that was annotated where it ran",
        restart().replace("web-2", "web-1").alter("Pod", "web-0", MARKED).history(since="restart"),
        "web-0",
        "web-1",
        "web-2",
    ),
    condemned(
        rollout.restarted,
        "one by another",
        annotated().alter("Pod", "web-1", {"spec.containers": []}).history(since="restart"),
        "web-1",
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


@pytest.mark.parametrize(
    ("one", "script", "reason"),
    [
        (rollout.untouched, Script().start("web-0").act("rollout").act("settled"), "the set was not changed"),
        (rollout.untouched, Script().update().act("settled"), "there was no pod"),
        (rollout.untouched, changed(), "no event closed the window"),
        (rollout.halts, changed().replace("web-2").act("settled"), "a new pod was Ready"),
        (rollout.halts, stuck(), "no event closed the window"),
        (rollout.repaired, changed().act("settled"), "no outdated pod was unready"),
        (rollout.scaling_first, done(), "the set was not scaled"),
        (rollout.returns_as_before, done().kill("web-1").start("web-1"), "no outdated pod was lost"),
        (rollout.restarted, done(), "the template has no annotation"),
    ],
)
def test_nothing_to_judge(one: Judge, script: Script, reason: str) -> None:
    """What was not asked for, or not awaited, is not judged."""
    with pytest.raises(NothingToJudge, match=reason):
        one(script.history(since="rollout"))
