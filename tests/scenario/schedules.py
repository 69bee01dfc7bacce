"""Scenarios to schedule, and what a test asks of a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stsconf.scenario.apps import APPS
from stsconf.scenario.schedule import Act, Played, Scene, Schedule
from stsconf.scenario.stage import Stage
from stsconf.wait import Deadlines
from tests.scenario.stages import PATIENCE, Playhouse


def scene(name: str, act: Act, app: str = "nginx") -> Scene:
    """Return a scenario called `Test<name>`."""
    return Scene(f"Test{name}", app, act)


def nothing(_: Stage) -> None:
    """Do nothing."""


def mistake(_: Stage) -> None:
    """Make a mistake of Python's kind."""
    raise ZeroDivisionError


def create_pod(stage: Stage) -> None:
    """Create a pod."""
    stage.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-0"}})


def wait_in_vain(stage: Stage) -> None:
    """Wait for a pod that does not come."""
    stage.until("Pod", "web-0", lambda view: view.get("Pod", "web-0"), "creation", 0)


def wait_forever(stage: Stage) -> None:
    """Wait for a pod that does not come, far too long."""
    stage.until("Pod", "web-0", lambda view: view.get("Pod", "web-0"), "creation", 1e9)


@contextmanager
def scheduled(
    house: Playhouse, *scenes: Scene, jobs: int = 1, keep: bool = False, deadlines: Deadlines = PATIENCE
) -> Iterator[Schedule]:
    """Play scenarios, and end the schedule afterwards; their namespaces get service accounts."""
    for one in scenes:
        house.admit(one.name, APPS[one.app])
    schedule = Schedule(house.context(deadlines), scenes, jobs, keep=keep)
    try:
        yield schedule
    finally:
        schedule.end()


def played(schedule: Schedule, one: Scene) -> Played:
    """Wait for a scenario."""
    return schedule.played(one, 30, lambda: None)


def removed(house: Playhouse) -> list[str]:
    """Return the namespaces whose removal was asked for."""
    return [request.path.rpartition("/")[2] for request in house.sent("DELETE")]
