"""What runs have other tools make, written down before it is made: a run that is killed cannot delete it any more."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster.cache import cache_home
from stsconf.cluster.embedded.state import Process, myself

ENGINE = "DOCKER_HOST"


@dataclass(frozen=True, slots=True)
class Made:
    """A cluster `name` of a `tool`, made for a run of the process `owner` in the container engine `engine`.

    `engine` is what DOCKER_HOST said, "" where that was not set.
    """

    tool: str
    name: str
    owner: Process
    engine: str

    @classmethod
    def by_me(cls, tool: str, name: str) -> Made:
        """Return what the calling process is about to make."""
        return cls(tool, name, myself(), os.environ.get(ENGINE, ""))

    def remember(self) -> None:
        """Write it down, at once or not at all."""
        draft = self._path.with_suffix(".draft")
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(dataclasses.asdict(self)))
        draft.replace(self._path)

    def forget(self) -> None:
        """Strike it out."""
        self._path.unlink(missing_ok=True)

    @property
    def engine_gone(self) -> bool:
        """Whether the engine was one of its own socket, and that is gone: its clusters went with it."""
        return self.engine.startswith("unix://") and not Path(self.engine.removeprefix("unix://")).exists()

    @property
    def _path(self) -> Path:
        return _folder() / f"{self.tool}-{self.name}.json"


def left_behind() -> Iterator[Made]:
    """Yield what was made by processes that are gone; a recycled process number does not keep one alive."""
    for path in sorted(_folder().glob("*.json")):
        fields = json.loads(path.read_text())
        made = Made(**(fields | {"owner": Process(**fields["owner"])}))
        if not made.owner.alive:
            yield made


def _folder() -> Path:
    return cache_home() / "made"
