"""A run as it lies on disk: its stream, and the histories that its checks judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stsconf.errors import StsconfError, UsageError
from stsconf.model.history import History
from stsconf.model.result import CheckResult, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.histories import load_history
from stsconf.report.stream import STREAM, read_stream
from stsconf.report.timeline import timeline

HISTORIES = "histories"
"""The folder of a report in which each scenario that was played has its history."""

_TELLING = (Verdict.FAILED, Verdict.INCONCLUSIVE)


def history_name(check: CheckResult) -> str:
    """Return what the history that a check judged is called: `TestScaling-kubia`."""
    return f"{check.scenario.partition('[')[0]}-{check.app}"


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

    def has(self, name: str) -> bool:
        """Tell whether the history of this name was kept."""
        return Path(name).name == name and history_file(self.folder, name).is_file()

    def history(self, name: str) -> History:
        """Read one history.

        Raises:
            StsconfError: it was not kept, or is no history.
        """
        if not self.has(name):
            raise StsconfError(f"there is no history of {name}", "the scenario was not played, or the file is gone")
        return load_history(history_file(self.folder, name))

    @cached_property
    def _loaded(self) -> tuple[dict[str, History], list[str]]:
        loaded, damaged = {}, []
        for name in dict.fromkeys(map(history_name, self.result.checks)):
            try:
                if self.has(name):
                    loaded[name] = self.history(name)
            except StsconfError as error:
                damaged.append(f"{error.what}: {error.why}")
        return loaded, damaged

    @property
    def histories(self) -> Mapping[str, History]:
        """The histories of the run's checks that can be read, by name."""
        return self._loaded[0]

    @property
    def damaged(self) -> list[str]:
        """What is there in place of a history and cannot be read, one sentence each."""
        return self._loaded[1]

    @cached_property
    def timelines(self) -> Mapping[str, str]:
        """The timelines of the checks that did not pass, by check id, as far as their histories were kept."""
        return {
            check.id: timeline(self.histories[history_name(check)], check.findings)
            for check in self.result.checks
            if check.verdict in _TELLING and history_name(check) in self.histories
        }
