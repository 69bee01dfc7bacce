"""A run as it lies on disk: its stream, and the histories that its checks judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stsconf.errors import StsconfError, UsageError
from stsconf.model.history import History
from stsconf.model.result import RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.histories import load_history
from stsconf.report.stream import STREAM, read_stream
from stsconf.report.timeline import timeline

HISTORIES = "histories"
"""The folder of a report in which each scenario that was played has its history."""

_TELLING = (Verdict.FAILED, Verdict.INCONCLUSIVE)


def history_file(folder: Path, name: str) -> Path:
    """Return where the report in `folder` keeps the history of this name."""
    return folder / HISTORIES / f"{name}.jsonl.gz"


@dataclass(frozen=True)
class StoredRun:
    """A run that was read back from its report `folder`."""

    folder: Path
    result: RunResult

    @classmethod
    def read(cls, path: Path) -> StoredRun:
        """Read a run from its report folder, or from its stream.

        Raises:
            UsageError: there is no such folder, or it holds no stream.
            StsconfError: the stream is not that of one run.
        """
        stream = path / STREAM if path.is_dir() else path
        if not stream.is_file():
            why = f"there is no {stream.name} in it" if path.is_dir() else "there is no such file or folder"
            raise UsageError(f"{path} is no report", why, "name the folder that a run printed, or its stream.jsonl")
        return cls(stream.parent, read_stream(stream))

    def _file(self, scenario: str) -> Path | None:
        name = scenario.replace("[", "-").removesuffix("]")
        file = history_file(self.folder, name)
        return file if Path(name).name == name and file.is_file() else None

    def has(self, scenario: str) -> bool:
        """Tell whether the history of `TestScaling[kubia]`, for instance, was kept."""
        return self._file(scenario) is not None

    def history(self, scenario: str) -> History:
        """Read the history of a scenario.

        Raises:
            StsconfError: it was not kept, or is no history.
        """
        if (file := self._file(scenario)) is None:
            raise StsconfError(f"there is no history of {scenario}", "it was not played, or the file is gone")
        return load_history(file)

    @cached_property
    def histories(self) -> Histories:
        """The histories of the run's checks that can be read, by scenario."""
        return Histories(self)

    @property
    def damaged(self) -> list[str]:
        """What was asked for, is there in place of a history and cannot be read, one sentence each."""
        return list(self.histories.damaged.values())

    @cached_property
    def timelines(self) -> Mapping[str, str]:
        """The timelines of the checks that did not pass, by check id, as far as their histories were kept."""
        return {
            check.id: timeline(self.histories[check.scenario], check.findings)
            for check in self.result.checks
            if check.verdict in _TELLING and check.scenario in self.histories
        }


class Histories(Mapping[str, History]):
    """The histories of a stored run by scenario: each is read when it is asked for, and only the last one is kept.

    All of them together may be larger than what a reader has room for.
    """

    def __init__(self, run: StoredRun) -> None:
        """Begin with none read, and none found `damaged`."""
        self._run = run
        self._last: tuple[str, History] | None = None
        self.damaged: dict[str, str] = {}

    def __getitem__(self, scenario: str) -> History:
        """Read the history of a scenario; raises `KeyError` where there is none that can be read."""
        if self._last is None or self._last[0] != scenario:
            if scenario in self.damaged or not self._run.has(scenario):
                raise KeyError(scenario)
            try:
                self._last = scenario, self._run.history(scenario)
            except StsconfError as error:
                self.damaged[scenario] = f"{error.what}: {error.why}"
                raise KeyError(scenario) from error
        return self._last[1]

    def __iter__(self) -> Iterator[str]:
        """Yield the scenarios whose histories can be read."""
        scenarios = dict.fromkeys(check.scenario for check in self._run.result.checks)
        return (scenario for scenario in scenarios if scenario in self)

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(1 for _ in self)
