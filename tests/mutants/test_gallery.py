"""A gallery builds what an exhibit asks for, lets it work, and shows it to the suite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from stsconf.errors import StsconfError
from stsconf.model.result import RunResult
from stsconf.model.verdict import Verdict
from stsconf.mutants.exam import Exam
from stsconf.mutants.exhibit import Catch, Exhibit
from stsconf.mutants.gallery import Gallery
from stsconf.mutants.lab import Lab
from stsconf.mutants.outcome import Outcome, check_name
from tests.report.samples import FINDING, check, run

BAD, GOOD = check(0, Verdict.FAILED, findings=(FINDING,)), check(0)
NAME = check_name(BAD.id)
EXHIBIT = Exhibit("one", "#1", "v1.1.0", "v1.2.0", "It did not wait.", (Catch(NAME, FINDING.code),))


class HandLab:
    """Runs nothing, and remembers what it was given."""

    kubeconfig, context = Path("k"), "lab"

    def __init__(self) -> None:
        self.works = ""

    @contextmanager
    def controller(self, binary: Path) -> Iterator[None]:
        """Take a controller for a while."""
        self.works = binary.name
        yield
        self.works = ""


@pytest.fixture
def gallery(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Gallery:
    """Return one in a lab of stand-ins, in which the suite finds that 1.1.0 is broken."""
    lab: Any = HandLab()

    def sit(exam: Exam, folder: Path) -> RunResult:
        assert not folder.exists()
        folder.mkdir()
        assert (exam.kubeconfig, exam.context) == (lab.kubeconfig, lab.context)
        assert [Path(path).parent.name for path in exam.checks] == ["conformance"]
        return run(BAD if lab.works == "v1.1.0" else GOOD)

    @contextmanager
    def open_lab(kind: str, name: str, _say: object) -> Iterator[Any]:
        assert (kind, name.partition("-")[0]) == ("simulated", "museum")
        yield lab

    monkeypatch.setattr(Exam, "sit", sit)
    monkeypatch.setattr(Lab, "open", open_lab)
    with Gallery.open("simulated", tmp_path, Path) as opened:
        return opened


def test_both_releases_are_shown(gallery: Gallery) -> None:
    """One after the other, each alone at work, with a report of its own."""
    trial = gallery.view(EXHIBIT)
    assert (trial.outcome, trial.cluster, trial.reason) == (Outcome.KILLED, "simulated", "")
    assert trial.seconds >= 0


def test_trouble_is_no_verdict(gallery: Gallery) -> None:
    """A controller that does not begin says nothing about the suite; the reason is told in one line."""

    def build(_version: str) -> Path:
        raise StsconfError("the controller did not begin", "no rights")

    gallery.build = build
    trial = gallery.view(EXHIBIT)
    assert (trial.mutant, trial.outcome) == ("bug.one", Outcome.INVALID)
    assert trial.reason == "the controller did not begin no rights"
