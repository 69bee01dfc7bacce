"""Judges of how sets and pods end."""

import pytest

from stsconf.judge import deletion
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import NAME, Script
from tests.judge.cases import Case, assert_judged, condemned, spared


def foreground() -> Script:
    """Two pods whose set is being deleted in the foreground."""
    script = Script(replicas=2).start("web-0", "web-1").act("delete")
    return script.alter("StatefulSet", NAME, {"metadata.deletionTimestamp": script.clock()})


def background() -> Script:
    """Two pods whose set is gone."""
    return Script(replicas=2).start("web-0", "web-1").act("delete").drop("StatefulSet", NAME)


def forced(grace: int = 0) -> Script:
    """A pod that is deleted with a grace period."""
    return Script(replicas=1).start("web-0").act("force", pods=["web-0"]).leaving("web-0", grace=grace)


CASES = (
    spared(deletion.set_goes_last, "still there", foreground().leaving("web-0").stop("web-1").history(since="delete")),
    spared(
        deletion.set_goes_last,
        "after them",
        foreground().stop("web-1", "web-0").drop("StatefulSet", NAME).history(since="delete"),
    ),
    condemned(
        deletion.set_goes_last,
        "before them",
        foreground().leaving("web-0").stop("web-1").drop("StatefulSet", NAME).history(since="delete"),
        NAME,
    ),
    condemned(deletion.set_goes_last, "without one", foreground().stop("web-1").history(since="delete"), "web-0"),
    spared(deletion.set_goes_at_once, "at once", background().history(since="delete")),
    condemned(
        deletion.set_goes_at_once,
        "not at all",
        Script(replicas=1).start("web-0").act("delete").leaving("web-0").history(since="delete"),
        "web-0",
    ),
    spared(deletion.pods_follow, "they follow", background().stop("web-0", "web-1").history(since="delete")),
    condemned(deletion.pods_follow, "one stays", background().stop("web-0").history(since="delete"), "web-1"),
    spared(deletion.none_created, "none", foreground().stop("web-1").history(since="delete")),
    condemned(deletion.none_created, "one", foreground().replace("web-1").history(since="delete"), "web-1"),
    spared(deletion.forced_at_once, "at once", forced().gone("web-0").start("web-0").history(since="force")),
    condemned(
        deletion.forced_at_once, "with time", forced(2).gone("web-0").start("web-0").history(since="force"), "web-0"
    ),
    condemned(deletion.forced_at_once, "not gone", forced().history(since="force"), "web-0"),
    condemned(deletion.forced_at_once, "not back", forced().gone("web-0").history(since="force"), "web-0"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Sets go last or first, pods follow, and none comes."""
    assert_judged(case)


def test_a_window_in_which_no_pod_goes() -> None:
    """Nobody could have created a pod in place of those that go."""
    with pytest.raises(NothingToJudge, match="no pod went"):
        deletion.none_created(foreground().leaving("web-1").history(since="delete"))
