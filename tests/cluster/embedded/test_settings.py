"""Configuration files, as their readers understand them."""

import tomllib
from pathlib import Path

import pytest

from stsconf.cluster.embedded import settings
from stsconf.cluster.embedded.runfolder import RunFolder
from stsconf.kube.credentials import Credentials

_FOLDER = RunFolder(Path("/state/one"))


def test_containerd_keeps_to_the_run_folder() -> None:
    """Every path that containerd writes to is the cluster's own."""
    read = tomllib.loads(settings.containerd(_FOLDER, Path("/cni"), Path("/usr/bin/runc"), "native"))
    assert {read["root"], read["state"]} == {"/state/one/containerd/root", "/state/one/containerd/state"}
    assert read["plugins"]["io.containerd.server.v1.grpc"]["address"] == str(_FOLDER.containerd_socket)


def test_containerd_takes_the_snapshotter_that_works() -> None:
    """Where no overlay can be mounted it copies instead."""
    read = tomllib.loads(settings.containerd(_FOLDER, Path("/cni"), Path("/usr/bin/runc"), "native"))
    assert read["plugins"]["io.containerd.cri.v1.images"]["snapshotter"] == "native"


@pytest.mark.parametrize(("version", "told"), [(1, True), (2, False)])
def test_the_kubelet_is_told_to_bear_with_the_first_version_only(version: int, told: bool) -> None:  # noqa: FBT001 -- a table
    """The setting is about the first version of cgroups and will go away with it."""
    assert ("failCgroupV1" in settings.kubelet(_FOLDER, "stsconf-one", version)) is told


def test_each_kubelet_has_its_own_cgroup() -> None:
    """Two that share one delete each other's pods."""
    assert settings.kubelet(_FOLDER, "stsconf-one", 2)["cgroupRoot"] == "/stsconf-one"


def test_the_kubeconfig_is_one_that_the_client_reads(tmp_path: Path) -> None:
    """Server, authority and certificate come through."""
    folder = RunFolder(tmp_path)
    folder.make()
    for file in ("ca.crt", "admin.crt", "admin.key"):
        (folder.pki / file).touch()
    settings.write(folder.kubeconfig, settings.kubeconfig(folder, "admin", "198.18.1.2"))
    read = Credentials.load(folder.kubeconfig)
    assert (read.server, read.certificate) == (
        "https://198.18.1.2:6443",
        (str(folder.pki / "admin.crt"), str(folder.pki / "admin.key")),
    )


def test_files_are_for_their_owner(tmp_path: Path) -> None:
    """A kubeconfig names keys, and folders hold them."""
    settings.write(tmp_path / "new" / "file", "content")
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "new", tmp_path / "new" / "file")]
    assert modes == [0o700, 0o600]
