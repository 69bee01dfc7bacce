"""The promises about the status."""

from stsconf.model.catalogue import GUARANTEES
from stsconf.model.catalogue_status import STATUS


def test_the_areas_are_where_one_looks_for_them() -> None:
    """The module holds these areas, whole and alone."""
    areas = {"STA"}
    assert {guarantee.id for guarantee in STATUS} == {one.id for one in GUARANTEES.values() if one.area in areas}


def test_statements_differ() -> None:
    """No promise is made twice in the same words."""
    statements = [guarantee.statement for guarantee in STATUS]
    assert len(set(statements)) == len(statements)
