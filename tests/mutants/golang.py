"""Go of our own to break: a file is given to the generator as one of the controller's, the others are empty."""

from __future__ import annotations

from stsconf.mutants.generate import FILES, generate, out_of_bounds
from stsconf.mutants.mutant import Mutant

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
    return [f"{one.first - 2}-{one.last - 2} {one.reason}" for one in out_of_bounds(package(code))]
