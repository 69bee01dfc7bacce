"""The page of the museum."""

from __future__ import annotations

from stsconf.mutants.exhibit import BY_HAND, Catch, Exhibit
from stsconf.mutants.museum_page import museum_page
from stsconf.mutants.outcome import Kill, Outcome, Trial

CATCH = Catch("test_x.py::TestX::test_it", "x.it")
EXHIBITS = (
    Exhibit("one", "#1", "v1.1.0", "v1.2.0", "It did this | that.", (CATCH,)),
    Exhibit("two", "#2", "v1.1.0", "", "It did more.", (CATCH,)),
)
HEAD = "| bug | told in | broken | good from | what it did | guarantees | check | finding | seen on |"


def trial(name: str, outcome: Outcome = Outcome.KILLED, code: str = "x.it", cluster: str = "simulated") -> Trial:
    """Make a trial with one kill."""
    return Trial(f"bug.{name}", cluster, outcome, (Kill(CATCH.check, ("ORD-1", "ORD-2"), code, "so it is"),))


def test_what_was_caught_is_told() -> None:
    """With the releases, the guarantees, the finding, and the kinds of cluster."""
    page = museum_page(EXHIBITS, [trial("one"), trial("one", cluster="embedded"), trial("two")]).splitlines()
    start = page.index(HEAD)
    it = "`test_x.py::TestX::test_it` | x.it"
    assert page[start + 2 :] == [
        f"| `one` | #1 | v1.1.0 | v1.2.0 | It did this \\| that. | ORD-1, ORD-2 | {it} | embedded, simulated |",
        f"| `two` | #2 | v1.1.0 | none yet | It did more. | ORD-1, ORD-2 | {it} | simulated |",
    ]
    assert "2 bugs caught, 2 releases." in page


def test_what_was_not_caught_as_named_is_seen() -> None:
    """Another finding, a survivor, or no trial at all leave the place empty."""
    page = museum_page(EXHIBITS, [trial("one", code="x.other"), trial("two", Outcome.SURVIVED)])
    assert "0 bugs caught" in page
    assert page.count("| x.it |  |") == len(EXHIBITS)


def test_bugs_made_by_hand_have_a_table_of_their_own() -> None:
    """Without releases, for they have none."""
    made = Exhibit("three", BY_HAND, "three", "v1.9.0", "It did less.", (CATCH,))
    page = museum_page([*EXHIBITS, made], [trial("one"), trial("three")])
    past, by_hand = page.split("## Bugs that were made by hand")
    assert "1 bugs caught, 2 releases." in past
    assert "three" not in past
    assert by_hand.splitlines()[-4:] == [
        "",
        "| bug | what it did | guarantees | check | finding | seen on |",
        "| --- | --- | --- | --- | --- | --- |",
        "| `three` | It did less. | ORD-1, ORD-2 | `test_x.py::TestX::test_it` | x.it | simulated |",
    ]
    assert "1 bugs caught." in by_hand
