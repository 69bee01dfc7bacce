"""JUnit XML, held against the strictest reader's schema as written out here."""

from pathlib import Path
from xml.etree import ElementTree as ET

import junitparser
import pytest

from stsconf.model.guarantee import Level
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.junit import junit, names, write_junit
from tests.report.junit_schema import complaints
from tests.report.samples import FINDING, HEADER, check, every_outcome, issues, large, run


def case(result: RunResult, timelines: dict[str, str] | None = None, folder: str = "") -> ET.Element:
    """Return the first test case of a run."""
    found = ET.fromstring(junit(result, timelines, folder)).find(".//testcase")  # noqa: S314 -- XML made just now
    assert found is not None
    return found


RUNS = {
    "all": every_outcome(),
    "large": large(1000),
    "empty": RunResult(HEADER, ()),
    "nothing-announced": run(),
    "interrupted": run(check(), expected=3, interrupted="Ctrl-C"),
}


@pytest.mark.parametrize("result", RUNS.values(), ids=RUNS)
def test_the_strictest_reader_takes_it(result: RunResult) -> None:
    """Elements, attributes and times keep to the schema, counts add up, names are unique."""
    assert complaints(junit(result, folder="reports/r1")) == []


def test_evidence_is_attached() -> None:
    """Jenkins and GitLab find the file below the directory that the suite was called in; GitLab takes one of a case."""
    told = check(1, Verdict.FAILED, findings=(FINDING,), evidence="evidence/TestOrderedStartup-kubia")
    attached = case(run(told), folder="reports/r1").findtext("system-out")
    assert attached == "[[ATTACHMENT|reports/r1/evidence/TestOrderedStartup-kubia/test_00001_waits.txt]]"
    assert case(run(told)).find("system-out") is None
    assert case(run(check()), folder="reports/r1").find("system-out") is None


GOOD = (
    '<testsuites><testsuite name="s" tests="1" failures="0" errors="0" skipped="0">'
    '<testcase classname="c" name="a" time="1.5"/></testsuite></testsuites>'
)


@pytest.mark.parametrize(
    ("former", "latter", "complaint"),
    [
        ("<testsuites>", '<testsuites skipped="0">', "'skipped' attribute not allowed"),
        ('time="1.5"', 'time="1e3"', "time='1e3': value doesn't match"),
        ('time="1.5"', 'file="x"', "'file' attribute not allowed"),
        ('classname="c" ', "", "missing required attribute 'classname'"),
        ('"1.5"/>', '"1.5"><failure/><error/></testcase>', "Unexpected child with tag 'error'"),
        ('"1.5"/>', '"1.5"/><testcase classname="c" name="a"/>', "duplicated value ('c', 'a')"),
        ('tests="1"', 'tests="2"', "tests is not 1"),
    ],
)
def test_the_schema_here_can_refuse(former: str, latter: str, complaint: str) -> None:
    """It takes a plain suite, and complains about each of the usual deviations."""
    assert complaints(GOOD) == []
    assert complaint in "; ".join(complaints(GOOD.replace(former, latter, 1)))


def test_another_reader_sees_the_same_run(tmp_path: Path) -> None:
    """A foreign parser counts what the run counted and meets each case's result."""
    write_junit(tmp_path / "junit.xml", every_outcome())
    read = junitparser.JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    (suite,) = read
    assert isinstance(suite, junitparser.TestSuite)
    assert (suite.tests, suite.failures, suite.errors, suite.skipped, suite.time) == (9, 1, 1, 5, 12.34)
    kinds = [type(c.result[0]).__name__ if c.result else "-" for c in suite]
    assert kinds == ["-", "Failure", "Error", *["Skipped"] * 5, "-"]


def test_the_suite_names_its_target() -> None:
    """What was run against what stands in the suite's properties."""
    root = ET.fromstring(junit(every_outcome()))  # noqa: S314 -- XML made just now
    assert {p.get("name"): p.get("value") for p in root.iterfind("testsuite/properties/property")} == {
        "run": "r1",
        "suite": "0.1.0",
        "target": "embedded",
        "kubernetes": "v1.37.1",
        "nodes": "1",
        "storage-class": "standard",
        "catalogue": "sha256:4f1c",
        "checks-expected": "9",
    }


@pytest.mark.parametrize(
    ("check_id", "guarantees", "expected"),
    [
        (
            "conformance/test_a.py::TestB::test_c[kubia]",
            ("ORD-2",),
            ("conformance.test_a.TestB[kubia]", "ORD-2 test_c"),
        ),
        ("conformance/test_a.py::TestB::test_c", ("A-1", "B-2"), ("conformance.test_a.TestB", "A-1 B-2 test_c")),
        ("test_a.py::test_c[x-1::2]", (), ("test_a[x-1::2]", "test_c")),
        ("something", (), ("", "something")),
    ],
)
def test_names(check_id: str, guarantees: tuple[str, ...], expected: tuple[str, str]) -> None:
    """File, class and app make the class name, guarantees and function the name."""
    assert names(check(id=check_id, guarantees=guarantees)) == expected


