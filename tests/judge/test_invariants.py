"""Judges that hold always, before whole histories of everything that a test may do."""

import pytest

from stsconf.judge.base import Judge
from stsconf.judge.invariants import COURSE, IDENTITY, LIVES
from stsconf.model.finding import NothingToJudge
from stsconf.model.history import History
from tests.judge.builder import NAME, Script

INVARIANTS = (*LIVES, *IDENTITY, *COURSE)


def three() -> Script:
    """Three Ready pods."""
    return Script().start("web-0", "web-1", "web-2")


HISTORIES = {
    "start": three(),
    "kill all": three().kill("web-0", "web-1", "web-2").start("web-0", "web-1", "web-2"),
    "force": three().act("force", pods=["web-1"]).leaving("web-1", grace=0).gone("web-1").start("web-1"),
    "scale down and up": three().scale(1).stop("web-2", "web-1").scale(3).start("web-1", "web-2"),
    "update": three().update().replace("web-2", "web-1", "web-0"),
    "update with a loss": three().update().replace("web-2").kill("web-0").start("web-0").replace("web-1"),
    "delete": three().act("delete").drop("StatefulSet", NAME).leaving("web-0").leaving("web-1").stop("web-2"),
    "parallel": Script(podManagementPolicy="Parallel")
    .pending("web-2")
    .pending("web-0")
    .pending("web-1")
    .running("web-1")
    .ready("web-1"),
    "start ordinal": Script(replicas=2, ordinals={"start": 4}).start("web-4", "web-5"),
    "stray": three().start("stray", owner={}, hostname="", subdomain=""),
    "failed": three().alter("Pod", "web-1", {"status.phase": "Failed"}).replace("web-1"),
    "held": Script().pending("web-0").running("web-0").act("release", pods=["web-0"]).ready("web-0").start("web-1"),
    "stalled": three().update().stop("web-2").pending("web-2"),
    "orphaned": three().act("orphan").drop("StatefulSet", NAME).alter("Pod", "web-0", {"metadata.ownerReferences": []}),
}


def offences(history: History) -> list[str]:
    """Everything that the invariants find."""

    def judged(judge: Judge) -> list[str]:
        try:
            return [str(finding) for finding in judge(history)]
        except NothingToJudge:
            return []

    return [sentence for judge in INVARIANTS for sentence in judged(judge)]


@pytest.mark.parametrize("script", HISTORIES.values(), ids=HISTORIES.keys())
def test_good_histories_are_spared(script: Script) -> None:
    """Nothing that a cluster rightly does offends."""
    assert offences(script.history()) == []


def test_a_bad_history_offends() -> None:
    """What no act asked for is found in any history."""
    assert offences(three().replace("web-1").start("web-7").history()) == [
        "order.create-before-ready: web-7 was created while web-3 did not exist",
        "order.create-before-ready: web-7 was created while web-4 did not exist",
        "order.create-before-ready: web-7 was created while web-5 did not exist",
        "order.create-before-ready: web-7 was created while web-6 did not exist",
        "ownership.range: web-7 was created though the StatefulSet has no such ordinal",
        "ownership.explained: web-1 was removed though nothing called for it",
    ]


def test_invariants_are_told_apart() -> None:
    """Each invariant has a code of its own."""
    codes = [judge.code for judge in INVARIANTS]
    assert len(set(codes)) == len(codes)
