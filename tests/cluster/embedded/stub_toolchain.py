"""A Go toolchain that knows one package and lists, compiles and links it as fast as a shell can.

Its compiler refuses lines that hold `WRONG`, is killed by `CRASH`, and leaves lines out that are empty or comments, as
the true one does with sources whose positions are one.
"""

from __future__ import annotations

import json
from pathlib import Path

FILES = ("pod_control", "set", "set_control", "set_status_updater", "set_utils")
_COMPILER = r"""#!/bin/sh
files=
echo "$*" >> {folder}/calls
while [ $# -gt 0 ]; do
    case "$1" in
    -o) out=$2; shift 2 ;;
    -p | -trimpath) shift 2 ;;
    -importcfg) imports=$2; shift 2 ;;
    -*) shift ;;
    *) files="$files $1"; shift ;;
    esac
done
[ -e {folder}/dependency.a ] || {{ echo "main.go:1:1: could not import it (no such file or directory)"; exit 2; }}
for file in $files; do
    grep -q CRASH $file && kill -9 $$
    grep -n WRONG $file | sed "s/^\([0-9]*\):.*/$(basename $file):\1:1: undefined: WRONG/"
    grep -q WRONG $file && exit 2
done
grep -hv '^ *\(//.*\)\?$' $files > $out
"""
_LINKER = r"""#!/bin/sh
echo "$*" >> {folder}/calls
while [ $# -gt 1 ]; do
    case "$1" in
    -o) out=$2; shift 2 ;;
    -importcfg) imports=$2; shift 2 ;;
    *) shift ;;
    esac
done
[ ! -e {folder}/full ] || {{ echo "mapping output file failed: no space left on device"; exit 1; }}
cat $1 $(sed -n 's/^packagefile .*statefulset=//p' $imports) > $out
"""
_GO = r"""#!/bin/sh
case "$1" in
version) echo "go version go1.99.0 linux/amd64" ;;
env) echo {folder} ;;
mod) cat {folder}/download ;;
list) cat {folder}/listed; exit $(cat {folder}/code) ;;
esac
"""


class Toolchain:
    """The toolchain, on PATH, and the package that it knows."""

    def __init__(self, folder: Path) -> None:
        """Write it all to a folder."""
        self.folder = folder
        self.package = folder / "kubernetes" / "pkg" / "controller" / "statefulset"
        self.package.mkdir(parents=True)
        for part in FILES:
            (self.package / f"stateful_{part}.go").write_text(f"package statefulset\n\n// {part}\nvar x = 1\n")
        (self.package / "stateful_set_test.go").write_text("package statefulset\n")
        for name, text in {"go": _GO, "compile": _COMPILER, "link": _LINKER}.items():
            (folder / name).write_text(text.format(folder=folder))
            (folder / name).chmod(0o755)
        (folder / "dependency.a").touch()
        self.serves("v1.37.1")
        self.lists()

    def serves(self, version: str) -> None:
        """Have the module proxy give this version of Kubernetes."""
        found = {"Version": version, "Dir": str(self.folder / "kubernetes")}
        (self.folder / "download").write_text(json.dumps(found))

    def lists(self, *, language: str = "1.26.0", settings: str = "", failure: str = "") -> None:
        """Have `go list` print what it would, or fail."""
        own = "stsconf.local/statefulset-controller"
        lines = [f"fmt\t{self.folder / 'dependency.a'}\t\t", f"{own}/statefulset\tx.a\t\t{language}"]
        lines.append(f"{own}\tx.a\t{settings}\t{language}")
        (self.folder / "listed").write_text(failure or "\n".join(lines) + "\n")
        (self.folder / "code").write_text("1" if failure else "0")

    @property
    def calls(self) -> list[str]:
        """With what compiler and linker were called."""
        return (self.folder / "calls").read_text().splitlines()
