"""An API server that does what was only to be tried, takes what it has to refuse, or tells what is not so.

What it keeps by itself no controller can break. So the relay between the suite and the API lies, about StatefulSets.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from stsconf.mutants.fault import Expected, Fault
from stsconf.mutants.faults.api import Asked, Onward, Told, relayed

_DRY = "dryRun"
_SCALE, _STATUS = "/scale", "/status"
_DEFAULTED = ("podManagementPolicy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy")
_WRITES = ("PUT", "PATCH")


def _without(mapping: Any, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key not in keys}


def _made_on_trial(asked: Asked) -> bool:
    """Tell whether a set is only to be tried: so the suite asks, too, what the cluster knows."""
    return asked.method == "POST" and _DRY in asked.query


def dry_runs_done(asked: Asked, onward: Onward) -> Told:
    """Change and delete for real; what is made on trial is spared."""
    return onward(asked if _made_on_trial(asked) else replace(asked, query=_without(asked.query, _DRY)))


def dry_runs_told_otherwise(asked: Asked, onward: Onward) -> Told:
    """Name another Service in what a dry run makes."""
    told = onward(asked)
    if _made_on_trial(asked) and "spec" in told.body:
        told.body["spec"]["serviceName"] = "elsewhere"
    return told


def outdated_taken(asked: Asked, onward: Onward) -> Told:
    """Leave out which version a write is about."""
    if asked.method in _WRITES and "metadata" in asked.body:
        metadata = _without(asked.body["metadata"], "resourceVersion")
        return onward(replace(asked, body={**asked.body, "metadata": metadata}))
    return onward(asked)


def refusals_hidden(asked: Asked, onward: Onward) -> Told:
    """Answer what is refused as invalid with what was asked; what is made on trial is spared."""
    told = onward(asked)
    if told.status == HTTPStatus.UNPROCESSABLE_ENTITY and not _made_on_trial(asked):
        return Told(HTTPStatus.OK, asked.body)
    return told


def defaults_left_out(asked: Asked, onward: Onward) -> Told:
    """Keep some defaults from what a dry run makes."""
    told = onward(asked)
    if _made_on_trial(asked) and "spec" in told.body:
        told.body["spec"] = _without(told.body["spec"], *_DEFAULTED)
    return told


def scale_not_taken(asked: Asked, onward: Onward) -> Told:
    """Read the scale where it is written."""
    written = asked.path.endswith(_SCALE) and asked.method in _WRITES
    return onward(replace(asked, method="GET", body={}) if written else asked)


def status_with_spec(asked: Asked, onward: Onward) -> Told:
    """Write both parts where both are sent, whichever of the two paths it is."""
    told = onward(asked)
    if asked.method == "PATCH" and {"spec", "status"} <= asked.body.keys():
        other = asked.path.removesuffix(_STATUS) if asked.path.endswith(_STATUS) else asked.path + _STATUS
        return onward(replace(asked, path=other))
    return told


def labels_overlooked(asked: Asked, onward: Onward) -> Told:
    """Leave out by which label is selected."""
    return onward(replace(asked, query=_without(asked.query, "labelSelector")))


def templates_refused(asked: Asked, onward: Onward) -> Told:
    """Refuse whatever names claim templates, even those that the set has."""
    if asked.method == "PATCH" and "volumeClaimTemplates" in asked.body.get("spec", ()):
        told = {"kind": "Status", "status": "Failure", "reason": "Invalid", "message": "spec: Forbidden", "code": 422}
        return Told(HTTPStatus.UNPROCESSABLE_ENTITY, told)
    return onward(asked)


FAULTS = (
    Fault(
        "dry-runs-done",
        "Changes and deletions that are only to be tried are done.",
        relayed(lie=dry_runs_done),
        kills=(Expected("STA-16", "api.unchanged"),),
        may_fail=frozenset({"UPD-14", "UPD-17", "UPD-23", "UPD-29", "UPD-30"}),  # whose changes are tried in a row
    ),
    Fault(
        "dry-runs-told-otherwise",
        "A dry run tells something else than the real request makes.",
        relayed(lie=dry_runs_told_otherwise),
        kills=(Expected("STA-16", "api.made"),),
    ),
    Fault(
        "outdated-taken",
        "A write to a version that is outdated is taken.",
        relayed(lie=outdated_taken),
        kills=(Expected("STA-10", "api.answer"), Expected("STA-10", "api.unchanged")),
    ),
    Fault(
        "refusals-hidden",
        "What is invalid, or cannot be changed, is said to be taken.",
        relayed(lie=refusals_hidden),
        kills=(
            Expected("STA-15", "api.answer"),
            Expected("PAR-4", "api.answer"),
            Expected("UPD-14", "api.answer"),
            Expected("UPD-17", "api.answer"),
        ),
    ),
    Fault(
        "templates-refused",
        "A set cannot be told again which claim templates it has.",
        relayed(lie=templates_refused),
        kills=(Expected("STO-13", "api.answer"),),
    ),
    Fault(
        "defaults-left-out",
        "What a manifest leaves out stays open.",
        relayed(lie=defaults_left_out),
        kills=(Expected("STA-13", "api.defaults"),),
        may_fail=frozenset({"STA-16"}),  # the dry run tells of fewer fields than there will be
    ),
    Fault(
        "scale-not-taken",
        "A size that is written through the scale is not taken.",
        relayed(lie=scale_not_taken),
        kills=(Expected("STA-9", "api.scale"),),
        may_fail=frozenset({"STA-10"}),  # no outdated write to the scale is refused
    ),
    Fault(
        "status-with-spec",
        "Spec and status are written together.",
        relayed(lie=status_with_spec),
        kills=(Expected("STA-12", "api.status-apart"),),
        may_fail=frozenset({"STA-2"}),  # a counter that nobody counted stands in the status
    ),
    Fault(
        "labels-overlooked",
        "Lists and deletions by label are about all sets.",
        relayed(lie=labels_overlooked),
        kills=(Expected("STA-11", "api.collection"),),
    ),
)
"""The faults of what the API server keeps by itself."""
