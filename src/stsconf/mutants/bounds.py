"""What is not mutated, and why: talk that no user relies on, and code that never runs in a cluster as it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from stsconf.mutants.syntax import Function, bare, called, field, is_removable, operator, parts, statements, text, walk

# The gates that this controller asks for, as they stand by default in Kubernetes 1.37.
GATES = {
    "MaxUnavailableStatefulSet": True,
    "StaleControllerConsistencyStatefulSet": True,
    "StatefulSetSemanticRevisionComparison": True,
    "StatefulSetRecreateStrategy": False,
}

_TESTS_ONLY = "only the tests of Kubernetes call it"
_EVENTS = "writes events only"
_RECREATE = "only the Recreate strategy uses it, whose gate is off"

FUNCTIONS = {
    "NewStatefulPodControlFromManager": _TESTS_ONLY,
    "ascendingOrdinal.Len": _TESTS_ONLY,
    "ascendingOrdinal.Swap": _TESTS_ONLY,
    "ascendingOrdinal.Less": _TESTS_ONLY,
    "overlappingStatefulSets.Len": _TESTS_ONLY,
    "overlappingStatefulSets.Swap": _TESTS_ONLY,
    "overlappingStatefulSets.Less": _TESTS_ONLY,
    "StatefulPodControl.recordPodEvent": _EVENTS,
    "StatefulPodControl.recordClaimEvent": _EVENTS,
    "defaultStatefulSetControl.recreateDeleteAndWait": _RECREATE,
    "setProgressingCondition": _RECREATE,
    "newStatefulSetCondition": _RECREATE,
    "getStatefulSetCondition": _RECREATE,
    "setStatefulSetCondition": _RECREATE,
}

# Blocks behind a gate of this name in this function that compute nothing but a metric.
METRICS = {("defaultStatefulSetControl.updateStatefulSetStatus", "MaxUnavailableStatefulSet")}

_GATE = re.compile(r"DefaultFeatureGate\.Enabled\(features\.(\w+)\)$")
_RECREATE_TYPE = "apps.RecreateStatefulSetStrategyType"
_TALK = {
    "logging": re.compile(r"(?:logger|klog)\.|utilruntime\.Handle(?:Error|Crash)"),
    "metrics": re.compile(r"metrics\."),
    "events": re.compile(r"[\w.]+\.(?:record(?:Pod|Claim)Event$|recorder\.Event|eventBroadcaster\.)"),
    "error wrapping": re.compile(r"fmt\.Errorf$"),
}
_DECLARES = {"short_var_declaration", "var_declaration"}
_WRITES = {"assignment_statement", "inc_statement", "dec_statement"}


@dataclass(frozen=True, slots=True)
class Zone:
    """Part of a function that is left alone, and the reason."""

    start: int
    end: int
    reason: str


class Bounds:
    """The parts of a function that are left alone."""

    def __init__(self, function: Function) -> None:
        found = sorted(_zones(function), key=lambda zone: (zone.start, -zone.end))
        self.zones: tuple[Zone, ...] = ()
        for zone in found:
            if not self.cover(zone.start, zone.end):
                self.zones += (zone,)

    def cover(self, start: int, end: int) -> bool:
        """Tell whether some text lies wholly within a part that is left alone."""
        return any(zone.start <= start and end <= zone.end for zone in self.zones)

    def forbid(self, node: Node) -> bool:
        """Tell whether a node lies wholly within a part that is left alone."""
        return self.cover(node.start_byte, node.end_byte)

    def is_one_step(self, body: list[Node]) -> bool:
        """Tell whether a body, apart from what is left alone, is one statement that other operators take out."""
        done = [statement for statement in body if not self.forbid(statement)]
        return len(done) == 1 and is_removable(done[0])


def _zones(function: Function) -> Iterator[Zone]:
    if function.name in FUNCTIONS:
        yield _zone(function.node, function.node, FUNCTIONS[function.name])
        return
    for node in walk(function.node):
        talk = _talk(node)
        if talk:
            yield _zone(node, node, talk)
        elif node.is_named and _silent(node):
            yield _zone(node, node, "nothing but logging, metrics or events")
        elif node.type == "if_statement":
            yield from _gated(function, node)
        if node.is_named and _truth(node) is not None:
            yield _zone(node, node, "a feature gate decides it")


def _zone(first: Node, last: Node, reason: str) -> Zone:
    return Zone(first.start_byte, last.end_byte, reason)


def _talk(node: Node) -> str:
    name = called(node)
    return next((kind for kind, shape in _TALK.items() if name and shape.match(name)), "")


def _silent(statement: Node) -> bool:
    """Tell whether a statement, or all that it guards, only talks."""
    if statement.type == "expression_statement":
        return bool(_talk(parts(statement)[0]))
    if statement.type == "defer_statement":
        call = parts(statement)[0]
        function = field(call, "function")
        literal = function is not None and function.type == "func_literal"
        return _silent_block(field(function, "body")) if literal and function else bool(_talk(call))
    if statement.type == "if_statement":
        branches = [field(statement, "consequence"), field(statement, "alternative")]
        return all(_silent(one) if one.type == "if_statement" else _silent_block(one) for one in branches if one)
    return False


def _silent_block(block: Node | None) -> bool:
    """Tell whether a block only talks, apart from variables of its own that it talks about."""
    own: set[str] = set()
    for statement in (found := statements(block)):
        if statement.type in _DECLARES:
            own |= {text(node) for node in walk(statement) if node.type == "identifier"}
        elif not _silent(statement) and not _writes(statement, own):
            return False
    return any(map(_silent, found))


def _writes(statement: Node, own: set[str]) -> bool:
    if statement.type == "for_statement":
        return all(_writes(inner, own) for inner in statements(field(statement, "body")))
    targets = parts(field(statement, "left") or statement)
    return statement.type in _WRITES and all(text(target) in own for target in targets)


def _gated(function: Function, node: Node) -> Iterator[Zone]:
    """Find the branch of an `if` that never runs, and what follows it in vain."""
    condition, then, other = (field(node, name) for name in ("condition", "consequence", "alternative"))
    truth = _truth(condition) if condition else None
    if truth is None or condition is None or then is None:
        return
    gate = _asked(condition)
    never = f"never runs: {gate} is {'on' if GATES[gate] else 'off'} by default"
    dead = other if truth else then
    if dead:
        yield _zone(dead, dead, never)
    if truth and (function.name, gate) in METRICS:
        yield _zone(then, then, "computes a metric only")
    inside = statements(then)
    if truth and inside and inside[-1].type == "return_statement":
        rest = [
            one for one in statements(node.parent.parent if node.parent else None) if one.start_byte > node.end_byte
        ]
        if rest:
            yield _zone(rest[0], rest[-1], never)


def _asked(condition: Node) -> str:
    found = [match[1] for match in map(_GATE.search, map(text, walk(condition))) if match]
    return found[0] if found else "StatefulSetRecreateStrategy"


def _truth(node: Node) -> bool | None:
    """Tell what a condition is wherever gates are as they come, if they decide it."""
    node = bare(node)
    gate = _GATE.search(text(node)) if node.type == "call_expression" else None
    if gate:
        return GATES.get(gate[1])
    sides = [one for one in (field(node, "left"), field(node, "right")) if one]
    match operator(node):
        case "!":
            truth = _truth(parts(node)[0])
            return None if truth is None else not truth
        case "==" if _RECREATE_TYPE in map(text, sides):
            return False
        case "&&":
            return _all([_truth(one) for one in sides])
        case "||":
            truth = _all([None if (one := _truth(side)) is None else not one for side in sides])
            return None if truth is None else not truth
        case _:
            return None


def _all(truths: list[bool | None]) -> bool | None:
    if False in truths:
        return False
    return None if None in truths else True
