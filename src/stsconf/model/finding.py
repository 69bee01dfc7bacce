"""What a judge says when a record shows a broken promise."""

from __future__ import annotations

from dataclasses import dataclass

DID_NOT_HAPPEN = "did-not-happen"
"""Code of the finding of a scenario that stalled, where no judge found anything."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise: a stable `code` such as `order.create`, and one `sentence` for a person.

    `objects` are the names of the objects that show it, `resource_versions` the versions at which they
    do, `events` the indices of the history's events; all three in the order of the sentence.
    """

    code: str
    sentence: str
    objects: tuple[str, ...] = ()
    resource_versions: tuple[str, ...] = ()
    events: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Render as `code: sentence`."""
        return f"{self.code}: {self.sentence}"


class NothingToJudge(Exception):  # noqa: N818 -- not an error: the record lacks what the judge needs
    """Raised by a judge that finds nothing in the record to hold against its promise.

    Never a pass: the check becomes inconclusive, or tells what did not happen.
    """


def require(condition: object, reason: str) -> None:
    """Raise `NothingToJudge` with `reason` unless `condition` holds."""
    if not condition:
        raise NothingToJudge(reason)
