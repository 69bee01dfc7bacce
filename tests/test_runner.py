"""A run from its options to its reports: real parts throughout, on a fake cluster."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stsconf import options, runner
from stsconf.cluster.embedded.components import KUBERNETES_VERSION, release
from stsconf.cluster.own import OwnCluster
from stsconf.cluster.target import Access, Say, Target
from stsconf.cluster.targets import TargetOptions
from stsconf.errors import ExitCode, UsageError
from stsconf.model.verdict import Verdict
from stsconf.report.formats import FORMATS
from stsconf.report.stored import StoredRun
from tests.fake_target import FakeTarget
from tests.inner_suite import HEAD, one, run_inside, take_over


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Where the fake cluster tells, once it is closed, what it was asked."""
    return tmp_path / "closed"


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch, closed: Path) -> None:
    take_over(monkeypatch, FakeTarget(closed))


@pytest.mark.parametrize(
    ("body", "verdict", "element", "told", "code"),
    [
        ("expect(history, fine)", Verdict.PASSED, "", "", 0),
        ("expect(history, broken)", Verdict.FAILED, "failure", "web-0 came twice", 1),
        ("expect(history, silent)", Verdict.INCONCLUSIVE, "error", "fake.silent: no pod was seen", 3),
        ("pytest.skip('not today')", Verdict.SKIPPED, "skipped", "not today", 3),
        ("raise KeyError('x')", Verdict.INCONCLUSIVE, "error", "the check itself broke: KeyError: 'x'", 3),
        ("assert 1 == 2", Verdict.INCONCLUSIVE, "error", "the check itself broke: AssertionError: assert 1 == 2", 3),
        ("history.events", Verdict.INCONCLUSIVE, "error", "the check calls neither expect nor expect_always", 3),
    ],
    ids=["passed", "failed", "inconclusive", "skipped", "broke", "asserted", "expects-nothing"],
)
def test_a_verdict_is_the_same_everywhere(  # noqa: PLR0917 -- the columns of a table
    pytester: pytest.Pytester, body: str, verdict: Verdict, element: str, told: str, code: int
) -> None:
    """Stream, JUnit and exit code follow from what one check said, and from nothing else."""
    ended = run_inside(pytester, one(body))
    check = ended.check
    assert (check.verdict, ended.code, int(ended.result.exit_code)) == (verdict, code, code)
    assert (check.findings[0].sentence if check.findings else check.reason) == told
    said = [child for child in ended.case if child.tag not in {"properties", "system-out"}]
    assert [child.get("message", "") for child in said] == [told] * bool(element)
    assert [child.tag for child in said] == [element] * bool(element)


def test_what_a_cluster_lacks_is_not_supported(pytester: pytest.Pytester, closed: Path) -> None:
    """A check that needs what is not there is not made, and its scenario not played."""
    ended = run_inside(pytester, one("expect(history, fine)", '"ORD-1", needs=[Capability.DNS, Capability.DATA]'))
    assert ended.check.verdict is Verdict.NOT_SUPPORTED
    assert ended.check.reason == "no dns, no data: simulated nodes run no containers"
    assert "1 check   no dns, no data: simulated nodes run no containers" in ended.said
    assert ended.code == ExitCode.NOT_JUDGED
    assert closed.read_text().count("POST /api/v1/namespaces\n") == 1, "the one in which things are tried"


def test_a_report_only_deviation_fails_nothing(pytester: pytest.Pytester) -> None:
    """It is noted, beside a check that counts and was kept, and there is no failure to read about it."""
    noted = one("expect(history, broken)", '"STA-14"').removeprefix(HEAD).replace("TestThing", "TestNoted")
    ended = run_inside(pytester, one("expect(history, fine)") + noted)
    assert (ended.code, ended.result.verdict) == (ExitCode.CONFORMANT, Verdict.PASSED)
    assert [check.verdict for check in ended.result.checks] == [Verdict.PASSED, Verdict.FAILED]
    assert "Noted, without effect on the verdict:" in ended.said
    assert "NOTED  " not in ended.said


@pytest.mark.parametrize(
    ("body", "told", "shown"),
    [
        ("expect(history, broken)", "known issue", "Known issues of Kubernetes, without effect on the verdict:"),
        ("expect(history, fine)", "HEALED", "Healed, the catalogue still knows an issue:"),
    ],
)
def test_a_known_issue_fails_nothing(pytester: pytest.Pytester, body: str, told: str, shown: str) -> None:
    """A deviation that is expected is told with its evidence; a promise that is kept after all is told as loudly."""
    known = one(body, '"UPD-13"').replace("shows=[2]", "").removeprefix(HEAD).replace("TestThing", "TestKnown")
    ended = run_inside(pytester, one("expect(history, fine)") + known, "--keep-on-failure")
    assert (ended.code, ended.result.verdict) == (ExitCode.CONFORMANT, Verdict.PASSED)
    assert ended.result.checks[1].known_issue == "#67250"
    assert f"[2/2] {told}" in ended.said
    assert shown in ended.said
    assert "kept: namespace" not in ended.said


