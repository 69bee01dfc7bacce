"""The list of faults: whole, and about promises and findings that exist."""

from __future__ import annotations

import pytest

from stsconf.model.catalogue import GUARANTEES
from stsconf.model.finding import DID_NOT_HAPPEN
from stsconf.mutants.fault import EVERYWHERE, Fault
from stsconf.mutants.faults import healthy
from stsconf.mutants.faults.catalogue import FAULTS
from tests.judge.cases import all_judges

CODES = {DID_NOT_HAPPEN, *(one.code for one in all_judges().values())}
SPARED = {"api-slow", "watches-cut", "dns-replaced", *(fault.name for fault in healthy.FAULTS)}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_expects_what_exists(fault: Fault) -> None:
    """Guarantees are in the catalogue, codes are judges', and the fault can be played somewhere."""
    named = {kill.guarantee for kill in fault.kills} | fault.may_fail | (fault.may_pass or set())
    assert named <= set(GUARANTEES)
    assert {kill.code for kill in fault.kills} <= CODES
    assert set(fault.kinds) <= set(EVERYWHERE)
    assert fault.kinds
    assert fault.breaks.endswith(".")


def test_only_what_breaks_no_promise_is_spared() -> None:
    """Every other fault names the findings that must come of it."""
    assert {name for name, fault in FAULTS.items() if not fault.kills} == SPARED
    assert not any(FAULTS[name].may_fail or FAULTS[name].may_pass for name in SPARED)


def test_names_are_unique() -> None:
    """No family hides another's fault."""
    assert [name for name, fault in FAULTS.items() if fault.name != name] == []
    assert len(FAULTS) >= 22
