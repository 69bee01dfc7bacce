"""Where the StatefulSet controller is built from Kubernetes' own sources, changed or not, in two seconds.

`go build` would look at all of its 800 packages again each time. Here it does so once, when the workshop is opened.
From then on compiler and linker are called directly, for the one package that changes and the few lines that start it.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from stsconf.cluster.cache import ensure, key_of
from stsconf.cluster.embedded.build import FLAGS, explain, run_tied
from stsconf.cluster.embedded.components import KUBERNETES, STATEFULSET_CONTROLLER
from stsconf.cluster.embedded.golang import Go, ensure_go
from stsconf.cluster.target import Say
from stsconf.errors import StsconfError

_NAME = "statefulset-controller"
_MODULE = f"stsconf.local/{_NAME}"
_COPY = f"{_MODULE}/statefulset"
_KUBERNETES, _PACKAGE = "k8s.io/kubernetes", "pkg/controller/statefulset"
_FILES = frozenset(
    f"stateful_{part}.go" for part in ("pod_control", "set", "set_control", "set_status_updater", "set_utils")
)
_LIST = "{{.ImportPath}}\t{{.Export}}\t{{.DefaultGODEBUG}}\t{{with .Module}}{{.GoVersion}}{{end}}"
_DIAGNOSTIC = re.compile(rf"^(?:\./)?({'|'.join(map(re.escape, sorted(_FILES)))}):\d+:\d+: ", re.MULTILINE)
_ABSENT = "no such file or directory"
_TOLD = 3
"""Lines of the compiler that say what is wrong with a source; the rest follows from them."""
_LINES = 1 << 20
"""So many lines the compiler tells apart: further down, all positions are one."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release of Kubernetes whose controller can be built: `modules` has its go.mod and go.sum."""

    version: str
    modules: Path
    ldflags: tuple[str, ...] = ()


CURRENT = Release(STATEFULSET_CONTROLLER.version, STATEFULSET_CONTROLLER.module_dir)


@dataclass(frozen=True, slots=True)
class Built:
    """A controller. Two whose compiled code is the same have the same sum, whatever their sources look like."""

    binary: Path
    sum: str


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """The compiler refuses the sources; the message is its own."""

    message: str


@dataclass(frozen=True, slots=True)
class _Tools:
    """Go, its compiler and its linker, and what `go list` says about the module that they work on."""

    go: Go
    compiler: Path
    linker: Path
    language: str
    archives: Mapping[str, str]
    linker_flags: tuple[str, ...]

    @property
    def imports(self) -> str:
        """The archives of all packages but those that are built here, as compiler and linker read it."""
        return "".join(f"packagefile {package}={path}\n" for package, path in self.archives.items())


