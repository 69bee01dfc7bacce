"""What operators propose."""

from __future__ import annotations

from stsconf.mutants.edits import Edit, after, before, emptied, instead, replace
from stsconf.mutants.syntax import field, parse, statements

CODE = b"package p\nfunc f() { a(); b() }"


def test_edits_say_what_goes_and_what_comes() -> None:
    """Only where whole statements go may another be put in their place."""
    (function,) = parse("p.go", CODE).functions()
    first, second = statements(field(function.node, "body"))
    assert replace(first, "c()") == Edit(21, 24, "c()")
    assert instead(first) == Edit(21, 24, "", statement=True)
    assert emptied([first, second]) == Edit(21, 29, "", statement=True)
    assert before(first, "return") == Edit(21, 21, "return; ")
    assert after(second, "break", function.node) == Edit(29, 29, "; break", since=10)
