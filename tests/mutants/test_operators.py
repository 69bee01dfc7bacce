"""The list of operators."""

from __future__ import annotations

import re

from stsconf.mutants.operators import OPERATORS


def test_names_are_parts_of_ids() -> None:
    """Each operator has one name, fit for a file and a command line."""
    names = [operator.name for operator in OPERATORS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)
