"""The five verdicts and how several become one."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What a check says about a cluster. There is no other outcome, and none of them is a default.

    `PASSED`: the record was looked at and shows the promise kept.
    `FAILED`: the record shows the promise broken, or the promised thing never happened.
    `NOT_SUPPORTED`: the target lacks a capability that the promise needs; the reason says which.
    `SKIPPED`: the caller chose not to look.
    `INCONCLUSIVE`: the record does not allow a judgement (gap, lost cluster, broken assumption).
    """

    PASSED = "passed"
    FAILED = "failed"
    NOT_SUPPORTED = "not-supported"
    SKIPPED = "skipped"
    INCONCLUSIVE = "inconclusive"


_WORST_FIRST = (Verdict.FAILED, Verdict.INCONCLUSIVE, Verdict.PASSED, Verdict.NOT_SUPPORTED, Verdict.SKIPPED)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict of a whole from those of its parts: the worst one that was reached by looking.

    Nothing looked at is never passed: no verdicts at all are inconclusive, and parts that were all
    skipped or not supported stay so.
    """
    present = set(verdicts)
    return next((verdict for verdict in _WORST_FIRST if verdict in present), Verdict.INCONCLUSIVE)
