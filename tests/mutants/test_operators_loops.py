"""Golden faults in loops: what is made of a line of Go, and of which none may be made."""

from __future__ import annotations

import pytest

from tests.mutants.golang import faults, mutants


def made(operator: str, line: str) -> list[str]:
    """Break a loop of a function that is given a slice, a map and a function."""
    return faults(f"func f(pods []*v1.Pod, table map[string]int, do func(int)) {{\n{line}\n}}", operator)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("for i := 0; i < len(pods); i++ { work(i) }", ["i := len(pods) - 1; i >= 0; i--"]),
        ("for i := first; i <= last; i++ { work(i) }", ["i := last; i >= first; i--"]),
        ("for i := len(pods) - 1; i >= low; i-- { work(i) }", ["i := low; i <= len(pods) - 1; i++"]),
        (
            "for i := last; i >= low && budget > 0; i-- { work(i) }",
            ["i := low; i <= last && budget > 0; i++"],
        ),
        ("for i := range pods { do(i) }", ["i := len(pods) - 1; i >= 0; i--"]),
        (
            "for _, pod := range pods { names = append(names, pod) }",
            ["back := range pods { pod := pods[len(pods)-1-back];"],
        ),
        ("for i := range pods { use(pods[i]) }", []),  # whatever the order
        ("for name := range table { do(name) }", []),  # a map has no order
        ("for size := 1; size > 0; size = next(size) { work(size) }", []),
        ("for more() { do(1) }", []),
    ],
)
def test_direction(line: str, expected: list[str]) -> None:
    """A loop runs from its other end, where that makes a difference."""
    assert [one.partition(" => ")[2] for one in made("direction", line)] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("for i := first; i < last; i++ { work(i) }", ["first => first + 1", "=> ; break"]),
        ("for i := range pods { work(i) }", ["pods => pods[:max(0, len(pods)-1)]", "=> ; break"]),
        (
            "for _, pod := range pods { work(pod) }",
            ["pods => pods[:max(0, len(pods)-1)]", "pods => pods[min(1, len(pods)):]", "=> ; break"],
        ),
        (
            "some := set.Spec.VolumeClaimTemplates; for i := range some { work(i) }",
            ["some => some[:max(0, len(some)-1)]", "=> ; break"],
        ),
        (
            "some := make([]int, 3); for i := range some { work(i) }",
            ["some => some[:max(0, len(some)-1)]", "=> ; break"],
        ),
        ("for name := range table { work(name) }", ["=> ; break"]),
        ("some := list(); for i := range some { work(i) }", ["=> ; break"]),
        ("for i := 0; i < n; i++ { return }", []),
        ("for more() { }", []),
    ],
)
def test_bound(line: str, expected: list[str]) -> None:
    """The first is left out, or the last, or all but the first; only a slice can be cut."""
    assert made("bound", line) == expected


def test_a_loop_that_ends_after_the_first_shows_its_head() -> None:
    """The line of the fault would not say which loop it is about."""
    (mutant,) = mutants("func f() {\nfor more() {\n\twork()\n}\n}", "bound")
    assert mutant.diff == "- for more() { work() + for more() { work(); break"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("for more() { if a { continue }; work() }", ["continue =>", "continue => break"]),
        ("for more() { if a { break }; work() }", ["break =>"]),
        ("for more() { switch { case a: continue }; work() }", []),  # a break would only leave the switch
        ("switch { case a: break }", []),
    ],
)
def test_leave(line: str, expected: list[str]) -> None:
    """A loop goes on, or ends."""
    assert made("leave", line) == expected
