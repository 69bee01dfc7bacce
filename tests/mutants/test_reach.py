"""What ran, and what stands in it."""

from __future__ import annotations

import pytest

from stsconf.errors import StsconfError
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.reach import EVERYTHING, Atlas, Reach

SOURCE = b"""\
func sync() error {
\tif err := list(); err != nil {
\t\treturn err
\t}
\twork()
}
"""
PROFILE = """\
mode: set
stsconf.local/c/statefulset/set.go:1.19,2.31 2 1
stsconf.local/c/statefulset/set.go:2.31,4.3 1 0
stsconf.local/c/statefulset/set.go:5.2,5.8 1 1
"""
REACH = Reach.read(PROFILE)


def mutant(before: str, operator: str = "call") -> Mutant:
    """Make a mutant of some words of the source."""
    start = SOURCE.index(before.encode())
    return Mutant("set.sync.x.1", "set.go", "sync", operator, 1, start, start + len(before), before, "", "")


@pytest.mark.parametrize(
    ("before", "operator", "reached"),
    [
        ("list()", "call", True),
        ("err != nil", "negation", True),
        ("return err", "return", False),
        ("err != nil", "skipped", False),
        ("work()", "call", True),
        ("func", "call", True),
    ],
    ids=["before", "condition", "branch", "branch-not-taken", "after", "nowhere"],
)
def test_what_never_runs_is_out_of_reach(before: str, operator: str, *, reached: bool) -> None:
    """Of a branch that is not taken, its body and that it is not taken; not its condition."""
    assert REACH.has(mutant(before, operator), SOURCE) is reached


def test_a_file_without_blocks_is_taken_to_run() -> None:
    """Nothing is known about it."""
    elsewhere = Reach({"other.go": REACH.blocks["set.go"]})
    assert elsewhere.has(mutant("return err"), SOURCE)


@pytest.mark.parametrize("profile", ["mode: set\nnonsense\n", "mode: set\n", PROFILE.replace(" 1\n", " 0\n")])
def test_what_is_no_profile_is_refused(profile: str) -> None:
    """Half a profile would make survivors of mutants that nobody showed to the suite."""
    with pytest.raises(StsconfError):
        Reach.read(profile)


def test_a_part_that_does_not_reach_a_mutant_is_left_out() -> None:
    """What nothing is known of yet is not."""
    elsewhere = Reach.read(PROFILE.replace("4.3 1 0", "4.3 1 1"))
    atlas = Atlas(("test_a.py", "test_b.py"), {"test_a.py": REACH})
    checks = ("test_a.py::TestA::test_it", "test_b.py::TestB::test_it")
    assert (atlas.known, atlas.reaching(checks, mutant("return err"), SOURCE)) == (False, checks[1:])
    atlas.reach["test_b.py"] = elsewhere
    assert (atlas.known, atlas.reaching(checks, mutant("return err"), SOURCE)) == (True, checks[1:])
    assert atlas.reaching(checks, mutant("list()"), SOURCE) == checks


def test_the_whole_is_one_part_as_well() -> None:
    """Whatever all of the checks together do not reach is shown to none."""
    atlas = Atlas(reach={EVERYTHING: REACH})
    assert atlas.known
    assert atlas.reaching(("test_a.py::TestA::test_it",), mutant("return err"), SOURCE) == ()
