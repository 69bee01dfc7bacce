"""Small suites of checks that an inner pytest runs against a fake cluster."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from stsconf import options
from stsconf.model.result import CheckResult, RunResult
from stsconf.report.stream import read_stream
from tests.fake_target import FakeTarget

HEAD = """
import pytest
from stsconf.check import expect, guarantee, scenario
from stsconf.judge.base import found, judge
from stsconf.model.capability import Capability
from stsconf.model.finding import NothingToJudge
from tests.fake_target import SERVED

@judge("fake.fine", "Pod")
def fine(history):
    return ()

@judge("fake.broken", "Pod")
def broken(history):
    yield found("web-0 came twice")

@judge("fake.silent", "Pod")
def silent(history):
    raise NothingToJudge("no pod was seen")
"""

ONE = """
class TestThing:
    @scenario(apps=["kubia"])
    def history(stage):
        stage.act("done", "did it")

    @guarantee({guarantee}, shows=[2])
    def test_it(self, history):
        "It MUST be."
        {body}
"""


def one(body: str, guarantee: str = '"ORD-1"') -> str:
    """Return a suite of one check with this body."""
    return HEAD + ONE.format(body=body, guarantee=guarantee)


@dataclass(frozen=True)
class Ended:
    """An inner run that ended: its exit code, what it said on the screen, and its report folder."""

    code: int
    said: str
    report: Path

    @property
    def result(self) -> RunResult:
        """What stands in the stream."""
        return read_stream(self.report / "stream.jsonl")

    @property
    def check(self) -> CheckResult:
        """The one check of the stream."""
        (check,) = self.result.checks
        return check

    @property
    def case(self) -> ET.Element:
        """The one test case of the JUnit file."""
        (case,) = ET.parse(self.report / "junit.xml").iter("testcase")  # noqa: S314 -- XML made just now
        return case


def run_inside(pytester: pytest.Pytester, source: str, *options: str) -> Ended:
    """Run a suite with warnings as errors, and whatever else keeps it from printing more than the run itself."""
    pytester.makepyfile(source)
    report = pytester.path / "report"
    done = pytester.runpytest_inprocess("-qq", "-W", "error", "--cluster=kind", f"--report-dir={report}", *options)
    return Ended(int(done.ret), "\n".join([*done.outlines, *done.errlines]), report)


@contextmanager
def own_modules() -> Iterator[None]:
    """Forget afterwards which modules were imported in here: the next suite of that name is another one."""
    before = set(sys.modules)
    try:
        yield
    finally:
        for name in set(sys.modules) - before:
            del sys.modules[name]


def take_over(monkeypatch: pytest.MonkeyPatch, target: FakeTarget) -> None:
    """Let every word for a cluster stand for the fake one."""
    monkeypatch.setattr(options, "parse_target", lambda _words, _options: target)
