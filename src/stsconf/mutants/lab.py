"""A cluster without a StatefulSet controller, in which one controller after the other is tried."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from stsconf.cluster.embedded.cluster import EmbeddedCluster
from stsconf.cluster.embedded.rootprocess import children
from stsconf.cluster.own import OwnCluster, start
from stsconf.cluster.target import Say
from stsconf.errors import StsconfError

_WITHOUT = "*,-statefulset-controller"
_SYNCED = b"synced\n"
"""What the controller says when its caches are filled; see modules/statefulset-controller/start."""
_SYNC_SECONDS, _END_SECONDS = 60, 60
_TAIL_BYTES = 4096
_BYTES = 4 << 30
"""Memory that a controller may map, four times what it needs: a loop without end ends there."""


class Controller:
    """A controller that runs in a lab's cluster."""

    def __init__(
        self, cluster: EmbeddedCluster, binary: Path, options: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        """Start it; `await_synced` returns when it begins to work."""
        self._log = cluster.logs / "statefulset-controller.log"
        limited = ("prlimit", f"--as={_BYTES}", str(binary))
        command = cluster.inside(*limited, "-kubeconfig", str(cluster.kubeconfig), *options)
        ours, its = os.pipe()
        self._says = os.fdopen(ours, "rb", buffering=0)
        with self._log.open("wb") as log, os.fdopen(its, "wb") as stdout:
            # a session of its own: Ctrl-C is for us, who then end it in order
            self._popen = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=log,
                start_new_session=True,
            )

    @property
    def died(self) -> bool:
        """Whether it has ended by itself."""
        return self._popen.poll() is not None

    def last_lines(self, number: int = 10) -> str:
        """Return the end of its log."""
        with self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - _TAIL_BYTES))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-number:])

    def await_synced(self) -> None:
        """Return once it knows all there is in the cluster; raises `StsconfError` if it ends before."""
        said = b""
        while _SYNCED not in said:
            if not select.select([self._says], [], [], _SYNC_SECONDS)[0]:
                raise StsconfError(f"the controller did not begin its work in {_SYNC_SECONDS} s", self.last_lines(1))
            news = self._says.read(_TAIL_BYTES)
            if not news:
                raise StsconfError("the controller ended before it began its work", self.last_lines(1))
            said += news

    def ask_to_end(self) -> None:
        """Have it end in order, and return once it did; one that does not in time is left to `end`."""
        for pid in children(self._popen.pid):  # not what is around it: that would take it along
            os.kill(pid, signal.SIGTERM)
        while select.select([self._says], [], [], _END_SECONDS)[0] and self._says.read(_TAIL_BYTES):
            pass

    def end(self) -> None:
        """Kill it, and return once it is gone: the pipe is its own and ends with it."""
        if not self.died:
            os.killpg(self._popen.pid, signal.SIGKILL)
        while self._says.read(_TAIL_BYTES):
            pass
        self._popen.wait()
        self._says.close()


class Lab:
    """The cluster. It ends with its context or with this process, and so does the controller in it."""

    def __init__(self, cluster: EmbeddedCluster) -> None:
        """Work with a cluster that `open` started."""
        self._cluster = cluster

    @classmethod
    @contextmanager
    def open(cls, kind: str, name: str, say: Say) -> Iterator[Self]:
        """Start a cluster, embedded or simulated, after sweeping away what dead ones left."""
        with start(OwnCluster(kind, name, controllers=_WITHOUT), say) as cluster:
            yield cls(cluster)

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self._cluster.kubeconfig

    @property
    def context(self) -> str:
        """The kubeconfig's context: `stsconf run --cluster context:NAME` takes it."""
        return self._cluster.name

    @contextmanager
    def controller(self, binary: Path, *options: str, **environment: str) -> Iterator[Controller]:
        """Run a controller, from the moment at which it works; raises `StsconfError` if it never does."""
        running = Controller(self._cluster, binary, options, environment)
        try:
            running.await_synced()
            yield running
        finally:
            running.end()
