"""A run as one page of HTML that needs nothing else: verdicts at a glance, checks, and a timeline of each scenario."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from stsconf.model.catalogue import GUARANTEES
from stsconf.model.guarantee import Guarantee
from stsconf.model.history import History
from stsconf.model.result import CheckResult, RunResult
from stsconf.report import sources
from stsconf.report.figure import Figure, figure
from stsconf.report.files import write_atomically
from stsconf.report.tally import (
    AREAS,
    Outcome,
    area,
    by_guarantee,
    outcome,
    sentence,
    shortfalls,
    tally,
    totals,
    verdict_in_words,
    worst_outcome,
)
from stsconf.report.text import span

PAGE = "report.html"
"""The name of a page in the folder of a report."""

_ROOM = 1_200_000
"""Bytes that timelines may take together: the page is sent around."""
_LINES = {True: 160, False: 50}
"""Lines of a timeline's text: where something is wrong, and elsewhere."""
_OPEN = 6
"""Scenarios with something wrong that are open from the start."""
_LOUD = (Outcome.FAILED, Outcome.INCONCLUSIVE)
_ORDER = (*_LOUD, Outcome.KNOWN, Outcome.HEALED, Outcome.NOTED, Outcome.PASSED, Outcome.SKIPPED, Outcome.NOT_SUPPORTED)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(slots=True)
class Scene:
    """One scenario with its checks, the worst first, and its timeline if it was played and there is room."""

    key: str
    title: str
    app: str
    outcome: Outcome
    checks: list[CheckResult]
    seconds: float
    history: str
    figure: Figure | None = None
    left_out: bool = False

    @property
    def counts(self) -> str:
        """How many checks there are of each outcome, in words."""
        counted = tally(self.checks)
        return ", ".join(f"{counted[kind]} {kind}" for kind in _ORDER if counted[kind])

    @property
    def loud(self) -> bool:
        """Tell whether a reader has to look here."""
        return self.outcome in _LOUD


def render_page(result: RunResult, histories: Mapping[str, History]) -> str:
    """Return the page of a run; `histories` are the records by scenario, as far as they are known."""
    scenes = _scenes(result)
    _draw(scenes, histories)
    counted = tally(result.checks)
    return _template().render(
        result=result,
        header=result.header,
        title=f"StatefulSets: {verdict_in_words(result)}",
        verdict=verdict_in_words(result),
        outcome=Outcome[result.verdict.name],
        totals=totals(result),
        shortfalls=shortfalls(result),
        profiles=_profiles(result),
        areas=_areas(result),
        outcomes=[(kind, counted[kind]) for kind in _ORDER if counted[kind]],
        scenes=scenes,
        opened={scene.key for scene in [scene for scene in scenes if scene.loud][:_OPEN]},
        promises=_promises(result),
        known=GUARANTEES.keys(),
        source=_source,
        took=span(result.seconds),
    )


def write_page(path: Path, result: RunResult, histories: Mapping[str, History]) -> None:
    """Write the page of a run whole or not at all."""
    write_atomically(path, render_page(result, histories).encode(errors="replace"))


@cache
def _template() -> Template:
    folder = files(__package__) / "assets"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {
        "style": Markup((folder / "page.css").read_text("utf-8")),  # noqa: S704 -- a file of this package
        "script": Markup((folder / "page.js").read_text("utf-8")),  # noqa: S704 -- a file of this package
    }
    environment.filters |= {
        "outcome": outcome,
        "sentence": sentence,
        "slug": lambda text: str(text).replace(" ", "-"),
        "areas": lambda check: " ".join(dict.fromkeys(one.partition("-")[0] for one in check.guarantees)),
        "again": _again,
    }
    return environment.from_string((folder / "page.html").read_text("utf-8"))


def _scenes(result: RunResult) -> list[Scene]:
    """Return the scenarios of a run, the worst first."""
    grouped: dict[str, list[CheckResult]] = {}
    for check in result.checks:
        grouped.setdefault(check.scenario, []).append(check)
    scenes = []
    for name, checks in grouped.items():
        checks.sort(key=lambda check: (_ORDER.index(outcome(check)), area(check), check.id))
        scenes.append(
            Scene(
                key="",
                title=_WORDS.sub(" ", name.partition("[")[0].removeprefix("Test")).capitalize() or name,
                app=checks[0].app,
                outcome=worst_outcome(map(outcome, checks)),
                checks=checks,
                seconds=sum(check.cluster_seconds + check.suite_seconds for check in checks),
                history=next((check.history for check in checks if check.history), ""),
            )
        )
    scenes.sort(key=lambda scene: (_ORDER.index(scene.outcome), scene.title, scene.app))
    for number, scene in enumerate(scenes, 1):
        scene.key = f"s{number}"
    return scenes


def _draw(scenes: Iterable[Scene], histories: Mapping[str, History]) -> None:
    """Give each scenario its timeline, those with something wrong first, until the page is full."""
    room = _ROOM
    for scene in scenes:
        history = histories.get(scene.checks[0].scenario)
        if history is None or not history.events:
            continue
        findings = [finding for check in scene.checks for finding in check.findings]
        drawn = figure(history, findings, scene.key, scene.title, _LINES[scene.loud])
        if drawn.size > room:
            scene.left_out = True
        else:
            room -= drawn.size
            scene.figure = drawn


def _profiles(result: RunResult) -> list[dict[str, Any]]:
    """Return of each profile its verdict and how many checks reached which outcome."""
    cards = []
    for profile, verdict in result.profiles.items():
        checks = [check for check in result.checks if profile in check.profiles]
        counted = tally(checks)
        cards.append(
            {
                "name": profile.value,
                "outcome": Outcome[verdict.name],
                "counts": [(kind, counted[kind]) for kind in _ORDER if counted[kind]],
                "total": len(checks),
            }
        )
    return cards


def _areas(result: RunResult) -> list[dict[str, Any]]:
    """Return of each area its guarantees with their outcomes."""
    grouped: dict[str, list[tuple[str, Outcome]]] = {}
    for guarantee, kind in by_guarantee(result).items():
        grouped.setdefault(guarantee.partition("-")[0], []).append((guarantee, kind))
    return [
        {
            "name": name,
            "words": AREAS.get(name, ""),
            "outcome": worst_outcome(kind for _, kind in guarantees),
            "guarantees": [(guarantee, kind, _statement(guarantee)) for guarantee, kind in guarantees],
        }
        for name, guarantees in grouped.items()
    ]


def _promises(result: RunResult) -> list[tuple[Guarantee, Outcome]]:
    """Return the guarantees that this catalogue knows of those that were judged, with their outcomes."""
    return [(GUARANTEES[one], kind) for one, kind in by_guarantee(result).items() if one in GUARANTEES]


def _statement(guarantee: str) -> str:
    return GUARANTEES[guarantee].statement if guarantee in GUARANTEES else ""


@cache
def _source(guarantee: str) -> Markup:
    """Return a link to where a promise can be read, or its source's name where there is nothing to open."""
    source = GUARANTEES[guarantee].source
    address = sources.link(source)
    if not address:
        return Markup("{}").format(sources.short(source))
    return Markup('<a class="source" href="{}" rel="noreferrer">{}</a>').format(address, sources.short(source))


def _again(check: CheckResult, target: str) -> str:
    """Return the command that makes a check again."""
    cluster = "context:NAME" if target == "context" else target
    return f".venv/bin/stsconf run --cluster {cluster} '{check.id}'"
