"""Files of this machine, as entries of a container image: programs with their libraries, Python, busybox."""

import marshal
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import warnings
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import MAGIC_NUMBER
from pathlib import Path

from stsconf.cluster.images import Entry, folder
from stsconf.errors import StsconfError

UID = 1000
"""The user that the apps run as."""

PYTHON = "/usr/local/bin/python3"
"""Where an image has its Python."""

LIBRARIES = "/lib"
"""Where an image has its shared libraries; LD_LIBRARY_PATH names it, as each distribution has its own places."""

_LIBRARY = re.compile(r"^\s+(?:(?P<name>\S+) => )?(?P<path>/\S+) \(0x[0-9a-f]+\)$", re.MULTILINE)
_UNCHECKED_HASH = MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)
_NOT_NEEDED = {
    "__pycache__",
    "dist-packages",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "pydoc_data",
    "site-packages",
    "test",
    "tests",
    "tkinter",
    "turtledemo",
    "venv",
}
_NOT_NEEDED_EXTENSION = re.compile(r"^(_test|_ctypes_test|_tkinter|_xx|xx)")


def accounts() -> list[Entry]:
    """Return the user that apps run as, by name, and a folder for temporary files."""
    return [
        Entry("/etc/passwd", f"root:x:0:0::/:\napp:x:{UID}:{UID}::/tmp:\n".encode()),
        Entry("/etc/group", f"root:x:0:\napp:x:{UID}:\n".encode()),
        folder("/tmp", 0o1777),  # noqa: S108 - a path in an image
    ]


def program(source: Path, target: str, library_dirs: Sequence[Path] = ()) -> list[Entry]:
    """Return a program as `target`, and the shared libraries it needs.

    Libraries are taken from `library_dirs` first, then from where this machine has them.
    Raises StsconfError when one of them is nowhere.
    """
    return [Entry(target, source, mode=0o755), *_libraries([source], library_dirs, complete=True)]


def busybox() -> list[Entry]:
    """Return busybox as /bin/sh and all its other names; StsconfError when this machine has none."""
    found = shutil.which("busybox")
    if found is None:
        raise StsconfError("no busybox", "the shell of the helper image is taken from it", "install busybox-static")
    names = subprocess.run([found, "--list"], capture_output=True, text=True, check=True).stdout.split()
    links = [Entry(f"/bin/{name}", link="busybox") for name in names if name != "busybox"]
    return [*program(Path(found), "/bin/busybox"), *links]


def python() -> list[Entry]:
    """Return the running interpreter and its standard library as bytecode, which neither tests nor checks any file."""
    interpreter = Path(sys.executable).resolve()
    stdlib = Path(sysconfig.get_path("stdlib"))
    target = f"/usr/local/{sys.platlibdir}/{stdlib.name}"
    extensions = [path for path in (stdlib / "lib-dynload").glob("*.so") if not _NOT_NEEDED_EXTENSION.match(path.name)]
    return [
        *program(interpreter, PYTHON),
        *bytecode(stdlib, target),
        *(Entry(f"{target}/lib-dynload/{path.name}", path, mode=0o755) for path in extensions),
        *_libraries(extensions, (), complete=False),
    ]


def bytecode(package: Path, target: str) -> Iterator[Entry]:
    """Compile a folder of Python, leaving out what no container needs.

    The result bears no time of its source, so that an image's fixed times do not make Python compile it again.
    """
    for parent, folders, files in os.walk(package):
        folders[:] = sorted(set(folders) - _NOT_NEEDED)
        for name in sorted(files):
            source = Path(parent, name)
            if source.suffix == ".py":
                path = f"{target}/{source.relative_to(package).as_posix()}"
                yield Entry(f"{path}c", _compile(source, path))


def _compile(source: Path, path: str) -> bytes:
    """Compile one file; warnings about other people's code are of no use to anybody here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = compile(source.read_bytes(), path, "exec", dont_inherit=True)
    return _UNCHECKED_HASH + marshal.dumps(code)


def _libraries(files: Iterable[Path], library_dirs: Sequence[Path], *, complete: bool) -> list[Entry]:
    """Return the shared libraries that files need, and their loader at the path that programs name it by."""
    environment = {**os.environ, "LC_ALL": "C"}
    if library_dirs:
        environment["LD_LIBRARY_PATH"] = ":".join(map(str, library_dirs))
    told = subprocess.run(["ldd", *files], env=environment, capture_output=True, text=True, check=False).stdout
    missing = re.findall(r"(\S+) => not found", told)
    if complete and missing:
        raise StsconfError(
            f"no library {missing[0]}", "a program of an image needs it", "install the package that has it"
        )
    found = {
        f"{LIBRARIES}/{library['name']}" if library["name"] else library["path"]: Path(library["path"])
        for library in _LIBRARY.finditer(told)
    }
    return [Entry(path, source, mode=0o755) for path, source in found.items()]
