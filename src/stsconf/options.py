"""What the options of a run ask for: the target, and how it is to be judged."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from stsconf.cluster.embedded.components import DEFAULT_RELEASE, release
from stsconf.cluster.own import OwnCluster
from stsconf.cluster.provider import NewCluster
from stsconf.cluster.target import OWN_KINDS, Target
from stsconf.cluster.targets import TargetOptions, parse_target
from stsconf.cluster.tool import NODE_IMAGE_VARIABLE, TOOLS, Wish
from stsconf.errors import UsageError
from stsconf.model.guarantee import Profile
from stsconf.report.stream import STREAM
from stsconf.scenario.apps import APPS, LOCAL_IMAGES
from stsconf.session import Options


def refuse_nonsense(config: pytest.Config) -> None:
    """Raise `UsageError` for values that no run could be made with, before anything is started."""
    for option, known in {"--profile": list(map(str, Profile)), "--apps": list(APPS)}.items():
        unknown = [word for word in config.getoption(option) or () if word not in known]
        if unknown:
            raise UsageError(
                f"{option}: unknown: {', '.join(map(repr, unknown))}", "", f"choose from {', '.join(known)}"
            )
    for option, least in {"--jobs": 1, "--timeout-scale": 0.01, "--nodes": 1}.items():
        number = config.getoption(option)
        if number is not None and not number >= least:
            raise UsageError(f"{option} {number} is too small", "", f"choose {least} or more")
    folder: Path | None = config.getoption("--report-dir")
    if folder and (folder / STREAM).exists():
        raise UsageError(f"{folder} holds a report already", "a report is of one run", "choose another --report-dir")


def wanted_run(config: pytest.Config) -> Options:
    """Return how a run is to go about its cluster."""
    return Options(
        timeout_scale=config.getoption("--timeout-scale"),
        images=config.getoption("--image-registry") or LOCAL_IMAGES,
        keep_on_failure=config.getoption("--keep-on-failure"),
        wait=not config.getoption("--no-wait"),
    )


def wanted_target(config: pytest.Config, run: str) -> Target:
    """Return the target of a run; raises `UsageError` for one that does not go with the other options."""
    asked = config.getoption("--kubernetes")
    minor = asked or DEFAULT_RELEASE
    image = config.getoption("--node-image") or os.environ.get(NODE_IMAGE_VARIABLE, "")
    own = partial(OwnCluster, name=f"run-{run}", install=not config.getoption("--no-install"))
    options = TargetOptions(
        run=run,
        wish=Wish(
            release(minor).version.removeprefix("v"), config.getoption("--nodes") or 1, image, exact=asked is not None
        ),
        own=partial(own, statefulset_controller=config.getoption("--statefulset-controller"), kubernetes=minor),
        kubeconfig=config.getoption("--kubeconfig"),
    )
    target = parse_target(config.getoption("--cluster"), options)
    _refuse_foreign(config, target)
    return target


def _refuse_foreign(config: pytest.Config, target: Target) -> None:
    """Raise `UsageError` for options that shape or disturb a cluster, where the target is not made for this run."""
    disruptive = Profile.DISRUPTIVE in (config.getoption("--profile") or ())
    if disruptive and not isinstance(target, OwnCluster | NewCluster) and not config.getoption("--allow-disruption"):
        raise UsageError(
            "the profile disruptive touches the nodes of a cluster that others may use",
            "it takes nodes out of service for a while, and evicts its own pods from them",
            "add --allow-disruption if nobody minds, or choose a cluster that is made for the run",
        )
    ours, tools = " or ".join(OWN_KINDS), " or ".join(TOOLS)
    shapes = {
        "statefulset-controller": (OwnCluster, "it has a StatefulSet controller, which is not ours to stop", ours),
        "kubernetes": (OwnCluster | NewCluster, "it exists, and has the Kubernetes that it has", ours),
        "nodes": (NewCluster, "its nodes are what they are", tools),
        "node-image": (NewCluster, "its nodes are what they are", tools),
    }
    for option, (kind, why, choices) in shapes.items():
        if config.getoption(f"--{option}") is not None and not isinstance(target, kind):
            raise UsageError(
                f"--{option} does not go together with this cluster",
                why,
                f"leave it out, or choose --cluster {choices}",
            )
