"""JUnit XML, held against the strictest reader's schema as it is written out in junit.xsd."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import xmlschema

_SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))


def complaints(xml: str) -> list[str]:
    """Name whatever the schema, or plain counting, does not allow."""
    told = [f"{error.path}: {error.reason}" for error in _SCHEMA.iter_errors(xml)]
    for suite in ET.fromstring(xml).iter("testsuite"):  # noqa: S314 -- XML that the code under test has just made
        cases = list(suite.iter("testcase"))
        places = {"failures": "failure", "errors": "error", "skipped": "skipped"}
        counts = {name: sum(case.find(tag) is not None for case in cases) for name, tag in places.items()}
        told += [
            f"{name} is not {n}" for name, n in ({"tests": len(cases)} | counts).items() if suite.get(name) != str(n)
        ]
    return told
