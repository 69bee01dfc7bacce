"""The table of a cluster's processes."""

import dataclasses
import json
from pathlib import Path

import pytest

from stsconf.cluster.embedded.build import Binaries
from stsconf.cluster.embedded.network import Network
from stsconf.cluster.embedded.packages import Machine
from stsconf.cluster.embedded.plan import API_READY, Planner, Process, Programs, document
from stsconf.cluster.embedded.runfolder import RunFolder
from stsconf.errors import StsconfError

_BUILT = (
    *("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"),
    *("containerd", "ctr", "kubelet", "kube-proxy", "kwok", "local-path-provisioner"),
)


def _program(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).touch(mode=0o755)
    return folder / name


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    """Return all programs that are built, in one folder, and an empty operating system."""
    for name in _BUILT:
        _program(tmp_path / "built", name)
    return Programs(Binaries({"all": tmp_path / "built"}), Machine(root=True, debian=True, folders=()))


@pytest.fixture
def planner(tmp_path: Path, programs: Programs) -> Planner:
    """Return a planner for the cluster `one` at 198.18.3.2."""
    return Planner(RunFolder(tmp_path / "one"), Network(3), programs)


def _by_name(processes: list[Process]) -> dict[str, Process]:
    return {process.name: process for process in processes}


class TestPrograms:
    """Tests for `Programs`."""

    def test_what_was_built_beats_what_is_installed(self, tmp_path: Path) -> None:
        """The version under test is the pinned one."""
        built, _ = _program(tmp_path / "built", "runc"), _program(tmp_path / "system", "runc")
        machine = Machine(root=True, debian=True, folders=(str(tmp_path / "system"),))
        assert Programs(Binaries({"a": tmp_path / "built"}), machine).find("runc") == built

    def test_the_operating_system_has_the_rest(self, tmp_path: Path) -> None:
        """Such as runc."""
        installed = _program(tmp_path / "system", "runc")
        machine = Machine(root=True, debian=True, folders=(str(tmp_path / "system"),))
        assert Programs(Binaries({"a": tmp_path}), machine).find("runc") == installed

    def test_a_missing_program_is_named(self, programs: Programs) -> None:
        """Before anything is started."""
        with pytest.raises(StsconfError, match="runc is not installed"):
            programs.find("runc")


class TestPlanner:
    """Tests for `Planner`."""

    def test_another_statefulset_controller_can_take_over(self, planner: Planner) -> None:
        """The controller manager leaves out what it is told to."""
        manager = _by_name(planner.control_plane("*,-statefulset-controller"))["kube-controller-manager"]
        assert "--controllers=*,-statefulset-controller" in manager.argv

    def test_a_statefulset_controller_that_was_given_takes_over(self, tmp_path: Path, programs: Programs) -> None:
        """It is told the administrator's kubeconfig and nothing else, and the controller manager leaves its own out."""
        given = dataclasses.replace(programs, statefulset_controller=tmp_path / "mine")
        folder = RunFolder(tmp_path / "one")
        processes = _by_name(Planner(folder, Network(3), given).control_plane("*"))
        taking_over = processes["statefulset-controller"]
        assert taking_over.argv == (str(tmp_path / "mine"), "-kubeconfig", str(folder.kubeconfig))
        assert taking_over.after == (API_READY,)
        assert "--controllers=*,-statefulset-controller" in processes["kube-controller-manager"].argv

    def test_the_controller_manager_has_one_of_its_own(self, planner: Planner) -> None:
        """Where none was given."""
        processes = _by_name(planner.control_plane("*"))
        assert "statefulset-controller" not in processes
        assert "--controllers=*" in processes["kube-controller-manager"].argv

    def test_the_api_is_reached_at_the_clusters_own_address(self, planner: Planner) -> None:
        """Several clusters stand side by side."""
        assert "--advertise-address=198.18.3.2" in _by_name(planner.control_plane("*"))["kube-apiserver"].argv

    def test_simulated_nodes_have_a_heartbeat(self, planner: Planner) -> None:
        """Without a lease each of them is taken for lost after a while, and with it the readiness of its pods."""
        (flag,) = (word for word in planner.simulated_nodes().argv if "lease" in word)
        assert flag == "--node-lease-duration-seconds=40"

    def test_everything_waited_for_happens(self, planner: Planner, tmp_path: Path) -> None:
        """A process that waits for an event of nobody's would never start."""
        images = {"system-images": tmp_path / "system.tar", "app-images": tmp_path / "apps.tar"}
        own = [planner.simulated_nodes(), planner.simulated_volumes(), planner.local_path_provisioner()]
        table = [*planner.control_plane("*"), *planner.node(images), *own]
        happens = {"start", API_READY, *(each.name for each in table if each.once or each.notifies)}
        assert {event for each in table for event in each.after} <= happens

    def test_pods_find_their_images_loaded(self, planner: Planner, tmp_path: Path) -> None:
        """A kubelet that came first would give up on a pod for ten seconds."""
        images = {"system-images": tmp_path / "system.tar", "app-images": tmp_path / "apps.tar"}
        assert "system-images" in _by_name(planner.node(images))["kubelet"].after

    def test_programs_see_no_environment_of_the_callers(
        self, planner: Planner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A proxy or a GODEBUG of the shell would make another cluster."""
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
        assert set(_by_name(planner.control_plane("*"))["etcd"].env) == {"PATH", "HOME", "GOGC"}


def test_the_plan_is_read_as_it_was_drawn_up(planner: Planner, tmp_path: Path) -> None:
    """The cluster's first process gets it as a file."""
    plan = document(RunFolder(tmp_path / "one"), planner.control_plane("*"))
    names = [process["name"] for process in json.loads(json.dumps(plan))["processes"]]
    assert names == ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]
