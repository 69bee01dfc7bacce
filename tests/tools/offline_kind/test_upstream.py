"""What is read from kind's source: names and manifests, or an error where it is laid out differently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stsconf.cluster.embedded.golang import Go
from stsconf.errors import StsconfError
from tools.offline_kind.upstream import Upstream

CNI = """package nodeimage
const kindnetdImage = "example/kindnetd:v1"
var images = []string{kindnetdImage}
const defaultCNIManifest = `
image: ` + kindnetdImage + `
env: {{ .PodSubnet }}
`
"""
STORAGE = """package nodeimage
const storageProvisionerImage = "example/provisioner:v1"
const storageHelperImage = "example/helper:v1"
const defaultStorageManifest = `
image: ` + storageProvisionerImage + `
helper: ` + storageHelperImage + `
`
"""


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    """Return a source tree with the files that are read."""
    code = tmp_path / "pkg" / "build" / "nodeimage"
    code.mkdir(parents=True)
    (code / "const_cni.go").write_text(CNI)
    (code / "const_storage.go").write_text(STORAGE)
    config = tmp_path / "images" / "base" / "files" / "etc" / "containerd" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('  sandbox_image = "example/pause:3"\n')
    return Upstream(tmp_path)


def test_names(upstream: Upstream) -> None:
    """The names of images are those in the source."""
    assert upstream.network_image == "example/kindnetd:v1"
    assert upstream.storage_images == ("example/provisioner:v1", "example/helper:v1")
    assert upstream.pause_image == "example/pause:3"


def test_manifests(upstream: Upstream) -> None:
    """Manifests are whole, with the names in them; what kind itself fills in later is left."""
    assert upstream.manifest("cni") == "\nimage: example/kindnetd:v1\nenv: {{ .PodSubnet }}\n"
    assert upstream.manifest("storage") == "\nimage: example/provisioner:v1\nhelper: example/helper:v1\n"


def test_another_layout(upstream: Upstream) -> None:
    """A name that is not there any more is named."""
    (upstream.path / "pkg/build/nodeimage/const_cni.go").write_text("package nodeimage\n")
    with pytest.raises(StsconfError, match="kind's source has no kindnetdImage"):
        _ = upstream.network_image
    with pytest.raises(StsconfError, match="has no the manifest of cni"):
        upstream.manifest("cni")


@pytest.mark.parametrize("told", [{"Dir": "/modules/kind"}, {"Error": "no such module"}], ids=["fetched", "refused"])
def test_fetch(told: dict[str, str], tmp_path: Path) -> None:
    """Go says where the module lies, or why it cannot be had."""
    script = tmp_path / "go"
    script.write_text(f"#!/bin/sh\n[ \"$*\" = 'mod download -json sigs.k8s.io/kind' ] && echo '{json.dumps(told)}'\n")
    script.chmod(0o755)
    go = Go(script, (1, 26), "amd64")
    if "Dir" in told:
        assert Upstream.fetch(go).path == Path("/modules/kind")
        return
    with pytest.raises(StsconfError, match="cannot be had") as caught:
        Upstream.fetch(go)
    assert caught.value.why == "no such module"
