"""A run as a `ConformanceReport`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from stsconf.model.capability import Absence, Capability
from stsconf.model.catalogue import GUARANTEES, catalogue_hash
from stsconf.model.guarantee import Guarantee, Level, Profile
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.conformance import conformance_report, conformance_yaml
from tests.report.samples import FINDING, check, every_outcome, run

CATALOGUE = {
    one.id: one
    for one in (
        Guarantee("ORD-1", Level.MUST, Profile.CORE, "It MUST.", "docs"),
        Guarantee("ORD-2", Level.MUST, Profile.CORE, "It MUST too.", "docs"),
        Guarantee("STA-14", Level.REPORT, Profile.CORE, "It may.", "docs"),
        Guarantee("DNS-1", Level.MUST, Profile.DNS, "It MUST be found.", "docs"),
    )
}
FIRST, SECOND = check(0, guarantees=("ORD-1",)), check(1, guarantees=("ORD-2",))
NOTED = check(2, Verdict.FAILED, guarantees=("STA-14",), level=Level.REPORT, findings=(FINDING,))
ABSENT = check(3, Verdict.NOT_SUPPORTED, guarantees=("DNS-1",), reason="no dns: no pod can be asked")


def of(*checks: CheckResult, **changed: Any) -> RunResult:
    """Make a run that was held to the small catalogue."""
    result = run(*checks, **changed)
    return replace(result, header=replace(result.header, catalogue=catalogue_hash(CATALOGUE)))


def core(*checks: CheckResult, **changed: Any) -> dict[str, Any]:
    """Return what the report says of the profile core."""
    profile: dict[str, Any] = conformance_report(of(*checks, **changed), CATALOGUE)["core"]
    return profile


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([FIRST, SECOND, check(2, guarantees=("STA-14",))], "conformant"),
        ([FIRST, SECOND, NOTED], "conformant"),
        ([FIRST, SECOND], "partial"),
        ([FIRST, SECOND, replace(NOTED, verdict=Verdict.NOT_SUPPORTED)], "partial"),
        ([FIRST, replace(SECOND, verdict=Verdict.FAILED), NOTED], "not conformant"),
        ([FIRST, replace(SECOND, verdict=Verdict.INCONCLUSIVE), NOTED], "could not judge"),
        ([replace(FIRST, verdict=Verdict.SKIPPED)], "not judged"),
        ([ABSENT], "not judged"),
    ],
)
def test_a_profile_is_conformant_only_if_all_of_it_was_kept(checks: list[CheckResult], expected: str) -> None:
    """What was not judged makes it partial, whatever the reason; the run's own verdict may be good."""
    assert core(*checks)["result"] == expected


def test_an_incomplete_run_gives_no_profile() -> None:
    """Checks of it may be missing. What is broken stays broken."""
    assert core(FIRST, SECOND, NOTED, interrupted="Ctrl-C")["result"] == "could not judge"
    assert core(replace(FIRST, verdict=Verdict.FAILED), interrupted="Ctrl-C")["result"] == "not conformant"


def test_a_profile_tells_what_was_not_kept() -> None:
    """Findings with their checks, and the reasons, each once with its guarantees."""
    broken = replace(FIRST, verdict=Verdict.FAILED, findings=(FINDING,))
    assert core(broken, NOTED) == {
        "profile": "core",
        "result": "not conformant",
        "guarantees": {
            "all": 3,
            "kept": 0,
            "broken": [{"guarantee": "ORD-1", "finding": FINDING.sentence, "check": broken.id}],
            "noted": [{"guarantee": "STA-14", "finding": FINDING.sentence, "check": NOTED.id}],
            "notJudged": [{"reason": "no check of it was made in this run", "guarantees": ["ORD-2"]}],
        },
        "checks": {"failed": 1, "noted": 1},
    }


def test_features_are_told_with_how_they_were_found() -> None:
    """What the cluster lacks has its reason and the number of checks that it cost."""
    result = of(FIRST, ABSENT, replace(ABSENT, id="x"))
    absences = (Absence(Capability.DNS, "no pod can be asked"), Absence(Capability.DATA, "no disk"))
    report = conformance_report(replace(result, header=replace(result.header, absences=absences)), CATALOGUE)
    assert report["features"] == {
        "supported": [{"name": "storage", "found": "server dry-run"}],
        "unsupported": [
            {"name": "dns", "reason": "no pod can be asked", "checksNotMade": 2},
            {"name": "data", "reason": "no disk", "checksNotMade": 0},
        ],
    }
    assert [(one["profile"], one["result"]) for one in report["extended"]] == [("dns", "not judged")]
    assert report["extended"][0]["guarantees"]["notJudged"][0]["guarantees"] == ["DNS-1"]


def test_the_report_says_how_to_reproduce() -> None:
    """Target and options make the command; a context's name is the caller's."""
    result = of(FIRST)
    header = replace(result.header, target="context", options={"profile": "core,dns", "timeout-scale": "2.0"})
    report = conformance_report(replace(result, header=header), CATALOGUE)
    assert report["reproduce"]["command"] == (
        ".venv/bin/stsconf run --cluster context:NAME --profile core,dns --timeout-scale 2.0"
    )
    assert report["suite"] == {"name": "stsconf", "version": "0.1.0", "catalogue": header.catalogue}
    assert report["cluster"]["kubernetesVersion"] == "v1.37.1"


def test_another_catalogue_is_told() -> None:
    """Profiles are today's; what they do not know is named."""
    report = conformance_report(run(check(0, guarantees=("OLD-1",)), expected=2))
    assert report["notes"] == [
        "1 of 2 announced checks said nothing",
        f"the run was held to the catalogue sha256:4f1c; profiles below are those of {catalogue_hash()}",
        "not in the catalogue: OLD-1",
    ]
    assert report["verdict"] == "incomplete"


def test_the_yaml_is_the_report() -> None:
    """It reads back, with a version and a kind of its own, and covers the catalogue."""
    data = yaml.safe_load(conformance_yaml(every_outcome()))
    assert data == conformance_report(every_outcome())
    assert (data["apiVersion"], data["kind"]) == ("stsconf.dev/v1alpha1", "ConformanceReport")
    assert data["checks"]["notSupported"] == 2
    assert sum(one["guarantees"]["all"] for one in (data["core"], *data["extended"])) == len(GUARANTEES)
