"""One conformance run: which checks, against what, what each said, and where that is written."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path

import pytest

from stsconf.cluster.private import private_folder
from stsconf.cluster.target import Target
from stsconf.collected import Check
from stsconf.errors import ExitCode, StsconfError
from stsconf.interrupts import interruptible, shield
from stsconf.model.capability import Absence
from stsconf.model.catalogue import catalogue_hash
from stsconf.model.guarantee import Profile
from stsconf.model.history import History
from stsconf.model.result import CheckResult, RunHeader, RunResult
from stsconf.model.verdict import Verdict
from stsconf.options import refuse_nonsense, wanted_run, wanted_target
from stsconf.report import junit, markdown, terminal
from stsconf.report.conformance import conformance_yaml
from stsconf.report.evidence import finding_text, write_evidence
from stsconf.report.files import write_atomically
from stsconf.report.formats import ending
from stsconf.report.histories import save_history
from stsconf.report.page import PAGE, write_page
from stsconf.report.stored import history_file
from stsconf.report.stream import STREAM, StreamWriter
from stsconf.report.timeline import timeline
from stsconf.scenario.apps import APPS
from stsconf.scenario.namespaces import namespace_name
from stsconf.scenario.schedule import Played, Scene, Schedule
from stsconf.screen import Screen
from stsconf.session import Run, open_run
from stsconf.wait import Clock

_TICK = 15.0
"""Seconds of silence after which a log says what the run is waiting for, and between two files for readers of JUnit."""
_LIVE_TICK = 1.0
"""The same on a terminal, where the line is drawn over."""
_SHARE = 100
"""So many times longer than writing the file for readers of JUnit took is it left as it is."""
_DEFAULT_JOBS = 8
_BY_DEFAULT = tuple(profile for profile in Profile if profile is not Profile.DISRUPTIVE)
_CLUSTER = ("statefulset-controller", "kubernetes", "nodes", "node-image")
_REPEATED = ("profile", "allow-disruption", "kubeconfig", "image-registry", "timeout-scale", *_CLUSTER)
"""Options that a check has to be run again with."""
_RECORDED = ("profile", "apps", "jobs", "timeout-scale", *_CLUSTER)
"""Options that a report tells."""


@dataclass(slots=True)
class _Open:
    """What exists while a run is open."""

    run: Run
    stream: StreamWriter
    schedule: Schedule
    total: int
    left: Counter[Scene]
    """How many of a scenario's checks were not judged yet."""
    told: dict[Scene, History] = field(default_factory=dict)
    troubled: set[Scene] = field(default_factory=set)


