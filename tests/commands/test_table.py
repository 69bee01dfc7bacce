"""`stsconf table`."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf import cli
from stsconf.errors import ExitCode

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", ["observations.md", "guarantees.md"])
def test_the_tables_are_written(tmp_path: Path, page: str) -> None:
    """The pages go where the caller says, and are those in the tree."""
    assert cli.main(["table", "--output", str(tmp_path)]) == ExitCode.CONFORMANT
    assert (tmp_path / page).read_text() == (ROOT / "docs" / page).read_text()
