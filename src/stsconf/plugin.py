"""The pytest plugin: options, fixtures, and the run around the checks. It judges nothing itself.

Every pytest of an environment that holds stsconf loads this module. So it imports next to nothing, and does nothing
without `--cluster`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stsconf.errors import ExitCode, StsconfError, UsageError
from stsconf.model.guarantee import Profile

if TYPE_CHECKING:
    from stsconf.check import Scenario
    from stsconf.model.history import History
    from stsconf.runner import ConformanceRun

_RUN = pytest.StashKey["ConformanceRun"]()


def add_options(add: Callable[..., object]) -> None:
    """Declare the suite's options; `add` is `add_argument` or its equal of pytest's parser."""
    add(
        "--cluster",
        action="append",
        metavar="TARGET",
        help="what to test: embedded, simulated, kind[:NAME], minikube, k3d or context:NAME",
    )
    add("--profile", metavar="NAMES", help=f"of {', '.join(Profile)}, with commas (default: all but disruptive)")
    add("--apps", metavar="NAMES", help="of kubia, nginx, with commas (default: both)")
    add("--jobs", type=int, metavar="N", help="scenarios at a time (default: 4)")
    add("--timeout-scale", type=float, default=1.0, metavar="X", help="multiplies every deadline (default: 1)")
    add("--keep-on-failure", action="store_true", help="leave the namespaces of failed scenarios")
    add("--report-dir", type=Path, metavar="DIR", help="where the report goes (default: reports/<time>-<target>)")
    add("--image-registry", metavar="PREFIX", help="where the apps' images are, for clusters we cannot load")
    add("--kubeconfig", type=Path, metavar="FILE", help="the file that holds context:NAME (default: kubectl's)")
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
        config.stash[_RUN] = ConformanceRun.of(config)
    except UsageError as error:
        pytest.exit(str(error), returncode=ExitCode.USAGE)
    config.pluginmanager.register(Hooks(config.stash[_RUN]), "stsconf-run")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize the checks of a class over the apps of its scenario."""
    if "guarantee" in (mark.name for mark in metafunc.definition.iter_markers()):
        from stsconf.check import choose  # noqa: PLC0415 -- whoever has checks has loaded it

        apps = choose(metafunc.config.getoption("--apps"), scenario_of(metafunc.cls).apps)
        metafunc.parametrize("app_name", apps, scope="class")


def scenario_of(cls: type | None) -> Scenario:
    """Return the scenario of a check class."""
    from stsconf.check import SCENARIOS  # noqa: PLC0415 -- whoever has checks has loaded it

    name = (cls.__module__, cls.__qualname__) if cls else ("", "")
    if name not in SCENARIOS:
        raise pytest.UsageError(
            f"{name[1] or 'a function'} has checks and no scenario: its history is not made by @scenario"
        )
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
