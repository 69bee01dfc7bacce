"""Go source as a syntax tree, and the few questions that the operators ask of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stsconf.errors import StsconfError

try:
    import tree_sitter_go
    from tree_sitter import Language, Node, Parser
except ModuleNotFoundError as error:
    raise StsconfError(
        "the source of the controller cannot be read",
        f"{error.name} is not installed: only those who make mutants need it",
        "work in a checkout, where `make .venv/.stamp` installs it",
    ) from error

FUNCTIONS = ("function_declaration", "method_declaration", "func_literal")
JOINED = {"&&": "||", "||": "&&"}
_ERROR = re.compile(r"\w*[eE]rr")


@dataclass(frozen=True, slots=True)
class Function:
    """A function as it is declared; `name` carries the receiver's type, as in `controller.sync`."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Source:
    """A Go file: its name, its bytes, and its tree."""

    file: str
    text: bytes
    root: Node

    def functions(self) -> Iterator[Function]:
        """List the functions that have a body, in the order of the file."""
        for node in self.root.named_children:
            if node.type in FUNCTIONS and field(node, "body"):
                yield Function(_name(node), node)


def parse(file: str, text: bytes) -> Source:
    """Read a Go file.

    Raises `StsconfError` when it is none.
    """
    root = Parser(Language(tree_sitter_go.language())).parse(text).root_node
    if not root.has_error:
        return Source(file, text, root)
    bad = next(node for node in walk(root) if node.is_error or node.is_missing)
    raise StsconfError(
        f"{file} is not Go that can be read",
        f"its syntax breaks off at line {bad.start_point.row + 1}",
        "give the file as the Kubernetes release has it",
    )


def walk(node: Node) -> Iterator[Node]:
    """List a node and everything below it, in the order of the text."""
    yield node
    for child in node.children:
        yield from walk(child)


def text(node: Node) -> str:
    """Give a node's text as it stands in the file."""
    return (node.text or b"").decode()


def field(node: Node, name: str) -> Node | None:
    """Give the part of a node that plays a role, such as the condition of an `if`."""
    return node.child_by_field_name(name)


def parts(node: Node | None) -> list[Node]:
    """List the expressions, arguments or parameters of a list, without comments."""
    return [child for child in node.named_children if child.type != "comment"] if node else []


def statements(node: Node | None) -> list[Node]:
    """List the statements of a block or of a case, without comments."""
    lists = [child for child in node.named_children if child.type == "statement_list"] if node else []
    return [statement for one in lists for statement in parts(one)]


def bare(node: Node) -> Node:
    """Take the parentheses off an expression."""
    while node.type == "parenthesized_expression":
        node = parts(node)[0]
    return node


def operator(node: Node) -> str:
    """Give the operator of a binary or unary expression or of an assignment, such as `<`; "" if there is none."""
    found = field(node, "operator")
    return text(found) if found else ""


def around(node: Node, *types: str) -> Iterator[Node]:
    """List what encloses a node inside its function, innermost first; with types, only nodes of these."""
    outer = node.parent
    while outer is not None and outer.type not in FUNCTIONS:
        if not types or outer.type in types:
            yield outer
        outer = outer.parent


def results(node: Node) -> list[str]:
    """List the types that the function returns in which a node stands, or that the node itself is."""
    while node.type not in FUNCTIONS:
        if node.parent is None:
            return []
        node = node.parent
    result = field(node, "result")
    if result is None:
        return []
    return [kind for _, kind in parameters(result)] if result.type == "parameter_list" else [text(result)]


def parameters(node: Node) -> Iterator[tuple[str, str]]:
    """List names and types of a parameter list, one each: `a, b int` is two. A variadic type starts with dots."""
    for declaration in parts(node):
        kind = field(declaration, "type")
        dots = "..." if declaration.type == "variadic_parameter_declaration" else ""
        for name in [text(one) for one in declaration.children_by_field_name("name")] or [""]:
            yield name, dots + (text(kind) if kind else "")


def called(node: Node) -> str:
    """Give what a call calls, as in `ssc.queue.Add`, without line breaks; "" if the node is no call."""
    function = field(node, "function") if node.type == "call_expression" else None
    return "".join(text(function).split()) if function else ""


def is_side(node: Node) -> bool:
    """Tell whether an expression is one side of an and or an or."""
    outer = node.parent
    while outer is not None and outer.type == "parenthesized_expression":
        outer = outer.parent
    return outer is not None and operator(outer) in JOINED


def is_error_name(node: Node) -> bool:
    """Tell whether a node is a variable that holds an error, by its name."""
    return node.type == "identifier" and _ERROR.fullmatch(text(node)) is not None


def is_error_check(condition: Node, *operators: str) -> bool:
    """Tell whether a condition compares an error with nil and nothing else."""
    left, right = field(condition, "left"), field(condition, "right")
    if left is None or right is None or operator(condition) not in (operators or ("!=", "==")):
        return False
    return is_error_name(left) and right.type == "nil"


def enclosed_by_check(node: Node) -> bool:
    """Tell whether a node only runs after an `if` or `case` found an error."""
    for outer in around(node, "if_statement", "expression_case"):
        conditions = [field(outer, "condition")] if outer.type == "if_statement" else parts(field(outer, "value"))
        if any(one and is_error_check(one, "!=") for one in conditions):
            return True
    return False


def is_removable(statement: Node) -> bool:
    """Tell whether a statement is taken out by an operator of its own: a call, an assignment, or an `if` around one."""
    if statement.type == "if_statement":
        return field(statement, "initializer") is None and field(statement, "alternative") is None
    return statement.type in {"expression_statement", "assignment_statement", "inc_statement", "dec_statement"}


def _name(node: Node) -> str:
    receiver, name = field(node, "receiver"), field(node, "name")
    owner = [kind.lstrip("*") + "." for _, kind in parameters(receiver)] if receiver else []
    return "".join(owner) + (text(name) if name else "")
