"""Operators on statements: what is not done, done too early, or whose error nobody looks at."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stsconf.mutants.edits import Edit, Operator, Place, before, emptied, instead, replace
from stsconf.mutants.syntax import (
    FUNCTIONS,
    called,
    enclosed_by_check,
    field,
    is_error_check,
    is_error_name,
    parts,
    results,
    statements,
    text,
)
from stsconf.mutants.zeros import returns, zero

_ASSIGNMENTS = {"assignment_statement", "inc_statement", "dec_statement"}
_CALLS = {"expression_statement", "defer_statement", "go_statement"}


def _call(node: Node, _: Place) -> Iterator[Edit]:
    """Do not make a call, and go on as if it had gone well."""
    if node.type in _CALLS and parts(node)[0].type == "call_expression":
        yield instead(node)
    elif node.type == "short_var_declaration":
        left, right = parts(field(node, "left")), parts(field(node, "right"))
        if len(left) == len(right) == 1 and is_error_name(left[0]) and _is_call(right[0]):
            yield replace(right[0], "error(nil)")
    elif node.type == "return_statement":
        yield from _returned_call(node)


def _returned_call(node: Node) -> Iterator[Edit]:
    """Return as if the call that ends a function had gone well; where it is all of the function, it returns early."""
    values = _returned(node)
    kinds = results(node)
    if len(values) == 1 and len(kinds) > 1 and _is_call(values[0]):
        if not _is_first(node):
            yield instead(node, returns(kinds)[0])
    elif len(values) == len(kinds):
        for value, kind in zip(values, kinds, strict=True):
            if kind == "error" and _is_call(value) and not (len(kinds) == 1 and _is_first(node)):
                yield instead(node, _with(values, value, zero(kind)))


def _returned(node: Node) -> list[Node]:
    return parts(parts(node)[0]) if parts(node) else []


def _with(values: list[Node], value: Node, other: str) -> str:
    return f"return {', '.join(other if one == value else text(one) for one in values)}"


def _is_first(node: Node) -> bool:
    outer = node.parent.parent.parent if node.parent and node.parent.parent else None
    return outer is not None and outer.type in FUNCTIONS and statements(field(outer, "body"))[0] == node


def _is_call(node: Node) -> bool:
    return node.type == "call_expression" and called(node) != "fmt.Errorf"


def _assignment(node: Node, _: Place) -> Iterator[Edit]:
    """Do not assign, count or fill in. A function that is filled in is broken where it is written."""
    outer = node.parent
    if any(value.type == "func_literal" for value in _values(node)):
        return
    if node.type in _ASSIGNMENTS and outer and outer.type != "for_clause":
        yield instead(node)
    elif node.type == "keyed_element" and outer:
        comma = node.next_sibling if node.next_sibling and node.next_sibling.type == "," else node
        yield Edit(node.start_byte, comma.end_byte, "")


def _values(node: Node) -> list[Node]:
    return parts(field(node, "right")) + parts(field(node, "value"))


def _early(node: Node, place: Place) -> Iterator[Edit]:
    """Return at once. Left to others: a function that does one thing and answers nothing."""
    body = statements(field(node, "body")) if node.type in FUNCTIONS else []
    if not body or (not results(node) and place.bounds.is_one_step(body)):
        return
    for answer in returns(results(node)):
        if text(body[0]) != answer:
            yield before(body[0], answer)


def _error(node: Node, place: Place) -> Iterator[Edit]:
    """Go on after an error, or return none; where handling it is one call or assignment, that one is taken out."""
    if node.type == "if_statement":
        condition, body = field(node, "condition"), statements(field(node, "consequence"))
        if condition and body and is_error_check(condition, "!=") and not place.bounds.is_one_step(body):
            yield emptied(body)
    elif node.type == "expression_case":
        body = statements(node)
        checks = any(is_error_check(value, "!=") for value in parts(field(node, "value")))
        if body and checks and not place.bounds.is_one_step(body):
            yield emptied(body)
    elif node.type == "return_statement" and not enclosed_by_check(node):
        values, kinds = _returned(node), results(node)
        for value, kind in zip(values, kinds, strict=False):
            if kind == "error" and (is_error_name(value) or called(value) == "fmt.Errorf"):
                yield instead(node, _with(values, value, "nil"))


STATEMENTS = (
    Operator("call", _call),
    Operator("assignment", _assignment),
    Operator("return", _early),
    Operator("error", _error),
)
