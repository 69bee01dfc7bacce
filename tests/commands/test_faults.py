"""`stsconf faults`: what is chosen, and what the exit code says."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from stsconf import cli
from stsconf.commands import faults
from stsconf.errors import ExitCode, StsconfError
from stsconf.mutants.fault import Fault
from stsconf.mutants.faults.catalogue import FAULTS
from stsconf.mutants.faults.judgement import Judgement
from stsconf.mutants.journal import Journal


def judgement(fault: Fault, **wrong: Any) -> Judgement:
    """Make a judgement, good unless something is wrong."""
    parts: dict[str, Any] = {"killed": {}, "missed": (), "noticed": (), "harmed": (), "deceived": (), "undecided": ()}
    return Judgement(fault=fault.name, **parts | wrong)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Which faults were tried; `watches-cut` harms a check, `api-slow` cannot be injected."""
    names = list[str]()

    def trial(fault: Fault, *_: object) -> Judgement:
        names.append(fault.name)
        if fault.name == "api-slow":
            raise StsconfError("the proxy did not begin", "no port")
        return judgement(fault, harmed=("x::y",) if fault.name == "watches-cut" else ())

    @contextmanager
    def start(*_: object) -> Iterator[Any]:
        path = tmp_path / "kubeconfig"
        path.write_text("")
        yield argparse.Namespace(kubeconfig=path, name="one")

    class NoKube:
        """Stands for a client that nobody uses."""

        @classmethod
        def from_kubeconfig(cls, _path: Path) -> NoKube:
            """Return one."""
            return cls()

        def close(self) -> None:
            """Have nothing to close."""

    monkeypatch.setattr(faults, "tried", trial)
    monkeypatch.setattr(faults, "start", start)
    monkeypatch.setattr(faults, "Kube", NoKube)
    return names


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["hostname-dropped"], ExitCode.CONFORMANT),
        (["hostname-dropped", "watches-cut", "api-slow"], ExitCode.NOT_CONFORMANT),
        (["hostname-dropped", "api-slow"], ExitCode.NOT_JUDGED),
    ],
)
def test_what_is_named_is_tried(tried: list[str], names: list[str], code: ExitCode) -> None:
    """One after the other, to the end; the worst gives the exit code."""
    assert cli.main(["faults", *names]) == code
    assert tried == names


def test_by_default_all_that_the_cluster_can_show(tried: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """And each is told."""
    cli.main(["faults", "--cluster", "embedded"])
    assert tried == [name for name, fault in FAULTS.items() if "embedded" in fault.kinds]
    assert "services-given-addresses" not in tried
    assert "watches-cut: killed by" in capsys.readouterr().out


def test_what_noticed_them_is_kept(tried: list[str], tmp_path: Path) -> None:
    """In a journal, if one is named, for the record."""
    journal = tmp_path / "journal.jsonl"
    cli.main(["faults", "hostname-dropped", "--journal", str(journal)])
    assert [(one.mutant, one.cluster) for one in Journal(journal).read()] == [("fault.hostname-dropped", "simulated")]
    assert tried == ["hostname-dropped"]


@pytest.mark.parametrize(
    ("words", "told"),
    [(["nonsense"], "there is no fault nonsense"), (["dns-stale"], "the simulated cluster cannot show dns-stale")],
)
def test_what_cannot_be_tried_is_told(
    tried: list[str], capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    """Before any cluster is started."""
    assert cli.main(["faults", *words]) == ExitCode.USAGE
    assert told in capsys.readouterr().err
    assert tried == []


def test_there_is_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    """What each breaks, in one line."""
    assert cli.main(["faults", "--list"]) == ExitCode.CONFORMANT
    assert "api-slow" in capsys.readouterr().out
