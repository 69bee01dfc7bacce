"""The checks of the tree, and pytest called on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.commands.checks import CHECKOUT, CONFORMANCE, call_pytest
from stsconf.errors import ExitCode
from tests.inner_suite import own_modules


class Collected:
    """Keeps what pytest collected."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.ids: list[str] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take in the items."""
        self.ids = [item.nodeid for item in session.items]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A checkout with two tests, one of which is no check."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "conformance").mkdir()
    (tmp_path / "conformance" / "test_called.py").write_text("def test_a(): pass\ndef test_b(): assert 0\n")
    return tmp_path


def test_the_checks_are_where_they_are() -> None:
    """The paths are those of this checkout."""
    assert (CHECKOUT / "pyproject.toml").is_file()
    assert list(CONFORMANCE.glob("test_*.py"))


@pytest.mark.parametrize(
    ("options", "ids", "code"),
    [
        ([], ["test_a", "test_b"], 1),
        (["-k", "test_a"], ["test_a"], 0),
        (["-k", "nothing"], [], ExitCode.NOT_JUDGED),
        (["{root}/conformance/test_called.py::test_a"], ["test_a"], 0),
        (["{root}/conformance/test_nowhere.py"], [], ExitCode.USAGE),
        (["--report-dir", "report.py"], ["test_a", "test_b"], 1),
        (["--statefulset-controller", "./ctl.py", "-k", "test_a"], ["test_a"], 0),
        (["--deselect", "conformance/test_called.py::test_b"], ["test_a"], 0),
        (["--report-dir", "a", "{root}/conformance/test_called.py::test_a"], ["test_a"], 0),
        (["--nonsense"], [], ExitCode.USAGE),
    ],
)
def test_pytest_is_called_on_all_or_on_some(suite: Path, options: list[str], ids: list[str], code: int) -> None:
    """Ids are relative to the checkout; pytest's own exit codes become ours."""
    collected = Collected()
    with own_modules():
        assert call_pytest([one.format(root=suite) for one in options], collected, root=suite) == code
    assert collected.ids == [f"conformance/test_called.py::{name}" for name in ids]
