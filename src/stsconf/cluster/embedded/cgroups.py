"""A cluster's own branch of the cgroup tree: two kubelets that shared one would delete each other's pods."""

import os
import select
from dataclasses import dataclass
from pathlib import Path

from stsconf.errors import StsconfError

CGROUP_ROOT = Path("/sys/fs/cgroup")
_CPUSET_FILES = ("cpuset.cpus", "cpuset.mems")
_DYING_SECONDS = 30
"""What a killed process may take to end on a busy machine; a branch that still has one then cannot be removed."""
_NEEDED = ("cpu", "cpuset", "memory", "pids")


@dataclass(frozen=True, slots=True)
class Layout:
    """How this machine's cgroups are laid out: `version` 1 or 2, and the folders in which a branch has to be made."""

    version: int
    parents: tuple[Path, ...]


def layout(root: Path = CGROUP_ROOT) -> Layout:
    """Tell the layout by the files in root; raises `StsconfError` where the controllers a kubelet needs are missing."""
    listed = root / "cgroup.controllers"
    if listed.exists():
        found = set(listed.read_text().split())
        result = Layout(2, (root,))
    else:
        # a hybrid machine has the empty second version mounted beside the first
        parents = tuple(
            path
            for path in sorted(root.glob("*"))
            if path.is_dir() and not path.is_symlink() and (path / "cgroup.procs").exists()
        )
        found = {controller for path in parents for controller in path.name.split(",")}
        result = Layout(1, tuple(path for path in parents if not (path / "cgroup.controllers").exists()))
    missing = [controller for controller in _NEEDED if controller not in found]
    if missing:
        raise StsconfError(
            f"the kubelet needs the cgroup controllers {', '.join(missing)}",
            f"{root} does not offer them",
            "mount them, or boot with them enabled (cgroup_enable=memory on some boards)",
        )
    return result


def make_branch(name: str, where: Layout) -> None:
    """Make the branch in every controller."""
    if where.version == 2:  # noqa: PLR2004 -- the version's own number
        offered = (where.parents[0] / "cgroup.controllers").read_text().split()
        (where.parents[0] / "cgroup.subtree_control").write_text(" ".join(f"+{each}" for each in offered))
    for parent in where.parents:
        branch = parent / name
        branch.mkdir(exist_ok=True)
        for file in _CPUSET_FILES:
            # the first version's branches begin empty and take no process before these are set
            if where.version == 1 and (parent / file).exists():
                (branch / file).write_text((parent / file).read_text())


def remove_branch(name: str, root: Path = CGROUP_ROOT) -> None:
    """Remove the branch and all below it, whatever the layout; gone already is fine.

    Its processes must have been killed, and are waited for: whoever killed their first one may not have.
    """
    for branch in (root / name, *root.glob(f"*/{name}")):
        if branch.is_dir():
            await_exits(branch)
            for folder in sorted((path for path in branch.rglob("*") if path.is_dir()), reverse=True):
                folder.rmdir()
            branch.rmdir()


def await_exits(branch: Path) -> None:
    """Return once the processes of a branch have ended, or one of them takes too long over it."""
    for file in branch.rglob("cgroup.procs"):
        for number in file.read_text().split():
            try:
                process = os.pidfd_open(int(number))
            except ProcessLookupError:
                continue
            ended = select.select([process], [], [], _DYING_SECONDS)[0]
            os.close(process)
            if not ended:
                return
