"""The two kinds of cluster: what is written before anything starts."""

import ssl
from pathlib import Path

import pytest

from stsconf.cluster.embedded.build import Binaries
from stsconf.cluster.embedded.kinds import SimulatedNodes
from stsconf.cluster.embedded.network import Network
from stsconf.cluster.embedded.packages import Machine
from stsconf.cluster.embedded.plan import Process, Programs
from stsconf.cluster.embedded.runfolder import RunFolder

_BUILT = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """Return an empty run folder."""
    folder = RunFolder(tmp_path / "one")
    folder.path.mkdir()
    folder.make()
    return folder


@pytest.fixture
def processes(tmp_path: Path, folder: RunFolder) -> list[Process]:
    """Return what a simulated cluster is made of, with all files in the run folder."""
    (tmp_path / "built").mkdir()
    for name in _BUILT:
        (tmp_path / "built" / name).touch(mode=0o755)
    programs = Programs(Binaries({"all": tmp_path / "built"}), Machine(root=True, debian=True, folders=()))
    return SimulatedNodes(programs, "*").prepare(folder, Network(3))


def test_a_simulated_cluster_runs_no_containers(processes: list[Process]) -> None:
    """Its nodes are played, and its volumes are made like those of the real one."""
    names = {process.name for process in processes}
    assert names == {*_BUILT, "provisioner"}


def test_files_that_flags_name_are_there(processes: list[Process], folder: RunFolder) -> None:
    """A component would end at once, and say so in its log only."""
    values = [flag.partition("=")[2] for process in processes for flag in process.argv]
    named = [Path(value) for value in values if value.startswith((str(folder.pki), str(folder.kubeconfig)))]
    assert [path for path in named if not path.exists()] == []
    assert len(named) > len(_BUILT)


@pytest.mark.usefixtures("processes")
def test_key_and_certificate_of_the_server_make_a_handshake(folder: RunFolder) -> None:
    """TLS takes them as a pair, and the authority as one."""
    context = ssl.create_default_context(cafile=str(folder.pki / "ca.crt"))
    context.load_cert_chain(folder.pki / "apiserver.crt", folder.pki / "apiserver.key")
    assert context.cert_store_stats()["x509_ca"] == 1
