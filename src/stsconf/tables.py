"""The table of observations, checks and guarantees, written from the checks themselves."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from stsconf.check import Promise
from stsconf.errors import StsconfError
from stsconf.model.observation import OBSERVATIONS
from stsconf.report.files import write_atomically
from stsconf.report.table import ObservationRow, observation_table

_HEAD = """\
# What can be observed, and which check shows it

Each row is one thing that the tutorials about StatefulSets let their readers see, with the guarantees it rests on and
the checks that show it. `stsconf table` writes this page from the checks. A check of `Invariants` is made of every
scenario.

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


def write_observations(conformance: Path, output: Path) -> None:
    """Write the page anew from the checks in a folder; needs no cluster."""
    write_atomically(output, observations(conformance))
