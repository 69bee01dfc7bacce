"""containerd, run for a moment outside of any cluster: it fills the store of a node that does not run yet."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stsconf.cluster.command import run_command
from stsconf.cluster.embedded.build import Binaries
from stsconf.errors import StsconfError

_READY_SECONDS, _IMPORT_SECONDS = 60, 1200
_CONFIG = """version = 3
root = "{root}"
state = "{folder}/state"
disabled_plugins = ["io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri"]
[grpc]
  address = "{folder}/grpc.sock"
"""


def preload(node: Path, archive: Path, binaries: Binaries, scratch: Path) -> None:
    """Bring the images of an archive into the store of a node's file system, packed, as kind's own build does."""
    root = node / "var/lib/containerd"
    root.mkdir(mode=0o711)
    scratch.mkdir()
    (scratch / "config.toml").write_text(_CONFIG.format(root=root, folder=scratch))
    options = ("--label=io.cri-containerd.pinned=pinned", "--all-platforms", "--no-unpack", "--digests")
    command = [str(binaries.path("ctr")), "--address", str(scratch / "grpc.sock"), "--namespace", "k8s.io"]
    with _containerd(binaries, scratch):
        run_command([*command, "images", "import", *options, str(archive)], _IMPORT_SECONDS, os.environ)
    for left in root.rglob("*.sock*"):
        left.unlink()
    shutil.rmtree(scratch)


def container_defaults(binaries: Binaries) -> dict[str, Any]:
    """Return what containers of a node are made from: containerd's own, and a hook of kind's."""
    told = run_command([str(binaries.path("ctr")), "oci", "spec"], _READY_SECONDS, os.environ)
    defaults: dict[str, Any] = json.loads(told)
    defaults["process"].pop("rlimits", None)
    defaults.setdefault("hooks", {})["createContainer"] = [{"path": "/kind/bin/mount-product-files.sh"}]
    return defaults


def await_notice(notices: socket.socket, seconds: float, what: str) -> None:
    """Return once a service has said that it serves (sd_notify); raises `StsconfError` when it does not."""
    notices.settimeout(seconds)
    try:
        while b"READY=1" not in notices.recv(4096):
            pass
    except TimeoutError as error:
        raise StsconfError(f"{what} was not ready after {seconds:g} s") from error


@contextmanager
def _containerd(binaries: Binaries, scratch: Path) -> Iterator[None]:
    """Run containerd, which ends with this block, or with this process."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices, (scratch / "log").open("wb") as log:
        address = scratch / "notices.sock"
        notices.bind(str(address))
        program, config = str(binaries.path("containerd")), str(scratch / "config.toml")
        command = ["setpriv", "--pdeathsig", "KILL", program, "--config", config]
        environment = {**os.environ, "NOTIFY_SOCKET": str(address)}
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            await_notice(notices, _READY_SECONDS, "containerd")
            yield
        finally:
            process.terminate()
            process.wait()
