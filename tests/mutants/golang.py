"""Go of our own to break: a file is given to the generator as one of the controller's, the others are empty."""

from __future__ import annotations

from stsconf.mutants.bounds import Bounds
from stsconf.mutants.generate import FILES, generate
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.syntax import parse

UTILS = "stateful_set_utils.go"


def package(code: str) -> dict[str, bytes]:
    """Make a controller's five files of which one holds the code."""
    return {file: f"package statefulset\n\n{code if file == UTILS else ''}\n".encode() for file in FILES}


def mutants(code: str, operator: str = "") -> tuple[Mutant, ...]:
    """Make the mutants of some functions; with an operator, its own only."""
    return tuple(one for one in generate(package(code)) if operator in {"", one.operator})


def faults(code: str, operator: str) -> list[str]:
    """Write what an operator changes, one line each: the text before and after."""
    return [f"{one.before} => {one.after}".strip() for one in mutants(code, operator)]


def reasons(code: str) -> list[str]:
    """List what is out of bounds in some functions: the lines as counted in the code, and why."""
    source = parse(UTILS, package(code)[UTILS])

    def line(place: int) -> int:
        return source.text[:place].count(b"\n") - 1

    zones = [zone for function in source.functions() for zone in Bounds(function).zones]
    return [f"{line(zone.start)}-{line(zone.end)} {zone.reason}" for zone in zones]
