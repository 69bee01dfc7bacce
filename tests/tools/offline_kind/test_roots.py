"""File systems of Debian packages: made once, and by commands that leave nothing behind."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from tools.offline_kind import roots
from tools.offline_kind.parts import Root
from tools.offline_kind.roots import ensure_root, unpack

STAND_IN = """#!/bin/sh
echo "$*" >> {folder}/calls
[ -e {folder}/broken ] && {{ echo "E: no such package" >&2; exit 1; }}
for last; do :; done
mkdir {folder}/etc && echo bookworm > {folder}/etc/release && tar -C {folder} -cf "$last" etc
"""
ROOT = Root("node", "bash,systemd")


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a machine whose mmdebstrap is a stand-in, which needs no namespaces."""
    script = tmp_path / "mmdebstrap"
    script.write_text(STAND_IN.format(folder=tmp_path))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (tmp_path / "mount").symlink_to("/bin/true")
    monkeypatch.setattr(roots, "CONTAINED", ())
    return tmp_path


def test_made_once(machine: Path) -> None:
    """The second time it comes from the cache; other packages make another."""
    said: list[str] = []
    archive = ensure_root(ROOT, machine / "cache", said.append)
    assert ensure_root(ROOT, machine / "cache", said.append) == archive
    assert len(said) == 1
    call = (machine / "calls").read_text()
    assert "--variant=minbase --include=bash,systemd bookworm" in call
    unpack(archive, machine / "unpacked")
    assert (machine / "unpacked" / "etc" / "release").read_text() == "bookworm\n"


def test_error(machine: Path) -> None:
    """What mmdebstrap said last is told, and nothing is kept."""
    (machine / "broken").touch()
    with pytest.raises(StsconfError, match="could not make the node's file system") as caught:
        ensure_root(ROOT, machine / "cache", print)
    assert caught.value.why == "E: no such package"
    assert list((machine / "cache" / "kind").glob("node-*")) == []


def test_damaged_archive(machine: Path) -> None:
    """An archive that is none is an error."""
    broken = machine / "broken.tar"
    broken.write_text("no archive")
    assert not tarfile.is_tarfile(broken)
    with pytest.raises(StsconfError, match="could not unpack"):
        unpack(broken, machine / "unpacked")