def test_verdicts_can_be_all(pytester: pytest.Pytester) -> None:
    """With --no-evidence a failure is told and counted as ever, and what tells more about it is not written."""
    ended = run_inside(pytester, one("expect(history, broken)"), "--no-evidence")
    assert ended.code == ExitCode.NOT_CONFORMANT
    assert (ended.check.evidence, ended.check.history) == ("", "")
    assert {path.name for path in ended.report.iterdir()} == {"stream.jsonl", *FILES.values()}


FILES = {"junit": "junit.xml", "markdown": "summary.md", "conformance-report": "conformance-report.yaml"}
TWO = (
    HEAD
    + """
class TestThing:
    @scenario(apps=["kubia", "nginx"])
    def history(stage):
        stage.recorder.note("Pod", "ADDED", {"metadata": {"name": "web-0", "uid": "u0", "resourceVersion": "7"}})

    @guarantee("ORD-1", shows=[2])
    def test_it(self, history):
        "It MUST be."
        expect(history, broken)

    @guarantee("STO-1", "STO-2")
    def test_more(self, history):
        "So MUST this be."
        expect(history, fine)
"""
)


def test_a_failure_can_be_looked_into(pytester: pytest.Pytester) -> None:
    """The screen names the promise, the evidence and the command that makes the check again."""
    ended = run_inside(pytester, TWO, "--apps=nginx", "--timeout-scale=2")
    assert ended.said.count("FAILED  web-0 came twice") == 1
    assert "  promise   ORD-1 It MUST be." in ended.said
    assert "  evidence  report/evidence/TestThing-nginx" in ended.said
    assert ".venv/bin/stsconf run --cluster=kind --timeout-scale=2.0" in ended.said
    assert (ended.report / "evidence" / "TestThing-nginx" / "test_it.txt").read_text()
    assert (ended.report / "histories" / "TestThing-nginx.jsonl.gz").exists()
    assert {check.app for check in ended.result.checks} == {"nginx"}
    assert max(map(len, ended.said.splitlines())) <= 80


def test_a_run_leaves_a_page(pytester: pytest.Pytester) -> None:
    """It stands beside the stream, with the timelines of its scenarios and the instant that a finding names."""
    ended = run_inside(pytester, TWO, "--apps=nginx")
    page = (ended.report / "report.html").read_text()
    assert "<h1>NOT conformant</h1>" in page
    assert page.count("<figure") == 1
    assert "web-0 came twice" in page
    assert [check.history for check in ended.result.checks] == ["histories/TestThing-nginx.jsonl.gz"] * 2
    assert [check.profiles for check in ended.result.checks] == [("core",), ("storage",)]
    assert (ended.report / ended.result.checks[0].history).exists()


def test_junit_is_there_while_the_run_goes_on(pytester: pytest.Pytester) -> None:
    """Who kills a run is left with a file that is valid and red; at its end the run replaces it."""
    body = "import pathlib; junit = pathlib.Path('report/junit.xml').read_text(); assert 'did not end' in junit"
    ended = run_inside(pytester, one(f"{body}; expect(history, fine)"))
    assert ended.check.verdict is Verdict.PASSED
    assert "did not end" not in (ended.report / "junit.xml").read_text()


@pytest.mark.parametrize(("wish", "coloured"), [("FORCE_COLOR", True), ("NO_COLOR", False)])
def test_who_wants_no_colour_gets_none(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, wish: str, *, coloured: bool
) -> None:
    """NO_COLOR beats whatever else asks for colour."""
    monkeypatch.delenv("PY_COLORS", raising=False)  # pytest's own tests of plugins set it
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv(wish, "1")
    assert ("\033[1;31m" in run_inside(pytester, one("expect(history, broken)")).said) is coloured


