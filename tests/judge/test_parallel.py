"""Judges of sets without order."""

import pytest

from stsconf.judge import parallel
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared


def together(replicas: int = 3) -> Script:
    """A Parallel set."""
    return Script(replicas=replicas, podManagementPolicy="Parallel")


def shrinking() -> Script:
    """Three pods of a Parallel set, about to be one."""
    return together().pending("web-0").pending("web-1").pending("web-2").scale(1)


def updating() -> Script:
    """An update of three pods whose first new one runs and is not Ready."""
    return together().start("web-0", "web-1", "web-2").update().stop("web-2").pending("web-2").running("web-2")


def mending() -> Script:
    """The same, and the template is as it was before."""
    return updating().act("repair").status(updateRevision="web-a")


def blocked() -> Script:
    """Somebody's web-1 is there before a set of three."""
    return together(1).start("web-0").act("stray", makes=["web-1"]).start("web-1", owner={}).scale(3)


def short() -> Script:
    """web-0 of three is lost and refused, then two are asked for."""
    return together().start("web-0", "web-1", "web-2").kill("web-0").scale(2)


CASES = (
    spared(
        parallel.created_at_once, "all at once", together().pending("web-2").pending("web-0").pending("web-1").history()
    ),
    condemned(parallel.created_at_once, "one at a time", together().pending("web-0").history(), "web-1", "web-2"),
    spared(parallel.removed_at_once, "together", shrinking().leaving("web-1").leaving("web-2").history(since="scale")),
    condemned(
        parallel.removed_at_once, "one by one", shrinking().stop("web-2", "web-1").history(since="scale"), "web-1"
    ),
    condemned(parallel.removed_at_once, "only one", shrinking().leaving("web-2").history(since="scale"), "web-1"),
    spared(parallel.update_halts, "halted", updating().history(since="rollout")),
    condemned(parallel.update_halts, "goes on", updating().stop("web-1").history(since="rollout"), "web-1"),
    spared(
        parallel.mended_without_help,
        "mended",
        mending().stop("web-2").start("web-2", revision="web-a").history(since="repair"),
    ),
    condemned(parallel.mended_without_help, "stuck", mending().history(since="repair"), "web-2"),
    condemned(
        parallel.mended_without_help,
        "and a good one replaced",
        mending().stop("web-2").start("web-2").replace("web-1").history(since="repair"),
        "web-1",
    ),
    spared(parallel.others_created, "the other is", blocked().start("web-2").history(since="scale")),
    condemned(parallel.others_created, "the other is not", blocked().history(since="scale"), "web-2"),
    spared(parallel.next_created, "it is", blocked().start("web-2").history(since="scale")),
    condemned(parallel.next_created, "it is not", blocked().history(since="scale"), "web-2"),
    spared(parallel.surplus_goes, "gone", short().stop("web-2").history(since="scale")),
    condemned(parallel.surplus_goes, "stays", short().history(since="scale"), "web-2"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Nothing waits for anything, but an update."""
    assert_judged(case)


def test_a_set_that_keeps_order_is_another_matter() -> None:
    """What the policy does not promise is not judged."""
    with pytest.raises(NothingToJudge, match="not Parallel"):
        parallel.created_at_once(Script().pending("web-0").history())
