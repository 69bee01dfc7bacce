"""A cluster's branch of the cgroup tree, in both versions' layouts."""

import subprocess
from pathlib import Path

import pytest

from stsconf.cluster.embedded.cgroups import Layout, await_exits, layout, make_branch, remove_branch
from stsconf.errors import StsconfError

_CONTROLLERS = ("cpu", "cpuset", "memory", "pids")


def _first_version(root: Path, *controllers: str) -> Path:
    for controller in controllers:
        (root / controller).mkdir()
        (root / controller / "cgroup.procs").touch()
    return root


def _second_version(root: Path, controllers: str) -> Path:
    root.mkdir(exist_ok=True)
    (root / "cgroup.controllers").write_text(controllers)
    (root / "cgroup.procs").touch()
    return root


class TestLayout:
    """Tests for `layout`."""

    def test_one_folder_with_a_list_of_controllers_is_the_second_version(self, tmp_path: Path) -> None:
        """The unified tree takes one branch, at its root."""
        assert layout(_second_version(tmp_path, "cpuset cpu io memory pids")) == Layout(2, (tmp_path,))

    def test_one_folder_per_controller_is_the_first_version(self, tmp_path: Path) -> None:
        """The split tree takes a branch in every controller."""
        _first_version(tmp_path, *_CONTROLLERS)
        assert layout(tmp_path) == Layout(1, tuple(tmp_path / controller for controller in _CONTROLLERS))

    def test_a_hybrid_is_the_first_version_without_the_unified_folder(self, tmp_path: Path) -> None:
        """The second version that systemd mounts beside the first has no controllers to offer."""
        _second_version(_first_version(tmp_path, *_CONTROLLERS) / "unified", "")
        assert layout(tmp_path).parents == tuple(tmp_path / controller for controller in _CONTROLLERS)

    def test_controllers_mounted_together_count_each(self, tmp_path: Path) -> None:
        """Many systems mount cpu and cpuacct as one, with links by their single names."""
        _first_version(tmp_path, "cpu,cpuacct", "cpuset", "memory", "pids")
        (tmp_path / "cpu").symlink_to("cpu,cpuacct")
        assert tmp_path / "cpu" not in layout(tmp_path).parents

    @pytest.mark.parametrize("version", [1, 2])
    def test_a_missing_controller_is_named(self, tmp_path: Path, version: int) -> None:
        """The kubelet would fail much later, and say much less."""
        if version == 1:
            _first_version(tmp_path, "cpu", "cpuset", "pids")
        else:
            _second_version(tmp_path, "cpuset cpu pids")
        with pytest.raises(StsconfError, match="memory"):
            layout(tmp_path)


class TestBranch:
    """Tests for making and removing a branch."""

    def test_the_first_version_hands_down_its_processors(self, tmp_path: Path) -> None:
        """A branch without processors and memory nodes would take no process."""
        root = _first_version(tmp_path, *_CONTROLLERS)
        (root / "cpuset" / "cpuset.cpus").write_text("0-1")
        (root / "cpuset" / "cpuset.mems").write_text("0")
        make_branch("mine", layout(root))
        handed_down = [(root / "cpuset" / "mine" / file).read_text() for file in ("cpuset.cpus", "cpuset.mems")]
        assert (handed_down, (root / "memory" / "mine").is_dir()) == (["0-1", "0"], True)

    def test_the_second_version_enables_all_controllers_below_the_root(self, tmp_path: Path) -> None:
        """A branch has the controllers that its parent passes on."""
        make_branch("mine", layout(_second_version(tmp_path, "cpuset cpu memory pids")))
        assert (tmp_path / "cgroup.subtree_control").read_text() == "+cpuset +cpu +memory +pids"

    def test_removing_takes_everything_below(self, tmp_path: Path) -> None:
        """Pods leave folders in folders, which the kernel removes one by one only."""
        (tmp_path / "memory" / "mine" / "kubepods" / "pod1" / "container").mkdir(parents=True)
        (tmp_path / "memory" / "other").mkdir()
        remove_branch("mine", tmp_path)
        assert [path.name for path in (tmp_path / "memory").iterdir()] == ["other"]

    def test_what_was_killed_is_waited_for(self, tmp_path: Path) -> None:
        """A folder whose process has not quite ended cannot be removed; a number that nobody has is no process."""
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as process:
            (tmp_path / "pod1").mkdir()
            (tmp_path / "pod1" / "cgroup.procs").write_text(f"{2**22 + 1}\n{process.pid}\n")
            process.kill()
            await_exits(tmp_path)
            assert process.poll() is not None

    def test_removing_what_is_gone_is_fine(self, tmp_path: Path) -> None:
        """Clean-up happens in any state."""
        remove_branch("mine", tmp_path)
        assert not list(tmp_path.iterdir())
