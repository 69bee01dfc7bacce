"""The catalogue of guarantees as a whole."""

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest

from stsconf.model.capability import Capability
from stsconf.model.catalogue import GUARANTEES, assemble, catalogue_hash
from stsconf.model.guarantee import UNREPORTED, Guarantee, Level, Profile

ONE = Guarantee("ORD-1", Level.MUST, Profile.CORE, "Pods MUST be made.", "a page: a section")


@pytest.mark.parametrize("guarantee", GUARANTEES.values(), ids=GUARANTEES.keys())
def test_a_guarantee_is_complete(guarantee: Guarantee) -> None:
    """Each has an id, one sentence that says how binding it is, and a source that names page and section."""
    assert re.fullmatch(r"[A-Z]{3}-[1-9]\d*", guarantee.id)
    assert guarantee.statement.endswith(".")
    assert re.findall(r"\b(?:MUST|SHOULD)\b", guarantee.statement)[:1] == (
        [] if guarantee.level is Level.REPORT else [guarantee.level.value]
    )
    assert len(guarantee.source) > 20
    assert re.fullmatch(r"(1\.\d+)?", guarantee.since)
    assert re.fullmatch(rf"(#\d+|{UNREPORTED})?", guarantee.known_issue)
    assert re.fullmatch(r"(1\.\d+(\.\d+)?)?", guarantee.fixed)
    assert guarantee.known_issue or not guarantee.fixed


@pytest.mark.parametrize("guarantee", GUARANTEES.values(), ids=GUARANTEES.keys())
def test_profiles_ask_for_what_they_need(guarantee: Guarantee) -> None:
    """What concerns claims needs storage, what concerns names needs DNS; the core needs neither."""
    needed = {
        Profile.STORAGE: {Capability.STORAGE},
        Profile.DNS: {Capability.DNS},
        Profile.EXTENDED: set(),
        Profile.DISRUPTIVE: {Capability.NODE_CONTROL},
        Profile.UPDATES: set(),
        Profile.CORE: set(),
    }
    assert needed[guarantee.profile] <= guarantee.needs
    if guarantee.profile is Profile.CORE:
        assert guarantee.needs <= {Capability.CONTAINERS}


def test_ids_lead_to_their_guarantees() -> None:
    """The mapping's keys are the ids, and an id's letters are its area."""
    assert all(key == guarantee.id for key, guarantee in GUARANTEES.items())
    areas = {"ORD", "PAR", "MRS", "ORN", "POD", "IDN", "OWN", "CTR", "RUN", "UPD", "STA", "STO", "RET", "APP"}
    assert {guarantee.area for guarantee in GUARANTEES.values()} <= areas | {"DNS", "SVC"}


def test_an_id_is_given_once() -> None:
    """Two guarantees of one id stop the import, in one group or in two."""
    groups: Iterable[tuple[tuple[Guarantee, ...], ...]] = (((ONE, ONE),), ((ONE,), (ONE,)))
    for group in groups:
        with pytest.raises(ValueError, match="two guarantees have the id ORD-1"):
            assemble(*group)


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, id="ORD-2"),
        replace(ONE, level=Level.SHOULD),
        replace(ONE, profile=Profile.DNS),
        replace(ONE, statement="Pods MUST be there."),
        replace(ONE, source="another page: a section"),
        replace(ONE, needs=frozenset({Capability.DNS})),
        replace(ONE, since="1.25"),
        replace(ONE, known_issue="#1"),
        replace(ONE, fixed="1.37"),
    ],
    ids=["id", "level", "profile", "statement", "source", "needs", "since", "known issue", "fixed"],
)
def test_the_hash_tells_catalogues_apart(other: Guarantee) -> None:
    """Any change of any guarantee changes the hash."""
    assert catalogue_hash(assemble([ONE])) != catalogue_hash(assemble([other]))


def test_the_hash_does_not_depend_on_order() -> None:
    """Moving a guarantee within the catalogue changes nothing about it."""
    other = replace(ONE, id="ORD-2")
    assert catalogue_hash(assemble([ONE, other])) == catalogue_hash(assemble([other, ONE]))
    assert re.fullmatch(r"[0-9a-f]{12}", catalogue_hash())
