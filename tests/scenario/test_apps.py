"""The example apps, held against their manifests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.scenario import apps
from stsconf.scenario.apps import APPS, App, manifest
from tests.fake_api import Json


def one(app: App, kind: str) -> Json:
    """Return the object of a kind from an app's manifest."""
    (found,) = (obj for obj in app.manifest() if obj["kind"] == kind)
    return found


@pytest.fixture
def empty_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Take the manifests away."""
    monkeypatch.setattr(apps, "_MANIFESTS", tmp_path)
    apps._load.cache_clear()  # noqa: SLF001 -- read once per process otherwise
    yield
    apps._load.cache_clear()  # noqa: SLF001 -- what was read before is good again


@pytest.mark.parametrize("app", APPS.values(), ids=str)
def test_app_says_what_its_manifest_says(app: App) -> None:
    """Names and port of an app are those that a person would apply."""
    stateful_set, service = one(app, "StatefulSet"), one(app, "Service")
    (claim,) = stateful_set["spec"]["volumeClaimTemplates"]
    (port,) = stateful_set["spec"]["template"]["spec"]["containers"][0]["ports"]
    assert (stateful_set["metadata"]["name"], stateful_set["spec"]["serviceName"]) == (app.set_name, app.service)
    assert (service["metadata"]["name"], claim["metadata"]["name"]) == (app.service, app.claim)
    assert port == {"name": app.port_name, "containerPort": app.port}
    assert stateful_set["spec"]["template"]["metadata"]["labels"] == service["spec"]["selector"] == {"app": app.name}


@pytest.mark.parametrize("app", APPS.values(), ids=str)
def test_manifest_is_a_fresh_copy(app: App) -> None:
    """A scenario may change what it gets."""
    one(app, "StatefulSet")["spec"].clear()
    for obj in app.manifest():
        obj.clear()
    assert one(app, "StatefulSet")["spec"]["serviceName"] == app.service


def test_manifest_for_nodes_without_ipv6() -> None:
    """Nginx listens on IPv4 alone there: it would end at the other line. All else is the same."""
    (usual, *others), (without, *same) = APPS["nginx"].manifest(), APPS["nginx"].manifest(ipv6=False)
    lines, left = (obj["data"]["nginx.conf"].splitlines() for obj in (usual, without))
    assert [line.strip() for line in lines if line not in left] == ["listen [::]:8080;"]
    assert [line for line in lines if line in left] == left
    assert others == same


def test_observers_manifest() -> None:
    """The observer is a single pod."""
    assert [obj["kind"] for obj in manifest("observer")] == ["Pod"]


@pytest.mark.usefixtures("empty_checkout")
def test_no_manifests() -> None:
    """Where the manifests are not, it is said which one and what to do."""
    with pytest.raises(
        StsconfError, match=r"the manifest of kubia cannot be read\n.*kubia\.yaml.*\nrun from a checkout"
    ):
        APPS["kubia"].manifest()
