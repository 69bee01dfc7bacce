"""containerd outside of a cluster: it is waited for by its own notice, and ends with the filling of the store."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stsconf.cluster.embedded.build import Binaries
from stsconf.errors import StsconfError
from tools.offline_kind.store import await_notice, container_defaults, preload

CONTAINERD = f"""#!{sys.executable}
import os, pathlib, signal, socket, sys
here = pathlib.Path(__file__).parent
(here / "config").write_text(pathlib.Path(sys.argv[2]).read_text())
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
signal.sigwait([signal.SIGTERM])
(here / "ended").touch()
"""
CTR = """#!/bin/sh
echo "$*" >> {folder}/calls
[ "$*" = "oci spec" ] && echo '{{"process": {{"rlimits": [1], "cwd": "/"}}}}'
[ ! -e {folder}/broken ]
"""


@pytest.fixture
def binaries(tmp_path: Path) -> Binaries:
    """Return a containerd and a ctr that write down what they were told."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in (("containerd", CONTAINERD), ("ctr", CTR.format(folder=folder))):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return Binaries({"containerd": folder})


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """Return the file system of a node."""
    (tmp_path / "node" / "var" / "lib").mkdir(parents=True)
    return tmp_path / "node"


def test_preload(binaries: Binaries, node: Path, tmp_path: Path) -> None:
    """Images come into the node's own store, packed and pinned; containerd has ended afterwards."""
    preload(node, tmp_path / "system.tar", binaries, tmp_path / "scratch")
    folder = binaries.folder("containerd")
    assert f'root = "{node}/var/lib/containerd"' in (folder / "config").read_text()
    call = (folder / "calls").read_text()
    assert "--namespace k8s.io images import --label=io.cri-containerd.pinned=pinned" in call
    assert "--no-unpack" in call
    assert (folder / "ended").exists()


def test_import_fails(binaries: Binaries, node: Path, tmp_path: Path) -> None:
    """An image that cannot be taken in is an error, and containerd ends all the same."""
    (binaries.folder("containerd") / "broken").touch()
    with pytest.raises(StsconfError, match="failed with exit code 1"):
        preload(node, tmp_path / "system.tar", binaries, tmp_path / "scratch")
    assert (binaries.folder("containerd") / "ended").exists()


def test_container_defaults(binaries: Binaries) -> None:
    """Containerd's own defaults without limits, and with kind's hook."""
    assert container_defaults(binaries) == {
        "process": {"cwd": "/"},
        "hooks": {"createContainer": [{"path": "/kind/bin/mount-product-files.sh"}]},
    }
    assert json.dumps(container_defaults(binaries))


@pytest.fixture
def notices(tmp_path: Path) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Yield a socket that waits for notices, and one that sends them."""
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as waiting,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending,
    ):
        waiting.bind(str(tmp_path / "notices"))
        sending.connect(str(tmp_path / "notices"))
        yield waiting, sending


def test_notice(notices: tuple[socket.socket, socket.socket]) -> None:
    """Other news than readiness is not readiness."""
    waiting, sending = notices
    sending.send(b"STATUS=starting")
    with pytest.raises(StsconfError, match="dockerd was not ready after"):
        await_notice(waiting, 0.01, "dockerd")
    sending.send(b"STATUS=up\nREADY=1")
    await_notice(waiting, 60, "dockerd")
