"""What all scenarios of a run share."""

from __future__ import annotations

from stsconf.model.capability import Capability
from tests.scenario.stages import Playhouse


def test_capabilities(house: Playhouse) -> None:
    """Only what was found counts."""
    context = house.context(can={Capability.STORAGE: "a claim was bound"})
    assert context.can(Capability.STORAGE)
    assert not context.can(Capability.CONTAINERS)
