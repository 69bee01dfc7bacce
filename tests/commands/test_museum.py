"""`stsconf museum`: what is chosen, what the exit code says, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stsconf import cli
from stsconf.cluster.embedded.workshop import NotBuilt, Workshop
from stsconf.commands import museum
from stsconf.errors import ExitCode, StsconfError
from stsconf.mutants.exhibit import Exhibit
from stsconf.mutants.gallery import Gallery
from stsconf.mutants.handmade import HANDMADE, Handmade
from stsconf.mutants.journal import Journal
from stsconf.mutants.museum import EXHIBITS
from stsconf.mutants.museum_page import museum_page
from stsconf.mutants.outcome import Kill, Outcome, Trial

FIRST, SECOND, THIRD, *_ = EXHIBITS


def trial(exhibit: Exhibit, outcome: Outcome = Outcome.KILLED) -> Trial:
    """Make what came of an exhibit, caught as named unless told otherwise."""
    kills = tuple(Kill(catch.check, ("ORD-1",), catch.code, "So it was.") for catch in exhibit.catches)
    reason = "" if outcome is Outcome.KILLED else "v1.1.0: it passed"
    return Trial(f"bug.{exhibit.name}", "simulated", outcome, kills if not reason else (), reason=reason)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Which releases were built; the second exhibit is not caught, and nothing can be said about the third."""
    versions = list[str]()
    outcomes = {SECOND: Outcome.SURVIVED, THIRD: Outcome.INVALID}

    class HandGallery:
        """Shows nothing."""

        def view(self, exhibit: Exhibit, *, whole: bool) -> Trial:
            """Say what came of it, once its releases are there."""
            assert not whole
            assert {exhibit.broken, exhibit.fixed} <= set(versions)
            return trial(exhibit, outcomes.get(exhibit.name, Outcome.KILLED))

    @contextmanager
    def opened(_kind: str, folder: Path, build: Callable[[str], Path]) -> Iterator[Any]:
        assert folder.is_dir()
        assert build(versions[-1]) == Path(versions[-1])
        yield HandGallery()

    def ensure(_cache: Path, _say: object, release: Any) -> Path:
        versions.append(release.version)
        return Path(release.version)

    monkeypatch.setattr(Gallery, "open", opened)
    monkeypatch.setattr(museum, "ensure_controller", ensure)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(museum, "RECORD", tmp_path / "museum.jsonl")
    monkeypatch.setattr(museum, "PAGE", tmp_path / "museum.md")
    return versions


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([FIRST], ExitCode.CONFORMANT),
        ([FIRST, SECOND, THIRD], ExitCode.NOT_CONFORMANT),
        ([FIRST, THIRD], ExitCode.NOT_JUDGED),
    ],
)
def test_what_is_named_is_shown(
    built: list[str], capsys: pytest.CaptureFixture[str], names: list[str], code: ExitCode
) -> None:
    """Each release is built once, then all are shown to the end; the worst gives the exit code."""
    assert cli.main(["museum", *names]) == code
    assert len(built) == len(set(built))
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[0] for line in told] == names
    assert "caught in " in told[0]


