"""A go command that records how it was called, and does what a test tells it to in place of compiling."""

from pathlib import Path

from stsconf.cluster.embedded.components import Component

COMPILE = (
    'case "$out" in */) for name in one two; do echo binary > "$out$name"; done ;; *) echo binary > "$out" ;; esac'
)
"""Writes what a compiler would: one file, or the files one and two where a folder is asked for."""


def write_stub_go(folder: Path, build: str = COMPILE, version: str = "1.99.0") -> Path:
    """Write the command; `build` is shell that finds in $out what `go build -o` was given."""
    folder.mkdir(exist_ok=True)
    go = folder / "go"
    go.write_text(
        f"""#!/bin/sh
case "$1" in
version) echo "go version go{version} linux/amd64" ;;
env) echo "{folder}/gocache"; echo "{folder}/gomodcache" ;;
build)
    echo "$*" >> "{folder}/calls"
    env > "{folder}/environment"
    pwd > "{folder}/directory"
    while [ "$1" != -o ]; do shift; done
    out="$2"
    {build}
    ;;
esac
"""
    )
    go.chmod(0o755)
    return go


def calls(folder: Path) -> list[str]:
    """Return the arguments of each build so far."""
    path = folder / "calls"
    return path.read_text().splitlines() if path.exists() else []


def write_component(folder: Path, *binaries: str, ldflags: str = "", gigabytes: float = 0) -> Component:
    """Write a tiny module, with the binaries one and two or those given, and return its component."""
    folder.mkdir(exist_ok=True)
    (folder / "go.mod").write_text(f"module stsconf.local/{folder.name}\n\ngo 1.26.0\n")
    (folder / "main.go").write_text("package main\n\nfunc main() {}\n")
    return Component(
        name=folder.name,
        version="v1.2.3",
        module_dir=folder,
        packages=(".",),
        binaries=binaries or ("one", "two"),
        links=("alias",),
        ldflags=ldflags,
        what_for="stands in for a real one",
        minutes=1,
        gigabytes=gigabytes,
    )
