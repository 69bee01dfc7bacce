"""Who we are to a cluster: server, certificates and tokens of one kubeconfig context."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stsconf.errors import StsconfError

_IMPERSONATION = ("as", "as-uid", "as-groups", "as-user-extra")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The server's URL and how to be known to it.

    `verify` is the CA bundle's path, or False when the kubeconfig switches checking off; `certificate` the
    client's certificate and key files, if it has any. `server_name` is what the server's certificate is checked
    for, empty where that is the URL's host.
    """

    server: str
    verify: str | bool
    certificate: tuple[str, str] | None
    proxy: str
    configuration: Any
    server_name: str = ""

    @classmethod
    def load(cls, path: Path, context: str | None = None) -> Credentials:
        """Read one context of a kubeconfig file; raises `StsconfError` when it gives no identity."""
        from kubernetes import client, config  # noqa: PLC0415 -- half a second, not needed to list the checks

        configuration = client.Configuration()
        try:
            # keys that stand in the file itself are written beside it, not where nobody would clean up after a kill
            config.load_kube_config(
                str(path), context=context, client_configuration=configuration, temp_file_path=str(path.parent)
            )
        except config.ConfigException as error:
            raise StsconfError(f"cannot use the kubeconfig {path}", str(error)) from error
        cluster, user = _entries(path, context)
        _refuse_impersonation(user, f"context {context or '(current)'} of {path}")
        certificate = None
        if configuration.cert_file and configuration.key_file:
            certificate = (configuration.cert_file, configuration.key_file)
        credentials = cls(
            server=configuration.host.rstrip("/"),
            verify=(configuration.ssl_ca_cert or True) if configuration.verify_ssl else False,
            certificate=certificate,
            # older versions of the client do not read it, and all of them would take the environment's instead
            proxy=cluster.get("proxy-url") or "",
            configuration=configuration,
            server_name=cluster.get("tls-server-name") or "",
        )
        if certificate is None and not credentials.headers():
            raise StsconfError(
                "the kubeconfig gives no identity",
                f"context {context or '(current)'} of {path} yields neither a certificate nor a token",
                "run its credential plugin by hand and see what it says",
            )
        return credentials

    def headers(self) -> dict[str, str]:
        """Return the headers that carry the token, refreshed by the client when it is about to expire."""
        settings = self.configuration.auth_settings()
        return {entry["key"]: entry["value"] for entry in settings.values() if entry["in"] == "header"}


def _entries(path: Path, context: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a context's cluster and user as they stand in the file, for what the client does not read."""
    config = yaml.safe_load(path.read_text())
    wanted = context or config["current-context"]
    named = next(entry["context"] for entry in config["contexts"] if entry["name"] == wanted)
    cluster, user = (
        next((entry.get(key) for entry in config.get(f"{key}s") or [] if entry["name"] == named.get(key)), None) or {}
        for key in ("cluster", "user")
    )
    return cluster, user


def _refuse_impersonation(user: dict[str, Any], where: str) -> None:
    """Raise `StsconfError` for a user who acts as another: the client would go on as the first, and say nothing."""
    if found := [key for key in _IMPERSONATION if user.get(key)]:
        raise StsconfError(
            "the kubeconfig asks for impersonation, which the suite does not do",
            f"the user of {where} has set {', '.join(found)}",
            "name a context whose user is that identity itself: kubectl create token gives a service account's",
        )
