"""`stsconf cluster`: keep a Kubernetes of this machine's own."""

from __future__ import annotations

import argparse

from stsconf.cluster.embedded.cluster import down, running
from stsconf.cluster.embedded.components import DEFAULT_RELEASE
from stsconf.cluster.own import OwnCluster, start
from stsconf.commands.output import note, say
from stsconf.errors import ExitCode

_NAME = "stsconf"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    up = verbs.add_parser("up", help="Start a cluster, leave it running and print its kubeconfig's path.")
    up.add_argument("--kind", choices=("embedded", "simulated"), default="embedded")
    up.add_argument("--no-install", action="store_true", help="never install a missing OS package")
    up.add_argument(
        "--controllers",
        metavar="LIST",
        default="*",
        help="the controller manager's own option, such as '*,-statefulset-controller'",
    )
    up.add_argument("--statefulset-controller", metavar="PATH", help="as for run")
    up.add_argument("--kubernetes", metavar="MINOR", help="as for run")
    up.set_defaults(function=cluster_up)
    ending = verbs.add_parser("down", help="End a cluster that was left running.")
    ending.set_defaults(function=cluster_down)
    for verb in (up, ending):
        verb.add_argument("--name", default=_NAME)
    listing = verbs.add_parser("list", help="List the clusters that run on this machine.")
    listing.set_defaults(function=cluster_list)


def cluster_up(arguments: argparse.Namespace) -> ExitCode:
    """Start a cluster, leave it running and print its kubeconfig's path."""
    target = OwnCluster(
        arguments.kind,
        arguments.name,
        install=not arguments.no_install,
        controllers=arguments.controllers,
        statefulset_controller=arguments.statefulset_controller,
        kubernetes=arguments.kubernetes or DEFAULT_RELEASE,
    )
    cluster = start(target, note)
    cluster.stay()
    say(str(cluster.kubeconfig))
    return ExitCode.CONFORMANT


def cluster_down(arguments: argparse.Namespace) -> ExitCode:
    """End a cluster that was left running."""
    down(arguments.name, say)
    return ExitCode.CONFORMANT


def cluster_list(arguments: argparse.Namespace) -> ExitCode:  # noqa: ARG001 -- every command takes them
    """List the clusters that run on this machine."""
    for name, kind, kubeconfig in running():
        say(f"{name}\t{kind}\t{kubeconfig}")
    return ExitCode.CONFORMANT
