"""Where the source of a promise can be read."""

import pytest

from stsconf.model.catalogue import GUARANTEES
from stsconf.report.sources import link, short

STATEFULSETS = "Kubernetes documentation, Concepts, StatefulSets"
PAGE = "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (STATEFULSETS, PAGE),
        (f"{STATEFULSETS}: Ordinal Index", f"{PAGE}#:~:text=Ordinal%20Index"),
        (f"{STATEFULSETS}: Rolling Updates (the nginx example)", f"{PAGE}#:~:text=Rolling%20Updates"),
        (
            "Kubernetes DNS-Based Service Discovery, specification 1.1.0: Records",
            "https://github.com/kubernetes/dns/blob/master/docs/specification.md#:~:text=Records",
        ),
        ("Kubernetes documentation, Concepts, Some New Page", "https://kubernetes.io/search/?q=Some%20New%20Page"),
        ("behaviour of the StatefulSet controller", ""),
    ],
)
def test_a_source_has_an_address(source: str, expected: str) -> None:
    """A page of the documentation at its section; a search for a page not known here; none for a behaviour."""
    assert link(source) == expected


def test_every_documented_promise_can_be_read() -> None:
    """Whatever the catalogue says is documented has an address."""
    documented = [promise.source for promise in GUARANTEES.values() if promise.source.startswith("Kubernetes ")]
    assert len(documented) > 40
    assert [source for source in documented if not link(source).startswith("https://")] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"{STATEFULSETS}: Ordinal Index", "StatefulSets: Ordinal Index"),
        ("Kubernetes documentation, Glossary", "Kubernetes documentation, Glossary"),
        ("behaviour of the StatefulSet controller", "behaviour of the StatefulSet controller"),
    ],
)
def test_a_source_is_told_short(source: str, expected: str) -> None:
    """Without what all of them begin with."""
    assert short(source) == expected
