"""A campaign judges every mutant once, between two controls, whatever happens on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.mutants.campaign import BATCH, Bench, Campaign, to_do
from stsconf.mutants.journal import Journal
from stsconf.mutants.outcome import Outcome, Trial
from tests.mutants.samples import trial


class HandBench:
    """A bench whose controls fail after certain mutants."""

    def __init__(self, poison: set[str], *, new: str = "") -> None:
        self.poison, self.wrong, self.seen = poison, new, list[str]()

    def control(self) -> str:
        """Tell whether something harmful was here."""
        return self.wrong

    def trial(self, mutant: str) -> Trial:
        """Survive, or be killed on a cluster that breaks."""
        self.seen.append(mutant)
        if mutant in self.poison:
            self.wrong = f"{mutant} broke the cluster"
        if mutant.startswith("same"):
            return trial(mutant, Outcome.EQUIVALENT)
        return trial(mutant, Outcome.KILLED if self.wrong else Outcome.SURVIVED)


class Yard:
    """Makes benches and keeps them."""

    def __init__(self, *poison: str, new: str = "", bad: int = 1000) -> None:
        """Make benches; on the first `bad` ones the control says `new`."""
        self.poison, self.new, self.bad, self.benches = set(poison), new, bad, list[HandBench]()

    @contextmanager
    def hire(self) -> Iterator[Bench]:
        """Return a new bench."""
        bench = HandBench(self.poison, new=self.new if len(self.benches) < self.bad else "")
        self.benches.append(bench)
        yield bench


def campaign(yard: Yard, path: Path, mutants: list[str], workers: int = 1) -> tuple[Journal, list[str]]:
    """Run a campaign and return its journal and what it said."""
    journal, said = Journal(path / "journal.jsonl"), list[str]()
    Campaign(mutants, journal, yard.hire, said.append, workers).run()
    return journal, said


@pytest.mark.parametrize("workers", [1, 3])
def test_every_mutant_is_judged(tmp_path: Path, workers: int) -> None:
    """All are in the journal, each judged once, with a line of progress and what is left."""
    mutants = [f"m.{number}" for number in range(2 * BATCH + 3)]
    yard = Yard()
    journal, said = campaign(yard, tmp_path, mutants, workers)
    assert sorted(one.mutant for one in journal.read()) == sorted(mutants)
    assert sorted(name for bench in yard.benches for name in bench.seen) == sorted(mutants)
    assert len(said) == len(mutants)
    assert f"[{len(mutants)}/{len(mutants)}, 0 min left] survived" in said[-1]


def test_what_a_broken_cluster_said_is_not_believed(tmp_path: Path) -> None:
    """The batch is judged anew on another bench; a mutant that breaks that one too is invalid, no kill."""
    mutants = ["m.1", "m.2", "same.1", "m.3"]
    yard = Yard("m.2")
    journal, said = campaign(yard, tmp_path, mutants)
    found = {one.mutant: one.outcome for one in journal.read()}
    assert found == {
        "m.1": Outcome.INVALID,
        "m.2": Outcome.INVALID,
        "same.1": Outcome.EQUIVALENT,
        "m.3": Outcome.INVALID,
    }
    assert len(yard.benches) == 2
    assert any("the control failed, 3 mutants are judged anew" in line for line in said)
    assert all(one.reason for one in journal.read() if one.outcome is Outcome.INVALID)


def test_a_control_that_never_passes_ends_it(tmp_path: Path) -> None:
    """On a new bench there is nobody else to blame: nothing is judged, and the reason is told."""
    with pytest.raises(StsconfError, match="the unchanged controller does not pass\nno DNS"):
        campaign(Yard(new="no DNS"), tmp_path, ["m.1"], workers=2)
    assert Journal(tmp_path / "journal.jsonl").read() == ()


def test_a_bad_bench_costs_one_worker(tmp_path: Path) -> None:
    """The others judge all, and it is told."""
    mutants = [f"m.{number}" for number in range(3)]
    journal, said = campaign(Yard(new="no DNS", bad=1), tmp_path, mutants, workers=2)
    assert sorted(one.mutant for one in journal.read()) == mutants
    assert "the unchanged controller does not pass on a new cluster, one worker less: no DNS" in said


def test_trouble_ends_all_workers(tmp_path: Path) -> None:
    """What one worker cannot deal with ends the campaign, though others are in the middle of it."""
    two = threading.Barrier(2, timeout=30)

    class Worst(HandBench):
        def trial(self, mutant: str) -> Trial:
            if mutant in {"m.1", "m.2"}:
                two.wait()
            if mutant == "m.1":
                raise ZeroDivisionError
            return super().trial(mutant)

    @contextmanager
    def hire() -> Iterator[Bench]:
        yield Worst(set())

    journal = Journal(tmp_path / "journal.jsonl")
    with pytest.raises(ZeroDivisionError):
        Campaign([f"m.{number}" for number in range(1, 5000)], journal, hire, list[str]().append, 2).run()
    assert "m.1" not in {one.mutant for one in journal.read()}
    assert len(journal.read()) < 4998


def test_what_is_known_is_not_judged_again() -> None:
    """Per kind of cluster; invalid trials are tried again."""
    known = [trial("m.1"), trial("m.2", Outcome.INVALID), trial("m.3", cluster="embedded")]
    assert to_do(["m.1", "m.2", "m.3"], known, "simulated") == ("m.2", "m.3")


def test_controls_are_run_one_at_a_time(tmp_path: Path) -> None:
    """Two of them that meet would pass the barrier; none does, and each gives up waiting for another."""
    meeting, met = threading.Barrier(2, timeout=0.2), list[str]()

    class Meeting(HandBench):
        """A bench whose control waits for another one's."""

        def control(self) -> str:
            """Note that another control runs beside this one."""
            with suppress(threading.BrokenBarrierError):
                meeting.wait()
                met.append("two at once")
            meeting.reset()
            return ""

    @contextmanager
    def hire() -> Iterator[Bench]:
        yield Meeting(set())

    Campaign([f"m.{number}" for number in range(8)], Journal(tmp_path / "journal"), hire, met.append, 3).run()
    assert "two at once" not in met
    assert len(met) == 8
