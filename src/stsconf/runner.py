"""One conformance run: which checks, against what, what each said, and where that is written."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pytest

from stsconf.check import SCENARIOS, InconclusiveError, NotConformantError, Scenario, promise_of
from stsconf.cluster.embedded.components import KUBERNETES_VERSION
from stsconf.cluster.own import OwnCluster
from stsconf.cluster.private import private_folder
from stsconf.cluster.target import Target
from stsconf.cluster.targets import TargetOptions, parse_target
from stsconf.errors import ExitCode, StsconfError, UsageError
from stsconf.model.catalogue import catalogue_hash
from stsconf.model.finding import Finding
from stsconf.model.guarantee import Profile
from stsconf.model.result import CheckResult, RunHeader, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report import junit, markdown, terminal
from stsconf.report.evidence import finding_text, write_evidence
from stsconf.report.files import write_atomically
from stsconf.report.histories import save_history
from stsconf.report.stream import StreamWriter
from stsconf.report.timeline import timeline
from stsconf.scenario.apps import APPS, LOCAL_IMAGES
from stsconf.scenario.schedule import Played, Scene, Schedule
from stsconf.session import Options, Run, open_run
from stsconf.wait import Clock

_TICK = 15.0
"""Seconds of silence after which the run says what it is waiting for."""
_DEFAULT_JOBS = 4


def choose(text: str | None, known: Sequence[str]) -> tuple[str, ...]:
    """Return those of `known` that a comma-separated option names, all of them if it is not given."""
    wanted = known if text is None else [word.strip() for word in text.split(",")]
    return tuple(word for word in known if word in wanted)


def _require_known(option: str, text: str | None, known: Sequence[str]) -> None:
    unknown = [word for word in (text or "").split(",") if word.strip() not in known]
    if text is not None and unknown:
        raise UsageError(f"{option} {text}: unknown: {', '.join(unknown)}", "", f"choose from {', '.join(known)}")


class Screen:
    """Where lines go: through pytest's terminal, which knows about capturing and colour."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @property
    def colour(self) -> bool:
        """Tell whether the terminal shows colour."""
        return bool(self._config.get_terminal_writer().hasmarkup)

    def line(self, text: str = "") -> None:
        """Show text at once."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(text)
            reporter.flush()


@dataclass(slots=True)
class _Open:
    """What exists while a run is open."""

    run: Run
    stream: StreamWriter
    schedule: Schedule
    total: int
    told: set[str] = field(default_factory=set)


class ConformanceRun:
    """The run that the plugin's hooks belong to."""

    def __init__(self, run: str, target: Target, config: pytest.Config) -> None:
        self.clock = Clock()
        self.id, self._target, self._config = run, target, config
        self._kind = kind = self._kind_option().partition(":")[0]
        self._screen = Screen(config)
        self._profiles = choose(
            config.getoption("--profile"), [p for p in Profile if config.getoption("--profile") or p != Profile.DISRUPTIVE]
        )
        self._started = self.clock.now()
        self._open: _Open | None = None
        self._failures: list[str] = []
        self._timelines: dict[str, str] = {}
        self.result: RunResult | None = None
        self.error: StsconfError | None = None
        stamp = f"{self.clock.utc():%Y%m%d-%H%M%S}-{kind}-{self.id}"
        self.folder: Path = config.getoption("--report-dir") or config.rootpath / "reports" / stamp

    @classmethod
    def of(cls, config: pytest.Config) -> ConformanceRun:
        """Make the run that the options describe; raises `UsageError`."""
        _require_known("--profile", config.getoption("--profile"), [str(p) for p in Profile])
        _require_known("--apps", config.getoption("--apps"), list(APPS))
        clusters = config.getoption("--cluster")
        run = secrets.token_hex(3)
        install = not config.getoption("--no-install")
        options = TargetOptions(
            run=run,
            version=KUBERNETES_VERSION,
            own=lambda kind: OwnCluster(kind, f"run-{run}", install=install),
            kubeconfig=config.getoption("--kubeconfig"),
        )
        return cls(run, parse_target(clusters, options), config)

    # ------------------------------------------------------------------ before

    def select(self, items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
        """Split collected items into checks that the profiles and apps contain, and the rest."""
        kept: list[pytest.Item] = []
        left_out: list[pytest.Item] = []
        for item in items:
            promise = promise_of(item)
            wanted = promise is None or (promise.profiles & set(self._profiles) and _app(item) in APPS)
            (kept if wanted else left_out).append(item)
        return kept, left_out

    @contextmanager
    def open(self, items: Sequence[pytest.Item]) -> Iterator[None]:
        """Open the target, start the scenarios, and at the end clean up and write the reports."""
        interrupted = ""
        options = Options(
            timeout_scale=self._config.getoption("--timeout-scale"),
            images=self._config.getoption("--image-registry") or LOCAL_IMAGES,
            keep_on_failure=self._config.getoption("--keep-on-failure"),
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        with (
            private_folder() as private,
            open_run(self._target, self.id, private, options, self.clock, self._screen.line) as run,
            StreamWriter(self.folder / "stream.jsonl", self._header(run, items)) as stream,
        ):
            scenes = self._scenes(run, items)
            jobs = self._config.getoption("--jobs") or _DEFAULT_JOBS
            self._screen.line(f"{len(items)} checks of {len(scenes)} scenarios, {jobs} at a time")
            schedule = Schedule(run.context, scenes, jobs, keep=options.keep_on_failure)
            self._open = _Open(run, stream, schedule, len(items))
            try:
                yield
            except BaseException as error:
                interrupted = f"ended early: {type(error).__name__} {error}".strip()
                raise
            finally:
                with uninterrupted():
                    schedule.end()
                    self._finish(stream, interrupted)

    def _header(self, run: Run, items: Sequence[pytest.Item]) -> RunHeader:
        option = self._config.getoption
        options = {name: option(f"--{name}") for name in ("profile", "apps", "jobs", "timeout-scale")}
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
            options={name: str(value) for name, value in options.items() if value is not None},
        )

    def _scenes(self, run: Run, items: Sequence[pytest.Item]) -> list[Scene]:
        """Return the scenarios that at least one check can be judged by, in the order of the checks."""
        supported = [item for item in items if not _missing(item, run)]
        return list(dict.fromkeys(scene for item in supported if (scene := _scene(item)) is not None))

    # ------------------------------------------------------------------ during

    def unsupported(self, item: pytest.Item) -> str:
        """Return why the cluster cannot show what a check judges, empty if it can."""
        return _missing(item, self._open.run) if self._open else ""

    @property
    def storage_class(self) -> str:
        """The cluster's default StorageClass, empty if it has none."""
        return self._open.run.facts.storage_class if self._open else ""

    def played(self, scene: Scene) -> Played:
        """Wait for a scenario, telling now and then that it is being waited for."""
        if self._open is None:
            raise StsconfError("no cluster is open", "the run ended before this check")
        start = self.clock.now()

        def tick(running: Sequence[str]) -> None:
            self._screen.line(terminal.awaiting(str(scene), f"{', '.join(running)} on stage", self.clock.now() - start))

        return self._open.schedule.played(scene, _TICK, tick)

    def judged(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Take in what a check said: stream, screen, evidence."""
        promise, scene = promise_of(item), _scene(item)
        if promise is None or scene is None or self._open is None:
            return
        verdict, findings, reason = _verdict(call, self.unsupported(item))
        played = self._open.schedule.done(scene)
        first = str(scene) not in self._open.told and played is not None
        self._open.told.add(str(scene))
        check = CheckResult(
            id=item.nodeid,
            title=(item.function.__doc__ or item.name).strip().partition("\n")[0],  # type: ignore[attr-defined] # functions have one
            guarantees=promise.guarantees,
            observations=promise.observations,
            level=promise.level,
            app=scene.app,
            scenario=str(scene),
            verdict=verdict,
            findings=findings,
            reason=reason,
            evidence=f"evidence/{_slug(scene)}" if played and verdict in _TELLING else "",
            cluster_seconds=played.cluster_seconds if played and first else 0.0,
            suite_seconds=played.suite_seconds if played and first else 0.0,
        )
        if played and first:
            save_history(self.folder / "histories" / f"{_slug(scene)}.jsonl.gz", played.history)
        self._open.stream.write(check)
        number = len(self._open.stream.checks)
        self._screen.line(terminal.progress(number, self._open.total, check, colour=self._screen.colour))
        if played and check.evidence:
            self._keep_evidence(check, played)

    def _keep_evidence(self, check: CheckResult, played: Played) -> None:
        folder = self.folder / check.evidence
        if not folder.exists():
            write_evidence(folder, played.history, check, logs=played.logs)
        name = check.id.rpartition("::")[2].partition("[")[0]
        write_atomically(folder / f"{name}.txt", finding_text(played.history, check))
        self._timelines[check.id] = text = timeline(played.history, check.findings)
        if len(self._failures) < _SHOWN:
            rerun = (".venv/bin/stsconf", "run", "--cluster", self._kind_option(), "--", check.id)
            self._failures.append(terminal.failure(check, text, str(folder), rerun))

    def _kind_option(self) -> str:
        return str(self._config.getoption("--cluster")[0])

    # ------------------------------------------------------------------ after

    def _finish(self, stream: StreamWriter, interrupted: str) -> None:
        seconds = self.clock.now() - self._started
        self.result = result = stream.finish(seconds, interrupted)
        junit.write_junit(self.folder / "junit.xml", result, self._timelines)
        write_atomically(self.folder / "summary.md", markdown.summary(result, str(self.folder)))
        for block in self._failures:
            self._screen.line(block)
        colour = self._screen.colour
        self._screen.line(terminal.summary(result, str(self.folder), colour=colour))

    def fail(self, error: StsconfError) -> None:
        """Tell an error that kept the run from being made, or from going on."""
        self.error = error
        self._screen.line(str(error))

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the run as a whole."""
        if self.error is not None:
            return self.error.exit_code
        return self.result.exit_code if self.result else ExitCode.NOT_JUDGED


_TELLING = (Verdict.FAILED, Verdict.INCONCLUSIVE)
_SHOWN = 5
"""So many failures are shown whole at the end; the others have a line each, and their evidence."""


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let nothing but SIGKILL disturb the clean-up; its waits have deadlines of their own."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _verdict(call: pytest.CallInfo[None], unsupported: str) -> tuple[Verdict, tuple[Finding, ...], str]:
    """Return verdict, findings and reason that follow from how a check ended."""
    error = call.excinfo.value if call.excinfo else None
    match error:
        case None:
            return Verdict.PASSED, (), ""
        case NotConformantError():
            return Verdict.FAILED, error.findings, ""
        case pytest.skip.Exception():
            return (Verdict.NOT_SUPPORTED if unsupported else Verdict.SKIPPED), (), str(error.msg)
        case InconclusiveError() | StsconfError():
            return Verdict.INCONCLUSIVE, (), " ".join(str(error).split())
        case _:
            return Verdict.INCONCLUSIVE, (), f"the check itself broke: {type(error).__name__}: {error}"


def _app(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("app_name", "")) if callspec else ""


def _definition(item: pytest.Item) -> Scenario | None:
    cls = getattr(item, "cls", None)
    return SCENARIOS.get((cls.__module__, cls.__qualname__)) if cls else None


def _scene(item: pytest.Item) -> Scene | None:
    definition = _definition(item)
    return definition.scene(item.cls.__name__, _app(item)) if definition else None  # type: ignore[attr-defined] # a method


def _missing(item: pytest.Item, run: Run) -> str:
    promise, definition = promise_of(item), _definition(item)
    needs = (promise.needs if promise else frozenset()) | (definition.needs if definition else frozenset())
    lacking = [absence for absence in run.trial.absences if absence.capability in needs]
    return "; ".join(f"no {absence.capability}: {absence.reason}" for absence in lacking)


def _slug(scene: Scene) -> str:
    return f"{scene.name}-{scene.app}"
