"""Bugs made by hand: what they name is there, their edits fit, and what does not is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.model.finding import DID_NOT_HAPPEN
from stsconf.mutants.exhibit import BY_HAND, Catch
from stsconf.mutants.handmade import HANDMADE, Handmade, read
from stsconf.mutants.museum import EXHIBITS
from tests.judge.cases import all_judges
from tests.mutants.test_museum import checks

BUG = """
[late]
did = "It comes late."
catches = [["test_x.py::TestX::test_it", "x.it"]]
[[late.edits]]
file = "a.go"
old = "now"
new = "later"
[[late.edits]]
file = "a.go"
old = "here"
new = "there"
"""


def bug(folder: Path, text: str = BUG) -> Handmade:
    """Read one bug."""
    path = folder / "bugs.toml"
    path.write_text(text)
    (made,) = read([path]).values()
    return made


@pytest.mark.parametrize("name", HANDMADE)
def test_it_names_what_there_is(name: str) -> None:
    """Checks and codes of this checkout; and it is told in one sentence."""
    exhibit = HANDMADE[name].exhibit
    assert set(exhibit.checks) <= checks()
    codes = {judge.code for judge in all_judges().values()} | {DID_NOT_HAPPEN}
    assert {catch.code for catch in exhibit.catches} <= codes
    assert exhibit.catches
    assert exhibit.did.endswith(".")
    assert HANDMADE[name].edits


def test_no_name_is_there_twice() -> None:
    """Those of releases and those made by hand are asked for in the same way."""
    assert not HANDMADE.keys() & EXHIBITS.keys()
    assert len(HANDMADE) >= 40


def test_a_bug_is_read(tmp_path: Path) -> None:
    """With its release, which is its own, the one that is good, and what has to catch it."""
    exhibit = bug(tmp_path).exhibit
    assert (exhibit.name, exhibit.told, exhibit.broken, exhibit.did) == ("late", BY_HAND, "late", "It comes late.")
    assert exhibit.fixed.startswith("v1.")
    assert exhibit.catches == (Catch("test_x.py::TestX::test_it", "x.it"),)


def test_files_are_changed(tmp_path: Path) -> None:
    """All edits of a file are made, and no other file is."""
    sources = {"a.go": b"now and here", "b.go": b"now"}
    assert bug(tmp_path).changes(sources) == {"a.go": b"later and there"}


@pytest.mark.parametrize(("text", "places"), [(b"then and here", 0), (b"now, now, here", 2)])
def test_an_edit_without_one_place(text: bytes, places: int, tmp_path: Path) -> None:
    """Another release has other sources."""
    with pytest.raises(StsconfError, match="late cannot be made") as raised:
        bug(tmp_path).changes({"a.go": text})
    assert raised.value.why == f"a.go has {places} places with 'now'"


@pytest.mark.parametrize(
    "text",
    ["[late", BUG.replace("did", "does"), BUG.replace("old", "former"), BUG.replace('"x.it"', '"x", "it"')],
    ids=["no TOML", "no sentence", "another field", "no catch"],
)
def test_a_file_that_does_not_tell(text: str, tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(StsconfError, match=r"bugs\.toml does not tell its bugs"):
        bug(tmp_path, text)
