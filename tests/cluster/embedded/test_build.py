"""Building binaries once, whole or not at all, whatever interrupts it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import stsconf
from stsconf.cluster.embedded.build import Binaries, ensure_binaries
from stsconf.cluster.embedded.components import PAUSE, Component
from stsconf.errors import StsconfError
from tests.cluster.embedded.stub_go import COMPILE, calls, write_component, write_stub_go
from tests.processes import ended

DRIVER = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what it puts in the background deaf to it
from stsconf.cluster.embedded.build import ensure_binaries
from tests.cluster.embedded.stub_go import write_component
work = Path(sys.argv[1])
ensure_binaries([write_component(work / "tool")], work / "cache", lambda line: print(line, flush=True))
"""


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a stub go on PATH and return its folder."""
    folder = tmp_path / "go-stub"
    write_stub_go(folder)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


@pytest.fixture
def tool(tmp_path: Path) -> Component:
    """Return a component with two binaries."""
    return write_component(tmp_path / "tool")


def build(*components: Component, cache: Path) -> tuple[Binaries, list[str]]:
    """Build into a cache and return where everything is, with the lines shown."""
    said: list[str] = []
    return ensure_binaries(components, cache, said.append), said


def left(cache: Path) -> list[str]:
    """Return what a cache has of binaries, locks aside."""
    return sorted(path.name for path in (cache / "bin").iterdir() if path.suffix != ".lock")


def test_built_once(go: Path, tool: Component, tmp_path: Path) -> None:
    """The first start builds and tells how long it takes; the second does neither."""
    binaries, said = build(tool, cache=tmp_path / "cache")
    assert binaries.path("two").read_text() == "binary\n"
    assert binaries.folder("tool") == binaries.path("one").parent
    assert said[0] == "building tool v1.2.3 (1 of 1), about 1 min the first time"
    assert said[1].startswith("built tool v1.2.3 in ")
    assert build(tool, cache=tmp_path / "cache") == (binaries, [])
    assert len(calls(go)) == 1


def test_compiler_is_called_reproducibly(
    go: Path, tool: Component, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the caller's environment changes the result, and scratch files lie where they are cleaned up."""
    for name, value in {"GOFLAGS": "-race", "GOOS": "plan9", "GOARCH": "mips", "CGO_ENABLED": "1"}.items():
        monkeypatch.setenv(name, value)
    binaries, _ = build(replace(tool, ldflags="-X main.v=1"), cache=tmp_path / "cache")
    folder = binaries.folder("tool")
    modules = f"-mod=readonly -buildvcs=false -modfile={tool.go_mod}"
    expected = f"build -trimpath {modules} -ldflags -s -w -X main.v=1 -o {folder}.partial/ ."
    assert calls(go) == [expected]
    assert Path((go / "directory").read_text().strip()) == tool.module_dir
    seen = dict(line.split("=", 1) for line in (go / "environment").read_text().splitlines())
    wanted = {"CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off", "GOTOOLCHAIN": "local"}
    assert {name: seen[name] for name in wanted} == wanted
    assert not {"GOOS", "GOARCH"} & seen.keys()
    assert seen["GOTMPDIR"] == f"{folder}.partial/scratch"


@pytest.mark.usefixtures("go")
def test_one_binary_is_named_and_linked(tmp_path: Path) -> None:
    """A single binary gets the name asked for, and its other names beside it."""
    binaries, _ = build(write_component(tmp_path / "tool", "multi"), cache=tmp_path / "cache")
    assert binaries.path("alias").readlink() == Path("multi")
    assert sorted(path.name for path in binaries.folder("tool").iterdir() if not path.suffix) == [
        "SHA256SUMS",
        "alias",
        "multi",
    ]


@pytest.mark.usefixtures("go")
def test_unknown_binary(tool: Component, tmp_path: Path) -> None:
    """Asking for what no component has is a mistake of the caller's."""
    binaries, _ = build(tool, cache=tmp_path / "cache")
    with pytest.raises(KeyError, match="three"):
        binaries.path("three")


