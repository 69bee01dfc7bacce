"""Operators on conditions: comparisons, negations, and, or."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stsconf.mutants.edits import Edit, Operator, Place, replace
from stsconf.mutants.syntax import (
    JOINED,
    bare,
    field,
    is_error_check,
    is_side,
    operator,
    parts,
    results,
    statements,
    text,
)

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "!=", "!=": "=="}
_SHIFTED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_LEAVES = {"identifier", "call_expression", "selector_expression", "index_expression"}


def _swap(node: Node, table: dict[str, str]) -> Iterator[Edit]:
    sign = field(node, "operator") if node.type == "binary_expression" else None
    if sign and text(sign) in table:
        yield replace(sign, table[text(sign)])


def _relational(node: Node, _: Place) -> Iterator[Edit]:
    """Turn a comparison around. Left to others: one side of an and or an or, and whether there was an error."""
    if not is_side(node) and not is_error_check(node, "!="):
        yield from _swap(node, _MIRRORED)


def _boundary(node: Node, _: Place) -> Iterator[Edit]:
    yield from _swap(node, _SHIFTED)


def _logical(node: Node, place: Place) -> Iterator[Edit]:
    """Confuse and with or, once in a chain, unless one side is the same in every cluster."""
    if not is_side(node) and not any(place.bounds.forbid(side) for side in parts(node)):
        yield from _swap(node, JOINED)


def _operand(node: Node, place: Place) -> Iterator[Edit]:
    """Forget one side of an and or an or; of a chain, one link."""
    left, right = field(node, "left"), field(node, "right")
    if operator(node) in JOINED and left and right and not any(place.bounds.forbid(side) for side in (left, right)):
        if operator(left) != operator(node):
            yield replace(node, text(right))
        yield replace(node, text(left))


def _negation(node: Node, _: Place) -> Iterator[Edit]:
    """Turn a whole condition around. One side of it, and the end of a loop, are left to finer operators."""
    if is_side(node):
        return
    if operator(node) == "!" and node.type == "unary_expression":
        yield replace(node, text(parts(node)[0]))
    elif _is_asked(node) and node.type in _LEAVES:
        yield replace(node, f"!{text(node)}")
    elif _is_asked(node) and operator(bare(node)) in JOINED and node.parent and node.parent.type != "for_clause":
        yield replace(node, f"!({text(bare(node))})")


def _is_asked(node: Node) -> bool:
    """Tell whether an expression is a whole condition, or a bool that is returned."""
    outer = node.parent
    if outer is None:
        return False
    if field(outer, "condition") == node:
        return True
    if outer.type == "for_statement":
        return node.type in _LEAVES
    if outer.type != "expression_list" or outer.parent is None:
        return False
    if outer.parent.type == "expression_case":
        return _is_tagless(outer.parent)
    returned = results(node)
    place = parts(outer).index(node)
    return outer.parent.type == "return_statement" and len(parts(outer)) == len(returned) and returned[place] == "bool"


def _is_tagless(case: Node) -> bool:
    return case.parent is not None and field(case.parent, "value") is None


def _skipped(node: Node, place: Place) -> Iterator[Edit]:
    """Never take a branch. Left to others where it is the same: where it handles an error or is one statement."""
    if node.type == "if_statement":
        condition, body = field(node, "condition"), statements(field(node, "consequence"))
        one_step = field(node, "alternative") is None and place.bounds.is_one_step(body)
    elif node.type == "expression_case" and _is_tagless(node):
        condition, body = parts(field(node, "value"))[0], statements(node)
        one_step = False
    else:
        return
    if condition and body and not one_step and not is_error_check(condition, "!="):
        asked = f"({text(condition)})" if operator(condition) == "||" else text(condition)
        yield replace(condition, f"false && {asked}")


CONDITIONS = (
    Operator("relational", _relational),
    Operator("boundary", _boundary),
    Operator("logical", _logical),
    Operator("operand", _operand),
    Operator("negation", _negation),
    Operator("skipped", _skipped),
)
