"""Operators on loops: their direction, their bounds, and when they end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from stsconf.mutants.edits import Edit, Operator, Place, after, instead, replace
from stsconf.mutants.syntax import (
    FUNCTIONS,
    around,
    bare,
    called,
    field,
    operator,
    parameters,
    parts,
    statements,
    text,
    walk,
)

_TURNED = {"<": ">=", "<=": ">=", ">": "<=", ">=": "<="}
_LEAVES = {"return_statement", "break_statement", "continue_statement"}
# Fields and methods of the API's types that are slices.
_SLICES = re.compile(r".*\.(?:VolumeClaimTemplates|Volumes|Conditions|GetOwnerReferences\(\))$")
_SLICE_VALUE = re.compile(r"\[\]|make\(\[\]")


def _direction(node: Node, _: Place) -> Iterator[Edit]:
    """Go through a loop from its other end."""
    if node.type == "for_clause":
        yield from _turned_clause(node)
    elif node.type == "range_clause" and _order_matters(node):
        names, whole = parts(field(node, "left")), field(node, "right")
        if whole is None or not _is_slice(whole):
            return
        many = text(whole)
        if len(names) == 1:
            name = text(names[0])
            yield replace(node, f"{name} := len({many}) - 1; {name} >= 0; {name}--")
        elif text(names[0]) == "_":
            loop_body = field(node.parent, "body") if node.parent else None
            first = statements(loop_body)[0]
            between = _between(node, first)
            item = f"{text(names[1])} := {many}[len({many})-1-back]"
            yield Edit(node.start_byte, first.start_byte, f"back := range {many}{between}{item}; ")


def _between(node: Node, other: Node) -> str:
    outer = node.parent
    whole = (outer.text or b"") if outer else b""
    start = outer.start_byte if outer else 0
    return whole[node.end_byte - start : other.start_byte - start].decode()


def _order_matters(clause: Node) -> bool:
    """Tell whether a loop collects, or hands each item to a function that it was given."""
    body = field(clause.parent, "body") if clause.parent else None
    return body is not None and any(called(node) in {"append", *_given(clause)} for node in walk(body))


def _given(node: Node) -> set[str]:
    """List the parameters of the function in which a node stands."""
    function = next(outer for outer in _outward(node) if outer.type in FUNCTIONS)
    arguments = field(function, "parameters")
    return {name for name, _ in parameters(arguments)} if arguments else set()


def _turned_clause(node: Node) -> Iterator[Edit]:
    """Turn `i := a; i < b; i++` into `i := b - 1; i >= a; i--`, and the other way round."""
    start, condition, step = (field(node, name) for name in ("initializer", "condition", "update"))
    if start is None or condition is None or step is None or step.type not in {"inc_statement", "dec_statement"}:
        return
    names, values = parts(field(start, "left")), parts(field(start, "right"))
    bound = _compared(condition, text(names[0]))
    last = field(bound, "right") if bound else None
    if bound is None or last is None or operator(bound) not in _TURNED:
        return
    up = step.type == "inc_statement"
    edge = {"<": " - 1", ">": " + 1"}.get(operator(bound), "")
    rest = text(condition).replace(text(bound), f"{text(names[0])} {'>=' if up else '<='} {text(values[0])}", 1)
    yield replace(node, f"{text(names[0])} := {text(last)}{edge}; {rest}; {text(names[0])}{'--' if up else '++'}")


def _compared(condition: Node, name: str) -> Node | None:
    """Find the comparison of a loop's variable in its condition."""
    condition = bare(condition)
    if operator(condition) == "&&":
        return next((found for side in parts(condition) if (found := _compared(side, name))), None)
    left = field(condition, "left")
    return condition if left and text(left) == name else None


def _bound(node: Node, _: Place) -> Iterator[Edit]:
    """Leave out the first, the last, or all but the first."""
    if node.type == "for_statement":
        yield from _once(node)
    elif node.type == "for_clause":
        start = field(node, "initializer")
        values = parts(field(start, "right")) if start else []
        if len(values) == 1 and values[0].type in {"identifier", "selector_expression"}:
            yield replace(values[0], f"{text(values[0])} + 1")
    elif node.type == "range_clause":
        names, whole = parts(field(node, "left")), field(node, "right")
        if whole and _is_slice(whole):
            many = text(whole)
            if len(names) > 1:
                yield replace(whole, f"{many}[min(1, len({many})):]")
            yield replace(whole, f"{many}[:max(0, len({many})-1)]")


def _once(node: Node) -> Iterator[Edit]:
    body = statements(field(node, "body"))
    if body and body[-1].type not in _LEAVES:
        yield after(body[-1], "break", node)


def _leave(node: Node, _: Place) -> Iterator[Edit]:
    """Stay in a loop, or leave it for good."""
    inner = next(around(node, "for_statement", "expression_switch_statement", "select_statement"), None)
    if inner is None or inner.type != "for_statement":
        return
    if node.type == "continue_statement":
        yield instead(node, "break")
        yield instead(node)
    elif node.type == "break_statement":
        yield instead(node)


def _is_slice(node: Node) -> bool:
    """Tell whether an expression is a slice, from how the function declares it or from the API's types."""
    if _SLICES.match("".join(text(node).split())):
        return True
    function = next((one for one in _outward(node) if one.type in FUNCTIONS and _declares(one, text(node))), None)
    return function is not None and _declared_slice(function, text(node))


def _outward(node: Node) -> Iterator[Node]:
    outer = node.parent
    while outer is not None:
        yield outer
        outer = outer.parent


def _declares(function: Node, name: str) -> bool:
    return bool(_types(function, name))


def _declared_slice(function: Node, name: str) -> bool:
    return all(_SLICE_VALUE.match(kind) or _SLICES.match(kind) for kind in _types(function, name))


def _types(function: Node, name: str) -> list[str]:
    """List the types or first values that a function gives to a name."""
    arguments = field(function, "parameters")
    found = [kind for one, kind in parameters(arguments) if one == name] if arguments else []
    for node in walk(function):
        if node.type == "short_var_declaration" and [name] == [text(one) for one in parts(field(node, "left"))]:
            found += [text(one) for one in parts(field(node, "right"))]
        elif node.type == "var_spec" and name in map(text, node.children_by_field_name("name")):
            kind = field(node, "type")
            found.append(text(kind) if kind else "")
    return found


LOOPS = (
    Operator("direction", _direction),
    Operator("bound", _bound),
    Operator("leave", _leave),
)
