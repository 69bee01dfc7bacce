"""Golden faults in conditions: what is made of a line of Go, and of which none may be made."""

from __future__ import annotations

import pytest

from tests.mutants.golang import faults

GATE = "utilfeature.DefaultFeatureGate.Enabled(features.StatefulSetRecreateStrategy)"


def made(operator: str, line: str) -> list[str]:
    """Break a line of a function that returns a bool."""
    return faults(f"func f(a, b int) bool {{\n{line}\n}}", operator)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a < b", ["< => >"]),
        ("return a <= b", ["<= => >="]),
        ("return a == b", ["== => !="]),
        ("if err == nil { work() }", ["== => !="]),
        ("if err != nil { work() }", []),  # the operator on errors drops the handling
        ("return a < b && c", []),  # the operator on operands forgets it
        ("return a + b", []),
    ],
)
def test_relational(line: str, expected: list[str]) -> None:
    """A comparison points the other way."""
    assert made("relational", line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a < b", ["< => <="]),
        ("return a >= b && c > d", [">= => >", "> => >="]),
        ("return a == b", []),
        ("return a << b", []),
    ],
)
def test_boundary(line: str, expected: list[str]) -> None:
    """The edge of a comparison moves by one, also on one side of an and."""
    assert made("boundary", line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a && b", ["&& => ||"]),
        ("if a || b && c { work() }", ["|| => &&"]),
        ("return a && b && c", ["&& => ||"]),
        (f"return a || {GATE}", []),  # the same in every cluster
        ("return a & b", []),
    ],
)
def test_logical(line: str, expected: list[str]) -> None:
    """And becomes or, once in a chain."""
    assert made("logical", line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a < b && done(c)", ["a < b && done(c) => done(c)", "a < b && done(c) => a < b"]),
        ("return a || b || c", ["a || b => b", "a || b => a", "a || b || c => a || b"]),
        ("return a && (b || c)", ["a && (b || c) => (b || c)", "a && (b || c) => a", "b || c => c", "b || c => b"]),
        ("x := 1; return x > 0 && a", ["x > 0 && a => x > 0"]),  # nobody else reads x
        (f"return a || {GATE}", []),
    ],
)
def test_operand(line: str, expected: list[str]) -> None:
    """One condition of several is forgotten."""
    assert sorted(made("operand", line)) == sorted(expected)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return done(a)", ["done(a) => !done(a)"]),
        ("return !done(a)", ["!done(a) => done(a)"]),
        ("x := !done(a); return x", ["!done(a) => done(a)", "x => !x"]),
        ("if set.done { work() }", ["set.done => !set.done"]),
        ("for more(a) { work() }", ["more(a) => !more(a)"]),
        ("switch { case done(a): work() }", ["done(a) => !done(a)"]),
        ("return a && b", ["a && b => !(a && b)"]),
        ("return (a && b)", ["(a && b) => !(a && b)"]),
        ("return !a && b", ["!a && b => !(!a && b)"]),
        ("if _, ok := table[a]; ok { work() }", ["ok => !ok"]),
        ("return a < b", []),  # the operator on comparisons turns it around
        ("switch a { case b: work() }", []),
        ("for i := 0; i < a && b; i++ { work() }", []),
        ("return true", []),
        ("work(done(a))", []),
    ],
)
def test_negation(line: str, expected: list[str]) -> None:
    """A whole condition says the opposite."""
    assert made("negation", line) == expected


def test_negation_needs_a_bool() -> None:
    """Only what is returned as a bool is turned around."""
    code = "func f() (int, bool, error) { return count(), done(), work() }"
    assert faults(code, "negation") == ["done() => !done()"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("if a < b { return true }", ["a < b => false && a < b"]),
        ("if a || b { return true }", ["a || b => false && (a || b)"]),
        ("if a { one(); two() }", ["a => false && a"]),
        ("if a { one() } else { two() }", ["a => false && a"]),
        ("switch { case a: one(); default: two() }", ["a => false && a"]),
        ("if a { if x := ask(); x { one() } }", ["a => false && a"]),
        ("if a { one() }", []),  # the call is taken out
        ("if a { one(); klog.Info() }", []),
        ("if a { if b { return true } }", ["b => false && b"]),  # the inner one is skipped
        ("if err != nil { return true }", []),
        ("switch a { case b: one() }", []),
        ("if a { }", []),
    ],
)
def test_skipped(line: str, expected: list[str]) -> None:
    """A branch is never taken, where no other operator does the same."""
    assert made("skipped", line) == expected
