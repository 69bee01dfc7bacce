"""The pages of observations and guarantees."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.model.catalogue import GUARANTEES
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.outcome import Outcome, Trial
from stsconf.mutants.store import IDLE, REASONS, store
from stsconf.tables import checks_of, guarantees, noticed, observations, write_tables
from tests.mutants.samples import kill

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "conformance"
RECORDS = ROOT / "reports" / "mutants"


def test_the_page_is_what_the_checks_say() -> None:
    """A check, an observation or a guarantee that changed has its row changed: `stsconf table` writes it."""
    assert (ROOT / "docs" / "observations.md").read_text() == observations(FOLDER)


def test_the_catalogues_page_is_what_catalogue_checks_and_record_say() -> None:
    """A check, a guarantee, or what came of a mutant changed: `stsconf table` writes it."""
    assert (ROOT / "docs" / "guarantees.md").read_text() == guarantees(FOLDER, RECORDS)


def test_the_catalogues_page_is_whole(tmp_path: Path) -> None:
    """Each promise has a row, with a check unless it is among those that are not judged yet."""
    lines = guarantees(FOLDER, tmp_path).splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    found = {row[0]: row for row in rows if row[0] in GUARANTEES}
    assert found.keys() == GUARANTEES.keys()
    assert [row for id_, row in found.items() if id_ in GUARANTEES and "test" not in row[-1]] == []


def test_what_checks_noticed_is_in_the_catalogues_page(tmp_path: Path) -> None:
    """A mutant that a check noticed twice counts once; without a record there is no number."""
    check = "TestOrderedStartup.test_pods_are_created_in_ordinal_order"
    kills = (kill(f"test_ordering.py::{check.replace('.', '::')}"),)
    trials = [Trial("set.sync.call.0", cluster, Outcome.KILLED, kills) for cluster in ("simulated", "embedded")]
    assert noticed(tmp_path, [check]) == {}
    (tmp_path / REASONS).touch()
    (tmp_path / IDLE).write_text("[checks]\n")
    store(tmp_path, [Mutant("set.sync.call.0", "set.go", "sync", "call", 7, 0, 1, "a", "b", "- a + b")], trials)
    assert noticed(tmp_path, [check, "TestX.test_it"]) == {check: 1, "TestX.test_it": 0}
    assert "in\\_ordinal\\_order (1)" in guarantees(FOLDER, tmp_path)


def test_the_page_is_whole() -> None:
    """Each of the 66 observations has a row with a guarantee and a check."""
    rows = [line.strip("| ").split(" | ") for line in observations(FOLDER).splitlines() if line.startswith("| ")][2:]
    assert [int(row[0]) for row in rows] == list(range(1, 67))
    assert [row for row in rows if len(row) != 4 or not all(row)] == []


def test_they_can_be_written_anywhere(tmp_path: Path) -> None:
    """The pages are written whole, in a folder that need not exist."""
    write_tables(FOLDER, RECORDS, tmp_path / "new")
    assert (tmp_path / "new" / "observations.md").read_text() == observations(FOLDER)
    assert (tmp_path / "new" / "guarantees.md").read_text() == guarantees(FOLDER, RECORDS)


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
        write_tables(tmp_path, RECORDS, tmp_path / "new")
    assert not (tmp_path / "new").exists()
