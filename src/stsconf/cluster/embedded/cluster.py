"""Starting and stopping a Kubernetes of our own on this machine."""

import dataclasses
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from stsconf.cluster.cache import cache_home
from stsconf.cluster.embedded import cgroups, plan, settings
from stsconf.cluster.embedded.access import administrator
from stsconf.cluster.embedded.kinds import Kind
from stsconf.cluster.embedded.network import close_network, open_network
from stsconf.cluster.embedded.plan import API_READY, API_SERVER
from stsconf.cluster.embedded.readiness import await_api
from stsconf.cluster.embedded.rootprocess import RootProcess, inside, kill
from stsconf.cluster.embedded.runfolder import STATE_ROOT, RunFolder
from stsconf.cluster.embedded.state import State, folders, locked, myself
from stsconf.cluster.target import Say
from stsconf.errors import StsconfError, UsageError
from stsconf.kube.errors import UnreachableError

_DYING_SECONDS = 2
"""How long the root process may take to end after the API server did."""
_MEGABYTE = 1_000_000
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?")


class EmbeddedCluster:
    """A running cluster; leaving its context, or the end of this process, ends it, unless it was told to stay."""

    def __init__(self, folder: RunFolder, root: RootProcess) -> None:
        """Stand for a cluster that `start` started."""
        self._folder, self._root = folder, root

    @classmethod
    def start(cls, name: str, kind: Kind, say: Say, state_root: Path = STATE_ROOT) -> Self:
        """Start a cluster and return once it works, after sweeping away what dead ones left.

        Whatever goes wrong, nothing of it stays behind. Raises `StsconfError`.
        """
        _check(name, kind)
        folder = _claim(name, kind, say, state_root)
        with ExitStack() as undo:
            undo.callback(tear_down, folder)
            with _told_in_three_lines(folder):
                root = _boot(folder, kind, say)
            undo.pop_all()
        return cls(folder, root)

    @property
    def name(self) -> str:
        """The cluster's name."""
        return self._folder.name

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig, readable for this user alone."""
        return self._folder.kubeconfig

    @property
    def logs(self) -> Path:
        """The folder with a log file per process."""
        return self._folder.logs

    def inside(self, *command: str) -> list[str]:
        """Return a command that runs `command` among the cluster's processes; it ends with them at the latest.

        Raises `StsconfError` if the cluster has ended.
        """
        return inside(self._folder, *command)

    def stay(self) -> None:
        """Let the cluster outlive this process."""
        known = State.read(self._folder)
        if known is None:
            raise StsconfError(f"cluster {self.name} cannot stay", f"{self._folder.state} is gone")
        dataclasses.replace(known, owner=None).write(self._folder)
        self._root.leave()

    def stop(self) -> None:
        """End the cluster and remove all of it."""
        tear_down(self._folder)
        self._root.end()

    def __enter__(self) -> Self:
        """Return the running cluster."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it."""
        self.stop()


def running(state_root: Path = STATE_ROOT) -> list[tuple[str, str, Path]]:
    """Return name, kind and kubeconfig of the clusters that run on this machine."""
    states = [(folder, State.read(folder)) for folder in folders(state_root)]
    return [(folder.name, known.kind, folder.kubeconfig) for folder, known in states if known and known.alive]


def down(name: str, say: Say, state_root: Path = STATE_ROOT) -> None:
    """End a cluster by its name, whoever owns it, and remove all of it; raises `UsageError` if there is none."""
    if not (state_root / name).is_dir():
        names = ", ".join(folder.name for folder in folders(state_root)) or "none"
        raise UsageError(f"there is no cluster {name}", f"the clusters on this machine: {names}")
    tear_down(RunFolder(state_root / name))
    say(f"cluster {name} is gone")


def tear_down(folder: RunFolder) -> None:
    """End whatever still runs of a cluster and remove all of it, in any state; gone already is fine."""
    with locked(folder.path.parent):
        _tear_down(folder)


def sweep_dead(say: Say, state_root: Path = STATE_ROOT, *, dry_run: bool = False) -> None:
    """Remove what clusters left whose owners were killed; a `dry_run` only tells."""
    with locked(state_root):
        _sweep(say, state_root, dry_run=dry_run)


def _sweep(say: Say, state_root: Path, *, dry_run: bool = False) -> None:
    for folder in folders(state_root):
        known = State.read(folder)
        if known is None or not known.alive:
            say(f"{'would remove' if dry_run else 'removing'} what cluster {folder.name} left behind")
            if not dry_run:
                _tear_down(folder)


def _tear_down(folder: RunFolder) -> None:
    known = State.read(folder)
    if known and known.root:
        kill(known.root)
    close_network(folder.label)
    cgroups.remove_branch(folder.label)
    if folder.path.exists():
        shutil.rmtree(folder.path)


def _claim(name: str, kind: Kind, say: Say, state_root: Path) -> RunFolder:
    """Take the name, so that from here on somebody else's sweep knows whose it is."""
    folder = RunFolder(state_root / name)
    with locked(state_root):
        _sweep(say, state_root)
        if folder.path.exists():
            raise UsageError(
                f"cluster {name} runs already",
                f"its files are in {folder.path}",
                "stop it with `make cluster-down`, or choose another name",
            )
        free = shutil.disk_usage(state_root).free // _MEGABYTE
        if free < kind.megabytes:
            raise StsconfError(
                f"not enough disk for the {kind.name} cluster",
                f"{state_root} has {free} MB free, {kind.megabytes} MB are needed",
                "free some disk",
            )
        folder.path.mkdir(mode=0o700)
        State(kind.name, myself(), None).write(folder)
        folder.make()
    return folder


def _boot(folder: RunFolder, kind: Kind, say: Say) -> RootProcess:
    network = open_network(folder.label)
    processes = kind.prepare(folder, network)
    settings.write(folder.plan, plan.document(folder, processes))
    say(f"starting cluster {folder.name} ({kind.name}) at {network.node}")
    root = RootProcess(folder)
    with ExitStack() as undo, _told_by_process(root):
        undo.callback(root.end)
        State(kind.name, myself(), root.start()).write(folder)
        kube = administrator(folder.kubeconfig)
        root.await_event(API_SERVER)
        await_api(kube, root.check)
        root.tell(API_READY)
        say("its API answers")
        kind.finish(kube, root)
        say("it is ready")
        undo.pop_all()
    return root


@contextmanager
def _told_by_process(root: RootProcess) -> Iterator[None]:
    """Where the API went away because the cluster did, raise the reason and not the symptom."""
    try:
        yield
    except UnreachableError:
        root.check(_DYING_SECONDS)
        raise


@contextmanager
def _told_in_three_lines(folder: RunFolder) -> Iterator[None]:
    """Tell where to read on when a start fails: the logs are kept, outside of the folder that goes away."""
    try:
        yield
    except OSError as error:
        raise StsconfError(
            f"cannot start cluster {folder.name}", str(error), f"does {folder.path} have room?"
        ) from error
    except StsconfError as error:
        kept = cache_home() / "logs" / folder.name
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder.logs, kept)
        raise StsconfError(
            error.what, error.why, f"{error.do + '; ' if error.do else ''}the logs are in {kept}"
        ) from error


def _check(name: str, kind: Kind) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be a cluster's name", "at most 40 small letters, digits and inner hyphens, please"
        )
    if os.geteuid() != 0:
        raise UsageError(
            f"the {kind.name} cluster needs root",
            "it makes network namespaces, mounts and cgroups",
            "run the command as root, or choose another target, such as CLUSTER=kind",
        )
