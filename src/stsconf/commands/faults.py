"""`stsconf faults`: break something outside of the StatefulSet controller, and see which checks notice."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from stsconf.cluster.own import OwnCluster, start
from stsconf.cluster.private import private_folder
from stsconf.commands.output import say
from stsconf.errors import ExitCode, StsconfError, UsageError
from stsconf.kube.client import Kube
from stsconf.mutants.exam import Exam
from stsconf.mutants.fault import EMBEDDED, SIMULATED, Fault, Site
from stsconf.mutants.faults.catalogue import FAULTS
from stsconf.mutants.faults.judgement import Judgement
from stsconf.mutants.faults.trial import tried
from stsconf.mutants.journal import Journal

_PATIENCE = {SIMULATED: 0.3, EMBEDDED: 1.0}
"""What multiplies the suite's deadlines: a fault that withholds something costs this much each time.

On a real node the whole patience is needed: an old address is kept for a minute, which a hasty suite never sees end.
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="these only (default: all that the cluster can show)")
    parser.add_argument("--list", action="store_true", help="say what there is, and end")
    parser.add_argument("--cluster", choices=(SIMULATED, EMBEDDED), default=SIMULATED)
    parser.add_argument("--journal", type=Path, metavar="FILE", help="where to keep what noticed them")
    parser.set_defaults(function=faults)


def faults(arguments: argparse.Namespace) -> ExitCode:
    """Try faults, one after the other; one that is not noticed, or too widely, fails."""
    chosen = _chosen(arguments.names, arguments.cluster)
    if arguments.list:
        for fault in chosen:
            say(f"{fault.name:<28} {'|'.join(fault.kinds):<19} {fault.breaks}")
        return ExitCode.CONFORMANT
    with private_folder(purpose="faults") as folder:
        return _told(chosen, arguments.cluster, folder, Journal(arguments.journal or folder / "journal.jsonl"))


def _chosen(names: Sequence[str], kind: str) -> list[Fault]:
    """Return the faults that were asked for, all of this kind of cluster by default."""
    unknown = sorted(set(names) - FAULTS.keys())
    if unknown:
        raise UsageError(f"there is no fault {', '.join(unknown)}", "", "stsconf faults --list says what there is")
    wrong = [name for name in names if kind not in FAULTS[name].kinds]
    if wrong:
        why = f"it is played on {' and '.join(FAULTS[wrong[0]].kinds)} clusters"
        raise UsageError(f"the {kind} cluster cannot show {wrong[0]}", why, "choose another --cluster")
    asked = dict.fromkeys(names or (name for name, fault in FAULTS.items() if kind in fault.kinds))
    return [FAULTS[name] for name in asked]


def _told(chosen: Iterable[Fault], kind: str, folder: Path, journal: Journal) -> ExitCode:
    """Try the faults, tell what came of each, and return what follows from all."""
    codes = [ExitCode.CONFORMANT]
    for fault in chosen:
        try:
            judgement = _tried(fault, kind, folder / fault.name)
        except StsconfError as error:
            say(f"{fault.name}: nothing can be said: {' '.join(str(error).split())}")
            codes.append(ExitCode.NOT_JUDGED)
            continue
        say(str(judgement))
        journal.write([judgement.trial(kind)])
        if not judgement.good:
            codes.append(ExitCode.NOT_JUDGED if judgement.invalid else ExitCode.NOT_CONFORMANT)
    return ExitCode.worst(codes)


def _tried(fault: Fault, kind: str, folder: Path) -> Judgement:
    """Try a fault on a cluster of its own: what controllers still have to do from a former one would be in its way."""
    folder.mkdir()
    with (
        start(OwnCluster(kind, f"faults-{secrets.token_hex(3)}"), lambda _line: None) as cluster,
        closing(Kube.from_kubeconfig(cluster.kubeconfig)) as kube,
    ):
        exam = Exam(cluster.kubeconfig, cluster.name, patience=_PATIENCE[kind])
        return tried(fault, Site(kube, cluster.kubeconfig, folder), exam, folder / "report")
