"""The promises about order."""

from stsconf.model.catalogue import GUARANTEES
from stsconf.model.catalogue_order import ORDER


def test_the_areas_are_where_one_looks_for_them() -> None:
    """The module holds these areas, whole and alone."""
    areas = {"ORD", "PAR", "MRS", "ORN"}
    assert {guarantee.id for guarantee in ORDER} == {one.id for one in GUARANTEES.values() if one.area in areas}


def test_statements_differ() -> None:
    """No promise is made twice in the same words."""
    statements = [guarantee.statement for guarantee in ORDER]
    assert len(set(statements)) == len(statements)
