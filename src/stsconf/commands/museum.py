"""`stsconf museum`: controllers with bugs, of past releases or made by hand, held against the suite."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from stsconf.cluster.cache import cache_home
from stsconf.cluster.embedded.releases import RELEASES, release
from stsconf.cluster.embedded.workshop import NotBuilt, Workshop, ensure_controller
from stsconf.cluster.private import private_folder
from stsconf.commands.checks import CHECKOUT
from stsconf.commands.output import say
from stsconf.errors import ExitCode, StsconfError, UsageError
from stsconf.mutants.exhibit import BY_HAND, PREFIX, Exhibit
from stsconf.mutants.fault import EMBEDDED, SIMULATED
from stsconf.mutants.gallery import Gallery
from stsconf.mutants.handmade import HANDMADE
from stsconf.mutants.journal import Journal
from stsconf.mutants.museum import EXHIBITS
from stsconf.mutants.museum_page import museum_page
from stsconf.mutants.outcome import Outcome, Trial
from stsconf.mutants.store import write_rows
from stsconf.report.files import write_atomically

RECORD = CHECKOUT / "reports" / "mutants" / "museum.jsonl"
PAGE = RECORD.with_suffix(".md")
HANDMADE_EXHIBITS = {name: bug.exhibit for name, bug in HANDMADE.items()}
ALL = {**EXHIBITS, **HANDMADE_EXHIBITS}
"""The exhibits by name, those that were made by hand last."""
_CODES = {
    Outcome.KILLED: ExitCode.CONFORMANT,
    Outcome.SURVIVED: ExitCode.NOT_CONFORMANT,
    Outcome.INVALID: ExitCode.NOT_JUDGED,
}


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="these only (default: all)")
    parser.add_argument(
        "--handmade", action="store_true", help="the bugs that were made by hand, not those of releases"
    )
    parser.add_argument("--list", action="store_true", help="say what there is, and end")
    parser.add_argument("--cluster", choices=(SIMULATED, EMBEDDED), default=SIMULATED)
    parser.add_argument("--whole", action="store_true", help="run every check on the broken release")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="where to keep what noticed them")
    parser.add_argument("--record", action="store_true", help="put what was caught into the committed page")
    parser.set_defaults(function=museum)


def museum(arguments: argparse.Namespace) -> ExitCode:
    """Show the suite one bug after the other; a bug that is not caught, or a good release that is not spared, fails."""
    chosen = _chosen(arguments.names, HANDMADE_EXHIBITS if arguments.handmade else EXHIBITS)
    if arguments.list:
        for exhibit in chosen:
            between = BY_HAND if exhibit.told == BY_HAND else f"{exhibit.broken} {exhibit.fixed or 'none yet'}"
            say(f"{exhibit.name:<32} {between:<18} {exhibit.did}")
        return ExitCode.CONFORMANT
    if os.geteuid() != 0:
        raise UsageError("the museum needs root", "it is shown in a cluster of this machine's own", "run it as root")
    trials = _shown(chosen, arguments)
    if arguments.journal:
        Journal(arguments.journal).write(trials)
    if arguments.record:
        record(trials)
    codes = [_CODES[trial.outcome] for trial in trials]
    return ExitCode.worst(codes)


def record(trials: Iterable[Trial]) -> None:
    """Put what was caught beside what the record has already, and write its page anew."""
    known = {(one.mutant, one.cluster): one for one in (*Journal(RECORD).read(), *trials)}
    ids = {f"{PREFIX}{name}" for name in ALL}
    kept = [known[key] for key in sorted(known) if key[0] in ids and known[key].outcome is Outcome.KILLED]
    write_rows(RECORD, kept)
    write_atomically(PAGE, museum_page(ALL.values(), kept))


def _chosen(names: Sequence[str], default: Mapping[str, Exhibit]) -> list[Exhibit]:
    """Return the exhibits that were asked for."""
    unknown = sorted(set(names) - ALL.keys())
    if unknown:
        why = f"there are {', '.join(ALL)}"
        raise UsageError(f"there is no exhibit {', '.join(unknown)}", why, "stsconf museum --list tells of each")
    return [ALL[name] for name in names] or list(default.values())


def _shown(chosen: Sequence[Exhibit], arguments: argparse.Namespace) -> list[Trial]:
    """Build the controllers, then show each exhibit; tell what came of it."""
    versions = dict.fromkeys(version for one in chosen for version in (one.broken, one.fixed) if version in RELEASES)
    binaries = {version: ensure_controller(cache_home(), say, release(version)) for version in versions}
    trials = []
    with private_folder(purpose="museum") as folder:
        binaries |= _made(chosen, folder / "made")
        with Gallery.open(arguments.cluster, folder, binaries.__getitem__) as gallery:
            for exhibit in chosen:
                trials.append(gallery.view(exhibit, whole=arguments.whole))
                say(_told(exhibit, trials[-1]))
    return trials


def _made(chosen: Sequence[Exhibit], folder: Path) -> dict[str, Path]:
    """Build the controllers whose bugs are made by hand."""
    bugs = {one.name: HANDMADE[one.name] for one in chosen if one.name in HANDMADE}
    if not bugs:
        return {}
    folder.mkdir()
    workshop = Workshop.prepare(folder / "workshop", cache_home(), say)
    sources = workshop.sources()
    for name, bug in bugs.items():
        if isinstance(built := workshop.build(bug.changes(sources), folder / name), NotBuilt):
            raise StsconfError(f"the bug {name} cannot be built", built.message, "mend its edits")
    return {name: folder / name for name in bugs}


def _told(exhibit: Exhibit, trial: Trial) -> str:
    """Say in a line or two what came of an exhibit."""
    head = f"{exhibit.name} ({exhibit.told}, {trial.seconds:.0f} s): "
    if trial.outcome is not Outcome.KILLED:
        return f"{head}{'not caught' if trial.outcome is Outcome.SURVIVED else 'nothing can be said'}: {trial.reason}"
    by = "; ".join(f"{kill.check.partition('::')[2]}: {kill.code}: {kill.sentence}" for kill in trial.kills)
    spared = f", and {exhibit.fixed} passes" if exhibit.fixed else ""
    where = "" if exhibit.told == BY_HAND else f"in {exhibit.broken} "
    return f"{head}caught {where}by {by}{spared}"
