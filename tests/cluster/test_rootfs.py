"""Taking programs of this machine into an image. They are unpacked and run with nothing but what the image has."""

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from stsconf.cluster.images import Entry, Layer
from stsconf.cluster.rootfs import LIBRARIES, PYTHON, UID, accounts, busybox, bytecode, program, python
from stsconf.errors import StsconfError


def unpack(root: Path, entries: Iterable[Entry]) -> Path:
    """Unpack entries as an engine does and return where."""
    with tarfile.open(fileobj=io.BytesIO(Layer.of(*entries).tar)) as tar:
        tar.extractall(root, filter="tar")
    return root


def loader(root: Path) -> list[str]:
    """Return a command that runs a program of an unpacked image with that image's libraries alone."""
    (found,) = (path for path in root.rglob("ld-*.so*") if "64" in path.name or "musl" in path.name)
    return [str(found), "--inhibit-cache", "--library-path", f"{root}{LIBRARIES}"]


@pytest.fixture(scope="module")
def with_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an unpacked image that has Python."""
    return unpack(tmp_path_factory.mktemp("python"), python())


def run_python(root: Path, code: str) -> str:
    """Run code by the Python of an unpacked image, without any variable set."""
    command = [*loader(root), f"{root}{PYTHON}", "-E", "-s", "-S", "-B", "-c", code]
    return subprocess.run(command, env={}, check=True, capture_output=True, text=True).stdout


def test_python_is_complete(with_python: Path) -> None:
    """The image's Python finds its own library, and what servers and clients import works."""
    code = "import asyncio, ctypes, hashlib, http.server, json, ssl, sys, urllib.request; "
    code += "print(json.dumps([sys.version, sys.prefix, json.__file__]))"
    version, prefix, file = json.loads(run_python(with_python, code))
    assert version == sys.version
    assert prefix == f"{with_python}/usr/local"
    assert Path(file).is_relative_to(with_python)


def test_python_takes_nothing_from_this_machine(with_python: Path) -> None:
    """Every module and library that the image's Python has loaded is the image's own."""
    code = "import ssl, sys; print(open('/proc/self/maps').read()); print(*sys.path, sep='\\n')"
    told = run_python(with_python, code).split()
    seen = {word for word in told if word.startswith("/") and (".so" in word or "python" in word)}
    assert any("libcrypto" in path or "_ssl" in path for path in seen)
    assert [path for path in seen if not path.startswith(str(with_python))] == []


def test_a_program_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that could not start in the image is refused; one that is static needs nothing."""
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    assert program(script, "/bin/script") == [Entry("/bin/script", script, mode=0o755)]
    broken = tmp_path / "ldd"
    broken.write_text("#!/bin/sh\necho '\tlibmissing.so.1 => not found'\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    with pytest.raises(StsconfError, match=r"no library libmissing\.so\.1"):
        program(script, "/bin/script")


def test_bytecode_needs_no_source(tmp_path: Path) -> None:
    """Modules come as bytecode that Python takes without comparing times; tests and caches stay behind."""
    package = tmp_path / "package"
    for folder in ("sub", "tests", "__pycache__"):
        (package / folder).mkdir(parents=True)
        (package / folder / "__init__.py").write_text("")
    (package / "__init__.py").write_text("import warnings\nx = 7\ny = '\\d'\n")
    entries = list(bytecode(package, "/app/package"))
    assert [entry.path for entry in entries] == ["/app/package/__init__.pyc", "/app/package/sub/__init__.pyc"]
    root = unpack(tmp_path / "root", entries)
    code = "import package.sub; print(package.x)"
    done = subprocess.run([sys.executable, "-c", code], cwd=root / "app", check=True, capture_output=True, text=True)
    assert done.stdout == "7\n"


def test_busybox_has_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command that busybox knows is a link to it, above all the shell."""
    stub = tmp_path / "busybox"
    stub.write_text("#!/bin/sh\nprintf 'busybox\\nls\\nsh\\n'\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    links = {entry.path: entry.link for entry in busybox() if entry.link}
    assert links == {"/bin/ls": "busybox", "/bin/sh": "busybox"}
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(StsconfError, match="install busybox-static"):
        busybox()


def test_accounts(tmp_path: Path) -> None:
    """The apps' user has a name, and everybody may write temporary files."""
    root = unpack(tmp_path, accounts())
    assert f"app:x:{UID}:{UID}:" in (root / "etc" / "passwd").read_text()
    assert [(entry.path, entry.mode) for entry in accounts() if entry.content is None] == [("/tmp", 0o1777)]  # noqa: S108 - a path in an image
