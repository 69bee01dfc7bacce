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


@pytest.mark.parametrize(
    ("version", "issue"),
    [
        ("v1.36.4", "#1"),
        ("1.36", "#1"),
        ("v1.9.11", "#1"),
        ("v1.36.4-gke.37", "#1"),
        ("v1.37.0", ""),
        ("v1.37.1+k3s1", ""),
        ("v2.0.0", ""),
        ("unknown", ""),
    ],
)
def test_an_issue_is_known_of_the_versions_before_it_was_mended(version: str, issue: str) -> None:
    """Numbers are compared as numbers, and what cannot be read excuses nothing."""
    mended = Guarantee("ORD-2", Level.MUST, Profile.CORE, "A.", "b", known_issue="#1", fixed="1.37")
    assert mended.issue_in(version) == issue


def test_an_issue_that_nobody_mended_is_known_of_every_version() -> None:
    """Without a version there is no promise that any is better."""
    broken = Guarantee("ORD-2", Level.MUST, Profile.CORE, "A.", "b", known_issue="#1")
    assert {broken.issue_in(version) for version in ("v1.34.0", "v1.99.0", "")} == {"#1"}
