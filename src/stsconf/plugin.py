"""The pytest plugin: options, fixtures, and the run around the checks. It judges nothing itself.

Without `--cluster` it does nothing, so that other test suites are not disturbed.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from stsconf.check import SCENARIOS, Scenario
from stsconf.errors import StsconfError, UsageError
from stsconf.model.guarantee import Profile
from stsconf.model.history import History
from stsconf.runner import ConformanceRun, choose

_RUN = pytest.StashKey[ConformanceRun]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options."""
    group = parser.getgroup("stsconf", "conformance of StatefulSets")
    group.addoption(
        "--cluster",
        action="append",
        help="what to test: embedded, simulated, kind[:NAME], minikube, k3d or context:NAME",
    )
    profiles = ", ".join(Profile)
    group.addoption("--profile", help=f"comma-separated profiles: {profiles} (default: all but disruptive)")
    group.addoption("--apps", help="comma-separated apps: kubia, nginx (default: both)")
    group.addoption("--jobs", type=int, help="scenarios at a time (default: decided by the target)")
    group.addoption("--timeout-scale", type=float, default=1.0, help="multiplies every deadline (default: 1)")
    group.addoption("--keep-on-failure", action="store_true", help="leave the namespaces of failed scenarios")
    group.addoption("--report-dir", type=Path, help="where the report goes (default: reports/<time>-<target>)")
    group.addoption("--image-registry", help="where the apps' images are pulled from, for clusters we cannot load")
    group.addoption("--kubeconfig", type=Path, help="the file that holds context:NAME (default: kubectl's)")
    group.addoption("--no-install", action="store_true", help="never install a missing OS package")


def pytest_configure(config: pytest.Config) -> None:
    """Register our marker; with `--cluster`, the run."""
    config.addinivalue_line("markers", "guarantee(promise): the guarantees that a check judges")
    if not config.getoption("--cluster") or hasattr(config, "workerinput"):
        return
    try:
        config.stash[_RUN] = ConformanceRun.of(config)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    config.pluginmanager.register(Hooks(config.stash[_RUN]), "stsconf-run")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize the checks of a class over the apps of its scenario."""
    if "app_name" in metafunc.fixturenames and metafunc.cls is not None:
        apps = choose(metafunc.config.getoption("--apps"), scenario_of(metafunc.cls).apps)
        metafunc.parametrize("app_name", apps, scope="class")


def scenario_of(cls: type) -> Scenario:
    """Return the scenario of a check class."""
    try:
        return SCENARIOS[cls.__module__, cls.__qualname__]
    except KeyError:
        raise StsconfError(
            f"{cls.__qualname__} has checks and no scenario",
            "its history is not made by @scenario",
            "see docs/writing-a-check.md",
        ) from None


@pytest.fixture(scope="class")
def played(request: pytest.FixtureRequest, app_name: str) -> History:
    """The history of the class's scenario with one app, once it was played."""
    run = request.config.stash.get(_RUN, None)
    if run is None:
        pytest.skip("no cluster was named: stsconf run, or pytest conformance --cluster=NAME")
    cls = request.cls
    return run.played(scenario_of(cls).scene(cls.__name__, app_name)).history


@pytest.fixture
def storage_class(request: pytest.FixtureRequest) -> str:
    """The cluster's default StorageClass."""
    run: ConformanceRun = request.config.stash[_RUN]
    return run.storage_class


class Hooks:
    """The hooks of a conformance run."""

    def __init__(self, run: ConformanceRun) -> None:
        """Attach to a run."""
        self.run = run

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what the chosen profiles do not contain."""
        kept, left_out = self.run.select(items)
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = kept

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run the checks with the target open around them, whatever ends them."""
        if session.config.option.collectonly or session.testsfailed:
            return None
        with _signals():
            try:
                with self.run.open(session.items):
                    _run_all(session)
            except StsconfError as error:
                self.run.fail(error)
        return True

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip what the cluster cannot show, with the reason."""
        reason = self.run.unsupported(item)
        if reason:
            pytest.skip(reason)

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
        if exitstatus != pytest.ExitCode.USAGE_ERROR and not session.config.option.collectonly:
            session.exitstatus = self.run.exit_code


def _run_all(session: pytest.Session) -> None:
    """Run the collected items in order, as pytest itself does."""
    for item, following in zip_longest(session.items, session.items[1:]):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)


@contextmanager
def _signals() -> Iterator[None]:
    """Make SIGTERM end the run as Ctrl-C does: with teardown and a report."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt(signal.Signals(number).name)

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
