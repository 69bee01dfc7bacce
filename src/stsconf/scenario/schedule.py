"""Runs scenarios side by side, each once, and keeps their histories for the checks that judge them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass

import requests

from stsconf.errors import StsconfError
from stsconf.kube.errors import ApiError, UnreachableError
from stsconf.model.history import History
from stsconf.record import LostError, StalledError
from stsconf.scenario.apps import APPS
from stsconf.scenario.context import RunContext
from stsconf.scenario.hindrance import hindrance
from stsconf.scenario.stage import Stage

Act = Callable[[Stage], None]
"""The function that acts: given a stage, it does what the scenario does."""
_NOT_RUN = "the scenario was not run", "the run is being ended"


@dataclass(frozen=True, slots=True)
class Scene:
    """One scenario with one app. `name` is that of the check class.

    `long`: it is one of those that take most time; `alone`: it disturbs what else goes on.
    """

    name: str
    app: str
    act: Act
    long: bool = False
    alone: bool = False

    def __str__(self) -> str:
        """Render as `TestOrderedStartup[kubia]`."""
        return f"{self.name}[{self.app}]"

    @property
    def slug(self) -> str:
        """What its files are called: `TestOrderedStartup-kubia`."""
        return f"{self.name}-{self.app}"


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario that was run: what was recorded, where its time went (seconds), and the pods' last log lines.

    `cluster_seconds` were spent waiting for answers and for something to be recorded, `suite_seconds` on all the rest,
    from before the namespace was made until its removal was asked for.
    """

    history: History
    cluster_seconds: float
    suite_seconds: float
    logs: Mapping[tuple[str, str], str]


class Schedule:
    """Scenarios on their way. As many at a time as `jobs`, in the order given; then those that have to be alone."""

    def __init__(self, context: RunContext, scenes: Iterable[Scene], jobs: int, *, keep: bool = False) -> None:
        """Start at once. With `keep`, a scenario's namespace stays until `remove` is called for it."""
        self._context, self._keep = context, keep
        self._stages: dict[Scene, Stage] = {}
        self._lock = threading.Lock()
        self._waiting: set[Scene] = set()
        self._ended = False
        self._lost = ""
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="scenario")
        self._futures: dict[Scene, Future[Played]] = {}
        for scene in sorted(scenes, key=lambda scene: scene.alone):
            before = tuple(self._futures.values()) if scene.alone else ()
            self._futures[scene] = self._pool.submit(self._play, scene, before)

    def __len__(self) -> int:
        """Return how many scenarios there are."""
        return len(self._futures)

    @property
    def ended(self) -> int:
        """How many of them have ended."""
        return sum(future.done() for future in self._futures.values())

    @property
    def on_stage(self) -> list[str]:
        """Which of them are being played; not those that wait to be alone."""
        with self._lock:
            waiting = set(self._waiting)
        return sorted(str(one) for one, future in self._futures.items() if future.running() and one not in waiting)

    def played(self, scene: Scene, tick: float, idle: Callable[[], None]) -> Played:
        """Wait for a scenario to end and return what it left; raises what kept it from being played.

        Every `tick` seconds of waiting, `idle` is called.
        """
        future = self._futures[scene]
        while not future.done() and not wait([future], timeout=tick).done:
            idle()
        if future.cancelled():
            raise LostError(*_NOT_RUN)
        return future.result()

    def done(self, scene: Scene) -> Played | None:
        """Return what a scenario left, None if it did not end or was not played."""
        future = self._futures.get(scene)
        if future is None or not future.done() or future.cancelled() or future.exception():
            return None
        return future.result()

    def remove(self, scene: Scene) -> None:
        """Have the namespace removed that a scenario was told to keep."""
        with self._lock:
            stage = self._stages.pop(scene, None)
        if stage is not None:
            self._close(stage)

    def end(self) -> None:
        """Stop everything: what runs is closed and cleaned up, what waits is never started."""
        with self._lock:
            self._ended = True
            for stage in self._stages.values():
                stage.recorder.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _play(self, scene: Scene, before: Iterable[Future[Played]]) -> Played:
        if before:
            self._wait_for(scene, before)
        if self._lost or self._ended:
            raise LostError(_NOT_RUN[0], self._lost or _NOT_RUN[1])
        start, asked = self._context.clock.now(), self._context.kube.answering_seconds
        try:
            stage = Stage(self._context, scene.name, APPS[scene.app])
        except UnreachableError as error:
            self._lose(error)
            raise
        with self._lock:
            self._stages[scene] = stage
            if self._ended:  # while the namespace was being made: too late for end() to see it
                stage.recorder.close()
        try:
            history = self._act(scene, stage)
            logs = {} if history.lost else stage.logs()
        finally:
            stage.stop()
            if not self._keep:
                self.remove(scene)
        cluster = stage.recorder.awaited_seconds + self._context.kube.answering_seconds - asked
        return Played(history, cluster, self._context.clock.now() - start - cluster, logs)

    def _wait_for(self, scene: Scene, others: Iterable[Future[Played]]) -> None:
        """Wait until other scenarios have ended; they were handed in earlier, so each of them has a thread already."""
        with self._lock:
            self._waiting.add(scene)
        wait(others)
        with self._lock:
            self._waiting.discard(scene)

    def _act(self, scene: Scene, stage: Stage) -> History:
        """Let the scenario act and return what was recorded, whatever ended it."""
        try:
            scene.act(stage)
            stage.recorder.catch_up()
        except StalledError as error:
            stage.act("stalled", str(error.stall))
            lost = self._silence(stage) or stage.unheard or stage.recorder.now(hindrance)
            return stage.history(stall=error.stall, lost=lost)
        except LostError as error:
            self._lose(error)
            return stage.history(lost=str(error))
        except StsconfError as error:
            lost = self._lose(error) if isinstance(error, UnreachableError) else ""
            return stage.history(lost=lost, broken=() if lost else (" ".join(str(error).split()),))
        return stage.history()

    def _lose(self, error: StsconfError) -> str:
        """Return why the cluster is lost, and begin nothing more; empty if it answers after all.

        Then one connection broke, and one scenario with it.
        """
        try:
            with suppress(ApiError):  # a refusal is an answer
                self._context.kube.call("GET", "/version")
        except UnreachableError:
            self._lost = self._lost or str(error)
            return self._lost
        return ""

    def _silence(self, stage: Stage) -> str:
        """Return why the API server, or its store, tells nothing; empty if it does.

        Where it does not, nothing follows from what did not happen.
        """
        try:
            stage.recorder.catch_up()
        except (LostError, UnreachableError) as error:
            return self._lose(error) or str(error)
        except ApiError as error:
            return str(error) if error.status >= requests.codes.internal_server_error else ""
        except StsconfError as error:  # the record stays behind what the API server shows
            return str(error)
        return ""

    def _close(self, stage: Stage) -> None:
        """Clean up after a scenario; a cluster that does not answer now is swept later."""
        try:
            stage.close()
        except UnreachableError as error:
            self._lose(error)
        except ApiError:
            pass  # the sweep at the end of the run tries again, and tells
