"""Build the cluster's binaries from pinned Go modules, once, into the cache."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from stsconf.cluster.cache import ensure, find, key_of
from stsconf.cluster.embedded.components import Component
from stsconf.cluster.embedded.golang import Go, ensure_go
from stsconf.cluster.target import Say
from stsconf.errors import StsconfError
from stsconf.wait import Clock

FLAGS = ("-trimpath", "-mod=readonly", "-buildvcs=false")
_NOT_FETCHED = re.compile(r'dial tcp|Get "https?://|reading https?://|GOPROXY|no such host|i/o timeout|proxyconnect')
_NO_SPACE = "no space left on device"
_GIGABYTE = 1e9


@dataclass(frozen=True)
class Binaries:
    """Where the built binaries are: one folder per component."""

    folders: Mapping[str, Path]

    def path(self, binary: str) -> Path:
        """Return the path of a binary such as kubelet; KeyError if no component has it."""
        for folder in self.folders.values():
            if (folder / binary).exists():
                return folder / binary
        raise KeyError(binary)

    def folder(self, component: str) -> Path:
        """Return the folder that holds the binaries of one component, and nothing else executable."""
        return self.folders[component]


def ensure_binaries(components: Sequence[Component], cache_dir: Path, say: Say) -> Binaries:
    """Build what is not yet in the cache (or damaged there) and return where everything is.

    `say` gets a line when a build starts and one when it ends. Raises StsconfError where there is no Go, not enough
    disk, no way to fetch modules, or a build that fails; nothing half-built stays behind then.
    """
    go = ensure_go(components, cache_dir, say)
    bin_dir = cache_dir / "bin"
    keys = {component.name: _key(component, go) for component in components}
    missing = [component for component in components if not find(bin_dir, component.name, keys[component.name], say)]
    if missing:
        _check_disk(missing, cache_dir, go)
    for number, component in enumerate(missing, start=1):
        build = _Build(component, go, cache_dir / "logs", f"{number} of {len(missing)}", say)
        ensure(bin_dir, component.name, keys[component.name], build.fill, say)
    return Binaries({component.name: bin_dir / f"{component.name}-{keys[component.name]}" for component in components})


def run_tied(command: Sequence[str | Path], folder: Path, log: IO[bytes], **environment: str) -> int:
    """Run a tool of Go's in a folder, what it says going to the log, and return its exit code.

    It has a process group of its own, which is ended on every way out of here, and ends when we are killed, where
    util-linux has what that takes.
    """
    tied = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
    process = subprocess.Popen(
        [*tied, *command],
        cwd=folder,
        env=_environment() | environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        return process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def explain(title: str, output: str, gigabytes: float, do: str) -> StsconfError:
    """Say why a build failed, from what the compiler wrote; `do` is what to do where nothing better is known."""
    lines = [line for line in output.splitlines() if line.strip()]
    why = " / ".join(lines[-3:])
    if _NO_SPACE in output:
        why, do = f"the disk is full: {_NO_SPACE}", f"free {gigabytes} GB or move XDG_CACHE_HOME"
    elif fetch := next((line for line in lines if _NOT_FETCHED.search(line)), None):
        why = f"its Go modules cannot be fetched: {fetch}"
        do = "check the network, or set GOPROXY to a Go module proxy"
    return StsconfError(f"building {title} failed", why, do)


def _key(component: Component, go: Go) -> str:
    """Return a key that differs whenever the binaries would."""
    sources = [part for path in component.sources for part in (path.name, path.read_bytes())]
    return key_of(str(go), *FLAGS, component.ldflags, *component.packages, *component.links, *sources)


def _environment() -> dict[str, str]:
    """Return the caller's environment with everything that would change the result taken out."""
    kept = {name: value for name, value in os.environ.items() if name not in {"GOOS", "GOARCH", "GOAMD64", "GOARM64"}}
    return kept | {"CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off", "GOTOOLCHAIN": "local"}


def _check_disk(missing: Iterable[Component], cache_dir: Path, go: Go) -> None:
    """Raise StsconfError unless each disk that building writes to has room for all of it."""
    needed = sum(component.gigabytes for component in missing)
    told = subprocess.run(
        [go.path, "env", "GOCACHE", "GOMODCACHE"], env=_environment(), capture_output=True, text=True, check=False
    )
    for folder in (cache_dir, *map(Path, told.stdout.split())):
        existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
        free = shutil.disk_usage(existing).free / _GIGABYTE
        if free < needed:
            raise StsconfError(
                "not enough disk to build the cluster",
                f"{folder} has {free:.1f} GB free, building takes about {needed:.0f} GB",
                "free some disk, or move the cache with XDG_CACHE_HOME, GOCACHE and GOMODCACHE",
            )


@dataclass(frozen=True)
class _Build:
    """One run of the compiler."""

    component: Component
    go: Go
    log_dir: Path
    number: str
    say: Say

    @property
    def title(self) -> str:
        """What is being built, as shown to the user."""
        return f"{self.component.name} {self.component.version}"

    def fill(self, folder: Path) -> None:
        """Build into a folder, saying so before and after."""
        about = f"{self.component.minutes:.0f} min" if self.component.minutes >= 1 else "half a minute"
        self.say(f"building {self.title} ({self.number}), about {about} the first time")
        started = Clock.now()
        scratch = folder / "scratch"
        scratch.mkdir()
        self._compile(folder, scratch)
        shutil.rmtree(scratch)
        for link in self.component.links:
            (folder / link).symlink_to(self.component.binaries[0])
        self.say(f"built {self.title} in {Clock.now() - started:.0f} s")

    def _compile(self, folder: Path, scratch: Path) -> None:
        """Run the compiler."""
        binaries = self.component.binaries
        output = folder / binaries[0] if len(binaries) == 1 else f"{folder}/"
        pins = f"-modfile={self.component.go_mod}"
        command = [self.go.path, "build", *FLAGS, pins, "-ldflags", f"-s -w {self.component.ldflags}", "-o", output]
        self.log_dir.mkdir(parents=True, exist_ok=True)
        log = self.log_dir / f"build-{self.component.name}.log"
        with log.open("wb") as stream:
            code = run_tied(
                [*command, *self.component.packages], self.component.module_dir, stream, GOTMPDIR=str(scratch)
            )
        absent = [name for name in binaries if not (folder / name).is_file()]
        if code or absent:
            output = log.read_text(errors="replace") or f"go build ended with {code}"
            left_out = f"go build left out {', '.join(absent)}"
            told, do = (output, f"see the compiler's output in {log}") if code else (left_out, f"see {log}")
            raise explain(self.title, told, self.component.gigabytes, do)
