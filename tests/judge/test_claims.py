"""Which claims are the set's."""

import pytest

from stsconf.judge import claims
from stsconf.model import objects
from tests.judge.builder import Script


@pytest.mark.parametrize(
    ("name", "ordinal"),
    [("www-web-0", 0), ("www-web-12", 12), ("www-web-01", -1), ("www-web-x", -1), ("db-web-0", -1), ("www-web2-0", -1)],
)
def test_ordinal(name: str, ordinal: int) -> None:
    """A claim belongs to an ordinal by its whole name."""
    assert claims.ordinal(Script().history(), name) == ordinal


def test_the_sets_claims_in_order() -> None:
    """Claims are told apart by window, and put in the order of their ordinals."""
    script = Script().claim("www-web-1").act("mark", claims=["www-web-2"])
    history = script.claim("www-web-2").claim("www-web-0").claim("other").history(since="mark")
    assert list(claims.at_start(history)) == ["www-web-1"]
    assert list(claims.at_end(history)) == ["www-web-0", "www-web-1", "www-web-2"]
    assert [event.name for event in claims.made(history)] == ["www-web-0"]
    assert claims.premade(history) == {"www-web-2"}
    assert objects.name(claims.template(history, "www-web-0")) == "www"
    assert claims.last(history, "www-web-1").type == "MODIFIED"


def test_a_pods_claims() -> None:
    """A pod uses the claims that its volumes name."""
    pod = Script().pending("web-0").history().events[-1].object
    assert claims.mounted(pod) == {"www-web-0"}
