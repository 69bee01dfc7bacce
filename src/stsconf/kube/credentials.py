"""Who we are to a cluster: server, certificates and tokens of one kubeconfig context."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
        configuration.proxy = ""  # it takes the environment's; the kubeconfig's own proxy-url counts alone
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
            proxy=configuration.proxy or "",
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