@pytest.mark.parametrize("changed", ["go.mod", "go.sum", "main.go", "flags", "go version"])
def test_other_sources_are_other_binaries(go: Path, tool: Component, tmp_path: Path, changed: str) -> None:
    """Whatever would change the binaries has them built anew, and the old ones stay for whoever uses them."""
    before, _ = build(tool, cache=tmp_path / "cache")
    if changed == "flags":
        tool = replace(tool, ldflags="-X main.v=2")
    elif changed == "go version":
        write_stub_go(go, version="1.99.1")
    else:
        with (tool.module_dir / changed).open("a") as source:
            source.write("// changed\n")
    after, _ = build(tool, cache=tmp_path / "cache")
    assert after.folder("tool") != before.folder("tool")
    assert before.path("one").exists()


@pytest.mark.parametrize("damage", ["truncated", "altered", "removed", "relinked", "unsealed"])
@pytest.mark.usefixtures("go")
def test_damage_is_mended(tool: Component, tmp_path: Path, damage: str) -> None:
    """A binary that is not what was built, even one of equal size and time, is built again and said so."""
    binaries, _ = build(tool, cache=tmp_path / "cache")
    one = binaries.path("one")
    if damage == "truncated":
        os.truncate(one, 2)
    elif damage == "altered":
        times = one.stat().st_atime_ns, one.stat().st_mtime_ns
        one.write_text("bimary\n")
        os.utime(one, ns=times)
    elif damage == "removed":
        one.unlink()
    elif damage == "relinked":
        binaries.path("alias").unlink()
        (one.parent / "alias").symlink_to("two")
    else:
        (one.parent / "SHA256SUMS").unlink()
    mended, said = build(tool, cache=tmp_path / "cache")
    assert "is damaged: making tool again" in said[0]
    assert mended.path("one").read_text() == "binary\n"
    assert mended.path("alias").readlink() == Path("one")


def test_touched_but_whole(go: Path, tool: Component, tmp_path: Path) -> None:
    """Binaries with other times but the same content are kept."""
    binaries, _ = build(tool, cache=tmp_path / "cache")
    os.utime(binaries.path("one"))
    assert build(tool, cache=tmp_path / "cache")[1] == []
    assert len(calls(go)) == 1


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("main.go:3: undefined: x", "main.go:3: undefined: x"),
        ("write x.a: no space left on device", "the disk is full"),
        ('x: Get "https://proxy.example/x.zip": dial tcp: refused', "its Go modules cannot be fetched"),
    ],
)
def test_failure_leaves_nothing(go: Path, tool: Component, tmp_path: Path, output: str, why: str) -> None:
    """A failing compiler's reason is told, its output is kept, and the cache holds nothing half-built."""
    (tmp_path / "output").write_text(f"# tool\n{output}\n")
    write_stub_go(go, f'echo half > "$out"one; cat "{tmp_path}/output" >&2; exit 2')
    with pytest.raises(StsconfError, match=why) as caught:
        build(tool, cache=tmp_path / "cache")
    assert caught.value.what == "building tool v1.2.3 failed"
    assert output in (tmp_path / "cache" / "logs" / "build-tool.log").read_text()
    assert left(tmp_path / "cache") == []
    write_stub_go(go)
    assert build(tool, cache=tmp_path / "cache")[0].path("one").exists()


def test_a_binary_left_out_is_a_failure(go: Path, tool: Component, tmp_path: Path) -> None:
    """A compiler that succeeds without writing what is needed is not believed."""
    write_stub_go(go, 'echo binary > "$out"one')
    with pytest.raises(StsconfError, match="left out two"):
        build(tool, cache=tmp_path / "cache")
    assert left(tmp_path / "cache") == []


