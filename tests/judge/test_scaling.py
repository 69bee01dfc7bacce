"""Judges of scaling."""

import pytest

from stsconf.judge import scaling
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared


def one(**spec: str) -> Script:
    """One pod, about to be scaled to three."""
    return Script(replicas=1, **spec).start("web-0").scale(3)


def three() -> Script:
    """Three pods, about to be scaled to one."""
    return Script().start("web-0", "web-1", "web-2").scale(1)


def unready(ordinal: int, size: int = 1, *, before: int = 3) -> Script:
    """Three pods, one of which is not Ready any more, about to be scaled down."""
    script = Script(replicas=before).start(*(f"web-{number}" for number in range(before)))
    return script.unready(f"web-{ordinal}").wait(2).scale(size)


def raised() -> Script:
    """Two of four pods are to go because the set's ordinals start at 2."""
    script = Script(replicas=2).start("web-0", "web-1").act("raise")
    script.alter("StatefulSet", "web", {"spec.ordinals": {"start": 2}})
    return script.start("web-2", "web-3")


CASES = (
    spared(scaling.unready_halts, "nothing goes", unready(0).history(since="scale")),
    spared(
        scaling.unready_halts,
        "it goes once Ready is back",
        unready(0).ready("web-0").stop("web-2").history(since="scale"),
    ),
    condemned(scaling.unready_halts, "it goes", unready(0).stop("web-2").history(since="scale"), "web-2"),
    condemned(
        scaling.unready_halts,
        "it goes after the first, one by one",
        unready(0).ready("web-0").stop("web-2").unready("web-0").wait(2).stop("web-1").history(since="scale"),
        "web-1",
    ),
    spared(scaling.unready_condemned_halts, "nothing goes", unready(1).history(since="scale")),
    condemned(
        scaling.unready_condemned_halts, "the top goes", unready(1).stop("web-2").history(since="scale"), "web-2"
    ),
    spared(scaling.next_goes, "the unready one goes", unready(2, 2).leaving("web-2").history(since="scale")),
    condemned(scaling.next_goes, "it stays", unready(2, 2).history(since="scale"), "web-2"),
    condemned(scaling.next_goes, "a lower one goes", unready(2, 1).stop("web-1").history(since="scale"), "web-2"),
    spared(scaling.up_appends, "ascending", one().start("web-1", "web-2").history(since="scale")),
    condemned(scaling.up_appends, "swapped", one().start("web-2", "web-1").history(since="scale"), "web-2", "web-1"),
    condemned(scaling.up_appends, "with a gap", one().start("web-2").history(since="scale"), "web-2"),
    spared(
        scaling.up_appends,
        "from nothing at a start ordinal",
        Script(replicas=2, ordinals={"start": 5}).start("web-5", "web-6").history(),
    ),
    spared(scaling.survivors_stay, "up", one().start("web-1", "web-2").history(since="scale")),
    condemned(
        scaling.survivors_stay,
        "up, and restarts",
        one().start("web-1").replace("web-0").history(since="scale"),
        "web-0",
    ),
    spared(
        scaling.survivors_stay,
        "a survivor is killed by the test",
        three().stop("web-2", "web-1").kill("web-0").start("web-0").history(since="scale"),
    ),
    condemned(
        scaling.survivors_stay,
        "down, and too far",
        three().stop("web-2", "web-1", "web-0").history(since="scale"),
        "web-0",
    ),
    spared(scaling.down_descending, "below a raised start", raised().stop("web-1", "web-0").history(since="raise")),
    condemned(
        scaling.down_descending,
        "upward below a raised start",
        raised().stop("web-0", "web-1").history(since="raise"),
        "web-0",
    ),
    spared(scaling.down_descending, "highest first", three().stop("web-2", "web-1").history(since="scale")),
    condemned(scaling.down_descending, "lowest first", three().stop("web-1", "web-2").history(since="scale"), "web-1"),
    condemned(
        scaling.down_descending,
        "lower first, both going",
        three().leaving("web-1").leaving("web-2").gone("web-2").gone("web-1").history(since="scale"),
        "web-1",
    ),
    spared(
        scaling.down_descending,
        "somebody forced the lower one",
        three().leaving("web-1", grace=0).gone("web-1").stop("web-2").history(since="scale"),
    ),
    spared(scaling.none_skipped, "both are stuck", three().history(since="scale")),
    spared(scaling.none_skipped, "highest first", three().stop("web-2", "web-1").history(since="scale")),
    condemned(scaling.none_skipped, "lowest first", three().leaving("web-1").history(since="scale"), "web-1"),
    spared(scaling.down_one_by_one, "gone first", three().stop("web-2", "web-1").history(since="scale")),
    condemned(
        scaling.down_one_by_one,
        "while the former still goes",
        three().leaving("web-2").leaving("web-1").gone("web-2").gone("web-1").history(since="scale"),
        "web-1",
    ),
    condemned(
        scaling.down_one_by_one,
        "while the former never goes",
        three().leaving("web-2").leaving("web-1").history(since="scale"),
        "web-1",
    ),
    spared(scaling.reaches_size, "down", three().stop("web-2", "web-1").history(since="scale")),
    condemned(scaling.reaches_size, "not all the way", three().stop("web-2").history(since="scale"), "web-1"),
    condemned(scaling.reaches_size, "too few", one().start("web-1").history(since="scale"), "web-2"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """Scaling appends at the top, removes from the top, and touches nothing else."""
    assert_judged(case)
