"""dockerd in namespaces of its own: its network is nobody else's, and with its first process all of it ends.

To the rest of the suite it is one of this machine's own clusters: `stsconf cluster list` shows it, and `make sweep`
removes what is left of one that was killed.
"""

import dataclasses
import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from stsconf.cluster.command import run_command
from stsconf.cluster.embedded.cluster import sweep_dead, tear_down
from stsconf.cluster.embedded.network import close_network
from stsconf.cluster.embedded.rootprocess import last_words
from stsconf.cluster.embedded.runfolder import STATE_ROOT, RunFolder
from stsconf.cluster.embedded.state import Process, State, locked, myself
from stsconf.cluster.target import Say
from stsconf.cluster.tool import NODE_IMAGE_VARIABLE
from stsconf.errors import StsconfError
from tools.offline_kind.parts import FILES, NODE_IMAGE
from tools.offline_kind.roots import CONTAINED, unpack
from tools.offline_kind.store import await_notice

KIND = "offline kind"
_READY_SECONDS, _ASK_SECONDS, _LOAD_SECONDS = 60, 60, 300
_SYS_RESOURCE = 1 << 24


class Engine:
    """The engine of one name, running or not."""

    def __init__(self, name: str, state_root: Path = STATE_ROOT) -> None:
        """Name it; nothing is started yet."""
        self._folder = RunFolder(state_root / name)

    @property
    def running(self) -> bool:
        """Whether it runs."""
        known = State.read(self._folder)
        return known is not None and known.root is not None and known.alive

    def start(self, root: Path, say: Say) -> None:
        """Start dockerd from the archive of its file system, and leave it running; raises `StsconfError`."""
        sweep_dead(say, self._folder.path.parent)
        with ExitStack() as undo:
            self._claim()
            undo.callback(self.stop)
            say("starting dockerd in namespaces of its own")
            unpack(root, self._folder.path / "root")
            self._configure()
            self._boot()
            undo.pop_all()

    def stop(self) -> None:
        """End it with all of its containers, and remove all of it; gone already is fine."""
        tear_down(self._folder)

    def install(self, *programs: Path) -> None:
        """Have commands that `inside` runs find these programs first."""
        folder = self._folder.path / "bin"
        folder.mkdir(exist_ok=True)
        for program in (*programs, self._folder.path / "root" / "usr" / "bin" / "docker"):
            link = folder / program.name
            link.unlink(missing_ok=True)
            link.symlink_to(program)

    def load(self, archive: Path, image: str) -> None:
        """Bring an image in, unless it is there; raises `StsconfError`."""
        if image not in self._docker(_ASK_SECONDS, "images", "--format", "{{.Repository}}:{{.Tag}}").split():
            self._docker(_LOAD_SECONDS, "load", "--quiet", "--input", str(archive))

    def inside(self, command: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """Return the command and the environment by which a command meets this engine in its network."""
        proxies = re.compile(r"(?i)(https?|all|no)_proxy")  # kind would hand them on to its nodes
        environment = {name: value for name, value in os.environ.items() if not proxies.fullmatch(name)}
        path = os.pathsep.join([str(self._folder.path / "bin"), environment.get("PATH", os.defpath)])
        environment |= {"DOCKER_HOST": f"unix://{self._socket}", "PATH": path, NODE_IMAGE_VARIABLE: NODE_IMAGE}
        return ["nsenter", f"--net=/run/netns/{self._folder.label}", "--", *command], environment

    @property
    def _socket(self) -> Path:
        return self._folder.path / "docker.sock"

    def _docker(self, seconds: float, *arguments: str) -> str:
        command, environment = self.inside(["docker", *arguments])
        return run_command(command, seconds, environment)

    def _claim(self) -> None:
        with locked(self._folder.path.parent):
            if self._folder.path.exists():
                raise StsconfError(f"{self._folder.name} is there already", f"see {self._folder.path}", "end it first")
            self._folder.path.mkdir(mode=0o700)
            State(KIND, myself(), None).write(self._folder)
            close_network(self._folder.label)
            subprocess.run(["ip", "netns", "add", self._folder.label], check=True, capture_output=True)

    def _configure(self) -> None:
        folder = self._folder.path
        settings: dict[str, object] = {
            "data-root": str(folder / "data"),
            "exec-root": "/run/docker",
            "hosts": [f"unix://{self._socket}"],
            "cgroup-parent": f"/{self._folder.label}",
            "exec-opts": ["native.cgroupdriver=cgroupfs"],
        }
        if lacks_sys_resource(Path("/proc/self/status").read_text()):
            wrapper = shutil.copy(FILES / "runc.sh", folder)
            settings |= {"runtimes": {"lesser": {"path": str(wrapper)}}, "default-runtime": "lesser"}
        (folder / "daemon.json").write_text(json.dumps(settings))

    def _boot(self) -> None:
        folder, log_file = self._folder.path, self._folder.path / "dockerd.log"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices, log_file.open("wb") as log:
            notices.bind(str(folder / "notices.sock"))
            process = subprocess.Popen(
                ["nsenter", f"--net=/run/netns/{self._folder.label}", *CONTAINED, str(FILES / "boot.sh"), str(folder)],
                cwd="/",
                env={"PATH": os.environ["PATH"], "NOTIFY_SOCKET": str(folder / "notices.sock")},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            known = State(KIND, myself(), Process.of(process.pid))
            known.write(self._folder)
            try:
                await_notice(notices, _READY_SECONDS, "dockerd")
            except StsconfError as error:
                raise StsconfError(error.what, last_words(log_file)) from error
        dataclasses.replace(known, owner=None).write(self._folder)


def lacks_sys_resource(status: str) -> bool:
    """Tell from /proc/self/status whether CAP_SYS_RESOURCE is not to be had, which privileged containers ask for."""
    found = re.search(r"^CapBnd:\s+([0-9a-f]+)$", status, re.MULTILINE)
    return found is not None and not int(found[1], 16) & _SYS_RESOURCE
