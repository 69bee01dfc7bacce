"""The way in for the cluster's own programs, by the kubeconfig that was written here."""

import json
from pathlib import Path
from typing import Any

from stsconf.kube.client import Kube
from stsconf.kube.credentials import Credentials


class _NoTokens:
    """What `Credentials` asks for tokens: an administrator by certificate has none."""

    def auth_settings(self) -> dict[str, Any]:
        return {}


def administrator(kubeconfig: Path) -> Kube:
    """Return the API of a cluster of ours; the `kubernetes` package, which reads any kubeconfig, is slow to load."""
    content = json.loads(kubeconfig.read_text())
    cluster, user = content["clusters"][0]["cluster"], content["users"][0]["user"]
    certificate = (user["client-certificate"], user["client-key"])
    return Kube(Credentials(cluster["server"], cluster["certificate-authority"], certificate, "", _NoTokens()))
