"""What every judge is: a pure function with a code, which says what kinds of events it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from stsconf.model.finding import Finding
from stsconf.model.history import API, DNS, HTTP, Event, History

Offences = Iterator[Finding]
"""What a judge yields: findings whose code is still to be stamped."""


@dataclass(frozen=True, slots=True)
class Judge:
    """One promise held against a history.

    `code` names its findings. `kinds` are the kinds of events it reads: a gap in one of them makes the
    check inconclusive. Raises `NothingToJudge` when the record holds nothing to look at.
    """

    code: str
    kinds: tuple[str, ...]
    offences: Callable[[History], Iterable[Finding]]

    def __call__(self, history: History) -> tuple[Finding, ...]:
        """Return the findings, in the order in which the record shows them."""
        return tuple(
            Finding(self.code, f.sentence, f.objects, f.resource_versions, f.events) for f in self.offences(history)
        )


def judge(code: str, *kinds: str) -> Callable[[Callable[[History], Iterable[Finding]]], Judge]:
    """Make a judge of a function that yields what it finds (see `found`)."""

    def make(offences: Callable[[History], Iterable[Finding]]) -> Judge:
        return Judge(code, kinds, offences)

    return make


def found(sentence: str, *witnesses: Event, about: str = "") -> Finding:
    """Make a finding of one sentence and the events that show it; the judge stamps its code.

    `about` names an object that no event shows, because it is missing or because its state is what offends.
    """
    return Finding(
        "",
        sentence,
        tuple(filter(None, (about, *map(_called, witnesses)))),
        tuple(event.resource_version for event in witnesses),
        tuple(event.index for event in witnesses),
    )


def _called(event: Event) -> str:
    """Return what a witness is known by: its name, the pod or object that was asked, the name that was looked up."""
    asked = {HTTP: "pod", DNS: "name", API: "name"}.get(event.kind)
    return str(event.object.get(asked, "")) if asked else event.name
