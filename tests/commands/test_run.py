"""`stsconf run`."""

from __future__ import annotations

from pathlib import Path

from stsconf.errors import ExitCode
from tests.processes import call


def test_a_run_of_nothing_is_no_verdict() -> None:
    """Where no check was chosen, three lines say so, and no cluster is started."""
    done = call("run", "--cluster=kind", "-k", "nonexistent")
    assert done.returncode == ExitCode.NOT_JUDGED
    assert done.stdout.split("\n")[0] == "no check was chosen"
    assert len(done.stdout.strip().splitlines()) <= 3


def test_a_run_lists_its_checks(tmp_path: Path) -> None:
    """Options of pytest reach pytest; the checks are found from any folder, by default all of them."""
    done = call("run", "--cluster=simulated", "--collect-only", "-k", "TestPremadeClaim", folder=tmp_path)
    assert done.stdout.strip() == "conformance/test_storage.py: 8"
    assert done.returncode == ExitCode.CONFORMANT


def test_one_check_can_be_named() -> None:
    """The id of a check, as a failure tells it, chooses it alone."""
    check = "conformance/test_scaling.py::TestScaling::test_scaling_up_appends_in_order[nginx]"
    done = call("run", "--cluster=simulated", "--", "--collect-only", check)
    assert done.stdout.strip() == "conformance/test_scaling.py: 1"
