"""What an operator proposes, and what it is told about the place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tree_sitter import Node

from stsconf.mutants.bounds import Bounds
from stsconf.mutants.signatures import Signatures


@dataclass(frozen=True, slots=True)
class Edit:
    """Text to put in place of the bytes from start to end.

    `statement`: whole statements are replaced, so that `_ = x` can stand there for a variable that nobody else reads.
    `since`: where what a reader has to see begins, if that is before the line of the change.
    """

    start: int
    end: int
    after: str
    statement: bool = False
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What operators know beyond the node: the types of arguments, and what is out of bounds."""

    signatures: Signatures
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to break code: its name, as ids carry it, and the edits it proposes for one node of a function."""

    name: str
    edits: Callable[[Node, Place], Iterable[Edit]]


def replace(node: Node, after: str) -> Edit:
    """Put other text in place of an expression."""
    return Edit(node.start_byte, node.end_byte, after)


def instead(node: Node, after: str = "") -> Edit:
    """Put another statement, or none, in place of a statement."""
    return Edit(node.start_byte, node.end_byte, after, statement=True)


def emptied(statements: list[Node]) -> Edit:
    """Take out all the statements of a block."""
    return Edit(statements[0].start_byte, statements[-1].end_byte, "", statement=True)


def before(node: Node, statement: str) -> Edit:
    """Put a statement before another."""
    return Edit(node.start_byte, node.start_byte, f"{statement}; ")


def after(node: Node, statement: str, around: Node) -> Edit:
    """Put a statement after another, which only what is around it explains."""
    return Edit(node.end_byte, node.end_byte, f"; {statement}", since=around.start_byte)
