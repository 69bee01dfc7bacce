"""Releases of Kubernetes whose StatefulSet controller can be built: each former one has a go.mod of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from stsconf.cluster.embedded.workshop import CURRENT, Release
from stsconf.errors import UsageError

_FOLDER = Path(__file__).parent / "modules" / "releases"
_LINKER = ("-checklinkname=0",)
"""Lets them reach into the runtime, as their dependencies do and today's linker forbids."""


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.removeprefix("v").split("."))


def _known() -> dict[str, Release]:
    former = [Release(path.parent.name, path.parent, _LINKER) for path in _FOLDER.glob("v*/go.mod")]
    return {one.version: one for one in sorted([*former, CURRENT], key=lambda one: _number(one.version))}


RELEASES: Mapping[str, Release] = MappingProxyType(_known())
"""The releases that can be built, by version, from the oldest to the current one."""


def release(version: str) -> Release:
    """Return a release; raises `UsageError` when it has no go.mod here."""
    if version not in RELEASES:
        raise UsageError(
            f"the StatefulSet controller of {version} cannot be built",
            f"there is a go.mod for {', '.join(RELEASES)}",
            "docs/trust.md says how one is made",
        )
    return RELEASES[version]
