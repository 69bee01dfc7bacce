"""Kubeconfig files as plain data: join several as kubectl does, and cut one context out of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from stsconf.errors import StsconfError

Json = dict[str, Any]

_SECTIONS = ("clusters", "users", "contexts")
_FILES = {"cluster": ("certificate-authority",), "user": ("client-certificate", "client-key", "tokenFile")}
"""The fields that name files; relative ones count from the folder of the kubeconfig they stand in."""


def files(explicit: Path | None) -> list[Path]:
    """Return the kubeconfig files that kubectl would read, in its order.

    An explicit file stands alone; else the list in `KUBECONFIG`, without those that do not exist; else the
    one in the home folder. Raises `StsconfError` when that leaves none.
    """
    if explicit is not None:
        candidates = [explicit]
    elif listed := [name for name in os.environ.get("KUBECONFIG", "").split(os.pathsep) if name]:
        candidates = [Path(name) for name in listed]
    else:
        candidates = [Path.home() / ".kube" / "config"]
    if found := [path for path in candidates if path.exists()]:
        return found
    raise StsconfError(
        "no kubeconfig found",
        f"there is no {' and no '.join(map(str, candidates))}",
        "name one with --kubeconfig FILE or in KUBECONFIG",
    )


def parse(text: str, path: Path) -> Json:
    """Return a kubeconfig's content, its file references made absolute; raises `StsconfError` for anything else."""
    try:
        config = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _unusable(path, f"it is not YAML: {error}") from error
    if config is None:
        raise _unusable(path, "it is empty")
    if not isinstance(config, dict) or not all(isinstance(config.get(key) or [], list) for key in _SECTIONS):
        raise _unusable(path, "it does not hold lists of clusters, users and contexts")
    entries = [entry for key in _SECTIONS for entry in config.get(key) or []]
    if not all(isinstance(entry, dict) and "name" in entry for entry in entries):
        raise _unusable(path, "an entry of it has no name")
    return _anchored(config, path.absolute().parent)


def merge(configs: Sequence[Json]) -> Json:
    """Join kubeconfigs: of entries with one name the first file's stands, whole."""
    merged: Json = {"apiVersion": "v1", "kind": "Config"}
    for section in _SECTIONS:
        named: dict[str, Json] = {}
        for config in configs:
            for entry in config.get(section) or []:
                named.setdefault(entry["name"], entry)
        merged[section] = list(named.values())
    return merged


def extract(config: Json, context: str) -> Json:
    """Return a kubeconfig with one context, made current, and without its namespace.

    The suite names every namespace itself; a default one could only hide a mistake. Raises `StsconfError` when
    there is no such context, naming those there are, or when it points at nothing.
    """
    found = _named(config, "contexts", context)
    if found is None:
        known = ", ".join(sorted(entry["name"] for entry in config["contexts"])) or "none at all"
        raise StsconfError(
            f"there is no context {context!r}", f"the kubeconfig holds: {known}", "name one of them: context:NAME"
        )
    body = found.get("context") or {}
    sections: Json = {}
    for section, key in (("clusters", "cluster"), ("users", "user")):
        entry = _named(config, section, body.get(key, ""))
        if entry is None:
            missing = f"its {key} {body.get(key, '')!r} stands in no kubeconfig"
            raise StsconfError(f"the context {context!r} is incomplete", missing, "kubectl config view shows it")
        sections[section] = [entry]
    own = {key: value for key, value in body.items() if key in {"cluster", "user"}}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "contexts": [{"name": context, "context": own}],
        **sections,
    }


def read(explicit: Path | None) -> Json:
    """Read and join the kubeconfig files that kubectl would."""
    return merge([parse(path.read_text(), path) for path in files(explicit)])


def write(config: Json, path: Path) -> Path:
    """Write a kubeconfig that only its owner may read; the file must not exist yet."""
    path.touch(0o600, exist_ok=False)
    path.write_text(yaml.safe_dump(config))
    return path


def require_plugin(config: Json) -> None:
    """Raise `StsconfError` when the credential plugin of a one-context kubeconfig is not installed.

    The client would only log that, go on without an identity, and be refused for a reason nobody understands.
    """
    user = config["users"][0].get("user") or {}
    plugin = user.get("exec") or {}
    command = plugin.get("command")
    if command and not shutil.which(command):
        raise StsconfError(
            f"the credential plugin {command!r} is not installed",
            f"the context {config['current-context']!r} gets its identity from it, and it is not on PATH",
            plugin.get("installHint") or f"install {command} or put it on PATH",
        )


def _named(config: Json, section: str, name: str) -> Json | None:
    return next((entry for entry in config[section] if entry["name"] == name), None)


def _anchored(config: Json, folder: Path) -> Json:
    anchored: Json = dict(config)
    for key, fields in _FILES.items():
        entries = []
        for entry in config.get(f"{key}s") or []:
            body = dict(entry.get(key) or {})
            body |= {field: str(folder / body[field]) for field in fields if body.get(field)}
            if command := (body.get("exec") or {}).get("command"):
                body["exec"] = {**body["exec"], "command": _anchored_command(command, folder)}
            entries.append({**entry, key: body})
        anchored[f"{key}s"] = entries
    return anchored


def _anchored_command(command: str, folder: Path) -> str:
    """A bare name is looked up on PATH; anything with a slash counts from the kubeconfig's folder."""
    return str(folder / command) if os.sep in command else command


def _unusable(path: Path, why: str) -> StsconfError:
    return StsconfError(f"cannot use the kubeconfig {path}", why, "kubectl config view --kubeconfig FILE shows more")
