"""A fault is there while the suite looks, and gone before anything is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.model.result import RunHeader, RunResult
from stsconf.mutants.exam import Exam
from stsconf.mutants.fault import Fault, Site
from stsconf.mutants.faults.trial import tried

USUAL, OTHER = Path("usual"), Path("other")
LOG: list[str] = []


@dataclass(frozen=True, slots=True)
class Glance(Exam):
    """An exam that only notes who is to be looked at."""

    result: ClassVar[RunResult] = RunResult(RunHeader("run", "0", "target", "v1", 1, "", 0, "catalogue", "now"), ())

    def sit(self, folder: Path, *, to_the_end: bool = True) -> RunResult:
        """Note it; raises where there is no folder."""
        LOG.append(f"{self.context} by {self.kubeconfig}, {'whole' if to_the_end else 'cut'}")
        if not folder.name:
            raise StsconfError("the suite did not begin")
        return self.result


@contextmanager
def harm(_: Site) -> Iterator[Path]:
    """Note beginning and end, and lead the suite another way."""
    LOG.append("broken")
    try:
        yield OTHER
    finally:
        LOG.append("healed")


FAULT = Fault("f", "Nothing.", harm)
SITE = Site(Kube.__new__(Kube), USUAL, Path("folder"))


@pytest.fixture(autouse=True)
def _fresh_log() -> None:
    LOG.clear()


def test_the_suite_looks_while_the_fault_lasts() -> None:
    """It is given the fault's way in, and runs to its end."""
    said = tried(FAULT, SITE, Glance(USUAL, "kind"), Path("report"))
    assert LOG == ["broken", "kind by other, whole", "healed"]
    assert (said.fault, said.good) == ("f", True)


def test_it_is_healed_where_the_suite_did_not_begin() -> None:
    """An error is no verdict, and leaves no broken cluster."""
    with pytest.raises(StsconfError, match="did not begin"):
        tried(FAULT, SITE, Glance(USUAL, "kind"), Path())
    assert LOG[-1] == "healed"
