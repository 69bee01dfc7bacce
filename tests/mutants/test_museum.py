"""The exhibits name what there is: releases that can be built, checks of this checkout, findings that judges make."""

from __future__ import annotations

import pytest

from stsconf.cluster.embedded.releases import RELEASES
from stsconf.commands.checks import CONFORMANCE
from stsconf.mutants.exhibit import Exhibit
from stsconf.mutants.museum import EXHIBITS
from stsconf.tables import checks_of
from tests.judge.cases import all_judges


def checks() -> set[str]:
    """Return the names of all checks, with their files, those that scenarios inherit too."""
    written = [
        (check.function.__module__.rpartition(".")[2], *check.name.split(".")) for check in checks_of(CONFORMANCE)
    ]
    inherited = [check for module, _, check in written if module == "invariants"]
    scenarios = {(module, scenario) for module, scenario, _ in written if module != "invariants"}
    everywhere = [(module, scenario, check) for module, scenario in scenarios for check in inherited]
    return {f"{module}.py::{scenario}::{check}" for module, scenario, check in (*written, *everywhere)}


@pytest.mark.parametrize("exhibit", EXHIBITS.values(), ids=lambda one: one.name)
def test_it_names_what_there_is(exhibit: Exhibit) -> None:
    """Two releases in their order, checks and codes; and it is told in one sentence."""
    order = list(RELEASES)
    assert not exhibit.fixed or order.index(exhibit.broken) < order.index(exhibit.fixed)
    assert exhibit.broken in order
    assert set(exhibit.checks) <= checks()
    assert {catch.code for catch in exhibit.catches} <= {judge.code for judge in all_judges().values()}
    assert exhibit.catches
    assert exhibit.did.endswith(".")


def test_no_release_is_there_for_nothing() -> None:
    """Each that can be built is shown, but for the current one."""
    shown = {version for one in EXHIBITS.values() for version in (one.broken, one.fixed)}
    assert set(list(RELEASES)[:-1]) <= shown
