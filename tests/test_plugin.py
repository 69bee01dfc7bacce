"""The plugin as a user of pytest meets it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT
from xml.etree import ElementTree as ET

import pytest

from stsconf.errors import ExitCode
from stsconf.report.stream import STREAM, read_stream
from tests.fake_target import FakeTarget
from tests.inner_suite import HEAD, one, run_inside, take_over

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let inner processes import the fakes."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


# ------------------------------------------------------------------------------------------------------- usage errors
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--cluster=nonsense"], "there is no target 'nonsense'"),
        (["--cluster=kind", "--cluster=k3d"], "more than one target: kind, k3d"),
        (["--cluster=kind,k3d"], "more than one target: kind, k3d"),
        (["--cluster=kind", "--profile=core,fast"], "--profile: unknown: 'fast'"),
        (["--cluster=kind", "--apps="], "--apps: unknown: ''"),
        (["--cluster=kind", "--jobs=0"], "--jobs 0 is too small"),
        (["--cluster=kind", "--timeout-scale=-1"], "--timeout-scale -1.0 is too small"),
        (["--cluster=kind", "--timeout-scale=nan"], "--timeout-scale nan is too small"),
        (["--cluster=kind", "--report-dir=old"], "old holds a report already"),
    ],
)
def test_what_makes_no_sense_is_refused(pytester: pytest.Pytester, options: list[str], told: str) -> None:
    """Unknown words end with exit code 2 in three lines at most, before anything is started."""
    pytester.makepyfile(one("expect(history, fine)"))
    pytester.mkdir("old").joinpath(STREAM).touch()
    done = pytester.runpytest_subprocess(*options)
    lines = [line for line in done.errlines if line]
    assert (int(done.ret), lines[0]) == (ExitCode.USAGE, f"Exit: {told}")
    assert len(lines) <= 3
    assert not (pytester.path / "reports").exists()


def test_a_cluster_that_cannot_be_opened_is_no_verdict(pytester: pytest.Pytester) -> None:
    """A context that nobody knows ends with exit code 3 in three lines, without a report of nothing."""
    pytester.makepyfile(one("expect(history, fine)"))
    (pytester.path / "kubeconfig").write_text("{apiVersion: v1, kind: Config, contexts: [], clusters: [], users: []}")
    done = pytester.runpytest_subprocess("-qq", "--cluster=context:nobody", "--kubeconfig=kubeconfig")
    lines = [line for line in done.outlines if line]
    assert int(done.ret) == ExitCode.NOT_JUDGED
    assert "nobody" in lines[0]
    assert len(lines) <= 3
    assert not list(pytester.path.glob(f"reports/*/{STREAM}"))


# ----------------------------------------------------------------------------------------------- other people's pytest
def test_other_suites_are_left_alone(pytester: pytest.Pytester) -> None:
    """Without --cluster, tests with classes, with our fixtures' names and with warnings as errors run as ever."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(params=["a", "b"])
        def app_name(request):
            return request.param

        @pytest.fixture
        def history(app_name):
            return app_name * 2

        class TestTheirs:
            def test_it(self, history, app_name):
                assert history == app_name + app_name

        @pytest.mark.skip("theirs")
        def test_skipped():
            pass

        def test_failed():
            assert False
        """
    )
    done = pytester.runpytest_subprocess("-W", "error", "--strict-markers")
    done.assert_outcomes(passed=2, skipped=1, failed=1)
    assert int(done.ret) == pytest.ExitCode.TESTS_FAILED
    assert "stsconf" not in "".join(line for line in done.outlines if not line.startswith("plugins:"))
    assert not (pytester.path / "reports").exists()


def test_the_plugin_costs_other_suites_nothing(pytester: pytest.Pytester) -> None:
    """Every pytest of the environment loads the plugin: it brings no client, no cluster and no judge along."""
    heavy = ("requests", "kubernetes", "yaml", "stsconf.check", "stsconf.runner", "stsconf.cluster")
    script = f"import sys, stsconf.plugin; print([name for name in {heavy} if name in sys.modules])"
    assert pytester.run(sys.executable, "-c", script).outlines == ["[]"]


def test_checks_can_be_listed_without_a_cluster(pytester: pytest.Pytester) -> None:
    """--collect-only parametrizes the checks over their apps, with a cluster named and without."""
    pytester.makepyfile(one("expect(history, fine)").replace('["kubia"]', '["kubia", "nginx"]'))
    for options in ([], ["--cluster=context:nobody"], ["--apps=nginx"]):
        done = pytester.runpytest_inprocess("-q", "--collect-only", *options)
        apps = [line.partition("[")[2] for line in done.outlines if "::test_it" in line]
        assert apps == (["nginx]"] if "--apps=nginx" in options else ["kubia]", "nginx]"])
        assert int(done.ret) == pytest.ExitCode.OK


def test_checks_without_a_cluster_are_skipped(pytester: pytest.Pytester) -> None:
    """A plain pytest over the checks judges nothing, and says how to."""
    pytester.makepyfile(one("expect(history, fine)"))
    done = pytester.runpytest_inprocess("-rs")
    done.assert_outcomes(skipped=1)
    done.stdout.fnmatch_lines(["*no cluster was named: stsconf run, or pytest conformance --cluster=NAME"])


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("class TestIt(Base):\n    pass\n", "TestIt: checks without a scenario of their class"),
        ('@guarantee("ORD-1")\ndef test_it(history):\n    pass\n', "a function: checks without a scenario"),
    ],
    ids=["inherited", "function"],
)
def test_checks_need_a_scenario(pytester: pytest.Pytester, source: str, told: str) -> None:
    """A check whose class acts nowhere is told at collection, with the class's name."""
    base = one("expect(history, fine)").replace("TestThing", "Base")
    pytester.makepyfile(base + source)
    done = pytester.runpytest_inprocess("--collect-only")
    done.stdout.fnmatch_lines([f"*{told}*"])
    assert int(done.ret) == pytest.ExitCode.INTERRUPTED


