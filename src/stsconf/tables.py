"""The pages of observations and of guarantees, each with its checks, written from the checks themselves."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from stsconf.check import Promise
from stsconf.errors import StsconfError
from stsconf.model.catalogue import GUARANTEES
from stsconf.model.observation import OBSERVATIONS
from stsconf.mutants.store import MUTANTS, stored
from stsconf.report.files import write_atomically
from stsconf.report.guarantees import GuaranteeRow, guarantee_tables
from stsconf.report.table import ObservationRow, observation_table

_HEAD = """\
# What can be observed, and which check shows it

Each row is one thing that the tutorials about StatefulSets let their readers see, with the guarantees it rests on and
the checks that show it. `stsconf table` writes this page from the checks. A check of `Invariants` is made of every
scenario.

"""
_GUARANTEES = """\
# What is promised, and which check judges it

Each row is one promise of the catalogue (`src/stsconf/model/catalogue_*.py`), with the checks that judge it. MUST is
documented, SHOULD is behaviour that users rely on, and REPORT never fails a run. What a promise needs is found by
trying. What a known issue breaks is told and fails no run, and so is that it is healed; with a version, the issue is
one of older releases, and nothing is excused from that version on. `stsconf table` writes this page from the catalogue
and the checks.

"""
_RECORD = """\
Behind a check stands how many of the clusters that were broken on purpose it noticed, mutants and faults together
([trust.md](trust.md), `reports/mutants`).

"""


@dataclass(frozen=True, slots=True)
class WrittenCheck:
    """A check as it stands in a file: its `name` is that of the class that defines it and its own."""

    name: str
    promise: Promise
    function: Callable[..., None]


def checks_of(conformance: Path) -> tuple[WrittenCheck, ...]:
    """Import the checks of a folder and return each once, in the order of the files.

    Raises `StsconfError` when the folder holds none.
    """
    files = sorted(conformance.glob("test_*.py"))
    if not files:
        raise StsconfError(f"{conformance} holds no checks", "", "name the folder of the checks")
    if str(conformance.parent) not in sys.path:
        sys.path.insert(0, str(conformance.parent))
    modules = [importlib.import_module(f"{conformance.name}.{file.stem}") for file in files]
    return tuple({check.name: check for module in modules for check in _checks(module)}.values())


def _checks(module: ModuleType) -> Iterator[WrittenCheck]:
    classes = [one for name, one in vars(module).items() if name.startswith("Test") and inspect.isclass(one)]
    for function in (one for cls in classes for base in reversed(cls.__mro__) for one in vars(base).values()):
        for mark in getattr(function, "pytestmark", []):
            if mark.name == "guarantee":
                yield WrittenCheck(function.__qualname__, mark.args[0], function)


def observations(conformance: Path) -> str:
    """Return the page as Markdown."""
    checks = checks_of(conformance)
    rows = (
        ObservationRow(
            number,
            observation.sentence,
            observation.guarantees,
            tuple(check.name for check in checks if number in check.promise.observations),
        )
        for number, observation in OBSERVATIONS.items()
    )
    return _HEAD + observation_table(rows)


def noticed(records: Path, checks: Sequence[str]) -> Mapping[str, int]:
    """Return how many broken clusters each check noticed, by the record in a folder; nothing where there is none."""
    if not (records / MUTANTS).exists():
        return {}
    kills = stored(records).kills_by_check(checks)
    return {check: len(set(kills[check])) for check in checks}


def guarantees(conformance: Path, records: Path) -> str:
    """Return the page of the catalogue as Markdown; `records` is the folder of what was broken on purpose."""
    checks = checks_of(conformance)
    counts = noticed(records, [check.name for check in checks])
    rows = (
        GuaranteeRow(one, [check.name for check in checks if id_ in check.promise.guarantees], counts)
        for id_, one in GUARANTEES.items()
    )
    return _GUARANTEES + (_RECORD if counts else "") + guarantee_tables(rows)


def write_tables(conformance: Path, records: Path, folder: Path) -> None:
    """Write both pages anew into a folder, from the checks in another; needs no cluster."""
    write_atomically(folder / "observations.md", observations(conformance))
    write_atomically(folder / "guarantees.md", guarantees(conformance, records))
