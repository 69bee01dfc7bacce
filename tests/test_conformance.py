"""Rules that the files of checks keep, so that a check reads like its promise and cannot pass unseen."""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from conformance.invariants import Invariants
from stsconf.check import SCENARIOS
from stsconf.model.catalogue import GUARANTEES
from stsconf.model.guarantee import Level
from stsconf.model.observation import OBSERVATIONS
from stsconf.tables import WrittenCheck, checks_of

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "conformance"
SCENARIO = ROOT / "src" / "stsconf" / "scenario"
JUDGE = ROOT / "src" / "stsconf" / "judge"

CHECK_LINES = 25
WITHOUT_INVARIANTS = {"TestDeployment": "there is no StatefulSet in it", "TestRequests": "its set has no pods"}
WORDS = {Level.MUST: "MUST", Level.SHOULD: "SHOULD", Level.REPORT: "MAY"}
LOOPS = (ast.While, ast.Try, ast.AsyncFor, ast.If)


@cache
def checks() -> tuple[WrittenCheck, ...]:
    """Return the checks of the tree."""
    return checks_of(FOLDER)


@cache
def trees() -> dict[str, ast.Module]:
    """Return the files of checks, parsed, by name."""
    return {file.name: ast.parse(file.read_text()) for file in sorted(FOLDER.glob("*.py"))}


def classes(tree: ast.Module) -> list[ast.ClassDef]:
    """Return the classes of a file."""
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Return the functions of a file's classes with their full names."""
    for cls in classes(tree):
        yield from ((f"{cls.name}.{node.name}", node) for node in cls.body if isinstance(node, ast.FunctionDef))


def called(node: ast.AST) -> str:
    """Return the name of the function or method that a node calls."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


# ---------------------------------------------------------------------------------------------------- rules by syntax
def not_expectations_alone(tree: ast.Module) -> list[str]:
    """Name the checks whose body is anything but a docstring and `expect` of the history, each with judges."""
    wrong = []
    for name, function in functions(tree):
        if ".test_" not in name:
            continue
        body = [node.value for node in function.body if isinstance(node, ast.Expr)]
        expects = [node for node in body[1:] if called(node) in {"expect", "expect_always"}]
        judges = [len(node.args) > 1 for node in expects if isinstance(node, ast.Call)]
        wanted = [True] * max(1, len(function.body) - 1)
        if len(body) != len(function.body) or judges != wanted or not ast.get_docstring(function):
            wrong.append(name)
    return wrong


def long_checks(tree: ast.Module) -> list[str]:
    """Name the checks and scenarios that one does not take in at a glance."""
    return [name for name, node in functions(tree) if (node.end_lineno or 0) - node.lineno >= CHECK_LINES]


def branching(tree: ast.Module) -> list[str]:
    """Name what loops over time, tries, or decides: a scenario does one thing, and waits in one place only."""
    return [name for name, function in functions(tree) if any(isinstance(node, LOOPS) for node in ast.walk(function))]


def without_invariants(tree: ast.Module) -> list[str]:
    """Name the classes with a scenario that do not judge the invariants as well."""
    return [
        cls.name
        for cls in classes(tree)
        if any(isinstance(node, ast.FunctionDef) and node.name == "history" for node in cls.body)
        and "Invariants" not in [ast.unparse(base) for base in cls.bases]
    ]


def marks(tree: ast.Module, *methods: str) -> set[str]:
    """Return the marks that judges narrow their window by."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in methods]
    return {str(arg.value) for node in calls for arg in node.args if isinstance(arg, ast.Constant)}


def is_check(function: ast.FunctionDef) -> bool:
    """Tell a check from what acts."""
    return function.name.startswith("test_")