def test_the_default_class_is_what_the_cluster_gives(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A check may ask for the name of the StorageClass that the run found."""
    take_over(monkeypatch, FakeTarget(tmp_path / "closed"))
    source = one('assert storage_class == "standard"; expect(history, fine)')
    ended = run_inside(pytester, source.replace("(self, history)", "(self, history, storage_class)"))
    assert ended.code == ExitCode.CONFORMANT


# -------------------------------------------------------------------------------------------------------- interrupted
BLOCKED = (
    HEAD
    + """
class TestBefore:
    @scenario(apps=["kubia"])
    def history(stage):
        stage.act("done", "did it")

    @guarantee("ORD-1")
    def test_it(self, history):
        "It MUST be."
        expect(history, fine)

class TestBlocked:
    @scenario(apps=["kubia"])
    def history(stage):
        stage.until("Pod", "web-0", lambda view: None, "Ready", 3600.0)

    @guarantee("ORD-2")
    def test_it(self, history):
        "It MUST be."
        expect(history, fine)
"""
)
TAKE_OVER = """
from pathlib import Path

import stsconf.options
from tests.fake_target import FakeTarget

stsconf.options.parse_target = lambda words, options: FakeTarget(Path("closed"), disposable=False)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_cleans_up_and_reports(pytester: pytest.Pytester, number: signal.Signals) -> None:
    """A signal in the middle: the cluster is closed, stream and JUnit are whole and say so; no verdict."""
    pytester.makepyfile(BLOCKED)
    pytester.makeconftest(TAKE_OVER)
    options = ["-qq", "--tb=no", "--no-summary", "-s", "--cluster=kind", "--report-dir=report"]
    command = [sys.executable, "-u", "-m", "pytest", *options]
    said = ""
    with subprocess.Popen(command, stdout=PIPE, stderr=STDOUT, text=True, cwd=pytester.path) as process:
        for line in process.stdout or ():
            said += line
            if line.startswith("[1/2]"):
                process.send_signal(number)
    assert process.returncode == ExitCode.NOT_JUDGED
    assert f"ending early ({number.name}): cleaning up\n" in said
    assert "KeyboardInterrupt" not in said
    assert "DELETE /api/v1/namespaces/" in (pytester.path / "closed").read_text()
    result = read_stream(pytester.path / "report" / STREAM)
    assert (len(result.checks), result.interrupted) == (1, number.name)
    error = ET.parse(pytester.path / "report" / "junit.xml").find(".//error")  # noqa: S314 -- XML made just now
    assert error is not None
    assert "1 of 2 announced checks said nothing" in error.get("message", "")