class Workshop:
    """Builds one release's controller in a folder of its own; several builds may run side by side."""

    def __init__(self, folder: Path, release: Release, tools: _Tools) -> None:
        """Stand for a workshop that `prepare` prepared."""
        self._release, self._tools = release, tools
        self._module, self._flat, self._builds = (folder / part for part in ("module", "flat", "builds"))
        self._flat.mkdir()
        self._builds.mkdir()
        for path in (self._module / "statefulset").glob("*.go"):
            (self._flat / path.name).write_bytes(_without_positions(path.name, path.read_bytes()))

    @classmethod
    def prepare(cls, folder: Path, cache_dir: Path, say: Say, release: Release = CURRENT) -> Self:
        """Make a workshop in a folder that does not exist yet; the first one of a release takes minutes.

        Raises `StsconfError` where there is no Go, no way to fetch modules, or another package than is expected.
        """
        go = ensure_go([KUBERNETES], cache_dir, say)
        say(f"preparing the StatefulSet controller of {release.version}, about 3 min the first time")
        module = folder / "module"
        shutil.copytree(STATEFULSET_CONTROLLER.module_dir, module)
        for name in ("go.mod", "go.sum"):
            shutil.copyfile(release.modules / name, module / name)
        for path in _package(go, module, release):
            shutil.copyfile(path, module / "statefulset" / path.name)
        return cls(folder, release, _tools(go, module, release))

    def sources(self) -> Mapping[str, bytes]:
        """Return the controller's source files, as released, by name."""
        return MappingProxyType({name: (self._module / "statefulset" / name).read_bytes() for name in sorted(_FILES)})

    def build(self, changes: Mapping[str, bytes], out: Path) -> Built | NotBuilt:
        """Build the controller with some of its files changed; without changes it is the control."""
        unknown = ", ".join(sorted(changes.keys() - _FILES))
        if unknown:
            raise StsconfError(
                f"the StatefulSet controller has no file {unknown}",
                f"its files are {', '.join(sorted(_FILES))}",
                "are the changes those of another package?",
            )
        with tempfile.TemporaryDirectory(dir=self._builds) as name:
            bench = Path(name)
            if self._compile(_COPY, self._laid_out(changes, bench), bench):
                return self._refused(changes, bench)
            for tool in (self._compile_main, self._link):
                told = tool(bench)
                if told:
                    raise self._failed(told)
            shutil.move(bench / "controller", out)
        with out.open("rb") as stream:
            return Built(out, file_digest(stream, "sha256").hexdigest())

    def build_counting(self, out: Path) -> None:
        """Build the control so that it notes what of it ran, in the folder that `GOCOVERDIR` names, when it ends."""
        coverage = ("-cover", f"-coverpkg={_MODULE},{_COPY}")  # main is what notes
        flags = (*FLAGS, "-ldflags=-s -w", *coverage, "-o", str(out.resolve()))
        _go(self._tools.go, self._module, self._release, "build", *flags, ".")

    def profile(self, noted: Path) -> str:
        """Return what of a counting control ran, from the folder where it noted it, in Go's own text form."""
        out = noted / "profile"
        arguments = ("covdata", "textfmt", f"-i={noted.resolve()}", f"-o={out.resolve()}")
        _go(self._tools.go, self._module, self._release, "tool", *arguments)
        return out.read_text(encoding="utf-8")

    def _laid_out(self, changes: Mapping[str, bytes], bench: Path) -> list[Path]:
        """Return the files to compile: the changed ones, written to the bench, and the others."""
        for name, content in changes.items():
            (bench / name).write_bytes(_without_positions(name, content))
        return [(bench if path.name in changes else self._flat) / path.name for path in sorted(self._flat.iterdir())]

    def _refused(self, changes: Mapping[str, bytes], bench: Path) -> NotBuilt:
        """Compile once more, as written, for messages that name the line."""
        plain = bench / "plain"
        shutil.copytree(self._module / "statefulset", plain)
        for name, content in changes.items():
            (plain / name).write_bytes(content)
        told = self._compile(_COPY, [Path(path.name) for path in sorted(plain.iterdir())], bench, plain)
        if not _DIAGNOSTIC.search(told) or _ABSENT in told:
            raise self._failed(told)
        return NotBuilt("\n".join(told.splitlines()[:_TOLD]))

    def _compile(self, package: str, files: Iterable[Path], bench: Path, folder: Path | None = None) -> str:
        """Compile one package to an archive on the bench; return what the compiler says if it fails."""
        archive = bench / f"{package.rpartition('/')[2]}.a"
        imports = bench / "imports"
        imports.write_text(self._tools.imports + f"packagefile {_COPY}={bench / 'statefulset.a'}\n")
        origins = ";".join(f"{origin}=>{package}" for origin in (self._flat, bench, self._module))
        flags = ("-dwarf=false", "-trimpath", origins, "-complete", "-nolocalimports", "-pack", "-c=2")
        named = ("-p", package, f"-lang=go{self._tools.language}", "-importcfg", imports, "-o", archive)
        return _run([self._tools.compiler, *flags, *named, *files], folder or bench, bench / "log")

    def _compile_main(self, bench: Path) -> str:
        return self._compile("main", [self._module / "main.go"], bench)

    def _link(self, bench: Path) -> str:
        flags = ("-buildmode=exe", "-s", "-w", "-buildid=", *self._tools.linker_flags)
        paths = ("-importcfg", bench / "imports", "-o", bench / "controller", bench / "main.a")
        return _run([self._tools.linker, *flags, *paths], bench, bench / "log")

    def _failed(self, told: str) -> StsconfError:
        return _failure(self._release, told, "is there disk and memory, or was Go's build cache cleaned meanwhile?")


