"""Reading Go."""

from __future__ import annotations

import importlib
import sys

import pytest

from stsconf.errors import StsconfError
from stsconf.mutants.syntax import (
    Source,
    called,
    enclosed_by_check,
    is_error_check,
    is_removable,
    is_side,
    parse,
    results,
    statements,
    text,
    walk,
)

CODE = b"""package p

func plain(a int) (bool, error) {
	return inner(func() string { return "" })
}

func (c *controller) method() {
	if err := c.queue.
		Add(1); err != nil {
		log(a < b && (c == d))
	} else if err == nil {
		other()
	}
	if a != nil && err != nil { count++ }
}
"""


def source() -> Source:
    """Read the file above."""
    return parse("p.go", CODE)


def test_who_has_no_parser_is_told_in_three_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser of Go is for those who make mutants; without it no traceback is shown."""
    monkeypatch.setitem(sys.modules, "tree_sitter_go", None)
    monkeypatch.delitem(sys.modules, "stsconf.mutants.syntax")
    with pytest.raises(StsconfError, match="tree_sitter_go is not installed"):
        importlib.import_module("stsconf.mutants.syntax")


def test_functions_carry_their_receiver() -> None:
    """Two methods of one name on two types have two names."""
    assert [function.name for function in source().functions()] == ["plain", "controller.method"]


def test_what_is_no_go_is_refused() -> None:
    """The three lines name the file, the line, and what to do."""
    with pytest.raises(StsconfError) as refused:
        parse("p.go", b"package p\n\nfunc f( {\n}\n")
    assert str(refused.value).splitlines() == [
        "p.go is not Go that can be read",
        "its syntax breaks off at line 3",
        "give the file as the Kubernetes release has it",
    ]


def test_results_are_those_of_the_nearest_function() -> None:
    """A function in a function returns for itself."""
    inner, outer = (results(node) for node in reversed(list(walk(source().root))) if node.type == "return_statement")
    assert (inner, outer) == (["string"], ["bool", "error"])


def test_a_call_has_a_name_whatever_its_line_breaks() -> None:
    """Names of calls are compared, so they are written in one way."""
    assert {called(node) for node in walk(source().root)} == {"", "inner", "c.queue.Add", "log", "other"}


def test_checks_for_an_error_are_told_from_others() -> None:
    """A check for an error compares it with nil and asks nothing else."""
    conditions = [node for node in walk(source().root) if node.type == "binary_expression"]
    assert [text(one) for one in conditions if is_error_check(one)] == ["err != nil", "err == nil", "err != nil"]
    assert [text(one) for one in conditions if is_error_check(one, "==")] == ["err == nil"]


def test_sides_are_what_is_joined() -> None:
    """Parentheses change nothing."""
    found = {text(node) for node in walk(source().root) if is_side(node) and node.type == "binary_expression"}
    assert found == {"a < b", "c == d", "a != nil", "err != nil"}


def test_code_after_a_found_error_is_known() -> None:
    """What follows in the other branch of a later check is not."""
    calls = [node for node in walk(source().root) if called(node) in {"log", "inner"}]
    assert {called(node): enclosed_by_check(node) for node in calls} == {"log": True, "inner": False}


def test_single_steps_are_removable() -> None:
    """An `if` that does more than ask, or has an else, is none."""
    *_, method = source().functions()
    checked, counted = statements(method.node.child_by_field_name("body"))
    assert (is_removable(checked), is_removable(counted)) == (False, True)
