"""`stsconf mutants`: what is chosen, and what the exit code says."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from stsconf import cli
from stsconf.commands import mutants
from stsconf.commands.checks import CONFORMANCE
from stsconf.errors import ExitCode
from stsconf.mutants import generate
from stsconf.mutants.campaign import Campaign
from stsconf.mutants.journal import Journal
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.outcome import Outcome
from stsconf.tables import checks_of
from tests.mutants.samples import trial

PLACE = ("stateful_set.go", "sync", "call")
MUTANTS = [Mutant(f"set.sync.call.{n}", *PLACE, n, 0, 1, "a", "b", "a -> b") for n in range(9)]


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What campaigns were given; mutant 3 survives, the others are killed."""
    given = list[str]()

    def run(campaign: Campaign) -> None:
        given.extend(campaign.mutants)
        survives = MUTANTS[3].id
        outcomes = {id_: Outcome.SURVIVED if id_ == survives else Outcome.KILLED for id_ in campaign.mutants}
        campaign.journal.write([trial(id_, outcome) for id_, outcome in outcomes.items()])

    @contextmanager
    def workshop() -> Iterator[Any]:
        yield argparse.Namespace(sources=dict)

    monkeypatch.setattr(mutants, "_workshop", workshop)
    monkeypatch.setattr(generate, "generate", lambda _sources: MUTANTS)
    monkeypatch.setattr(Campaign, "run", run)
    monkeypatch.setattr(mutants, "_REASONS", tmp_path / "reasons.toml")
    monkeypatch.setattr(mutants, "_JOURNAL", tmp_path / "journal.jsonl")
    monkeypatch.setattr(mutants, "RECORDS", tmp_path)
    monkeypatch.setattr(mutants, "PAGE", tmp_path / "matrix.md")
    return given


def test_a_sample_or_all(tried: list[str], tmp_path: Path) -> None:
    """A sample has a journal of its own; all go on where a former run was ended."""
    cli.main(["mutants", "run", "--sample", "4"])
    assert len(tried) == 4
    assert not (tmp_path / "journal.jsonl").exists()
    Journal(tmp_path / "journal.jsonl").write([trial(MUTANTS[0].id, Outcome.KILLED)])
    tried.clear()
    cli.main(["mutants", "run", "--all"])
    assert sorted(tried) == [one.id for one in MUTANTS[1:]]


def test_what_is_named_is_judged_again(tried: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Also what is known; an id that does not exist is told with the nearest ones."""
    journal = ["--journal", str(tmp_path / "mine.jsonl")]
    assert cli.main(["mutants", "run", MUTANTS[5].id, *journal]) == ExitCode.CONFORMANT
    assert cli.main(["mutants", "run", MUTANTS[5].id, *journal]) == ExitCode.CONFORMANT
    assert tried == [MUTANTS[5].id] * 2
    assert cli.main(["mutants", "run", "set.sync.cal.5"]) == ExitCode.USAGE
    assert "set.sync.call.5" in capsys.readouterr().err


def test_checks_that_are_asked_for_exist(tried: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """By their file; otherwise nothing is begun."""
    scaling = f"{CONFORMANCE}/test_scaling.py::TestScaling"
    assert cli.main(["mutants", "run", MUTANTS[5].id, "--checks", scaling]) == ExitCode.CONFORMANT
    assert cli.main(["mutants", "run", MUTANTS[5].id, "--checks", "conformance/test_nothing.py"]) == ExitCode.USAGE
    assert "test_nothing.py" in capsys.readouterr().err
    assert tried == [MUTANTS[5].id]


def test_a_survivor_needs_a_reason(tried: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Without one it is a gap and told with its change; with one it is none."""
    assert cli.main(["mutants", "run", "--all"]) == ExitCode.NOT_CONFORMANT
    assert "nothing noticed set.sync.call.3: a -> b" in capsys.readouterr().out
    (tmp_path / "reasons.toml").write_text('[equivalent]\n"set.sync.call.3" = "nobody can tell"\n')
    assert cli.main(["mutants", "run", "--all"]) == ExitCode.CONFORMANT
    tried.clear()
    cli.main(["mutants", "run", "--survivors", "--journal", str(tmp_path / "journal.jsonl")])
    assert tried == [MUTANTS[3].id]


def test_invalid_trials_are_no_verdict(tried: list[str], tmp_path: Path) -> None:
    """Nor are no trials at all."""
    journal = tmp_path / "journal.jsonl"
    Journal(journal).write([trial(one.id, Outcome.INVALID, reason="lost") for one in MUTANTS])
    assert mutants._told(MUTANTS, Journal(journal).read()) is ExitCode.NOT_JUDGED  # noqa: SLF001 -- the exit code
    assert mutants._told(MUTANTS, []) is ExitCode.NOT_JUDGED  # noqa: SLF001 -- as above
    assert tried == []


def test_every_mutant_is_listed(tried: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, with place and change."""
    assert cli.main(["mutants", "list"]) == ExitCode.CONFORMANT
    assert capsys.readouterr().out.splitlines()[0] == "set.sync.call.0  stateful_set.go:0  a -> b"
    assert tried == []


def test_the_record_is_written(tried: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """From the journals that are named; what is wanting is told, and is no success."""
    (tmp_path / "reasons.toml").write_text('[equivalent]\n"set.sync.call.3" = "nobody can tell"\n')
    idle = "".join(f'"{check.name}" = "nothing was tried"\n' for check in checks_of(CONFORMANCE))
    (tmp_path / "idle.toml").write_text(f"[checks]\n{idle}")
    Journal(tmp_path / "mine.jsonl").write([trial(MUTANTS[3].id), trial(MUTANTS[4].id)])
    assert cli.main(["mutants", "record", str(tmp_path / "mine.jsonl")]) == ExitCode.NOT_CONFORMANT
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "nothing noticed set.sync.call.4, and no reason says why",
        "2 trials taken over; 1 things are wanting",
    ]
    assert "| `set.sync.call.3` | `a -> b` | equivalent | nobody can tell |" in (tmp_path / "matrix.md").read_text()
    assert tried == []