def literals(tree: ast.AST) -> set[str]:
    """Return all texts of a file."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("rule", [not_expectations_alone, long_checks, branching])
def test_checks_keep_the_rule(rule: object) -> None:
    """Every check is made of expectations, short, and free of loops over time."""
    assert callable(rule)
    assert {name: rule(tree) for name, tree in trees().items() if rule(tree)} == {}


def test_every_scenario_judges_the_invariants() -> None:
    """What holds always is judged of whatever was done; an exception has its reason."""
    found = {name for tree in trees().values() for name in without_invariants(tree)}
    assert found == WITHOUT_INVARIANTS.keys()


def test_marks_are_those_of_acts() -> None:
    """A window by a mark that no act leaves would be empty, or the whole record."""
    acts = [literals(ast.parse(file.read_text())) for file in SCENARIO.glob("*.py")]
    known = set[str]().union(*acts)
    for name, tree in trees().items():
        acting = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and not is_check(node)]
        own = {arg for node in acting for arg in literals(node)}
        assert marks(tree, "since", "until", "between") <= known | own, name


def test_every_judge_is_asked() -> None:
    """A judge that no check asks proves nothing about anybody."""
    nodes = [node for tree in trees().values() for node in ast.walk(tree)]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    groups = ast.parse((JUDGE / "invariants.py").read_text()).body
    named = [one for one in groups if isinstance(one, ast.AnnAssign) and ast.unparse(one.target) in names]
    nodes += [node for group in named for node in ast.walk(group)]
    asked = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
    judges = {
        f"{file.stem}.{node.name}"
        for file in JUDGE.glob("*.py")
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and "judge" in map(called, node.decorator_list)
    }
    assert judges
    assert judges - asked == set()


GOOD = '''
class TestA(Invariants):
    @scenario()
    def history(stage):
        """Act."""
        for ordinal in range(3):
            stage.release(ordinal)

    def test_a(self, history):
        """It MUST be."""
        expect(history.since("kill"), order.ascending)
'''


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (not_expectations_alone, "expect(history.", "print(history."),
        (not_expectations_alone, ", order.ascending)", ")"),
        (not_expectations_alone, "expect(history.", "assert expect(history."),
        (not_expectations_alone, '        """It MUST be."""\n', ""),
        (not_expectations_alone, "        expect(", "        if history.lost:\n            expect("),
        (not_expectations_alone, "order.ascending)", "order.ascending)\n        print(history)"),
        (long_checks, "            stage.release(ordinal)\n", "            stage.release(ordinal)\n" * 23),
        (branching, "for ordinal in range(3)", "while True"),
        (branching, "expect(history.", "if history: expect(history."),
        (without_invariants, "(Invariants)", ""),
    ],
)
def test_the_rules_tell_bad_from_good(rule: object, good: str, bad: str) -> None:
    """Each rule lets the example pass, and names what is wrong in a spoilt one."""
    assert callable(rule)
    assert good in GOOD
    assert rule(ast.parse(GOOD)) == []
    assert len(rule(ast.parse(GOOD.replace(good, bad)))) == 1


# --------------------------------------------------------------------------------------------------- rules by meaning
def documented(check: WrittenCheck) -> str:
    """Return a check's docstring."""
    return inspect.getdoc(check.function) or ""


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.name)
def test_a_check_says_what_it_demands(check: WrittenCheck) -> None:
    """Its docstring has the word of its level; a contrast demands nothing and states what is so."""
    contrast = {GUARANTEES[id_].area for id_ in check.promise.guarantees} == {"CTR"}
    words = [word for word in WORDS.values() if word in documented(check).split()]
    assert words == ([] if contrast else [WORDS[check.promise.level]])
    assert documented(check).endswith(".")
    assert "\n" not in documented(check)


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.name)
def test_a_check_and_what_it_shows_agree(check: WrittenCheck) -> None:
    """An observation is shown by judging at least one of the promises that it rests on."""
    for number in check.promise.observations:
        assert set(OBSERVATIONS[number].guarantees) & set(check.promise.guarantees), number


@pytest.mark.parametrize("number", OBSERVATIONS)
def test_an_observation_is_shown_whole(number: int) -> None:
    """Each observation has a check, and each promise that it rests on is judged by one that shows it."""
    shown = {id_ for check in checks() if number in check.promise.observations for id_ in check.promise.guarantees}
    assert set(OBSERVATIONS[number].guarantees) <= shown


def test_every_guarantee_has_a_check() -> None:
    """A promise in the catalogue that nothing judges would read as if it were kept."""
    assert {id_ for check in checks() for id_ in check.promise.guarantees} == GUARANTEES.keys()


def test_every_check_has_a_guarantee() -> None:
    """A test that judges no promise would be told by no report, and no run would be the worse for its failure."""
    written = {name for tree in trees().values() for name, function in functions(tree) if is_check(function)}
    assert written == {check.name for check in checks()}


def test_names_are_unique() -> None:
    """Two classes of one name would share their namespaces and their evidence."""
    names = Counter(cls.name for tree in trees().values() for cls in classes(tree))
    assert max(names.values()) == 1


def test_every_class_has_its_scenario() -> None:
    """What is written down is what a run collects."""
    checks()
    known = {name for module, name in SCENARIOS if module.startswith("conformance.")}
    assert known == {cls.name for tree in trees().values() for cls in classes(tree)} - {Invariants.__name__}
