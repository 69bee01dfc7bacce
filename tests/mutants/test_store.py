"""The committed record: written whole, merged, and read back."""

from dataclasses import replace
from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.outcome import Outcome, Trial
from stsconf.mutants.reasons import Kind, Reason
from stsconf.mutants.store import IDLE, MUTANTS, REASONS, store, stored
from tests.mutants.samples import kill, trial

NAMES = ("set.sync.call.0", "set.sync.call.1")


def mutants(*names: str) -> list[Mutant]:
    """Make mutants of one file."""
    return [Mutant(name, "set.go", "sync", "call", 7, 0, 1, "a", "b", "- a + b") for name in names]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with reasons in it."""
    (tmp_path / REASONS).write_text(f'[equivalent]\n"{NAMES[1]}" = "nobody can tell"\n')
    (tmp_path / IDLE).write_text('[checks]\n"TestX.test_it" = "the API server keeps it"\n')
    return tmp_path


def test_what_is_stored_is_read(folder: Path) -> None:
    """Mutants, trials and reasons; a later trial takes the place of an earlier one on the same kind of cluster."""
    store(folder, mutants(*NAMES), [trial(NAMES[0]), trial(NAMES[1])])
    store(folder, mutants(*NAMES), [trial(NAMES[0], Outcome.KILLED)])
    record = stored(folder)
    assert [(one.id, one.file, one.function, one.line, one.diff) for one in record.mutants] == [
        (name, "set.go", "sync", 7, "- a + b") for name in NAMES
    ]
    assert [record.outcome(name) for name in NAMES] == [Outcome.KILLED, Outcome.SURVIVED]
    assert record.reasons == {NAMES[1]: Reason(Kind.EQUIVALENT, "nobody can tell")}
    assert record.idle == {"TestX.test_it": "the API server keeps it"}


def test_a_kill_that_nobody_looked_beyond_leaves_the_known_ones(folder: Path) -> None:
    """It comes first; a trial of all checks takes their place, or one that noticed nothing; an invalid one does not."""

    def killed(*checks: str, whole: bool = False) -> Trial:
        return replace(trial(NAMES[0], Outcome.KILLED), kills=tuple(map(kill, checks)), whole=whole)

    store(folder, mutants(*NAMES), [killed("a", "b", whole=True), killed("c")])
    (joined,) = stored(folder).trials
    assert ([one.check for one in joined.kills], joined.whole) == (["c", "a", "b"], True)
    store(folder, mutants(*NAMES), [killed("b")])
    assert [one.check for one in stored(folder).trials[0].kills] == ["b", "c", "a"]
    store(folder, mutants(*NAMES), [killed("d", whole=True)])
    assert [one.check for one in stored(folder).trials[0].kills] == ["d"]
    store(folder, mutants(*NAMES), [trial(NAMES[0], Outcome.INVALID)])
    assert stored(folder).trials[0].outcome is Outcome.KILLED
    store(folder, mutants(*NAMES), [trial(NAMES[0])])
    assert stored(folder).trials[0].outcome is Outcome.SURVIVED


def test_trials_of_mutants_that_are_gone_are_dropped(folder: Path) -> None:
    """Those of faults stay: they are not made from a file of the controller."""
    store(folder, mutants(*NAMES), [trial(NAMES[0]), trial("fault.dns-stale", Outcome.KILLED, cluster="embedded")])
    store(folder, mutants(NAMES[1]), [])
    assert [one.mutant for one in stored(folder).trials] == ["fault.dns-stale"]


@pytest.mark.parametrize("content", [None, "x", '{"id": 1}\n'], ids=["none", "no-json", "no-mutant"])
def test_a_damaged_record_is_told(folder: Path, content: str | None) -> None:
    """And what writes it anew."""
    if content is not None:
        (folder / MUTANTS).write_text(content)
    with pytest.raises(StsconfError, match="lists no mutants"):
        stored(folder)
