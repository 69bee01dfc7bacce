"""Changes that the API server takes, and requests that change nothing though they write everything anew."""

from __future__ import annotations

from collections.abc import Mapping

from stsconf.judge import revisions, sets
from stsconf.judge.api import asked
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import removed
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import API, History


@judge("changes.taken", API)
def taken_over(history: History) -> Offences:
    """A change that is allowed is found, as it was sent, in the answer."""
    changes = [event for event in asked(history, "taken") if event.object["answer"]]
    require(changes, "no change was accepted")
    for event in changes:
        sent, kept = objects.spec(event.object["sent"] or {}), objects.spec(event.object["answer"])
        for field, value in sent.items():
            if not _holds(kept.get(field), value):
                yield found(f"{field} is {kept.get(field)} after {event.object['request']}, not {value}", event)


def _holds(kept: object, sent: object) -> bool:
    """Tell whether what is kept has all that was sent, and more where defaults were filled in."""
    if not isinstance(sent, Mapping):
        return kept == sent
    return isinstance(kept, Mapping) and all(_holds(kept.get(key), value) for key, value in sent.items())


@judge("changes.none", API, "StatefulSet", "Pod", revisions.KIND)
def without_effect(history: History) -> Offences:
    """What is written anew and means the same makes no generation, no revision, and touches no pod."""
    require(any(event.object["answer"] for event in asked(history, "same")), "nothing was written anew")
    require(any(history.own(name) for name in history.at_start("Pod")), "there was no pod")
    sets.require_settled(history)
    versions = sets.in_force(history)
    before, after = (objects.metadata(one).get("generation") for one in (versions[0], versions[-1]))
    if before != after:
        yield found(f"{history.subject.name} went from generation {before} to {after}", sets.last_version(history))
    for event in revisions.made(history):
        yield found(f"{event.name} was made for a template that means the same", event)
    for life, event in removed(history):
        yield found(f"{life.name} was removed for a template that means the same", event)
