"""A run as JUnit XML that Jenkins, GitLab and the readers for GitHub take.

Keeps to the schema of Jenkins's xUnit plugin but for one thing, as pytest's own files do: what a test case is about
stands in its properties. Jenkins's JUnit plugin, GitLab and the readers for GitHub take them; the xUnit plugin has to
be told not to hold files against its schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from stsconf.model.result import CheckResult, RunHeader, RunResult
from stsconf.report.files import write_atomically
from stsconf.report.tally import Outcome, outcome, sentence, shortfalls

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {
    Outcome.FAILED: "failure",
    Outcome.INCONCLUSIVE: "error",
    Outcome.NOT_SUPPORTED: "skipped",
    Outcome.SKIPPED: "skipped",
    Outcome.NOTED: "skipped",
    Outcome.KNOWN: "skipped",
}


def junit(result: RunResult, timelines: Mapping[str, str] | None = None, folder: str = "") -> str:
    """Return the XML of a run: one test case per check, sorted by id.

    `timelines` are the texts to add to the bodies of checks, by check id. With the report's `folder`, evidence is
    attached in the way of Jenkins and GitLab: a path below the directory that the suite was called in. A run that
    says less than it announced has one case more, an error, because readers of JUnit count only what stands there.
    """
    checks = sorted(result.checks, key=lambda check: check.id)
    cases = [_case(check, (timelines or {}).get(check.id, ""), folder) for check in checks]
    if why := shortfalls(result):
        cases.append(_incomplete("; ".join(why)))
    numbers = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "time": _seconds(result.seconds),
    }
    skipped = str(sum(case.find("skipped") is not None for case in cases))
    root = ET.Element("testsuites", {"name": "stsconf", **numbers})
    suite = ET.SubElement(root, "testsuite", {"name": "stsconf", **numbers, "skipped": skipped})
    suite.set("timestamp", _clean(result.header.started))
    suite.append(_properties(_run(result.header)))
    suite.extend(cases)
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def write_junit(path: Path, result: RunResult, timelines: Mapping[str, str] | None = None, folder: str = "") -> None:
    """Write the XML of a run whole or not at all."""
    write_atomically(path, junit(result, timelines, folder))


def names(check: CheckResult) -> tuple[str, str]:
    """Return class name and name of a check's test case, unique and stable as the check's id is.

    `conformance/test_ordering.py::TestStart::test_it[kubia]` with guarantee ORD-2 is `ORD-2 test_it` of
    `conformance.test_ordering.TestStart[kubia]`.
    """
    path, bracket, parameters = check.id.partition("[")
    file, *classes, function = path.split("::") if "::" in path else ["", path]
    owner = ".".join(filter(None, [file.removesuffix(".py").replace("/", "."), *classes]))
    return f"{owner}{bracket}{parameters}", " ".join([*check.guarantees, function])


def _case(check: CheckResult, timeline: str, folder: str) -> ET.Element:
    class_name, name = (_clean(part) for part in names(check))
    seconds = _seconds(check.cluster_seconds + check.suite_seconds)
    case = ET.Element("testcase", {"classname": class_name, "name": name, "time": seconds})
    case.append(_properties(_about(check)))
    if tag := _TAGS.get(outcome(check)):
        case.append(_told(tag, check, timeline))
    if folder and check.evidence:
        said = ET.SubElement(case, "system-out")
        said.text = _clean(f"[[ATTACHMENT|{folder}/{check.evidence_file}]]")
    return case


def _told(tag: str, check: CheckResult, timeline: str) -> ET.Element:
    message, kind = sentence(check), outcome(check).replace(" ", "-")
    if tag == "failure":
        kind = check.findings[0].code if check.findings else "did-not-happen"
    elif outcome(check) is Outcome.NOTED:
        message = f"report only: {message}"
    elif outcome(check) is Outcome.KNOWN:
        message = f"known issue {message}"
    element = ET.Element(tag, {"type": _clean(kind), "message": _clean(message)})
    element.text = _clean(_body(check, timeline))
    return element


def _body(check: CheckResult, timeline: str) -> str:
    return "\n".join(
        [
            check.title,
            *(f"- {finding}" for finding in check.findings),
            *([check.reason] if check.reason else []),
            *([f"evidence: {check.evidence}"] if check.evidence else []),
            *(["", timeline] if timeline else []),
        ]
    )


def _about(check: CheckResult) -> dict[str, str]:
    return {
        "guarantees": " ".join(check.guarantees),
        "level": check.level.value,
        "verdict": check.verdict.value,
        "observations": " ".join(map(str, check.observations)),
        **({"known-issue": check.known_issue, "outcome": outcome(check).value} if check.known_issue else {}),
    }


def _incomplete(why: str) -> ET.Element:
    case = ET.Element("testcase", {"classname": "stsconf.run", "name": "every announced check ended"})
    ET.SubElement(case, "error", {"type": "incomplete", "message": _clean(why)})
    return case


def _run(header: RunHeader) -> dict[str, str]:
    return {
        "run": header.run,
        "suite": header.suite_version,
        "target": header.target,
        "kubernetes": header.kubernetes_version,
        "nodes": str(header.nodes),
        "storage-class": header.storage_class,
        "catalogue": header.catalogue,
        "checks-expected": str(header.checks_expected),
    }


def _properties(facts: Mapping[str, str]) -> ET.Element:
    element = ET.Element("properties")
    for name, value in facts.items():
        ET.SubElement(element, "property", {"name": name, "value": _clean(value)})
    return element


def _seconds(seconds: float) -> str:
    return f"{max(seconds, 0.0):.3f}"


def _clean(text: str) -> str:
    """Remove the characters that XML cannot carry."""
    return _FORBIDDEN.sub("", text)
