"""Golden faults in values: what is made of a line of Go, and of which none may be made."""

from __future__ import annotations

import pytest

from tests.mutants.golang import faults

DECLARED = "func name(set *Set, ordinal int) string { }\nfunc get(namespace, name string, set *Set) { }\n"


def made(operator: str, line: str, results: str = "(string, string, int, error)") -> list[str]:
    """Break a line of a function, in a package that declares two more."""
    return faults(f"{DECLARED}func f(ordinal int) {results} {{\n{line}\n}}", operator)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = a + b", ["+ => -"]),
        ("x = a - b*c", ["- => +", "* => /"]),
        ('x = "a" + b', []),
        ("x = a - 1", []),  # another number
        ("x += b", []),  # the assignment is taken out
        ("x = *a", []),
    ],
)
def test_arithmetic(line: str, expected: list[str]) -> None:
    """Plus for minus."""
    assert made("arithmetic", line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = int(*set.Replicas)", ["int(*set.Replicas) => int(*set.Replicas) + 1", "… - 1"]),
        ("x = a * int(b)", ["int(b) => (int(b) + 1)", "int(b) => (int(b) - 1)"]),
        ("x = list[:end]", ["end => end + 1", "end => end - 1"]),
        ("return a, b, ordinal, nil", ["ordinal => ordinal + 1", "ordinal => ordinal - 1"]),
        ("x = name(set, ordinal)", ["ordinal => ordinal + 1"]),
        ("x = int(b) - 1", []),  # the same as another number, which `constant` writes
        ("x = list[i]", []),
        ("if err != nil { return a, b, ordinal, err }", []),  # nobody reads it
        ("x = name(set, 1)", []),
        ("x = string(b)", []),
    ],
)
def test_off_by_one(line: str, expected: list[str]) -> None:
    """One more, one less."""
    whole = [one.replace("…", "int(*set.Replicas) => int(*set.Replicas)") for one in expected]
    assert made("off_by_one", line) == whole


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("get(a.Namespace, a.Name, set)", ["a.Namespace, a.Name => a.Name, a.Namespace"]),
        ("lister.get(one, two, set)", ["one, two => two, one"]),
        ('x = fmt.Sprintf("%s-%s-%d", a.Name, b.Name, n)', ["a.Name, b.Name => b.Name, a.Name"]),
        ("return a, b, 1, nil", ["a, b => b, a"]),
        ("x = strategicpatch.StrategicMergePatch(a, b, c)", ["a, b => b, a"]),
        ("get(a, a, set)", []),
        ("get(all...)", []),
        ("unknown(a, b)", []),
        ("name(set, ordinal)", []),
        ("if err != nil { return a, b, 1, err }", []),
    ],
)
def test_swapped(line: str, expected: list[str]) -> None:
    """Two of one type are confused."""
    assert made("swapped", line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("use(true)", ["true => false"]),
        ("x := false; use(x)", ["false => true"]),
        ("use(T{ReadOnly: false})", ["false => true"]),
        ("x = 0", ["0 => 1"]),
        ("x = a - 1", ["1 => 0", "1 => 2"]),
        ("x = -1", ["1 => 0"]),
        ("x = list[2]", ["2 => 1", "2 => 3"]),
        ("if a > 0 { work() }", ["0 => 1"]),
        ("if a >= 1 { work() }", ["1 => 0"]),
        ("if a < 3 { work() }", ["3 => 2"]),
        ("if a == 3 { work() }", ["3 => 2", "3 => 4"]),
        ("x = apps.ParallelPodManagement", ["ParallelPodManagement => OrderedReadyPodManagement"]),
        ("if pod.Phase == v1.PodRunning { work() }", ["PodRunning => PodPending"]),
        ("use(controllerKind)", ["controllerKind => podKind"]),
        ("x = strconv.ParseInt(text, 10, 32)", []),
        ("x = true", []),  # the same as leaving it out
        ("if policy == apps.ParallelPodManagement { work() }", []),  # the same as turning it around
        ("use(map[schema.GroupResource]int{podGroupResource: n})", []),
        ("if err != nil { return a, b, 0, err }", []),
        ('x = "0"', []),
    ],
)
def test_constant(line: str, expected: list[str]) -> None:
    """Another constant of the same kind, where no other operator does the same."""
    assert made("constant", line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = status.ReadyReplicas", ["ReadyReplicas => AvailableReplicas"]),
        ("status.CurrentRevision = status.UpdateRevision", ["CurrentRevision => UpdateRevision", "…"]),
        ("if a.ReadyReplicas == n && a.Replicas == n { work() }", ["ReadyReplicas => AvailableReplicas"]),
        ("x = *set.Spec.Replicas", []),
        ("if a.WhenScaled == b && a.WhenDeleted == b { work() }", []),  # the same as forgetting one
        ("x = status.Phase", []),
    ],
)
def test_field(line: str, expected: list[str]) -> None:
    """A field is taken for its neighbour."""
    whole = [one.replace("…", "UpdateRevision => CurrentRevision") for one in expected]
    assert made("field", line) == whole
