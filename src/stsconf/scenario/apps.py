"""The example apps: what their manifests are called, and how they are asked over HTTP."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from stsconf.errors import StsconfError

Json = dict[str, Any]

_MANIFESTS = Path(__file__).parents[3] / "manifests"
LOCAL_IMAGES = "localhost/stsconf"
"""Where the images are that the suite loads into a cluster itself."""


@dataclass(frozen=True, slots=True)
class App:
    """One example app.

    `set_name`, `service`, `claim` and `port` repeat what its manifest says, for those who ask. Data is written to
    `data_path` by `write_method`; `name_path` answers with the pod's hostname.
    """

    name: str
    set_name: str
    service: str
    claim: str
    port: int
    port_name: str
    write_method: str
    data_path: str
    name_path: str

    def manifest(self, *, ipv6: bool = True) -> list[Json]:
        """Return fresh copies of the manifest's objects; without `ipv6`, nothing listens on an address of that kind."""
        objs = manifest(self.name)
        for obj in objs:
            if obj["kind"] == "ConfigMap" and not ipv6:
                obj["data"] = {name: _without_ipv6(text) for name, text in obj["data"].items()}
        return objs


KUBIA = App("kubia", "kubia", "kubia", "datapvc", 8080, "http", "POST", "/", "/")
NGINX = App("nginx", "web", "nginx", "www", 8080, "web", "PUT", "/index.html", "/hostname")
APPS = {app.name: app for app in (KUBIA, NGINX)}
"""The apps a check may be parametrized over, by name."""


@cache
def _load(name: str) -> list[Json]:
    path = _MANIFESTS / name / f"{name}.yaml"
    try:
        return [obj for obj in yaml.safe_load_all(path.read_text()) if obj]
    except OSError as error:
        raise StsconfError(f"the manifest of {name} cannot be read", str(error), "run from a checkout") from error


def of_kind(objs: Iterable[Json], kind: str) -> Json:
    """Return the one object of a kind among a manifest's."""
    return next(obj for obj in objs if obj["kind"] == kind)


def _without_ipv6(settings: str) -> str:
    """Leave out the lines about IPv6: a program ends at them where the node's kernel has none."""
    return "".join(line for line in settings.splitlines(keepends=True) if "[::]" not in line)


def manifest(name: str) -> list[Json]:
    """Return fresh copies of the objects of a manifest, be it an app's or not (the observer's)."""
    return copy.deepcopy(_load(name))
