"""Making a scenario's namespace."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.scenario.follow import follow
from stsconf.scenario.labels import CREATED, EXPIRES, NAMESPACE_PREFIX, run_labels
from stsconf.wait import Clock, Deadlines

EXPIRY = timedelta(hours=2)
"""After this, `make sweep` may take a namespace away; no run lasts as long."""
_PROFILE, _PROFILE_VERSION = "restricted", "v1.30"
_MODES = ("enforce", "audit", "warn")
_LONGEST, _DIGEST = 63, 8


def namespace_name(run: str, scenario: str) -> str:
    """Return a valid name that tells which scenario of which run it belongs to; no two scenarios share one."""
    words = re.sub(r"(?<!^)(?=[A-Z])", "-", scenario.removeprefix("Test")).lower()
    name = f"{NAMESPACE_PREFIX}{run}-{re.sub(r'[^a-z0-9]+', '-', words)}".strip("-")
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{name[: _LONGEST - _DIGEST - 1].strip('-')}-{digest}"


def create_namespace(kube: Kube, run: str, name: str, clock: Clock, deadlines: Deadlines) -> None:
    """Create a namespace under restricted Pod Security and wait for its default service account.

    Pods are refused before that account exists, and controllers back off when they are refused.
    """
    now = clock.utc()
    security = {f"pod-security.kubernetes.io/{mode}": _PROFILE for mode in _MODES}
    versions = {f"pod-security.kubernetes.io/{mode}-version": _PROFILE_VERSION for mode in _MODES}
    times = {CREATED: now.isoformat(timespec="seconds"), EXPIRES: (now + EXPIRY).isoformat(timespec="seconds")}
    kube.create(
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": {**run_labels(run), **security, **versions}, "annotations": times},
        }
    )
    accounts = follow(kube, "ServiceAccount", deadlines.controller, clock, name, fieldSelector="metadata.name=default")
    if not any(accounts):
        raise StsconfError(
            f"namespace {name} got no default service account within {deadlines.controller:.0f} s",
            "the controller manager makes it, and pods are refused without it",
            "look at the controller manager",
        )
