"""What a guarantee is."""

import pytest

from stsconf.model.guarantee import Guarantee, Level, Profile


def test_the_area_is_the_ids_letters() -> None:
    """An id's area is what precedes its number."""
    assert Guarantee("ORD-2", Level.MUST, Profile.CORE, "A.", "b").area == "ORD"


def test_a_guarantee_has_no_defaults_that_judge() -> None:
    """How binding a promise is, and where it belongs, is said each time."""
    with pytest.raises(TypeError, match="missing"):
        Guarantee("ORD-2", statement="A.", source="b")  # type: ignore[call-arg]  # that is the point