def test_no_room(go: Path, tmp_path: Path) -> None:
    """Too little disk is told before anything is compiled."""
    with pytest.raises(StsconfError, match="not enough disk"):
        build(write_component(tmp_path / "tool", gigabytes=1e9), cache=tmp_path / "cache")
    assert calls(go) == []


@pytest.mark.usefixtures("go")
def test_cache_that_cannot_be_written(tool: Component, tmp_path: Path) -> None:
    """A cache folder that is a file is told with what to do about it."""
    (tmp_path / "cache").write_text("")
    with pytest.raises(StsconfError, match="set XDG_CACHE_HOME"):
        build(tool, cache=tmp_path / "cache")


@pytest.fixture
def stuck(go: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a build in a process of its own that gets as far as compiling, and no further."""
    for name in ("started", "gate"):
        os.mkfifo(tmp_path / name)
    stay = f'echo half > "$out"one; (read -r line < "{tmp_path}/gate") & echo "$$ $!" > "{tmp_path}/started"; wait'
    write_stub_go(go, f"{stay}; {COMPILE}")
    with start(tmp_path) as process:
        yield process
        process.kill()


def start(work: Path) -> subprocess.Popen[str]:
    """Start a build of the tool in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": f"{Path(__file__).parents[3]}:{Path(stsconf.__file__).parents[1]}"}
    command = [sys.executable, "-c", DRIVER, str(work)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)])
def test_interruption_leaves_nothing(
    stuck: subprocess.Popen[str], tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """Ctrl-C or a polite kill ends the compiler with its children, and the cache is as it was."""
    pids = (tmp_path / "started").read_text().split()
    stuck.send_signal(number)
    assert stuck.wait() == code
    assert left(tmp_path / "cache") == []
    assert [ended(int(pid)) for pid in pids] == [True, True]


def test_kill_is_mended_by_the_next_start(
    stuck: subprocess.Popen[str], go: Path, tool: Component, tmp_path: Path
) -> None:
    """What a kill -9 leaves is never taken for a result, and the next start removes it, whatever it builds."""
    pids = (tmp_path / "started").read_text().split()
    stuck.kill()
    stuck.wait()
    os.killpg(int(pids[0]), signal.SIGKILL)
    assert [name.endswith(".partial") for name in left(tmp_path / "cache")] == [True]
    write_stub_go(go)
    binaries, _ = build(replace(tool, ldflags="-X main.v=2"), cache=tmp_path / "cache")
    assert left(tmp_path / "cache") == [binaries.folder("tool").name]


def test_kill_ends_the_compiler_too(stuck: subprocess.Popen[str], tmp_path: Path) -> None:
    """Nobody is left compiling for an owner that was killed."""
    compiler = int((tmp_path / "started").read_text().split()[0])
    stuck.kill()
    assert ended(compiler)
    os.killpg(compiler, signal.SIGKILL)  # what the stub itself started


def test_two_starts_build_once(stuck: subprocess.Popen[str], go: Path, tmp_path: Path) -> None:
    """Of two starts side by side one builds, the other says that it waits and uses the result."""
    (tmp_path / "started").read_text()
    with start(tmp_path) as second:
        assert second.stdout is not None
        assert second.stdout.readline() == "waiting for another process that makes tool\n"
        (tmp_path / "gate").write_text("\n")
        assert (stuck.wait(), second.wait()) == (0, 0)
        assert second.stdout.read() == ""
    assert len(calls(go)) == 1


@pytest.mark.skipif(shutil.which("go") is None, reason="no Go on PATH to build a real binary with")
def test_a_real_binary(tmp_path: Path) -> None:
    """The pause program, built by the real compiler, is static and stops when told to."""
    binaries, _ = build(PAUSE, cache=tmp_path / "cache")
    pause = binaries.path("pause")
    assert subprocess.run(["ldd", pause], capture_output=True, check=False).returncode == 1
    with subprocess.Popen([pause]) as process:
        process.terminate()
        # by its own handler, or by the runtime's where the signal comes before that is set
        assert process.wait(timeout=60) in {0, -signal.SIGTERM}
