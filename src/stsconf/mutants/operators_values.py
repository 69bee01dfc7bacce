"""Operators on values: arithmetic, off by one, constants, and things of one type that are confused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from tree_sitter import Node

from stsconf.mutants.edits import Edit, Operator, Place, replace
from stsconf.mutants.syntax import (
    JOINED,
    around,
    called,
    enclosed_by_check,
    field,
    operator,
    parts,
    results,
    text,
    walk,
)

_ARITHMETIC = {"+": "-", "-": "+", "*": "/"}
_INTEGERS = {"int", "int32", "int64"}
_COMPARISONS = {"<", "<=", ">", ">=", "==", "!="}

# Constants of one kind: what may be written for what. Two that are all of their kind are left to `relational` where
# they are compared: `== Retain` for `!= Delete` is the same fault twice.
_PAIRS = (
    ("OrderedReadyPodManagement", "ParallelPodManagement"),
    ("RollingUpdateStatefulSetStrategyType", "OnDeleteStatefulSetStrategyType"),
    ("RetainPersistentVolumeClaimRetentionPolicyType", "DeletePersistentVolumeClaimRetentionPolicyType"),
)
_KINDS = (
    ("PodRunning", "PodPending"),
    ("PodFailed", "PodRunning"),
    ("PodSucceeded", "PodRunning"),
    ("StatefulSetPodNameLabel", "PodIndexLabel"),
    ("PodIndexLabel", "StatefulSetPodNameLabel"),
    ("StatefulSetRevisionLabel", "StatefulSetPodNameLabel"),
    ("controllerKind", "podKind"),
    ("podKind", "controllerKind"),
    ("podGroupResource", "persistentVolumeClaimGroupResource"),
    ("persistentVolumeClaimGroupResource", "podGroupResource"),
    ("statefulSetGroupResource", "podGroupResource"),
)
_SAME_KIND = {**dict(_PAIRS), **{second: first for first, second in _PAIRS}, **dict(_KINDS)}
_EITHER_OR = {name for pair in _PAIRS for name in pair}

# Fields of one type and of kindred meaning, by whether the name is exported: each is taken for the one named.
_FIELDS = {
    "Replicas": "ReadyReplicas",
    "ReadyReplicas": "AvailableReplicas",
    "AvailableReplicas": "ReadyReplicas",
    "CurrentReplicas": "UpdatedReplicas",
    "UpdatedReplicas": "CurrentReplicas",
    "CurrentRevision": "UpdateRevision",
    "UpdateRevision": "CurrentRevision",
    "WhenScaled": "WhenDeleted",
    "WhenDeleted": "WhenScaled",
    "replicas": "readyReplicas",
    "readyReplicas": "availableReplicas",
    "availableReplicas": "readyReplicas",
    "currentReplicas": "updatedReplicas",
    "updatedReplicas": "currentReplicas",
}


def _arithmetic(node: Node, _: Place) -> Iterator[Edit]:
    """Add for subtract. Left to others: to count nothing, which is the finer fault, and to add a written number."""
    sign = field(node, "operator") if node.type == "binary_expression" else None
    if sign and text(sign) in _ARITHMETIC and not any("literal" in side.type for side in parts(node)):
        yield replace(sign, _ARITHMETIC[text(sign)])


def _off_by_one(node: Node, place: Place) -> Iterator[Edit]:
    """Take one more or one less; where a number is added anyway, that is another number: `constant` does it."""
    if called(node) in _INTEGERS and not _is_added_to(node):
        for sign in "+-":
            shifted = f"{text(node)} {sign} 1"
            yield replace(node, f"({shifted})" if node.parent and operator(node.parent) else shifted)
    elif node.type == "slice_expression":
        for bound in filter(None, [field(node, "start"), field(node, "end")]):
            yield from (replace(bound, f"{text(bound)} {sign} 1") for sign in "+-")
    elif node.type == "return_statement" and parts(node):
        for value, kind in zip(parts(parts(node)[0]), results(node), strict=False):
            if kind in _INTEGERS and (value.type == "identifier" or called(value) == "len"):
                yield from (replace(value, f"{text(value)} {sign} 1") for sign in "+-")
    for argument, kind in _arguments(node, place):
        if kind in _INTEGERS and argument.type == "identifier":
            yield replace(argument, f"{text(argument)} + 1")


def _is_added_to(node: Node) -> bool:
    """Tell whether a written number is added to an expression."""
    outer = node.parent
    while outer is not None and operator(outer) in {"+", "-"}:
        if any(side.type == "int_literal" for side in parts(outer)):
            return True
        outer = outer.parent
    return False


def _arguments(node: Node, place: Place) -> list[tuple[Node, str]]:
    """Pair the arguments of a call with their types, as far as they are known; none if their numbers differ."""
    kinds = place.signatures.get(called(node).rpartition(".")[2], ())
    found = parts(field(node, "arguments")) if kinds else []
    return list(zip(found, kinds, strict=True)) if len(found) == len(kinds) else []


def _swapped(node: Node, place: Place) -> Iterator[Edit]:
    """Confuse two arguments of one type, or two results."""
    if node.type == "return_statement" and parts(node):
        values, kinds = parts(parts(node)[0]), results(node)
        pairs = list(zip(values, kinds, strict=True)) if len(values) == len(kinds) else []
    elif called(node) == "fmt.Sprintf":
        names = [one for one in parts(field(node, "arguments")) if text(one).endswith(".Name")]
        pairs = [(name, "string") for name in names]
    else:
        pairs = _arguments(node, place)
    for (one, kind), (other, same) in combinations(pairs, 2):
        if kind == same and text(one) != text(other):
            between = node.text or b""
            between = between[one.end_byte - node.start_byte : other.start_byte - node.start_byte]
            yield Edit(one.start_byte, other.end_byte, text(other) + between.decode() + text(one))


def _constant(node: Node, _: Place) -> Iterator[Edit]:
    """Write another constant of the same kind. What is set to true or false is left to `assignment`."""
    if node.type in {"true", "false"} and not _is_set(node):
        yield replace(node, "false" if node.type == "true" else "true")
    elif node.type == "int_literal":
        yield from (replace(node, str(number)) for number in _other_numbers(node))
    elif node.type in {"identifier", "field_identifier"} and text(node) in _SAME_KIND:
        whole = node.parent if node.type == "field_identifier" else node
        compared = whole and whole.parent and operator(whole.parent) in {"==", "!="}
        if not (compared and text(node) in _EITHER_OR) and not _is_key(node):
            yield replace(node, _SAME_KIND[text(node)])


def _is_set(node: Node) -> bool:
    outer = node.parent.parent if node.parent else None
    return outer is not None and outer.type == "assignment_statement"


def _is_key(node: Node) -> bool:
    """Tell whether a name is a key of a literal: another key may stand there already."""
    element = node.parent
    return element is not None and element.parent is not None and field(element.parent, "key") == element


def _other_numbers(node: Node) -> list[int]:
    """Choose the numbers to write for another, leaving out what is the same fault as a shifted comparison."""
    number, outer = int(text(node), 0), node.parent
    sign = operator(outer) if outer else ""
    if number > 1 and sign not in _COMPARISONS and outer and outer.type != "index_expression":
        return []
    if outer and outer.type == "unary_expression":
        return [0]
    others = {number - 1, number + 1} - {-1}
    same = {"<": number + 1, ">": number - 1, "<=": number - 1, ">=": number + 1}
    return sorted(others - {same.get(sign, -1)})


def _field(node: Node, _: Place) -> Iterator[Edit]:
    """Take a field for its neighbour, unless the condition asks for that one too: then another side is forgotten."""
    if node.type != "selector_expression":
        return
    owner, name = field(node, "operand"), field(node, "field")
    if owner is None or name is None or text(name) not in _FIELDS or text(owner).endswith("Spec"):
        return
    sides = [outer for outer in around(node, "binary_expression") if operator(outer) in JOINED]
    if not any(one.type == "field_identifier" and text(one) == _FIELDS[text(name)] for one in _below(sides)):
        yield replace(name, _FIELDS[text(name)])


def _below(nodes: list[Node]) -> Iterator[Node]:
    return (below for node in nodes for below in walk(node))


def _unless_failed(name: str, edits: Callable[[Node, Place], Iterable[Edit]]) -> Operator:
    """Make an operator that leaves alone what is returned along with an error, which nobody reads."""

    def kept(node: Node, place: Place) -> Iterable[Edit]:
        returned = node.type == "return_statement" or any(around(node, "return_statement"))
        return () if returned and enclosed_by_check(node) else edits(node, place)

    return Operator(name, kept)


VALUES = (
    _unless_failed("arithmetic", _arithmetic),
    _unless_failed("off_by_one", _off_by_one),
    _unless_failed("swapped", _swapped),
    _unless_failed("constant", _constant),
    _unless_failed("field", _field),
)