def ensure_controller(cache_dir: Path, say: Say, release: Release = CURRENT) -> Path:
    """Return a release's controller, unchanged; it is built if the cache does not have it."""
    go = ensure_go([KUBERNETES], cache_dir, say)
    pins = [release.modules / name for name in ("go.mod", "go.sum")]
    own = [path for path in STATEFULSET_CONTROLLER.sources if path.suffix == ".go"]
    sources = [part for path in (*own, *pins) for part in (path.name, path.read_bytes())]

    def fill(folder: Path) -> None:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            shop = Workshop.prepare(Path(scratch) / "workshop", cache_dir, say, release)
            built = shop.build({}, folder / _NAME)
        if isinstance(built, NotBuilt):
            raise _failure(release, built.message, "is the Go module cache damaged? `go clean -modcache` empties it")

    name = _NAME if release == CURRENT else f"{_NAME}-{release.version}"
    return ensure(cache_dir / "bin", name, key_of(str(go), *release.ldflags, *sources), fill, say) / _NAME


def _without_positions(name: str, content: bytes) -> bytes:
    """Return a source whose lines do not show in what is compiled from it.

    The table from instructions to lines is part of a binary. With it, a comment would make a difference, and so would
    an empty line.
    """
    return b"\n" * _LINES + f"//line {name}:1\n".encode() + content


def _package(go: Go, module: Path, release: Release) -> Sequence[Path]:
    """Return the source files of the controller's package in Go's module cache, tests aside."""
    told = _go(go, module, release, "mod", "download", "-json", _KUBERNETES)
    found: dict[str, Any] = json.loads(told)
    if found["Version"] != release.version:
        raise StsconfError(
            f"this is not the StatefulSet controller of {release.version}",
            f"{release.modules / 'go.mod'} asks for {found['Version']}",
            "give each release a go.mod of its own",
        )
    files = [path for path in sorted(Path(found["Dir"], _PACKAGE).glob("*.go")) if not path.name.endswith("_test.go")]
    if {path.name for path in files} != _FILES:
        raise StsconfError(
            f"the StatefulSet controller of {release.version} does not look as expected",
            f"{_PACKAGE} has {', '.join(path.name for path in files) or 'no files'}",
            f"expected are {', '.join(sorted(_FILES))}",
        )
    return files


def _tools(go: Go, module: Path, release: Release) -> _Tools:
    """Compile all that does not change, and note where each package's archive is."""
    folder = Path(_go(go, module, release, "env", "GOTOOLDIR").strip())
    listed = _go(go, module, release, "list", *FLAGS, "-export", "-deps", "-f", _LIST, ".")
    packages = [line.split("\t") for line in listed.splitlines()]
    archives = {name: path for name, path, _, _ in packages if path and name not in {_MODULE, _COPY}}
    _, _, settings, version = packages[-1]
    flags = (f"-X=runtime.godebugDefault={settings}",) if settings else ()
    language = ".".join(version.split(".")[:2])
    return _Tools(go, folder / "compile", folder / "link", language, archives, (*flags, *release.ldflags))


def _go(go: Go, module: Path, release: Release, *arguments: str) -> str:
    """Run one go command and return what it prints; raises `StsconfError` where it fails."""
    log = module.parent / "log"
    with log.open("wb") as stream:
        code = run_tied([go.path, *arguments], module, stream)
    told = log.read_text(errors="replace")
    if code:
        wrong = "\n".join(line for line in told.splitlines() if "\t" not in line.lstrip())  # what it lists has tabs
        raise _failure(release, wrong or f"go {arguments[0]} ended with {code}", "is the go.mod complete?")
    return told


def _run(command: Sequence[str | Path], folder: Path, log: Path) -> str:
    """Run compiler or linker; return what it says if it fails. Memory is there, so it need not be collected."""
    with log.open("wb") as stream:
        code = run_tied(command, folder, stream, GOROOT="", GOGC="off")
    return (log.read_text(errors="replace") or f"{command[0]} ended with {code}") if code else ""


def _failure(release: Release, told: str, do: str) -> StsconfError:
    return explain(f"the StatefulSet controller of {release.version}", told, STATEFULSET_CONTROLLER.gigabytes, do)
