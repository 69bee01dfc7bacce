"""A fake API server for the tests of targets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fake_api import FakeApi, serve

NODE = {"metadata": {"name": "n"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """Return a fake API server with one ready node, that tells its version and who we are."""
    with serve() as fake:
        fake.answers = {
            "GET /version": {"gitVersion": "v1.36.4-eks-1", "major": "1", "minor": "36+"},
            "GET /api/v1/nodes": {"items": [NODE]},
            "GET /api/v1/namespaces/kube-system": {"metadata": {"name": "kube-system"}},
            "POST /apis/authentication.k8s.io/v1/selfsubjectreviews": {"status": {"userInfo": {"username": "alice"}}},
        }
        yield fake
