"""What the StatefulSet under test asked for, told from the record."""

from __future__ import annotations

from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import ACT, DELETED, Event, History
from stsconf.model.objects import Object

KIND = "StatefulSet"


def versions(history: History) -> list[Event]:
    """Return the versions of the set up to the window's end; its deletion is none."""
    return [
        event
        for event in history.events[: history.end]
        if event.kind == KIND and event.name == history.subject.name and event.type != DELETED
    ]


def in_force(history: History) -> list[Object]:
    """Return the versions that the window can have been governed by: the one at its start and those within.

    Raises:
        NothingToJudge: the set was not recorded.
    """
    known = versions(history)
    require(known, "the StatefulSet was not recorded")
    earlier = [event for event in known if event.index < history.begin][-1:]
    return [event.object for event in (*earlier, *(event for event in known if event.index >= history.begin))]


def current(history: History) -> Object:
    """Return the set as it was last in the window.

    Raises:
        NothingToJudge: the set was not recorded.
    """
    return in_force(history)[-1]


def last_version(history: History) -> Event:
    """Return the event of the set's last version.

    Raises:
        NothingToJudge: the set was not recorded.
    """
    require(versions(history), "the StatefulSet was not recorded")
    return versions(history)[-1]


def replicas(statefulset: Object) -> int:
    """Return how many pods the set asks for."""
    return int(objects.spec(statefulset).get("replicas", 1))


def ordinals(statefulset: Object) -> range:
    """Return the ordinals that the set asks for."""
    start = int((objects.spec(statefulset).get("ordinals") or {}).get("start", 0))
    return range(start, start + replicas(statefulset))


def lowest(history: History) -> int:
    """Return the first ordinal that the window's versions agree is asked for."""
    return max(ordinals(statefulset).start for statefulset in in_force(history))


def allowed(history: History) -> set[int]:
    """Return the ordinals that at least one version in force asks for."""
    return {ordinal for statefulset in in_force(history) for ordinal in ordinals(statefulset)}


def lasting(history: History) -> set[int]:
    """Return the ordinals that every version in force asks for: no scaling touches them."""
    return set.intersection(*(set(ordinals(statefulset)) for statefulset in in_force(history)))


def require_ordered(history: History) -> None:
    """Ask for a set that keeps order.

    Raises:
        NothingToJudge: the set was not recorded, or its policy is Parallel.
    """
    policies = {objects.spec(one).get("podManagementPolicy", "OrderedReady") for one in in_force(history)}
    require(policies == {"OrderedReady"}, "the StatefulSet's policy is not OrderedReady")


def require_settled(history: History) -> None:
    """Ask for a window that an event closed: only then what did not happen in it says something.

    Raises:
        NothingToJudge: the scenario did not get so far.
    """
    require(any(act.type == "settled" for act in history.of(ACT)), "no event closed the window")


def claim_templates(history: History) -> dict[str, Object]:
    """Return the claim templates of the set by their names.

    Raises:
        NothingToJudge: the set was not recorded, or has no claim templates.
    """
    templates = objects.spec(current(history)).get("volumeClaimTemplates") or []
    require(templates, "the StatefulSet has no claim templates")
    return {objects.name(template): template for template in templates}


def pod_name(history: History, ordinal: int) -> str:
    """Return the name of the set's pod with this ordinal."""
    return f"{history.subject.name}-{ordinal}"


def selects(selector: Object, labels: Object) -> bool:
    """Tell whether labels match a Service's selector, which is a mapping."""
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def claims_labels(statefulset: Object, labels: Object) -> bool:
    """Tell whether labels match all that a set's selector asks for."""
    selector = objects.spec(statefulset).get("selector") or {}
    wanted, rules = selector.get("matchLabels") or {}, selector.get("matchExpressions") or []
    plain = selects(wanted, labels) if wanted else bool(rules)
    return plain and all(_fulfils(rule, labels.get(rule["key"])) for rule in rules)


def _fulfils(rule: Object, value: str | None) -> bool:
    """Tell whether a label's value, None where there is none, is as one of `matchExpressions` asks."""
    among = value in (rule.get("values") or [])
    return {"In": among, "NotIn": not among, "Exists": value is not None, "DoesNotExist": value is None}[
        rule["operator"]
    ]
