"""What the tests of scenarios share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenario.stages import Playhouse, playhouse


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Playhouse]:
    """Return a fake API server on which scenarios can be played."""
    with playhouse(tmp_path) as house:
        yield house
