"""`stsconf mutants`: list the mutants of the StatefulSet controller, judge them, and write the record."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from stsconf.cluster.cache import cache_home
from stsconf.cluster.embedded.workshop import Workshop
from stsconf.cluster.private import private_folder
from stsconf.commands.checks import CHECKOUT, CONFORMANCE
from stsconf.commands.output import say
from stsconf.errors import ExitCode, StsconfError, UsageError
from stsconf.model.result import RunResult
from stsconf.mutants.bench import SETTINGS, Choose, MutantBench
from stsconf.mutants.campaign import Campaign, to_do
from stsconf.mutants.journal import Journal
from stsconf.mutants.matrix import matrix
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.outcome import Outcome, Trial
from stsconf.mutants.plan import among, checks_left_over, checks_to_show, in_checkout
from stsconf.mutants.reach import Atlas
from stsconf.mutants.reasons import read_reasons
from stsconf.mutants.record import Record
from stsconf.mutants.sample import sample
from stsconf.mutants.store import REASONS, TRIALS, store, stored
from stsconf.report.files import write_atomically
from stsconf.tables import checks_of

RECORDS = CHECKOUT / "reports" / "mutants"
PAGE = RECORDS / "matrix.md"
_REASONS = RECORDS / REASONS
_JOURNAL = RECORDS / "journal.jsonl"
_SAMPLE = 60
_SIMULATED, _EMBEDDED = "simulated", "embedded"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="Print every mutant, one line each, with its change.")
    listing.set_defaults(function=print_mutants)
    judging = verbs.add_parser("run", help="Judge mutants: the suite against each, between two runs of the control.")
    judging.add_argument("mutants", nargs="*", metavar="ID", help="these only (default: a sample)")
    judging.add_argument("--sample", type=int, default=_SAMPLE, metavar="N", help=f"how many (default: {_SAMPLE})")
    judging.add_argument("--all", action="store_true", help="all of them; goes on where a former run was ended")
    judging.add_argument("--whole", action="store_true", help="run every check on every mutant, for the matrix")
    judging.add_argument(
        "--checks", action="append", default=[], metavar="CHECK", help="these only: FILE.py, FILE.py::CLASS[::CHECK]"
    )
    judging.add_argument("--survivors", action="store_true", help="once more what survived so far")
    judging.add_argument("--cluster", choices=tuple(SETTINGS), default=_SIMULATED)
    judging.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="clusters side by side")
    judging.add_argument("--journal", type=Path, metavar="FILE", help="where trials are kept (default: a new one)")
    judging.set_defaults(function=judge_mutants)
    recording = verbs.add_parser("record", help="Put what journals know into the committed record, and write its page.")
    recording.add_argument("journals", nargs="*", type=Path, metavar="JOURNAL", help=f"default: {_JOURNAL.name}")
    recording.set_defaults(function=write_record)


def print_mutants(arguments: argparse.Namespace) -> ExitCode:  # noqa: ARG001 -- every command takes them
    """Print id and change of every mutant."""
    from stsconf.mutants.generate import generate  # noqa: PLC0415 -- the parser of Go is there for developers only

    with _workshop() as workshop:
        for mutant in generate(workshop.sources()):
            say(f"{mutant.id}  {mutant.file}:{mutant.line}  {mutant.diff}")
    return ExitCode.CONFORMANT


def judge_mutants(arguments: argparse.Namespace) -> ExitCode:
    """Judge mutants; survivors without a reason are gaps, and what is invalid is no verdict."""
    from stsconf.mutants.generate import generate  # noqa: PLC0415 -- as above

    with _workshop() as workshop, private_folder(purpose="mutants") as folder:
        mutants = generate(workshop.sources())
        path = arguments.journal or (_JOURNAL if arguments.all else folder / _JOURNAL.name)
        run = _Judging(workshop, mutants, Journal(path), folder, arguments)
        chosen = run.chosen()
        run.judge(chosen)
        return _told(mutants, [trial for trial in run.journal.read() if trial.mutant in set(chosen)])


def write_record(arguments: argparse.Namespace) -> ExitCode:
    """Write the committed record and its page, and tell what is wanting in it."""
    from stsconf.mutants.generate import generate  # noqa: PLC0415 -- as above

    trials = [trial for path in arguments.journals or [_JOURNAL] for trial in Journal(path).read()]
    with _workshop() as workshop:
        store(RECORDS, generate(workshop.sources()), trials)
    record = stored(RECORDS)
    checks = [check.name for check in checks_of(CONFORMANCE)]
    write_atomically(PAGE, matrix(record, checks))
    wanting = record.wanting(checks)
    for line in wanting:
        say(line)
    say(f"{len(trials)} trials taken over; {len(wanting)} things are wanting")
    return ExitCode.NOT_CONFORMANT if wanting else ExitCode.CONFORMANT


@dataclass
class _Judging:
    """One call of `stsconf mutants run`."""

    workshop: Workshop
    mutants: Sequence[Mutant]
    journal: Journal
    folder: Path
    arguments: argparse.Namespace
    _simulated: RunResult | None = None

    def __post_init__(self) -> None:
        """Know nothing yet of what runs; on a real node it is found out at one go, which takes long enough."""
        asked = {in_checkout(check.partition("::")[0]) for check in self.arguments.checks}
        known = sorted(map(str, CONFORMANCE.glob("test_*.py")))
        if unknown := sorted(asked.difference(known)):
            raise UsageError(f"there is no {unknown[0]}", "checks are in conformance/", "name them as pytest does")
        files = [file for file in known if not asked or file in asked]
        self._atlases = {kind: Atlas() if kind == _EMBEDDED else Atlas(files) for kind in SETTINGS}

    def chosen(self) -> list[str]:
        """Return the ids of the mutants that were asked for."""
        from stsconf.mutants.generate import find  # noqa: PLC0415 -- as above

        asked = [find(self.mutants, id_).id for id_ in self.arguments.mutants]
        if self.arguments.survivors:
            known = self.journal.read()
            killed = {trial.mutant for trial in known if trial.outcome is not Outcome.SURVIVED}
            asked = [one.mutant for one in known if one.mutant not in killed]
        if asked or self.arguments.survivors:
            return list(dict.fromkeys(asked))
        count = len(self.mutants) if self.arguments.all else self.arguments.sample
        # in an order of no meaning: what is left of a run that is ended early still stands for all
        return sorted((one.id for one in sample(self.mutants, count)), key=lambda id_: sha256(id_.encode()).digest())

    def judge(self, chosen: Sequence[str]) -> None:
        """Run the campaign for what is not known yet."""
        again = bool(self.arguments.mutants or self.arguments.survivors)
        todo = chosen if again else to_do(chosen, self.journal.read(), self.arguments.cluster)
        say(f"{len(todo)} of {len(chosen)} mutants to judge, {self.arguments.workers} at a time")
        if todo and self.arguments.cluster == _EMBEDDED:
            self._look_elsewhere()
        if todo:
            Campaign(todo, self.journal, self.hire, say, min(self.arguments.workers, len(todo))).run()

    def hire(self) -> AbstractContextManager[MutantBench]:
        """Make a bench for one worker."""
        return self._bench(self.arguments.cluster, self._choose)

    @cached_property
    def _recorded(self) -> tuple[Trial, ...]:
        """The committed trials, which do not change while a campaign runs."""
        return Journal(RECORDS / TRIALS).read()

    def _choose(self, control: RunResult, mutant: str) -> tuple[str, ...]:
        """Show a mutant every check that judges something there; on a real node those that only it can answer."""
        past = (*self._recorded, *self.journal.read())
        if self._simulated is None:
            shown = checks_to_show(control, past, mutant)
        else:
            shown = checks_left_over(control, self._simulated, past, mutant)
        return among(shown, self.arguments.checks)

    def _look_elsewhere(self) -> None:
        """Learn from a control which checks simulated nodes can answer."""
        with self._bench(_SIMULATED, lambda _control, _mutant: ()) as bench:
            wrong = bench.control()
            self._simulated = bench.passed
        if wrong:
            raise StsconfError("the unchanged controller does not pass on simulated nodes", wrong)

    def _bench(self, kind: str, choose: Choose) -> AbstractContextManager[MutantBench]:
        whole, part = self.arguments.whole, bool(self.arguments.checks)
        atlas = self._atlases[kind]
        return MutantBench.open(kind, self.workshop, self.mutants, self.folder, choose, atlas, whole=whole, part=part)


def _told(mutants: Sequence[Mutant], trials: Sequence[Trial]) -> ExitCode:
    """Sum up, and return what follows from it."""
    reasons = read_reasons(_REASONS) if _REASONS.exists() else {}
    tried = {trial.mutant for trial in trials}
    record = Record([one for one in mutants if one.id in tried], trials, reasons)
    score = record.score(record.mutants)
    diffs = {one.id: one.diff for one in mutants}
    for id_ in record.unexplained:
        say(f"nothing noticed {id_}: {diffs[id_]}")
    outcomes = ", ".join(f"{number} {outcome}" for outcome, number in sorted(score.outcomes.items()))
    say(
        f"{outcomes or 'no mutants'}; score {score.inside_percent:.1f} % inside of what is checked, "
        f"{score.whole_percent:.1f} % of all"
    )
    if record.unexplained:
        return ExitCode.NOT_CONFORMANT
    return ExitCode.NOT_JUDGED if score.outcomes[Outcome.INVALID] or not trials else ExitCode.CONFORMANT


@contextmanager
def _workshop() -> Iterator[Workshop]:
    """Open a workshop for the pinned release."""
    if os.geteuid() != 0:
        raise UsageError("mutants need root", "they run in clusters of this machine's own", "run the command as root")
    with private_folder(purpose="workshop") as folder:
        yield Workshop.prepare(folder / "workshop", cache_home(), say)