class ConformanceRun:
    """The run that the plugin's hooks belong to."""

    def __init__(self, run: str, target: Target, config: pytest.Config) -> None:
        self.clock = Clock()
        self.id, self._target, self._config = run, target, config
        self._kind = config.getoption("--cluster")[0].partition(":")[0]
        self._screen = Screen(config)
        self._profiles = frozenset(config.getoption("--profile") or _BY_DEFAULT)
        self._started = self.clock.now()
        self._open: _Open | None = None
        self._junit_due = self._told = 0.0
        self._blocks: list[tuple[Verdict, str]] = []
        self._timelines: dict[str, str] = {}
        self.result: RunResult | None = None
        self.error: StsconfError | None = None
        stamp = f"{self.clock.utc():%Y%m%d-%H%M%S}-{self._kind}-{self.id}"
        self.folder: Path = config.getoption("--report-dir") or config.rootpath / "reports" / stamp

    @classmethod
    def of(cls, config: pytest.Config) -> ConformanceRun:
        """Make the run that the options describe; raises `UsageError`."""
        refuse_nonsense(config)
        run = secrets.token_hex(3)
        return cls(run, wanted_target(config, run), config)

    # ------------------------------------------------------------------ before

    def select(self, items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
        """Split collected items into checks that the profiles and apps contain, and the rest.

        Checks of scenarios that are played alone, after all others, come last: nothing waits for these.
        Raises `UsageError` when one of them is no check.
        """

        def chosen(check: Check) -> bool:
            return bool(check.profiles & self._profiles) and check.scene.app in APPS

        checks = {item: Check.of(item) for item in items}
        wanted = sorted((item for item in items if chosen(checks[item])), key=lambda item: checks[item].scene.alone)
        return wanted, [item for item in items if not chosen(checks[item])]

    @contextmanager
    def open(self, items: Sequence[pytest.Item]) -> Iterator[None]:
        """Open the target, start the scenarios, and at the end clean up and write the reports.

        Raises `StsconfError` when there is nothing to judge, or no cluster to judge.
        """
        if not items:
            raise StsconfError("no check was chosen", "nothing was collected, or all of it deselected", "choose others")
        options = wanted_run(self._config)
        with (
            interruptible(),
            private_folder() as private,
            open_run(self._target, self.id, private, options, self.clock, self._screen.line) as run,
            StreamWriter(self.folder / STREAM, self._header(run, items)) as stream,
        ):
            scenes = self._scenes(items, run.trial.absences)
            jobs = self._config.getoption("--jobs") or _DEFAULT_JOBS
            self._screen.line(f"{len(items)} checks of {len(scenes)} scenarios, {jobs} at a time")
            self._started = self.clock.now()  # what was built or booted before says nothing about the suite
            schedule = Schedule(run.context, scenes, jobs, keep=options.keep_on_failure)
            self._open = _Open(run, stream, schedule, len(items), Counter(Check.of(item).scene for item in items))
            interrupted = ""
            try:
                self._keep_junit(0.0)
                yield
                interrupted = self._decided
            except BaseException as error:
                interrupted = str(error) or type(error).__name__
                self._screen.line(f"ending early ({interrupted}): cleaning up")
                raise
            finally:
                shield()
                self._screen.live("")
                schedule.end()
                for scene in set(scenes) - self._open.troubled:
                    schedule.remove(scene)
                self._finish(stream, interrupted)
                if options.keep_on_failure and self._open.troubled:
                    self._keep(run, self._open.troubled)

    def _scenes(self, items: Sequence[pytest.Item], absences: Sequence[Absence]) -> list[Scene]:
        """Return what is to be played, and in which order.

        Where the first failure decides, as the checks were named. Else every other is a long one as long as there are
        any: none of them begins late, and there is soon something to tell.
        """
        scenes = list(dict.fromkeys(c.scene for c in map(Check.of, items) if not c.missing(absences)))
        if self._config.getoption("--fail-fast"):
            return scenes
        others, long = ([scene for scene in scenes if scene.long is wanted] for wanted in (False, True))
        return [scene for pair in zip_longest(others, long) for scene in pair if scene is not None]

    def _header(self, run: Run, items: Sequence[pytest.Item]) -> RunHeader:
        options = {name: self._config.getoption(f"--{name}") for name in _RECORDED}
        return RunHeader(
            run=self.id,
            suite_version=version("stsconf"),
            target=self._kind,
            kubernetes_version=run.facts.kubernetes_version,
            nodes=run.facts.nodes or 0,
            storage_class=run.facts.storage_class,
            checks_expected=len(items),
            catalogue=catalogue_hash(),
            started=self.clock.utc().isoformat(timespec="seconds"),
            capabilities={str(key): how for key, how in run.trial.capabilities.items()},
            absences=run.trial.absences,
            options={name: _spelled(value) for name, value in options.items() if value is not None},
        )

    # ------------------------------------------------------------------ during

    def unsupported(self, item: pytest.Item) -> str:
        """Return why the cluster cannot show what a check judges, empty if it can."""
        return Check.of(item).missing(self._open.run.trial.absences) if self._open else ""

    def wants(self, item: pytest.Item) -> bool:
        """Tell whether a check is to be run: once the run is decided, what was played by then is still judged."""
        return not self._decided or bool(self._open and self._open.schedule.done(Check.of(item).scene))

    @property
    def _decided(self) -> str:
        """Why the rest of the checks is not run: with `--fail-fast`, the first that fails the run decides it."""
        if not self._open or not self._config.getoption("--fail-fast"):
            return ""
        failed = (check.id for check in self._open.stream.checks if check.counts and check.verdict is Verdict.FAILED)
        return next((f"stopped at the first failure, {id_}" for id_ in failed), "")

    @property
    def storage_class(self) -> str:
        """The cluster's default StorageClass, empty if it has none."""
        return self._open.run.facts.storage_class if self._open else ""

    def played(self, scene: Scene) -> Played:
        """Wait for a scenario, telling now and then that it is being waited for."""
        if self._open is None:
            raise StsconfError("no cluster is open", "the run ended before this check")
        return self._open.schedule.played(scene, _LIVE_TICK if self._screen.moves else _TICK, self._tell)

    def _tell(self) -> None:
        """Say how far the run is: often where a line is drawn over, now and then in a log."""
        if self._open is None:
            return
        seconds, schedule, live = self.clock.now() - self._started, self._open.schedule, self._screen.moves
        if seconds >= self._told + (_LIVE_TICK / 2 if live else _TICK):
            self._told = seconds
            numbers = len(self._open.stream.checks), self._open.total, schedule.ended, len(schedule)
            show = self._screen.live if live else self._screen.line
            show(terminal.underway(*numbers, seconds, schedule.on_stage))
        self._keep_junit(seconds)

    def _keep_junit(self, seconds: float) -> None:
        """Write what is known so far for readers of JUnit: a run that is killed leaves a valid file, and a red one.

        Now and then only: the file is written whole each time, and a large one takes its time.
        """
        if self._open and seconds >= self._junit_due:
            so_far = self._open.stream.so_far(seconds)
            junit.write_junit(self.folder / "junit.xml", so_far, self._timelines, _shown(self.folder))
            took = self.clock.now() - self._started - seconds
            self._junit_due = seconds + max(_TICK, _SHARE * took)

    def judged(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Take in what a check said: stream, screen, evidence."""
        if self._open is None:
            return
        check = Check.of(item)
        result = check.result(call, self.unsupported(item), self._open.run.facts.kubernetes_version)
        played = self._open.schedule.done(check.scene)
        first = played is not None and check.scene not in self._open.told
        kept = played is not None and not self._config.getoption("--no-evidence")
        result = replace(
            result,
            evidence=f"evidence/{check.scene.slug}" if kept and result.verdict in _TELLING else "",
            cluster_seconds=played.cluster_seconds if played and first else 0.0,
            suite_seconds=played.suite_seconds if played and first else 0.0,
            history=str(history_file(Path(), check.scene.slug)) if kept else "",
        )
        if played and first:
            self._open.told[check.scene] = played.history
            if kept:
                save_history(self.folder / result.history, played.history)
        self._open.stream.write(result)
        number = len(self._open.stream.checks)
        self._screen.line(terminal.progress(number, self._open.total, result, colour=self._screen.colour))
        telling = result.verdict in _TELLING and result.counts
        first = telling and check.scene not in self._open.troubled
        if played and telling:
            self._open.troubled.add(check.scene)
        if played and result.evidence:
            self._keep_evidence(result, played, whole=first)
        self._open.left[check.scene] -= 1
        if not self._open.left[check.scene] and check.scene not in self._open.troubled:
            self._open.schedule.remove(check.scene)  # where it was to be kept if it failed: it did not
        self._tell()

    def _keep_evidence(self, check: CheckResult, played: Played, *, whole: bool) -> None:
        """Tell of a check that did not pass; the `whole` of its scenario once, and only where the run fails by it."""
        self._timelines[check.id] = text = timeline(played.history, check.findings)
        told = finding_text(check, text)
        folder = self.folder / check.evidence
        write_atomically(self.folder / check.evidence_file, told)
        if whole:
            write_evidence(folder, self.folder / check.history, told, played.logs)
        if check.counts:
            block = terminal.failure(
                check, text, _shown(folder), [".venv/bin/stsconf", "run", *self._again(), check.id]
            )
            self._blocks.append((check.verdict, block))

    def _again(self) -> list[str]:
        """Return the options that this run was made with, as far as they matter to a single check."""
        given = {name: self._config.getoption(f"--{name}") for name in _REPEATED}
        again = [_option(*one) for one in given.items() if one[1] is True or one[1] not in {None, False, 1.0}]
        return [f"--cluster={self._config.getoption('--cluster')[0]}", *again]

    # ------------------------------------------------------------------ after

    def _finish(self, stream: StreamWriter, interrupted: str) -> None:
        seconds = self.clock.now() - self._started
        self.result = result = stream.finish(seconds, interrupted)
        junit.write_junit(self.folder / "junit.xml", result, self._timelines, _shown(self.folder))
        write_atomically(self.folder / "summary.md", markdown.summary(result, _shown(self.folder)))
        write_atomically(self.folder / "conformance-report.yaml", conformance_yaml(result))
        blocks = ending(self._blocks, _shown(self.folder / "evidence"))
        for block in [*blocks, terminal.summary(result, _shown(self.folder), colour=self._screen.colour)]:
            self._screen.line(f"\n{block}")
        if self._open and not self._config.getoption("--no-evidence"):
            write_page(self.folder / PAGE, result, {str(scene): one for scene, one in self._open.told.items()})

    def _keep(self, run: Run, scenes: Iterable[Scene]) -> None:
        """Say where to look at the scenarios that did not pass, and leave a cluster that would go away."""
        for scene in sorted(scenes, key=str):
            self._screen.line(f"kept: namespace {namespace_name(self.id, scene.slug)}")
        if run.access.keep:
            run.access.keep()

    def fail(self, error: StsconfError) -> None:
        """Tell an error that kept the run from being made, or from going on."""
        self.error = error
        self._screen.line(str(error))

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the run as a whole: an error beats every verdict but a broken promise."""
        judged = self.result.exit_code if self.result else ExitCode.NOT_JUDGED
        return judged if self.error is None or judged is ExitCode.NOT_CONFORMANT else self.error.exit_code


_TELLING = (Verdict.FAILED, Verdict.INCONCLUSIVE)


def _option(name: str, value: object) -> str:
    """Return an option as it is given to a command."""
    return f"--{name}" if value is True else f"--{name}={_spelled(value)}"


def _spelled(value: object) -> str:
    """Return an option's value as a person would give it."""
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _shown(path: Path) -> str:
    """Return a path as short as a person below the working directory can use it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
