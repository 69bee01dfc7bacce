"""Zero values, as Go writes them."""

from __future__ import annotations

import pytest

from stsconf.mutants.zeros import returns, zero


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("bool", "false"),
        ("string", '""'),
        ("int", "0"),
        ("int32", "0"),
        ("float64", "0"),
        ("error", "nil"),
        ("any", "nil"),
        ("*v1.Pod", "nil"),
        ("[]*v1.Pod", "nil"),
        ("map[string]int", "nil"),
        ("func(int) bool", "nil"),
        ("interface{}", "nil"),
        ("chan error", "nil"),
        ("interval", "*new(interval)"),
        ("errorList", "*new(errorList)"),
        ("apps.StatefulSetStatus", "*new(apps.StatefulSetStatus)"),
    ],
)
def test_zero_fits_the_type(kind: str, expected: str) -> None:
    """A type of which only the name is known has a zero value that needs no more."""
    assert zero(kind) == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], ["return"]),
        (["error"], ["return nil"]),
        (["int", "error"], ["return 0, nil"]),
        (["bool"], ["return false", "return true"]),
        (["bool", "error"], ["return false, nil", "return true, nil"]),
    ],
)
def test_a_question_is_answered_both_ways(results: list[str], expected: list[str]) -> None:
    """Yes and no are both wrong answers when the question was not looked at."""
    assert returns(results) == expected
