"""Who reads which variable: Go refuses a variable or a package that nobody uses, so a fault must not orphan one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tree_sitter import Node

from stsconf.mutants.syntax import FUNCTIONS, field, operator, parameters, parts, text, walk

_SCOPES = {
    "block",
    "if_statement",
    "for_statement",
    "expression_switch_statement",
    "type_switch_statement",
    "select_statement",
    "expression_case",
    "default_case",
    "type_case",
    "communication_case",
}
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Orphans:
    """What nobody would use any more once some text is gone."""

    variables: tuple[str, ...]
    packages: tuple[str, ...]


class Names:
    """Which bytes of a file read which local variable and which imported package."""

    def __init__(self, root: Node) -> None:
        self._scopes: list[dict[str, int | None]] = [{}]
        self._reads: dict[tuple[str, int | None], list[int]] = defaultdict(list)
        self._packages = {_package(node) for node in walk(root) if node.type == "import_spec"}
        self._visit(root)

    def orphans(self, start: int, end: int, after: str) -> Orphans:
        """Name what nothing reads any more when the text from start to end is replaced."""
        kept = set(_WORD.findall(after))
        lost = [
            (name, born)
            for (name, born), reads in self._reads.items()
            if name not in kept and not (born and start <= born < end) and all(start <= read < end for read in reads)
        ]
        return Orphans(
            tuple(name for name, born in lost if born is not None),
            tuple(name for name, born in lost if born is None and name in self._packages),
        )

    def _visit(self, node: Node) -> None:
        special = getattr(self, f"_visit_{node.type}", None)
        if special:
            special(node)
        elif node.type in FUNCTIONS:
            self._visit_function(node)
        elif node.type in _SCOPES:
            self._scopes.append({})
            self._visit_all(node.named_children)
            self._scopes.pop()
        else:
            self._visit_all(node.named_children)

    def _visit_all(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self._visit(node)

    def _visit_function(self, node: Node) -> None:
        """A function's body shares the scope of its parameters, which need not be used."""
        lists = [one for one in map(node.child_by_field_name, ("receiver", "parameters", "result")) if one]
        named = [name for one in lists if one.type == "parameter_list" for name, _ in parameters(one)]
        self._scopes.append(dict.fromkeys(named))
        self._visit_all(kind for one in lists for kind in walk(one) if kind.type == "package_identifier")
        body = field(node, "body")
        self._visit_all(body.named_children if body else [])
        self._scopes.pop()

    def _visit_import_declaration(self, node: Node) -> None:
        """An import is no use of the package."""

    def _visit_identifier(self, node: Node) -> None:
        name = text(node)
        for scope in reversed(self._scopes):
            if name in scope:
                born = scope[name]
                if born is not None:
                    self._reads[name, born].append(node.start_byte)
                return
        self._reads[name, None].append(node.start_byte)

    def _visit_package_identifier(self, node: Node) -> None:
        self._reads[text(node), None].append(node.start_byte)

    def _visit_short_var_declaration(self, node: Node) -> None:
        self._visit_all(filter(None, [field(node, "right")]))
        self._declare(parts(field(node, "left")))

    def _visit_range_clause(self, node: Node) -> None:
        self._visit_all(filter(None, [field(node, "right")]))
        self._declare(parts(field(node, "left")))

    def _visit_var_spec(self, node: Node) -> None:
        self._visit_all(filter(None, [field(node, "type"), field(node, "value")]))
        self._declare(node.children_by_field_name("name"))

    def _visit_const_spec(self, node: Node) -> None:
        """A constant need not be used."""
        self._visit_all(filter(None, [field(node, "type"), field(node, "value")]))
        self._scopes[-1].update(dict.fromkeys(map(text, node.children_by_field_name("name"))))

    def _visit_assignment_statement(self, node: Node) -> None:
        """A plain `x = ...` does not use x; `x += ...` and `x.f = ...` do."""
        left = parts(field(node, "left"))
        self._visit_all(one for one in left if one.type != "identifier" or operator(node) != "=")
        self._visit_all(filter(None, [field(node, "right")]))

    def _visit_keyed_element(self, node: Node) -> None:
        """A field's name is no variable."""
        key, value = field(node, "key"), field(node, "value")
        self._visit_all(filter(None, [value]))
        if key and parts(key) and parts(key)[0].type != "identifier":
            self._visit(key)

    def _declare(self, nodes: Iterable[Node]) -> None:
        """Declare what the innermost scope does not have yet; outside of functions nothing needs a use."""
        for node in nodes:
            born = node.start_byte if len(self._scopes) > 1 else None
            if node.type == "identifier" and text(node) != "_":
                self._scopes[-1].setdefault(text(node), born)


def _package(node: Node) -> str:
    alias, path = field(node, "name"), field(node, "path")
    if alias:
        return text(alias)
    names = text(path).strip('"').split("/") if path else [""]
    return names[-2] if len(names) > 1 and re.fullmatch(r"v\d+", names[-1]) else names[-1]