def test_cases_are_sorted_by_id() -> None:
    """The file does not depend on the order in which checks ended."""
    assert junit(run(check(1), check(0))) == junit(run(check(0), check(1)))


def test_a_failure_tells_everything() -> None:
    """The first finding is the message and its code the type; the body has the others and the timeline."""
    other = FINDING.__class__("x.y", "something else")
    failed = check(0, Verdict.FAILED, findings=(FINDING, other), reason="stalled", evidence="evidence/a")
    element = case(run(failed), {failed.id: "  0.000  web-0  created"}).find("failure")
    assert element is not None
    assert element.attrib == {"type": "order.create-before-ready", "message": FINDING.sentence}
    assert (element.text or "").splitlines() == [
        "a pod waits for its predecessor",
        f"- order.create-before-ready: {FINDING.sentence}",
        "- x.y: something else",
        "stalled",
        "evidence: evidence/a",
        "",
        "  0.000  web-0  created",
    ]


@pytest.mark.parametrize(
    ("result", "tag", "attributes"),
    [
        (check(0, Verdict.FAILED, reason="never Ready"), "failure", ("did-not-happen", "never Ready")),
        (check(0, Verdict.INCONCLUSIVE, reason="a gap"), "error", ("inconclusive", "a gap")),
        (check(0, Verdict.NOT_SUPPORTED, reason="no storage"), "skipped", ("not-supported", "no storage")),
        (check(0, Verdict.SKIPPED, reason="not chosen"), "skipped", ("skipped", "not chosen")),
        (
            check(0, Verdict.FAILED, level=Level.REPORT, findings=(FINDING,)),
            "skipped",
            ("noted", f"report only: {FINDING.sentence}"),
        ),
        (
            check(0, Verdict.INCONCLUSIVE, level=Level.REPORT, reason="a gap"),
            "skipped",
            ("noted", "report only: a gap"),
        ),
        (issues()[0], "skipped", ("known-issue", f"known issue #1: {FINDING.sentence}")),
    ],
)
def test_what_did_not_pass_has_its_element(result: CheckResult, tag: str, attributes: tuple[str, str]) -> None:
    """Each verdict has one element of the readers' vocabulary, with the reason as its message."""
    element = case(run(result)).find(tag)
    assert element is not None
    assert (element.get("type"), element.get("message")) == attributes


def test_what_a_check_is_about_stands_in_its_properties(tmp_path: Path) -> None:
    """Guarantees, level, verdict and observations are there for a foreign reader."""
    write_junit(tmp_path / "junit.xml", run(check(guarantees=("ORD-2", "ORD-3"))))
    ((read,),) = junitparser.JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    assert {one.name: one.value for one in read.child(junitparser.Properties) or ()} == {
        "guarantees": "ORD-2 ORD-3",
        "level": "MUST",
        "verdict": "passed",
        "observations": "3 4",
    }


def test_a_known_issue_stands_in_the_properties() -> None:
    """A foreign reader can tell a promise that was kept although an issue is known from one that is plainly kept."""
    healed = case(run(issues()[1]))
    assert [child.tag for child in healed] == ["properties"]
    properties = {one.get("name"): one.get("value") for one in healed.iter("property")}
    assert (properties["known-issue"], properties["outcome"], properties["verdict"]) == ("#2", "healed", "passed")


def test_a_scenarios_time_is_its_first_checks() -> None:
    """Time awaited and time at work are told together, in seconds."""
    assert case(run(check(cluster_seconds=1.5, suite_seconds=0.25))).get("time") == "1.750"


def test_an_incomplete_run_is_red() -> None:
    """A reader that only counts cannot take half a run for a good one."""
    root = ET.fromstring(junit(run(check(), expected=3, interrupted="Ctrl-C")))  # noqa: S314 -- XML made just now
    error = root.find(".//testcase[@name='every announced check ended']/error")
    assert error is not None
    assert error.get("message") == "interrupted: Ctrl-C; 2 of 3 announced checks said nothing"


def test_characters_that_xml_cannot_carry_are_removed() -> None:
    """Whatever an app printed, the file can be read."""
    dirty = "a\x00\x1b[31m\ud800\uffff<&>\"'\N{PRIME}\n\tz"
    failed = check(0, Verdict.FAILED, title=dirty, reason=dirty, id=f"f.py::test[{dirty}]", guarantees=(dirty,))
    element = case(run(failed), {failed.id: dirty}).find("failure")
    assert element is not None
    assert element.get("message") == "a[31m<&>\"'\N{PRIME} z"
    assert (element.text or "").endswith("a[31m<&>\"'\N{PRIME}\n\tz")
