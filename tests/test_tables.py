"""The page of observations, checks and guarantees."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.tables import checks_of, observations, write_observations

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "conformance"


def test_the_page_is_what_the_checks_say() -> None:
    """A check, an observation or a guarantee that changed has its row changed: `stsconf table` writes it."""
    assert (ROOT / "docs" / "observations.md").read_text() == observations(FOLDER)


def test_the_page_is_whole() -> None:
    """Each of the 66 observations has a row with a guarantee and a check."""
    rows = [line.strip("| ").split(" | ") for line in observations(FOLDER).splitlines() if line.startswith("| ")][2:]
    assert [int(row[0]) for row in rows] == list(range(1, 67))
    assert [row for row in rows if len(row) != 4 or not all(row)] == []


def test_it_can_be_written_anywhere(tmp_path: Path) -> None:
    """The page is written whole, in a folder that need not exist."""
    write_observations(FOLDER, tmp_path / "new" / "page.md")
    assert (tmp_path / "new" / "page.md").read_text() == observations(FOLDER)


def test_inherited_checks_stand_once() -> None:
    """A check that every scenario inherits is one of the class that defines it."""
    names = [check.name for check in checks_of(FOLDER)]
    assert len(set(names)) == len(names)
    assert "Invariants.test_counters_and_phases_stay_sane" in names
    assert "TestOrderedStartup.test_each_waits_for_its_predecessor" in names


def test_a_check_carries_its_promise() -> None:
    """What the decorator says is what the page is made of."""
    (check,) = (check for check in checks_of(FOLDER) if check.name == "TestLostPod.test_it_returns_under_its_name")
    assert (check.promise.guarantees, check.promise.observations) == (("IDN-3",), (14,))


def test_a_folder_without_checks_is_an_error(tmp_path: Path) -> None:
    """A page of nothing is not written."""
    with pytest.raises(StsconfError, match="holds no checks"):
        write_observations(tmp_path, tmp_path / "page.md")
    assert not (tmp_path / "page.md").exists()
