"""The engine: what it is told, and how commands meet it. Starting it takes a machine, and is done by CI."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from stsconf.cluster.embedded.runfolder import RunFolder
from stsconf.cluster.embedded.state import State, myself
from tools.offline_kind.engine import KIND, Engine, lacks_sys_resource
from tools.offline_kind.parts import FILES, NODE_IMAGE

STATUS = "Name:\tpython\nCapEff:\t0000000000000000\nCapBnd:\t{:016x}\n"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Return an engine that is not running."""
    (tmp_path / "x").mkdir()
    return Engine("x", tmp_path)


@pytest.mark.parametrize(("bounds", "lacks"), [(0x1FFFFFFFFFF, False), (0x1FFFEFFFFFF, True), (0, True)])
def test_capability(bounds: int, *, lacks: bool) -> None:
    """What bounds a process is what it can give to a container."""
    assert lacks_sys_resource(STATUS.format(bounds)) is lacks


def test_running(engine: Engine, tmp_path: Path) -> None:
    """It runs while its first process lives; one that was claimed and not started does not."""
    folder = RunFolder(tmp_path / "x")
    assert not engine.running
    State(KIND, myself(), None).write(folder)
    assert not engine.running
    State(KIND, None, myself()).write(folder)
    assert engine.running


def test_inside(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands meet the engine's network and socket, its programs first, and no proxy of the machine's."""
    monkeypatch.setenv("https_proxy", "http://localhost:1")
    monkeypatch.setenv("NO_PROXY", "localhost")
    command, environment = engine.inside(["kind", "get", "clusters"])
    assert command == ["nsenter", "--net=/run/netns/stsconf-x", "--", "kind", "get", "clusters"]
    assert environment["DOCKER_HOST"] == f"unix://{tmp_path}/x/docker.sock"
    assert environment["STSCONF_NODE_IMAGE"] == NODE_IMAGE
    assert environment["PATH"] == f"{tmp_path}/x/bin:{os.environ['PATH']}"
    assert not {"https_proxy", "NO_PROXY"} & set(environment)


def test_install(engine: Engine, tmp_path: Path) -> None:
    """Programs are found by their names, and replaced by those of a later build."""
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
        engine.install(tmp_path / version / "kind")
    links = {path.name: path.readlink() for path in (tmp_path / "x" / "bin").iterdir()}
    assert links == {"kind": tmp_path / "2" / "kind", "docker": tmp_path / "x" / "root" / "usr" / "bin" / "docker"}


@pytest.mark.parametrize("there", [True, False])
def test_load(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, there: bool) -> None:
    """An image that is there is not loaded again."""
    listed = "example:1" if there else "example:0"
    script = tmp_path / "nsenter"
    script.write_text(f'#!/bin/sh\nshift 2\necho "$*" >> {tmp_path}/calls\necho {listed}\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    engine.load(tmp_path / "node.tar", "example:1")
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[0].startswith("docker images")
    assert calls[1:] == ([] if there else [f"docker load --quiet --input {tmp_path}/node.tar"])


def test_runc_without_the_capability(tmp_path: Path) -> None:
    """The wrapper takes the capability out of what runc is about to read, wherever it stands, and nothing else."""
    (tmp_path / "config.json").write_text('{"a":["CAP_KILL","CAP_SYS_RESOURCE"],"b":["CAP_SYS_RESOURCE","CAP_CHOWN"]}')
    process = tmp_path / "process.json"
    process.write_text('["CAP_KILL","CAP_SYS_RESOURCE","CAP_CHOWN"]')
    arguments = ["exec", "--bundle", str(tmp_path), "--process", str(process), "name"]
    told = subprocess.run(
        [FILES / "runc.sh", *arguments], env={"RUNC": "/bin/echo", "PATH": "/bin"}, capture_output=True, check=True
    )
    assert (tmp_path / "config.json").read_text() == '{"a":["CAP_KILL"],"b":["CAP_CHOWN"]}'
    assert process.read_text() == '["CAP_KILL","CAP_CHOWN"]'
    assert told.stdout.decode().split() == arguments


def test_pod_network(tmp_path: Path) -> None:
    """A node's own range becomes its plugins' configuration, once; another's becomes a route; no address, nothing."""
    for name, text in (
        ("kubectl", "printf '10.1.0.0/24 172.18.0.2\\n10.1.1.0/24 172.18.0.3\\n10.1.2.0/24 \\n'"),
        ("ip", f'echo "$*" >> {tmp_path}/routes'),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "HOST_IP": "172.18.0.2",
        "CNI_CONFIG": str(tmp_path),
        "CONTROL_PLANE_ENDPOINT": "localhost:1",
    }
    subprocess.run([FILES / "kindnetd.sh"], env=environment, check=True, capture_output=True)
    assert '"subnet": "10.1.0.0/24"' in (tmp_path / "10-kindnet.conflist").read_text()
    assert (tmp_path / "routes").read_text() == "route replace 10.1.1.0/24 via 172.18.0.3\n"
