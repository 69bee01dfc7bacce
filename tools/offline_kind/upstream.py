"""What kind's own source says about its node image: files, manifests, and names of images."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster.embedded.golang import Go
from stsconf.errors import StsconfError
from tools.offline_kind.parts import KIND

_MODULE = "sigs.k8s.io/kind"


@dataclass(frozen=True, slots=True)
class Upstream:
    """The source of kind, unpacked in Go's cache of modules."""

    path: Path

    @classmethod
    def fetch(cls, go: Go) -> "Upstream":
        """Have Go fetch and check the pinned module where it is not yet there; raises `StsconfError`."""
        done = subprocess.run(
            [go.path, "mod", "download", "-json", _MODULE],
            cwd=KIND.module_dir,
            capture_output=True,
            text=True,
            check=False,
        )
        told = json.loads(done.stdout or "{}")
        if "Dir" not in told:
            why = told.get("Error") or done.stderr.strip()
            raise StsconfError(f"the source of kind {KIND.version} cannot be had", why, "check the network, or GOPROXY")
        return cls(Path(told["Dir"]))

    @property
    def base_files(self) -> Path:
        """The files that its base image copies into Debian."""
        return self.path / "images" / "base" / "files"

    @property
    def network_image(self) -> str:
        """What the manifest of the pod network calls its image."""
        return _string(self._source("cni"), "kindnetdImage")

    @property
    def storage_images(self) -> tuple[str, str]:
        """What the manifest of the storage calls its images: that of the provisioner, and that of its helper pods."""
        source = self._source("storage")
        return _string(source, "storageProvisionerImage"), _string(source, "storageHelperImage")

    @property
    def pause_image(self) -> str:
        """What containerd is told to hold a pod open with."""
        found = re.search(r'sandbox_image = "(.*)"', (self.base_files / "etc/containerd/config.toml").read_text())
        return _required(found, "sandbox_image")

    def manifest(self, name: str) -> str:
        """Return the manifest `cni` or `storage`, whole."""
        source = self._source(name)
        found = re.search(r"const default\w+Manifest = `(.*)`", source, re.DOTALL)
        template = _required(found, f"the manifest of {name}")
        return re.sub(r"` \+ (\w+) \+ `", lambda match: _string(source, match[1]), template)

    def _source(self, name: str) -> str:
        return (self.path / f"pkg/build/nodeimage/const_{name}.go").read_text()


def _string(source: str, name: str) -> str:
    return _required(re.search(rf'^const {name} = "(.*)"$', source, re.MULTILINE), name)


def _required(found: re.Match[str] | None, what: str) -> str:
    if found is None:
        raise StsconfError(f"kind's source has no {what}", f"{KIND.version} is not laid out as expected")
    return found[1]
