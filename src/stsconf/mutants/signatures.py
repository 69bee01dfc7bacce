"""The types of the arguments that the functions of a package take, as far as its own text tells them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from stsconf.mutants.syntax import Source, field, parameters, text, walk

Signatures = dict[str, tuple[str, ...]]
_DECLARATIONS = {"function_declaration", "method_declaration", "method_elem"}

# Functions of other packages that take two arguments of one type which must not be confused.
_KNOWN: Signatures = {"StrategicMergePatch": ("[]byte", "[]byte", "any")}


def signatures(sources: Iterable[Source]) -> Signatures:
    """Map functions and methods to the types of their parameters; where two methods of one name differ, to nothing."""
    found = defaultdict(set)
    for node in (node for source in sources for node in walk(source.root) if node.type in _DECLARATIONS):
        name, arguments = field(node, "name"), field(node, "parameters")
        if name and arguments:
            found[text(name)].add(tuple(kind for _, kind in parameters(arguments)))
    return _KNOWN | {name: next(iter(kinds)) for name, kinds in found.items() if len(kinds) == 1}
