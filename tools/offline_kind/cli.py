"""`python -m tools.offline_kind.cli up | down | run COMMAND | image`: a kind that needs no registry."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from stsconf.cluster.cache import cache_home
from stsconf.cluster.embedded.build import Binaries, ensure_binaries
from stsconf.cluster.embedded.golang import ensure_go
from stsconf.cluster.embedded.packages import Machine, ensure_packages
from stsconf.cluster.system_images import ensure_app_images
from stsconf.commands.output import say
from stsconf.errors import ExitCode, StsconfError, UsageError
from tools.offline_kind.engine import Engine
from tools.offline_kind.nodeimage import ensure_node_image
from tools.offline_kind.parts import COMMANDS, COMPONENTS, ENGINE, NODE, NODE_IMAGE
from tools.offline_kind.roots import ensure_root
from tools.offline_kind.upstream import Upstream


def up(arguments: argparse.Namespace) -> int:
    """Start the engine with the node image in it, building what is missing; what runs already is kept."""
    binaries, archive = _prepare(install=not arguments.no_install)
    ensure_app_images(cache_home(), say)  # in the engine's network nothing could be fetched
    engine = Engine(arguments.name)
    if not engine.running:
        engine.start(ensure_root(ENGINE, cache_home(), say), say)
    engine.install(*(binaries.path(name) for name in ("kind", "kubectl")))
    engine.load(archive, NODE_IMAGE)
    say(f"kind and {NODE_IMAGE} are ready; run commands with: make kind-offline-run COMMAND='kind get clusters'")
    return ExitCode.CONFORMANT


def down(arguments: argparse.Namespace) -> int:
    """End the engine with every cluster in it, and remove all of it, in whatever state it is."""
    Engine(arguments.name).stop()
    say(f"{arguments.name} is gone")
    return ExitCode.CONFORMANT


def run(arguments: argparse.Namespace) -> int:
    """Run a command in the engine's network, with kind, docker and kubectl on its PATH."""
    engine = Engine(arguments.name)
    if not engine.running:
        raise UsageError(f"{arguments.name} does not run", "", "start it with: make kind-offline")
    command, environment = engine.inside(arguments.command)
    os.execvpe(command[0], command, environment)  # noqa: S606 -- the command is what the user asked for


def image(arguments: argparse.Namespace) -> int:
    """Print the path of the node image's archive, for `docker load` on a machine without internet."""
    say(str(_prepare(install=not arguments.no_install)[1]))
    return ExitCode.CONFORMANT


def _prepare(*, install: bool) -> tuple[Binaries, Path]:
    """Return the binaries and the node image's archive, from the cache where it has them."""
    cache = cache_home()
    ensure_packages(COMMANDS, Machine.this(), say, install=install)
    binaries = ensure_binaries(COMPONENTS, cache, say)
    upstream = Upstream.fetch(ensure_go(COMPONENTS, cache, say))
    return binaries, ensure_node_image(ensure_root(NODE, cache, say), binaries, upstream, cache, say)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m tools.offline_kind.cli", description=__doc__)
    top.add_argument("--name", default="kind-offline", help="of several engines on one machine; %(default)s")
    top.add_argument("--no-install", action="store_true", help="never install a missing OS package")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for function in (up, down, run, image):
        commands.add_parser(function.__name__, help=function.__doc__).set_defaults(function=function)
    commands.choices["run"].add_argument("command", nargs=argparse.REMAINDER)
    return top


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are told in three lines at most."""
    arguments = parser().parse_args(words)
    try:
        code: int = arguments.function(arguments)
    except StsconfError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return code


if __name__ == "__main__":
    sys.exit(main())
