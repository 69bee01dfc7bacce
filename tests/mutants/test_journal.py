"""The journal of trials survives what kills its writer."""

from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.mutants.journal import Journal
from stsconf.mutants.outcome import Outcome
from tests.mutants.samples import trial

ONE, TWO = trial("a.b.c.1", Outcome.KILLED), trial("a.b.c.2")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Trials come back whole, from several writers, in order; before the first there are none."""
    journal = Journal(tmp_path / "reports" / "journal.jsonl")
    assert journal.read() == ()
    journal.write([ONE])
    Journal(journal.path).write([TWO])
    assert journal.read() == (ONE, TWO)


def test_the_later_trial_holds(tmp_path: Path) -> None:
    """A mutant that was tried again on one kind of cluster has one trial there; other kinds are apart."""
    journal = Journal(tmp_path / "journal.jsonl")
    elsewhere = trial(TWO.mutant, cluster="embedded")
    journal.write([trial(TWO.mutant, Outcome.INVALID, reason="lost"), elsewhere, TWO])
    assert set(journal.read()) == {TWO, elsewhere}


def test_half_a_line_is_passed_over(tmp_path: Path) -> None:
    """A writer killed at any byte of a line leaves the lines before it, and the next writer goes on behind them."""
    whole = tmp_path / "whole.jsonl"
    Journal(whole).write([ONE, TWO])
    first, content = whole.read_bytes().index(b"\n") + 1, whole.read_bytes()
    for end in range(first, len(content)):
        journal = Journal(tmp_path / f"cut-{end}.jsonl")
        journal.path.write_bytes(content[:end])
        assert journal.read() == (ONE,)
        journal.write([TWO])
        assert journal.read() == (ONE, TWO)


def test_another_file_is_refused(tmp_path: Path) -> None:
    """What is no journal is neither read as an empty one nor written over."""
    path = tmp_path / "notes.txt"
    path.write_text("buy milk\n")
    with pytest.raises(StsconfError, match="is no journal of trials"):
        Journal(path).read()
