"""All mutants of a package."""

from __future__ import annotations

import re

import pytest

from stsconf.errors import StsconfError, UsageError
from stsconf.mutants.generate import FILES, find, generate
from stsconf.mutants.syntax import parse
from tests.mutants.golang import UTILS, mutants, package

FIRST = "func first(a, b int) bool {\n\tif a < b && a > 0 {\n\t\treturn work(a)\n\t}\n\treturn b < a\n}\n"
LOOP = "\tfor i := range pods {\n\t\tc.work(pods[i])\n\t}\n"
METHOD = f"func (c *control) sync(pods []*v1.Pod) error {{\n{LOOP}\treturn nil\n}}\n"


def test_ids_tell_file_function_operator_and_position() -> None:
    """They are unique, and fit for a file and a command line."""
    ids = [mutant.id for mutant in mutants(FIRST + METHOD)]
    assert {"stateful_set_utils.first.boundary.3", "stateful_set_utils.control.sync.bound.1"} <= set(ids)
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w.]+\.\d+", one) for one in ids)


def test_ids_do_not_change_with_other_functions() -> None:
    """A function before, and another body after, move the bytes and leave the names."""
    alone = {mutant.id: mutant.diff for mutant in mutants(METHOD)}
    among = {mutant.id: mutant.diff for mutant in mutants(f"{FIRST}{METHOD}func last() {{ work(1) }}")}
    assert alone
    assert alone.items() <= among.items()


def test_a_change_of_one_operator_leaves_the_others_ids() -> None:
    """Positions are counted per operator."""
    before = {mutant.id: mutant.diff for mutant in mutants(FIRST) if mutant.operator != "call"}
    after = {mutant.id for mutant in mutants(FIRST.replace("\tif", "\twork(a)\n\tif")) if mutant.operator != "call"}
    assert before.keys() == after


def test_the_same_source_gives_the_same_mutants() -> None:
    """In the order of the files, then of the functions."""
    sources = {file: f"package statefulset\n{METHOD}{FIRST}".encode() for file in FILES}
    made = generate(sources)
    assert made == generate(dict(reversed(sources.items())))
    assert list(dict.fromkeys(mutant.file for mutant in made)) == list(FILES)
    assert list(dict.fromkeys(mutant.function for mutant in made)) == ["control.sync", "first"]


def test_no_fault_is_made_twice_or_makes_none() -> None:
    """Two operators that write the same text are one mutant."""
    source = package(FIRST + METHOD)[UTILS]
    faulty = [mutant.apply(source) for mutant in mutants(FIRST + METHOD)]
    assert len(set(faulty)) == len(faulty)
    assert source not in faulty


def test_every_mutant_is_go() -> None:
    """Each can be read again: no bracket is lost on the way."""
    source = package(FIRST + METHOD)[UTILS]
    assert all(parse(mutant.file, mutant.apply(source)).functions() for mutant in mutants(FIRST + METHOD))


def test_a_long_diff_is_one_short_line() -> None:
    """What was taken out of many lines is folded, and cut in the middle."""
    code = "func f() {\n\twork(\n" + "\t\targument,\n" * 40 + "\t)\n\twork()\n}"
    diff = mutants(code, "call")[0].diff
    assert diff.startswith("- work( argument, argument,")
    assert "\n" not in diff
    assert " ... " in diff
    assert len(diff) < 200


@pytest.mark.parametrize(
    ("sources", "line"),
    [
        ({}, "stateful_pod_control.go is missing"),
        ({**package(FIRST), "other.go": b"package p"}, "other.go is no part of the controller"),
        ({**package(FIRST), UTILS: b"package p\nfunc {"}, f"{UTILS} is not Go that can be read"),
    ],
    ids=["missing", "unknown", "broken"],
)
def test_a_wrong_source_is_refused(sources: dict[str, bytes], line: str) -> None:
    """What, why, and what to do, in three lines."""
    with pytest.raises(StsconfError) as refused:
        generate(sources)
    assert str(refused.value).splitlines()[0] == line
    assert len(str(refused.value).splitlines()) == 3


def test_mutants_are_found_by_id() -> None:
    """The id is all that a command needs."""
    made = mutants(FIRST)
    assert find(made, made[3].id) is made[3]


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        ("stateful_set_utils.first.boundry.1", "did you mean stateful_set_utils.first.boundary.1, "),
        ("???", "an id is file.function.operator.position"),
    ],
)
def test_an_unknown_id_names_its_neighbours(asked: str, advice: str) -> None:
    """A slip of the pen is told from a wild guess."""
    with pytest.raises(UsageError) as refused:
        find(mutants(FIRST), asked)
    assert refused.value.what == f"there is no mutant {asked}"
    assert refused.value.do.startswith(advice)
