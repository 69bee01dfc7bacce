"""The target that a word on the command line stands for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster.context import ContextTarget
from stsconf.cluster.provider import ExistingKind, NewCluster
from stsconf.cluster.target import OWN_KINDS, Target
from stsconf.cluster.tool import TOOLS, Wish
from stsconf.errors import UsageError

CHOICES = ("embedded", "simulated", "kind", "kind:NAME", "minikube", "k3d", "context:NAME")


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """What a target may need besides its name.

    `run` is the run's id, which new clusters are named after. `wish` is the cluster that kind, minikube and k3d are to
    make. `kubeconfig` is where contexts are looked up, None for the files kubectl would read.
    `own` makes the two targets that the suite starts by itself, by their names.
    """

    run: str
    wish: Wish
    own: Callable[[str], Target]
    kubeconfig: Path | None = None


def parse_target(text: str | Sequence[str], options: TargetOptions) -> Target:
    """Return the target that `text` names, one of `CHOICES`; nothing is started yet.

    `text` is what the user gave, all of it if the option was repeated. Raises `UsageError` for an unknown target, and
    for more than one: a run judges one cluster.
    """
    given = [text] if isinstance(text, str) else text
    names = [name.strip() for part in given for name in part.split(",") if name.strip()]
    if len(names) > 1:
        raise UsageError(
            f"more than one target: {', '.join(names)}", "a run judges one cluster", "start one run for each of them"
        )
    name = names[0] if names else ""
    target = _target(name, options)
    if target is None:
        raise UsageError(
            f"there is no target {name!r}",
            f"the targets are {', '.join(CHOICES)}",
            "name one of them; an existing cluster is always named by its context, never taken by default",
        )
    return target


def _target(name: str, options: TargetOptions) -> Target | None:
    if name in OWN_KINDS:
        return options.own(name)
    if name in TOOLS:
        return NewCluster(TOOLS[name], options.run, options.wish)
    kind, _, which = name.partition(":")
    if which and kind == "context":
        return ContextTarget(which, options.kubeconfig)
    if which and kind == "kind":
        return ExistingKind(which)
    return None
