"""The `stsconf` command: run the suite, read its reports, keep a cluster, sweep, list images, print tables."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from stsconf.commands.checks import CHECKOUT, CONFORMANCE, call_pytest
from stsconf.commands.output import say
from stsconf.errors import ExitCode, StsconfError

_CLUSTER_NAME = "stsconf"


def run(arguments: Sequence[str]) -> int:
    """Run the checks with pytest; options are the plugin's and pytest's own."""
    options = [option for option in arguments if option != "--"]
    if {"-h", "--help"} & set(options):
        _run_parser().print_help()
        return ExitCode.CONFORMANT
    if not any(option.startswith("--cluster") for option in options):
        options.insert(0, "--cluster=embedded")
    return call_pytest(options)


def _run_parser() -> argparse.ArgumentParser:
    from stsconf.plugin import add_options  # noqa: PLC0415 -- loads pytest

    top = argparse.ArgumentParser(
        prog="stsconf run",
        usage="stsconf run [options] [FILE.py or check ...]",
        description="Judge a cluster; the one that this machine starts by itself if no other is named.",
        epilog="All other options are pytest's: -k TestScaling chooses checks, -x stops at the first that fails.",
    )
    add_options(top.add_argument)
    return top


def cluster_up(arguments: argparse.Namespace) -> int:
    """Start a cluster, leave it running and print its kubeconfig's path."""
    from stsconf.cluster.embedded.components import DEFAULT_RELEASE  # noqa: PLC0415 -- reads what is pinned
    from stsconf.cluster.own import OwnCluster, start  # noqa: PLC0415 -- loads the API client

    install = not arguments.no_install
    target = OwnCluster(
        arguments.kind,
        arguments.name,
        install=install,
        controllers=arguments.controllers,
        statefulset_controller=arguments.statefulset_controller,
        kubernetes=arguments.kubernetes or DEFAULT_RELEASE,
    )
    cluster = start(target, lambda line: print(line, file=sys.stderr, flush=True))
    cluster.stay()
    say(str(cluster.kubeconfig))
    return ExitCode.CONFORMANT


def cluster_down(arguments: argparse.Namespace) -> int:
    """End a cluster that was left running."""
    from stsconf.cluster.embedded.cluster import down  # noqa: PLC0415 -- loads the API client

    down(arguments.name, say)
    return ExitCode.CONFORMANT


def cluster_list(arguments: argparse.Namespace) -> int:  # noqa: ARG001 -- every command takes them
    """List the clusters that run on this machine."""
    from stsconf.cluster.embedded.cluster import running  # noqa: PLC0415 -- loads the API client

    for name, kind, kubeconfig in running():
        say(f"{name}\t{kind}\t{kubeconfig}")
    return ExitCode.CONFORMANT


def sweep(arguments: argparse.Namespace) -> int:
    """Remove what killed runs left: on this machine, and on a cluster if one is named."""
    from stsconf.cluster.sweeping import sweep_target  # noqa: PLC0415 -- loads the API client

    sweep_target(arguments.cluster, arguments.kubeconfig, say, force=arguments.force, dry_run=arguments.dry_run)
    return ExitCode.CONFORMANT


def images(arguments: argparse.Namespace) -> int:  # noqa: ARG001 -- every command takes them
    """Write the apps' images and list them."""
    from stsconf.cluster.cache import cache_home  # noqa: PLC0415 -- only here
    from stsconf.cluster.images import list_archives  # noqa: PLC0415 -- only here
    from stsconf.cluster.system_images import ensure_app_images  # noqa: PLC0415 -- only here

    archive = ensure_app_images(cache_home(), say)
    say(f"{archive}")
    for image in list_archives([archive]):
        say(f"  {image.name:<36} {image.size / 1e6:6.1f} MB  {image.what_for}")
    return ExitCode.CONFORMANT


def table(arguments: argparse.Namespace) -> int:
    """Write the tables of observations and guarantees, each with its checks."""
    from stsconf.tables import write_tables  # noqa: PLC0415 -- collects the checks with pytest

    write_tables(CONFORMANCE, CHECKOUT / "reports" / "mutants", arguments.output or CHECKOUT / "docs")
    return ExitCode.CONFORMANT


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command but `run`, whose options are pytest's."""
    top = argparse.ArgumentParser(prog="stsconf", description="Conformance of Kubernetes StatefulSets.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("run", help="Judge a cluster; stsconf run --help tells how.", add_help=False)
    keep = commands.add_parser("cluster", help="Keep a Kubernetes of this machine's own.")
    group = keep.add_subparsers(required=True, metavar="VERB")
    up = _command(group, "up", cluster_up)
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
    down = _command(group, "down", cluster_down)
    for command in (up, down):
        command.add_argument("--name", default=_CLUSTER_NAME)
    _command(group, "list", cluster_list)
    sweeping = _command(commands, "sweep", sweep)
    sweeping.add_argument("--cluster", default="", help="a target whose leftovers are removed too: context:NAME, …")
    sweeping.add_argument("--kubeconfig", type=Path, help="the file that holds context:NAME")
    sweeping.add_argument("--force", action="store_true", help="also what has not expired: ends other people's runs")
    sweeping.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    _breaking(commands)
    _reading(commands)
    _command(commands, "images", images)
    _command(commands, "table", table).add_argument("--output", type=Path, metavar="FOLDER", help="default: docs")
    return top


def _breaking(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the commands that break clusters on purpose."""
    from stsconf.commands import faults, museum, mutants  # noqa: PLC0415 -- loads the API client

    faults.add(_command(commands, "faults", faults.faults))
    museum.add(_command(commands, "museum", museum.museum))
    mutants.add(commands.add_parser("mutants", help="Break the StatefulSet controller, and see which checks notice."))


def _reading(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the commands that read what runs wrote."""
    from stsconf.commands import compare, replay, report  # noqa: PLC0415 -- loads YAML, which a run does later

    report.add(_command(commands, "report", report.report))
    compare.add(_command(commands, "compare", compare.compare))
    replay.add(_command(commands, "replay", replay.replay))


def _command(
    group: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    function: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    command = group.add_parser(name, help=(function.__doc__ or "").partition("\n")[0])
    command.set_defaults(function=function)
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are told in three lines at most."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words[:1] == ["run"]:
            return run(words[1:])
        chosen = parser().parse_args(words)
        code: int = chosen.function(chosen)
    except StsconfError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return ExitCode.NOT_JUDGED
    return code
