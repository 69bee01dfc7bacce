"""A scenario's namespace: its name, its marks, and when it is ready for pods."""

from __future__ import annotations

import re

import pytest

from stsconf.errors import StsconfError
from stsconf.scenario.namespaces import create_namespace, namespace_name
from tests.fake_api import listing
from tests.hand_clock import HandClock
from tests.scenario.stages import NONE, PATIENCE, Playhouse

LONG = "TestThatAPodWhichIsDeletedWhileItsNodeIsOutOfReachIsNotReplaced"
ACCOUNTS = "GET /api/v1/namespaces/stsconf-r1-x/serviceaccounts"


@pytest.mark.parametrize(
    ("scenario", "name"),
    [
        ("TestOrderedStartup-kubia", "stsconf-r1-ordered-startup-kubia"),
        ("TestDNS_Names-nginx", "stsconf-r1-d-n-s-names-nginx"),
        ("trial", "stsconf-r1-trial"),
    ],
)
def test_name_tells_the_scenario(scenario: str, name: str) -> None:
    """A person who lists namespaces sees which run and which check class each belongs to."""
    assert namespace_name("r1", scenario) == name


@pytest.mark.parametrize("length", range(len("TestT"), len(LONG) + 1))
def test_name_is_valid(length: int) -> None:
    """However long the class's name is, the namespace's is a DNS label of at most 63 characters."""
    name = namespace_name("20260301-120000-abcd", LONG[:length])
    assert re.fullmatch(r"stsconf-20260301-120000-abcd-[a-z0-9]([a-z0-9-]*[a-z0-9])?", name)
    assert len(name) <= 63


def test_name_is_unique() -> None:
    """Names that differ only in what is cut off stay different: apps of one class, classes that begin alike."""
    scenarios = [f"{LONG}{more}-{app}" for more in ("", "AtOnce") for app in ("kubia", "nginx")]
    assert len({namespace_name("r1", scenario) for scenario in scenarios}) == len(scenarios)


def test_marks(house: Playhouse) -> None:
    """The namespace is under restricted Pod Security, carries its run, and says when it may be swept."""
    house.api.answers[ACCOUNTS] = listing({"metadata": {"name": "default", "uid": "a"}})
    create_namespace(house.kube, "r1", "stsconf-r1-x", HandClock(), PATIENCE)
    (request,) = house.api.asked("POST")
    modes = ("enforce", "audit", "warn")
    assert request.path == "/api/v1/namespaces"
    assert request.body["metadata"] == {
        "name": "stsconf-r1-x",
        "labels": {
            "app.kubernetes.io/managed-by": "stsconf",
            "stsconf.dev/run": "r1",
            **{f"pod-security.kubernetes.io/{mode}": "restricted" for mode in modes},
            **{f"pod-security.kubernetes.io/{mode}-version": "v1.30" for mode in modes},
        },
        "annotations": {
            "stsconf.dev/created": "2026-03-01T12:00:00+00:00",
            "stsconf.dev/expires": "2026-03-01T14:00:00+00:00",
        },
    }


def test_service_account_is_awaited(house: Playhouse) -> None:
    """Nothing can be deployed before the account exists: the namespace is not ready until then."""
    house.api.emit("ADDED", {"metadata": {"name": "default", "uid": "a"}})
    create_namespace(house.kube, "r1", "stsconf-r1-x", HandClock(), PATIENCE)
    looks = [request for request in house.api.requests if request.path.endswith("/serviceaccounts")]
    assert [request.query["fieldSelector"] for request in looks] == ["metadata.name=default"] * 2


def test_no_service_account(house: Playhouse) -> None:
    """A cluster whose controller manager makes no account is told as such."""
    with pytest.raises(StsconfError, match="namespace stsconf-r1-x got no default service account within 0 s"):
        create_namespace(house.kube, "r1", "stsconf-r1-x", HandClock(), NONE)
