"""Who we are to a cluster: server, certificates and tokens of one kubeconfig context."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stsconf.errors import StsconfError


@dataclass(frozen=True, slots=True)
class Credentials:
    """The server's URL and how to be known to it.

    `verify` is the CA bundle's path, or False when the kubeconfig switches checking off; `certificate` the
    client's certificate and key files, if it has any.
    """

    server: str
    verify: str | bool
    certificate: tuple[str, str] | None
    proxy: str
    configuration: Any

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
        certificate = None
        if configuration.cert_file and configuration.key_file:
            certificate = (configuration.cert_file, configuration.key_file)
        credentials = cls(
            server=configuration.host.rstrip("/"),
            verify=(configuration.ssl_ca_cert or True) if configuration.verify_ssl else False,
            certificate=certificate,
            proxy=_proxy(path, context),
            configuration=configuration,
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


def _proxy(path: Path, context: str | None) -> str:
    """Return the `proxy-url` of a context's cluster, empty without one.

    Older versions of the client do not read it, and all of them would take the environment's instead.
    """
    config = yaml.safe_load(path.read_text())
    wanted = context or config["current-context"]
    cluster = next(entry["context"]["cluster"] for entry in config["contexts"] if entry["name"] == wanted)
    return next(str(entry["cluster"].get("proxy-url", "")) for entry in config["clusters"] if entry["name"] == cluster)
