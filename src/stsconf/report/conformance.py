"""A run as a `ConformanceReport`: what a platform team publishes about a cluster, in YAML."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from stsconf.model.catalogue import GUARANTEES, catalogue_hash
from stsconf.model.guarantee import Guarantee, Profile
from stsconf.model.result import CheckResult, RunHeader, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.tally import Outcome, checks_of, decisive, outcome, sentence, shortfalls, tally, verdict_in_words

API_VERSION = "stsconf.dev/v1alpha1"
"""Version of the document's form."""

_JUDGED = (Verdict.PASSED, Verdict.FAILED)


def conformance_report(result: RunResult, catalogue: Mapping[str, Guarantee] = GUARANTEES) -> dict[str, Any]:
    """Return the document: cluster, verdict, what each profile's guarantees came to, features, how to reproduce.

    A profile is `conformant` only if each of its guarantees was judged and kept; where all that was judged was kept
    and something was not judged, it is `partial`.
    """
    header = result.header
    profiles = {profile: [one for one in catalogue.values() if one.profile is profile] for profile in Profile}
    extended = {profile: own for profile, own in profiles.items() if own and profile is not Profile.CORE}
    return {
        "apiVersion": API_VERSION,
        "kind": "ConformanceReport",
        "metadata": {"name": f"{header.target}-{header.run}", "run": header.run, "date": header.started},
        "suite": {"name": "stsconf", "version": header.suite_version, "catalogue": header.catalogue},
        "cluster": {
            "target": header.target,
            "kubernetesVersion": header.kubernetes_version,
            "nodes": header.nodes,
            "storageClass": header.storage_class,
        },
        "verdict": verdict_in_words(result),
        "notes": _notes(result, catalogue),
        "checks": {"announced": header.checks_expected} | _numbers(result.checks),
        "core": _profile(Profile.CORE, profiles[Profile.CORE], result),
        "extended": [_profile(profile, own, result) for profile, own in extended.items()],
        "features": _features(result),
        "reproduce": {"command": shlex.join(_command(header)), "options": dict(header.options)},
    }


def conformance_yaml(result: RunResult) -> str:
    """Return the document as YAML."""
    return yaml.safe_dump(conformance_report(result), sort_keys=False, allow_unicode=True, width=120)


def _notes(result: RunResult, catalogue: Mapping[str, Guarantee]) -> list[str]:
    notes = shortfalls(result)
    if (ours := catalogue_hash(catalogue)) != result.header.catalogue:
        notes.append(f"the run was held to the catalogue {result.header.catalogue}; profiles below are those of {ours}")
    unknown = sorted(checks_of(result).keys() - catalogue.keys())
    return notes + ([f"not in the catalogue: {', '.join(unknown)}"] if unknown else [])


def _profile(profile: Profile, guarantees: Sequence[Guarantee], result: RunResult) -> dict[str, Any]:
    """Return what a profile came to: verdict, numbers, the guarantees broken, noted and not judged, with reasons."""
    found = checks_of(result)
    own = {one.id: found.get(one.id, []) for one in guarantees}
    standing = {id_: decisive(checks) for id_, checks in own.items() if checks}
    broken = [id_ for id_, check in standing.items() if outcome(check) is Outcome.FAILED]
    noted = [id_ for id_, check in standing.items() if check.verdict in _JUDGED and id_ not in broken and _told(check)]
    open_ = {id_: _why_not(id_, standing) for id_ in own if id_ not in standing or standing[id_].verdict not in _JUDGED}
    return {
        "profile": profile.value,
        "result": _verdict(result, broken, open_, standing.values()),
        "guarantees": {
            "all": len(own),
            "kept": len(own) - len(broken) - len(open_) - len(noted),
            "broken": [_broken(id_, standing[id_]) for id_ in broken],
            "noted": [_broken(id_, standing[id_]) for id_ in noted],
            "notJudged": _grouped(open_),
        },
        "checks": _numbers({check.id: check for checks in own.values() for check in checks}.values()),
    }


def _told(check: CheckResult) -> bool:
    """Tell whether a check that counts for nothing has something to tell."""
    return check.verdict is Verdict.FAILED


def _verdict(
    result: RunResult, broken: Iterable[str], unjudged: Mapping[str, str], standing: Iterable[CheckResult]
) -> str:
    """Return a profile's result in a word."""
    checks = list(standing)
    if broken:
        return "not conformant"
    if result.interrupted or any(outcome(check) is Outcome.INCONCLUSIVE for check in checks):
        return "could not judge"
    if not any(check.verdict in _JUDGED for check in checks):
        return "not judged"
    return "partial" if unjudged else "conformant"


def _why_not(id_: str, standing: Mapping[str, CheckResult]) -> str:
    return sentence(standing[id_]) if id_ in standing else "no check of it was made in this run"


def _grouped(reasons: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the guarantees that share a reason, together."""
    grouped: dict[str, list[str]] = {}
    for id_, reason in reasons.items():
        grouped.setdefault(reason, []).append(id_)
    return [{"reason": reason, "guarantees": ids} for reason, ids in grouped.items()]


def _broken(id_: str, check: CheckResult) -> dict[str, str]:
    return {"guarantee": id_, "finding": sentence(check), "check": check.id}


def _features(result: RunResult) -> dict[str, Any]:
    """Return what the cluster can do, and what it cannot, each with how that was found."""
    header = result.header
    waiting = [check.reason for check in result.checks if check.verdict is Verdict.NOT_SUPPORTED]
    return {
        "supported": [{"name": name, "found": how} for name, how in header.capabilities.items()],
        "unsupported": [
            {
                "name": one.capability.value,
                "reason": one.reason,
                "checksNotMade": sum(f"no {one.capability}" in reason for reason in waiting),
            }
            for one in header.absences
        ],
    }


def _numbers(checks: Iterable[CheckResult]) -> dict[str, int]:
    counts = tally(checks)
    return {_key(kind): counts[kind] for kind in Outcome if counts[kind]}


def _key(kind: Outcome) -> str:
    """Return an outcome as a field is spelled: `notSupported`."""
    first, *more = kind.value.split()
    return first + "".join(map(str.capitalize, more))


def _command(header: RunHeader) -> list[str]:
    """Return the command that makes such a run; only the caller knows a context's name."""
    target = "context:NAME" if header.target == "context" else header.target
    options = [word for name, value in header.options.items() for word in (f"--{name}", value)]
    return [".venv/bin/stsconf", "run", "--cluster", target, *options]
