"""How kind, minikube and k3d are told what is wanted, and what is told of their errors."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from stsconf.cluster.command import CommandError, run_command
from stsconf.cluster.tool import K3D, KIND, MINIKUBE, TOOLS, Plan, Tool, Wish, gist, write_plan
from stsconf.errors import StsconfError

NOT_RUNNING = """ERROR: failed to list clusters: command "docker ps --format '{{"x"}}'" failed with error: exit status 1

Command Output: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?
"""


def test_wish_in_words() -> None:
    """Only what is not usual is told."""
    assert str(Wish("1.37.1")) == "1 node"
    assert str(Wish("1.37.1", 3, "mine:1")) == "3 nodes of mine:1"


def test_kind_plan() -> None:
    """Each node has its role; the image is kind's own unless another is named."""
    plan = KIND.plan("stsconf-r1", Wish("1.37.1", 2))
    assert plan.options == ()
    assert plan.config is not None
    assert plan.config["nodes"] == [
        {"role": "control-plane"},
        {"role": "worker"},
    ]


def test_kind_of_a_version() -> None:
    """A Kubernetes that was asked for is the image's tag; an image that was named comes first."""
    assert "kindest/node:v1.36.3" in str(KIND.plan("stsconf-r1", Wish("1.36.3", exact=True)))
    assert "kindest" not in str(KIND.plan("stsconf-r1", Wish("1.36.3", 1, "mine:1", exact=True)))


def test_k3d_plan() -> None:
    """One server, and agents for the rest."""
    plan = K3D.plan("stsconf-r1", Wish("1.37.1", 3))
    assert plan.config is not None
    assert plan.config["metadata"] == {"name": "stsconf-r1"}
    assert (plan.config["servers"], plan.config["agents"], plan.config["image"]) == (1, 2, "rancher/k3s:v1.37.1-k3s1")


def test_minikube_plan() -> None:
    """Minikube has no file for it; of what is usual nothing is said."""
    assert MINIKUBE.plan("stsconf-r1", Wish("1.37.1")) == Plan(None, ())
    assert MINIKUBE.plan("stsconf-r1", Wish("1.37.1", 3, "mine:1")).options == (
        "--nodes",
        "3",
        "--base-image",
        "mine:1",
    )


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_an_image_by_option(tool: Tool) -> None:
    """An image that is named takes the place of the tool's own."""
    assert "mine:1" in str(tool.plan("stsconf-r1", Wish("1.37.1", 1, "mine:1")))


def test_plan_file(tmp_path: Path) -> None:
    """A plan without a configuration makes no file."""
    path = tmp_path / "plan"
    assert write_plan(Plan(None, ()), path) is None
    assert not path.exists()
    assert write_plan(Plan({"name": "x"}, ()), path) == path
    assert json.loads(path.read_text()) == {"name": "x"}


def test_gist_of_an_error() -> None:
    """The line of error with what the inner command said, without its flags; else the end of the output."""
    assert gist(f"Creating cluster ...\n{NOT_RUNNING}") == (
        "ERROR: failed to list clusters: docker ps: Cannot connect to the Docker daemon at"
        " unix:///var/run/docker.sock. Is the docker daemon running?"
    )
    assert gist("something else\n") == "something else"


@pytest.mark.parametrize(
    ("told", "do"),
    [
        (NOT_RUNNING, "if it speaks of docker: is that running"),
        ('ERROR: failed to create cluster: failed to pull image "x:1"', "name one that is there with --node-image"),
    ],
)
def test_what_to_do(told: str, do: str) -> None:
    """An engine that does not run and an image that is not there need different things done."""
    error = KIND.explain("kind could not", CommandError("kind create", 1, told))
    assert error.what == "kind could not"
    assert error.do.startswith(do)


def test_listing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that cannot list its clusters is told in three lines."""
    script = tmp_path / "kind"
    script.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{NOT_RUNNING}\nEND\nexit 1\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(StsconfError) as caught:
        KIND.clusters(tmp_path / "config")
    assert str(caught.value).splitlines()[0] == "kind cannot tell which clusters there are"
    assert "Cannot connect to the Docker daemon" in caught.value.why


def test_command_error_keeps_all() -> None:
    """The error shows the end, and keeps the whole for who knows where to look."""
    with pytest.raises(CommandError) as caught:
        run_command([sys.executable, "-c", "import sys; sys.exit('first\\n' + 'x' * 500)"], 60, {})
    assert caught.value.output.startswith("first")
    assert "first" not in caught.value.why
