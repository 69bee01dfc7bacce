"""The pytest plugin: options, fixtures, and the run around the checks. It judges nothing itself.

Every pytest of an environment that holds stsconf loads this module. So it imports next to nothing, and does nothing
without `--cluster`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stsconf.errors import ExitCode, StsconfError, UsageError
from stsconf.model.guarantee import Profile

if TYPE_CHECKING:
    from stsconf.check import Scenario
    from stsconf.model.history import History
    from stsconf.replay import Replay
    from stsconf.runner import ConformanceRun

_RUN = pytest.StashKey["ConformanceRun | Replay"]()


def words(text: str) -> tuple[str, ...]:
    """Split the value of an option at its commas."""
    return tuple(word.strip() for word in text.split(","))


def add_options(add: Callable[..., object]) -> None:
    """Declare the suite's options; `add` is `add_argument` or its equal of pytest's parser."""
    add(
        "--cluster",
        action="append",
        metavar="TARGET",
        help="what to test: embedded, simulated, kind[:NAME], minikube, k3d or context:NAME",
    )
    add(
        "--profile",
        type=words,
        metavar="NAMES",
        help=f"of {', '.join(Profile)}, with commas (default: all but disruptive)",
    )
    add("--allow-disruption", action="store_true", help="let disruptive touch nodes of existing clusters")
    add("--apps", type=words, metavar="NAMES", help="of kubia, nginx, with commas (default: both)")
    add("--jobs", type=int, metavar="N", help="scenarios at a time (default: 8)")
    add("--timeout-scale", type=float, default=1.0, metavar="X", help="multiplies every deadline (default: 1)")
    add("--keep-on-failure", action="store_true", help="leave the namespaces of failed scenarios")
    add("--fail-fast", action="store_true", help="wait for nothing more once a check fails the run")
    add("--no-wait", action="store_true", help="have the run's namespaces removed at the end without waiting for it")
    add("--no-evidence", action="store_true", help="write verdicts only: no records, no evidence, no page")
    add("--report-dir", type=Path, metavar="DIR", help="where the report goes (default: reports/<time>-<target>)")
    add("--image-registry", metavar="PREFIX", help="where the apps' images are, for clusters we cannot load")
    add("--nodes", type=int, metavar="N", help="nodes of a new kind, minikube or k3d cluster (default: 1)")
    add("--node-image", metavar="IMAGE", help="the image of those nodes (default: the tool's for our Kubernetes)")
    add("--kubeconfig", type=Path, metavar="FILE", help="the file that holds context:NAME (default: kubectl's)")
    add(
        "--statefulset-controller",
        metavar="PATH",
        help="the program that is embedded's or simulated's StatefulSet controller; standalone: Kubernetes' own, alone",
    )
    add(
        "--kubernetes",
        metavar="MINOR",
        help="the Kubernetes that a cluster is made with, such as 1.36; embedded and simulated build it once",
    )
    add("--no-install", action="store_true", help="never install a missing OS package")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options."""
    add_options(parser.getgroup("stsconf", "conformance of StatefulSets").addoption)


def pytest_configure(config: pytest.Config) -> None:
    """Register our marker; with `--cluster`, the run."""
    config.addinivalue_line("markers", "guarantee(promise): the guarantees that a check judges")
    if not config.getoption("--cluster"):
        return
    from stsconf.runner import ConformanceRun  # noqa: PLC0415 -- loads the API client

    try:
        attach(config, ConformanceRun.of(config))
    except UsageError as error:
        pytest.exit(str(error), returncode=ExitCode.USAGE)


def attach(config: pytest.Config, run: ConformanceRun | Replay) -> None:
    """Let a run, or the replay of one, decide what becomes of the checks. A check does not know which it is."""
    config.stash[_RUN] = run
    config.pluginmanager.register(Hooks(run), "stsconf-run")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize the checks of a class over the apps of its scenario."""
    if metafunc.definition.get_closest_marker("guarantee"):
        apps = scenario_of(metafunc.cls).apps
        wanted = metafunc.config.getoption("--apps") or apps
        metafunc.parametrize("app_name", [app for app in apps if app in wanted], scope="class")


def scenario_of(cls: type | None) -> Scenario:
    """Return the scenario of a check class."""
    from stsconf.check import SCENARIOS  # noqa: PLC0415 -- whoever has checks has loaded it

    name = (cls.__module__, cls.__qualname__) if cls else ("", "")
    if name not in SCENARIOS:
        raise pytest.Collector.CollectError(f"{name[1] or 'a function'}: checks without a scenario of their class")
    return SCENARIOS[name]


@pytest.fixture(scope="class")
def played(request: pytest.FixtureRequest, app_name: str) -> History:
    """The history of the class's scenario with one app, once it was played."""
    run = request.config.stash.get(_RUN, None)
    if run is None:
        pytest.skip("no cluster was named: stsconf run, or pytest conformance --cluster=NAME")
    return run.played(scenario_of(request.cls).scene(request.cls.__name__, app_name)).history


@pytest.fixture
def storage_class(request: pytest.FixtureRequest) -> str:
    """The cluster's default StorageClass."""
    return request.config.stash[_RUN].storage_class


class Hooks:
    """The hooks of a conformance run, or of a replay."""

    def __init__(self, run: ConformanceRun | Replay) -> None:
        """Attach to a run."""
        self.run = run

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take in that a file of checks cannot be read: half of the checks are no basis for a verdict."""
        if report.failed:
            reason = report.longreprtext.strip().rpartition("\n")[2].removeprefix("E ")
            self.run.fail(StsconfError(f"{report.nodeid} could not be collected", reason, "mend it, or leave it out"))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what the chosen profiles and apps do not contain."""
        try:
            kept, left_out = self.run.select(items)
        except StsconfError as error:
            self.run.fail(error)
            return
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run the checks with the target open around them, whatever ends them."""
        if session.config.option.collectonly or self.run.error:
            return True
        try:
            with self.run.open(session.items):
                _run_all(session, self.run)
        except StsconfError as error:
            self.run.fail(error)
        except KeyboardInterrupt as signal:  # not told again by pytest: the run has, unless it had not begun
            if self.run.result is None:
                self.run.fail(StsconfError(f"ended by {signal}", "the run had not begun", "nothing was judged"))
        return True

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip what the cluster cannot show, with the reason."""
        reason = self.run.unsupported(item)
        if reason:
            pytest.skip(reason)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Generator[None, object, object]:
        """Let no check pass that expects nothing."""
        from stsconf.check import LOOKED, InconclusiveError  # noqa: PLC0415 -- whoever has checks has loaded it

        LOOKED.set(False)
        result = yield
        if not LOOKED.get():
            raise InconclusiveError("the check calls neither expect nor expect_always")
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn the outcome of a check into its result."""
        report = yield
        if call.when == "call" or (call.when == "setup" and not report.passed):
            self.run.judged(item, call)
        return report

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str] | None:
        """Keep pytest's letters off the screen: every check has a line of its own."""
        return ("", "", "") if isinstance(report, pytest.TestReport) else None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """End with the exit code of the verdict."""
        looked_only = session.config.option.collectonly and self.run.error is None
        if exitstatus != pytest.ExitCode.USAGE_ERROR and not looked_only:
            session.exitstatus = self.run.exit_code


def _run_all(session: pytest.Session, run: ConformanceRun | Replay) -> None:
    """Run the collected items in order, as pytest itself does, as far as the run wants to see them."""
    for item in session.items:
        if run.wants(item):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)  # which comes next is not known yet
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