def test_what_came_of_it_is_told(built: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A bug that is not caught is told from one about which nothing can be said."""
    cli.main(["museum", SECOND, THIRD])
    assert built
    told = capsys.readouterr().out.splitlines()
    assert told[0].endswith(": not caught: v1.1.0: it passed")
    assert told[1].endswith(": nothing can be said: v1.1.0: it passed")


def test_what_was_caught_is_kept(built: list[str], tmp_path: Path) -> None:
    """The record keeps what was caught, beside what it had; the journal, if one is named, all of it."""
    journal = tmp_path / "journal.jsonl"
    cli.main(["museum", FIRST, "--record"])
    cli.main(["museum", SECOND, list(EXHIBITS)[-1], "--record", "--journal", str(journal)])
    assert built
    kept = Journal(tmp_path / "museum.jsonl").read()
    assert [one.mutant for one in kept] == sorted([f"bug.{FIRST}", f"bug.{list(EXHIBITS)[-1]}"])
    assert (tmp_path / "museum.md").read_text() == museum_page(museum.ALL.values(), kept)
    assert [one.outcome for one in Journal(journal).read()] == [Outcome.SURVIVED, Outcome.KILLED]


def test_bugs_made_by_hand_are_built(
    built: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of today's sources, changed; the controller as it is released is there, too. A release may be shown with them."""
    name, bug = next(iter(HANDMADE.items()))
    made = list[str]()

    class HandWorkshop:
        """Builds nothing."""

        def sources(self) -> dict[str, bytes]:
            """Return what the bug edits."""
            return {edit.file: edit.old.encode() for edit in bug.edits}

        def build(self, changes: dict[str, bytes], out: Path) -> object:
            """Note what is to be built."""
            assert changes
            made.append(out.name)
            built.insert(0, out.name)  # it is there
            return None

    monkeypatch.setattr(Workshop, "prepare", lambda *_: HandWorkshop())
    monkeypatch.setattr(Handmade, "changes", lambda *_: {"a.go": b""})
    assert cli.main(["museum", name, FIRST]) == ExitCode.CONFORMANT
    assert made == [name]
    assert bug.exhibit.fixed in built
    assert [line.partition(" ")[0] for line in capsys.readouterr().out.splitlines()] == [name, FIRST]


def test_a_bug_that_does_not_compile(
    built: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told in three lines, with the compiler's own words, before a cluster is started."""
    workshop: Any = SimpleNamespace(sources=dict, build=lambda *_: NotBuilt("x.go:1: no"))
    monkeypatch.setattr(Workshop, "prepare", lambda *_: workshop)
    monkeypatch.setattr(Handmade, "changes", lambda *_: {})
    name = next(iter(HANDMADE))
    assert cli.main(["museum", name]) == ExitCode.NOT_JUDGED
    assert capsys.readouterr().err.splitlines() == [f"the bug {name} cannot be built", "x.go:1: no", "mend its edits"]
    assert built


def test_an_exhibit_that_is_not_there(built: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """It is told in three lines, before anything is built."""
    assert cli.main(["museum", "dinosaur"]) == ExitCode.USAGE
    what, why, do = capsys.readouterr().err.splitlines()
    assert (what, do) == ("there is no exhibit dinosaur", "stsconf museum --list tells of each")
    assert FIRST in why
    assert built == []


def test_a_release_that_cannot_be_built(
    built: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told in three lines, before a cluster is started."""

    def ensure(*_: object) -> Path:
        raise StsconfError("building the StatefulSet controller of v1.28.0 failed", "no disk", "free some")

    monkeypatch.setattr(museum, "ensure_controller", ensure)
    assert cli.main(["museum", FIRST]) == ExitCode.NOT_JUDGED
    assert capsys.readouterr().err.splitlines() == [
        "building the StatefulSet controller of v1.28.0 failed",
        "no disk",
        "free some",
    ]
    assert built == []


def test_who_is_not_root_is_told(
    built: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Clusters of our own need it."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert cli.main(["museum"]) == ExitCode.USAGE
    assert "the museum needs root" in capsys.readouterr().err
    assert built == []


def test_there_is_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    """What each bug did, in one line."""
    assert cli.main(["museum", "--list"]) == ExitCode.CONFORMANT
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[0] for line in told] == list(EXHIBITS)
    assert cli.main(["museum", "--handmade", "--list"]) == ExitCode.CONFORMANT
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[0] for line in told] == list(HANDMADE)


def test_the_page_is_as_fresh_as_the_record() -> None:
    """And every exhibit was caught once, by what it names: `stsconf museum --record` writes both."""
    kept = Journal(museum.RECORD).read()
    assert museum.PAGE.read_text() == museum_page(museum.ALL.values(), kept)
    caught = {(one.mutant, kill.check, kill.code) for one in kept for kill in one.kills}
    for exhibit in museum.ALL.values():
        assert {(f"bug.{exhibit.name}", catch.check, catch.code) for catch in exhibit.catches} <= caught