def test_who_waits_is_told_how_far_it_is(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scenario that takes its time is no silence: now and then a plain line tells what is done and what runs."""
    monkeypatch.setattr(runner, "_TICK", 0.01)
    waiting = one("expect(history, fine)").replace('stage.act("done", "did it")', "time.sleep(0.3)")
    ended = run_inside(pytester, waiting.replace("import pytest", "import pytest, time", 1))
    lines = [line for line in ended.said.splitlines() if line.startswith("... ")]
    assert lines[0] == "... 0 s: 0 of 1 checks done; on stage: TestThing[kubia]"
    assert ended.check.verdict is Verdict.PASSED


def test_a_scenario_is_played_once_for_all_its_checks(
    pytester: pytest.Pytester, closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two checks of two apps are four results of two scenarios; each namespace is removed; time is told once."""
    take_over(monkeypatch, FakeTarget(closed, disposable=False))
    ended = run_inside(pytester, TWO)
    requests = closed.read_text().splitlines()
    assert requests.count("POST /api/v1/namespaces") == 3
    assert len([line for line in requests if line.startswith("DELETE /api/v1/namespaces/")]) == 2
    assert [(check.app, check.id.partition("::")[2].partition("[")[0]) for check in ended.result.checks] == [
        ("kubia", "TestThing::test_it"),
        ("kubia", "TestThing::test_more"),
        ("nginx", "TestThing::test_it"),
        ("nginx", "TestThing::test_more"),
    ]
    assert [check.suite_seconds > 0 for check in ended.result.checks] == [True, False, True, False]
    assert "4 checks of 2 scenarios, 8 at a time" in ended.said


def test_what_a_run_was_made_with_stands_in_its_header(pytester: pytest.Pytester) -> None:
    """Options, versions and what the cluster can do, and no more checks than were chosen."""
    header = run_inside(pytester, TWO, "--profile=storage", "--apps=kubia,nginx", "--jobs=1").result.header
    assert header.options == {"profile": "storage", "apps": "kubia,nginx", "jobs": "1", "timeout-scale": "1.0"}
    assert (header.target, header.kubernetes_version, header.checks_expected) == ("kind", "v1.37.1", 2)
    assert {absence.capability for absence in header.absences} == {"containers", "dns", "data", "several-nodes"}


@pytest.mark.parametrize(("asked", "version"), [([], KUBERNETES_VERSION), (["--kubernetes=1.36"], "1.36.")])
def test_a_kubernetes_can_be_asked_for(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, asked: list[str], version: str
) -> None:
    """Other tools get its version, and a cluster of our own is built from what is pinned for its minor."""
    seen: list[TargetOptions] = []

    def parse(_text: object, wanted: TargetOptions) -> Target:
        seen.append(wanted)
        raise UsageError("that is all")

    monkeypatch.setattr(options, "parse_target", parse)
    assert "that is all" in run_inside(pytester, one("expect(history, fine)"), *asked).said
    own = seen[0].own("simulated")
    assert isinstance(own, OwnCluster)
    assert seen[0].wish.version.startswith(version)
    assert release(own.kubernetes).version == f"v{seen[0].wish.version}"


def test_a_cluster_that_exists_has_its_kubernetes(pytester: pytest.Pytester, closed: Path) -> None:
    """To ask for another one is a mistake that is told before anything is opened."""
    ended = run_inside(pytester, one("expect(history, fine)"), "--kubernetes=1.36")
    assert "--kubernetes does not go together with this cluster" in ended.said
    assert not closed.exists()


def test_the_first_failure_can_decide(pytester: pytest.Pytester) -> None:
    """With --fail-fast the first failure that counts ends the run; what was played by then is judged all the same."""
    noted = one("expect(history, broken)", '"STA-14"').replace("TestThing", "TestNoted")
    ended = run_inside(pytester, noted + TWO.removeprefix(HEAD), "--fail-fast")
    verdicts = [check.verdict for check in ended.result.checks]
    assert verdicts[:3] == [Verdict.FAILED, Verdict.FAILED, Verdict.PASSED]  # the first of them is only noted
    assert ended.result.interrupted == f"stopped at the first failure, {ended.result.checks[1].id}"
    assert ended.code == ExitCode.NOT_CONFORMANT


# ------------------------------------------------------------------------------------------------- nothing to judge
@pytest.mark.parametrize(
    "options", [["-k", "nonexistent"], ["--profile=dns"], ["--apps=nginx"]], ids=["words", "profile", "apps"]
)
def test_without_checks_no_cluster_is_opened(pytester: pytest.Pytester, closed: Path, options: list[str]) -> None:
    """Everything deselected is told in a clear line, and is no verdict."""
    ended = run_inside(pytester, one("expect(history, fine)"), *options)
    assert ended.said.strip().splitlines()[0] == "no check was chosen"
    assert ended.code == ExitCode.NOT_JUDGED
    assert not closed.exists()
    assert not ended.report.exists()


def test_an_empty_file_is_no_verdict(pytester: pytest.Pytester, closed: Path) -> None:
    """Nothing collected is told as clearly."""
    ended = run_inside(pytester, "")
    assert (ended.said.strip().splitlines()[0], ended.code) == ("no check was chosen", ExitCode.NOT_JUDGED)
    assert not closed.exists()


def test_a_file_that_cannot_be_read_stops_the_run(pytester: pytest.Pytester, closed: Path) -> None:
    """Half of the checks are no basis for a verdict."""
    ended = run_inside(pytester, one("expect(history, fine)", '"ORD-99"'), "--tb=no")
    assert "test_a_file_that_cannot_be_read_stops_the_run.py could not be collected" in ended.said
    assert "ValueError: unknown guarantee or observation: ORD-99" in ended.said
    assert ended.code == ExitCode.NOT_JUDGED
    assert not closed.exists()


def test_a_test_that_is_no_check_is_refused(pytester: pytest.Pytester, closed: Path) -> None:
    """A run that would end without a verdict for one of its items does not begin."""
    ended = run_inside(pytester, "def test_it():\n    pass\n")
    assert "test_a_test_that_is_no_check_is_refused.py::test_it is no check" in ended.said
    assert ended.code == ExitCode.USAGE
    assert not closed.exists()


# ---------------------------------------------------------------------------------------------- a cluster that goes
LOSING = (
    HEAD
    + """
class TestBefore:
    @scenario(apps=["kubia"])
    def history(stage):
        stage.act("done", "did it")

    @guarantee("ORD-1")
    def test_it(self, history):
        "It MUST be."
        expect(history, {before})

class TestDuring:
    @scenario(apps=["kubia"])
    def history(stage):
        SERVED[0].stop()
        stage.until("Pod", "web-0", lambda view: None, "Ready", 0.0)

    @guarantee("ORD-2")
    def test_it(self, history):
        "It MUST be."
        expect(history, broken)

class TestAfter:
    @scenario(apps=["kubia"])
    def history(stage):
        raise RuntimeError("nobody should act on a cluster that is gone")

    @guarantee("ORD-3")
    def test_it(self, history):
        "It MUST be."
        expect(history, fine)
"""
)


@pytest.mark.parametrize(("before", "verdict", "code"), [("fine", Verdict.PASSED, 3), ("broken", Verdict.FAILED, 1)])
def test_a_cluster_that_goes_away_is_not_judged(
    pytester: pytest.Pytester, before: str, verdict: Verdict, code: int
) -> None:
    """What was judged before stays; what stalled as the API server went, and what came after, is inconclusive."""
    ended = run_inside(pytester, LOSING.replace("{before}", before), "--jobs=1")
    verdicts = [check.verdict for check in ended.result.checks]
    assert verdicts == [verdict, Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE]
    assert ended.code == code
    assert "the scenario was not run" in ended.result.checks[2].reason


# ------------------------------------------------------------------------------------------------------- interrupted
def test_a_signal_while_the_cluster_starts_is_no_verdict(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, closed: Path
) -> None:
    """Nothing was judged, so that there is no report; what had been started is closed."""

    class Impatient(FakeTarget):
        @contextmanager
        def open(self, folder: Path, say: Say) -> Iterator[Access]:
            with super().open(folder, say) as access:
                signal.raise_signal(signal.SIGTERM)
                yield access

    take_over(monkeypatch, Impatient(closed))
    ended = run_inside(pytester, one("expect(history, fine)"))
    assert ended.said.splitlines()[:2] == ["the fake answers", "ended by SIGTERM"]
    assert ended.code == ExitCode.NOT_JUDGED
    assert closed.exists()
    assert not ended.report.exists()


def test_stopping_at_the_first_failure_is_told(pytester: pytest.Pytester, closed: Path) -> None:
    """With -x the rest says nothing, and the report says so."""
    ended = run_inside(pytester, TWO, "-x")
    assert [check.verdict for check in ended.result.checks] == [Verdict.FAILED]
    assert ended.result.interrupted == "stopping after 1 failures"
    assert ended.code == ExitCode.NOT_CONFORMANT
    assert closed.exists()


def test_what_was_stored_renders_as_the_run_did(pytester: pytest.Pytester) -> None:
    """The files that a run writes can be had again from its stream and histories, to the byte."""
    ended = run_inside(pytester, TWO)
    stored = StoredRun.read(ended.report)
    written = {form: (ended.report / name).read_text() for form, name in FILES.items()}
    assert {form: FORMATS[form](stored) for form in FILES} == written | {
        "markdown": written["markdown"].replace("`report`", f"`{ended.report}`"),
        "junit": written["junit"].replace("ATTACHMENT|report/", f"ATTACHMENT|{ended.report}/"),
    }


def test_the_stream_is_one_line_per_record(pytester: pytest.Pytester) -> None:
    """Header, checks and footer follow one another."""
    lines = (run_inside(pytester, TWO).report / "stream.jsonl").read_text().splitlines()
    assert [json.loads(line)["record"] for line in lines] == ["header", *["check"] * 4, "footer"]
