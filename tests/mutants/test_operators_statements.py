"""Golden faults in statements: what is made of a line of Go, and of which none may be made."""

from __future__ import annotations

import pytest

from tests.mutants.golang import faults


def made(operator: str, line: str, results: str = "(bool, error)") -> list[str]:
    """Break a line of a function."""
    return faults(f"func f(pod *v1.Pod) {results} {{\nstart := 1\nuse(start)\n{line}\n}}", operator)[1:]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("work(pod)", ["work(pod) =>"]),
        ("defer group.Done()", ["defer group.Done() =>"]),
        ("go work()", ["go work() =>"]),
        ("x := 1; work(x)", ["work(x) => _ = x"]),
        ("x, y := 1, 2; work(x, y)", ["work(x, y) => _, _ = x, y"]),
        ("if err := work(); err != nil { return false, err }", ["work() => error(nil)"]),
        ("updateErr := work()\nreturn false, updateErr", ["work() => error(nil)"]),
        ("return true, work()", ["return true, work() => return true, nil"]),
        ("return work()", ["return work() => return false, nil"]),
        ("x := 1; return true, work(x)", ["return true, work(x) => _ = x; return true, nil"]),
        ("x := 1\nif err := work(x); err != nil { return false, err }", []),  # nobody else reads x
        ("found := work()\nuse2 = found", []),
        ("found, err := work()\nuse2 = found", []),
        ("return done(), nil", []),
        ("return true, fmt.Errorf(text)", []),  # the operator on errors returns none
        ("<-channel", []),
    ],
)
def test_call(line: str, expected: list[str]) -> None:
    """Something is not done, and everybody believes that it was."""
    assert made("call", line) == expected


def test_a_call_that_is_all_of_a_function_is_left_to_the_early_return() -> None:
    """Both would be the same fault."""
    code = "func f() error { return work() }\nfunc g() (int, error) { return work() }"
    assert faults(code, "call") == []
    assert faults(code, "return") == [" => return nil;".strip(), "=> return 0, nil;"]


def test_a_call_that_alone_uses_a_package_stays() -> None:
    """Without it the package's import would not compile."""
    head = 'import "a/once"\nimport "a/twice"\n'
    assert faults(head + "func f() { once.Do(); twice.Do(); twice.Do() }", "call") == ["twice.Do() =>"] * 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pod.Name = name", ["pod.Name = name =>"]),
        ("count += 2", ["count += 2 =>"]),
        ("count++", ["count++ =>"]),
        ("a, err = work()", ["a, err = work() =>"]),
        ("x := 1; table[1] = x", ["table[1] = x => _ = x"]),
        ("x := 1; x = next(x)", ["x = next(x) => _ = x"]),
        ("use(T{Name: name, Kind: kind})", ["Name: name, =>", "Kind: kind =>"]),
        ("x := 1; use(T{Name: x})", []),  # nobody else reads x, and no statement fits in a literal
        ("callback = func() { work() }", []),  # broken where it is written
        ("use(T{Add: func() { work() }})", []),
        ("x := 1; use(x)", []),
        ("for i := 0; i < 3; i++ { use(i) }", []),  # it would never end
    ],
)
def test_assignment(line: str, expected: list[str]) -> None:
    """A value keeps what it was."""
    code = f"func f(pod *v1.Pod) {{\n{line}\n}}"
    assert faults(code, "assignment") == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("", ["=> return;"]),
        ("error", ["=> return nil;"]),
        ("(*apps.StatefulSetStatus, error)", ["=> return nil, nil;"]),
        ("(count int, list []string)", ["=> return 0, nil;"]),
        ("bool", ["=> return false;", "=> return true;"]),
        ("apps.Policy", ["=> return *new(apps.Policy);"]),
    ],
)
def test_return(results: str, expected: list[str]) -> None:
    """A function ends before it began, with values of its types."""
    assert faults(f"func f() {results} {{\none()\ntwo()\n}}", "return") == expected


def test_functions_in_functions_return_early_too() -> None:
    """With their own results."""
    code = "func f() error {\nreturn retry(func() (bool, error) {\none()\nreturn two()\n})\n}"
    assert faults(code, "return") == ["=> return nil;", "=> return false, nil;", "=> return true, nil;"]


@pytest.mark.parametrize("code", ["func f() bool { return true }", "func f() { }", "func f() { one() }"])
def test_an_early_return_that_changes_nothing_is_not_made(code: str) -> None:
    """Nor is one that is the same as taking out the one thing a function does."""
    assert faults(code, "return") == (["=> return false;"] if "true" in code else [])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("if err := work(); err != nil { return false, err }", ["return false, err =>"]),
        ("if err != nil { klog.Info(1); return false, err }", ["klog.Info(1); return false, err =>"]),
        ("x := 1; if err != nil { return x, err }", ["return x, err => _ = x"]),
        ("switch { case err != nil: return false, err }", ["return false, err =>"]),
        ("return true, err", ["return true, err => return true, nil"]),
        ("err := work(); return true, err", ["return true, err => _ = err; return true, nil"]),
        ("return false, fmt.Errorf(text, 1)", ["return false, fmt.Errorf(text, 1) => return false, nil"]),
        ("if a { return false, err }", ["return false, err => return false, nil"]),
        ("if err != nil { failed = true }", []),  # the assignment is taken out
        ("if err != nil && a { one(); two() }", []),  # an operand is forgotten
        ("if err == nil { one(); two() }", []),
        ("if other != nil { return false, nil }", []),
        ("return false, nil", []),
    ],
)
def test_error(line: str, expected: list[str]) -> None:
    """An error is found and nobody cares."""
    assert faults(f"func f() (bool, error) {{\n{line}\n}}", "error") == expected
