"""Where the API serves what."""

from __future__ import annotations

import pytest

from stsconf.kube.kinds import KINDS


@pytest.mark.parametrize(
    ("kind", "where", "path"),
    [
        ("Pod", (), "/api/v1/pods"),
        ("Pod", ("shop",), "/api/v1/namespaces/shop/pods"),
        ("Pod", ("shop", "web-0"), "/api/v1/namespaces/shop/pods/web-0"),
        ("Pod", ("shop", "web-0", "status"), "/api/v1/namespaces/shop/pods/web-0/status"),
        ("StatefulSet", ("shop", "web"), "/apis/apps/v1/namespaces/shop/statefulsets/web"),
        ("EndpointSlice", ("shop",), "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"),
        ("Namespace", ("", "shop"), "/api/v1/namespaces/shop"),
        ("PersistentVolume", ("shop", "pv-1"), "/api/v1/persistentvolumes/pv-1"),
        ("StorageClass", (), "/apis/storage.k8s.io/v1/storageclasses"),
    ],
)
def test_path(kind: str, where: tuple[str, ...], path: str) -> None:
    """Core and grouped kinds, in a namespace or in none, whole collections, objects and their subresources."""
    assert KINDS[kind].path(*where) == path


@pytest.mark.parametrize(("kind", "group"), [("Pod", ""), ("StatefulSet", "apps"), ("StorageClass", "storage.k8s.io")])
def test_group(kind: str, group: str) -> None:
    """The group is the API version without the version."""
    assert KINDS[kind].group == group


def test_names_agree() -> None:
    """Every kind is found under its own name, and its plural is the usual lower-case one."""
    assert {name: (kind.name, kind.plural) for name, kind in KINDS.items()} == {
        name: (name, f"{name.lower()}{'es' if name.endswith('s') else 's'}") for name in KINDS
    }
