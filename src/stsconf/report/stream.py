"""The stream of a run, `stream.jsonl`: all that any report is rendered from.

One JSON object per line: a header that announces the run, a check as soon as it ends, a footer.
Each line is on disk before the next check begins, so that a killed run leaves what it had found.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from stsconf.errors import StsconfError
from stsconf.model.result import CheckResult, RunHeader, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.codec import as_line, decode, encode, shallow
from stsconf.report.files import bounded_lines, parse, reason

STREAM = "stream.jsonl"
"""The name of a stream in the folder of a report."""

SCHEMA = 2
"""Version of the lines' form; a reader refuses every other."""

_SEAL = ',"sha256":"'
"""What stands before the digest that ends the footer: of all bytes of the stream up to here."""

NO_FOOTER = "no footer: the run did not end"


@dataclass(frozen=True, slots=True)
class Footer:
    """What a run says of itself at its end; all but the last two follow from its checks, and have to agree."""

    checks: int
    totals: dict[str, int]
    profiles: dict[str, Verdict]
    verdict: Verdict
    exit_code: int
    seconds: float
    interrupted: str

    @classmethod
    def of(cls, result: RunResult) -> Footer:
        """Make the footer of a run."""
        return cls(
            checks=len(result.checks),
            totals={verdict.value: count for verdict, count in sorted(result.counts().items())},
            profiles={profile.value: verdict for profile, verdict in result.profiles.items()},
            verdict=result.verdict,
            exit_code=int(result.exit_code),
            seconds=result.seconds,
            interrupted=result.interrupted,
        )


class StreamWriter:
    """Writes the stream of one run; `checks` are those written so far.

    As a context manager it closes the file; only `finish` writes the footer, so that a run that was left
    by an exception reads as interrupted.
    """

    def __init__(self, path: Path, header: RunHeader) -> None:
        """Make the file and write the header.

        Raises:
            StsconfError: the file is there already: a stream holds one run.
        """
        self._header = header
        self._checks: dict[str, CheckResult] = {}
        self._digest = hashlib.sha256()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._file = path.open("x", encoding="utf-8")
        except FileExistsError:
            raise StsconfError(
                f"{path} exists already", "a stream holds one run", "choose another report folder"
            ) from None
        self._line("header", schema=SCHEMA, **encode(header))

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """The checks written so far, in the order in which they ended."""
        return tuple(self._checks.values())

    def so_far(self, seconds: float) -> RunResult:
        """Return the run as far as it is written: what a reader would make of the stream if the run were killed."""
        return RunResult(self._header, self.checks, seconds, NO_FOOTER)

    def write(self, check: CheckResult) -> None:
        """Append one check that ended.

        Raises:
            StsconfError: a check of this id was written before.
        """
        if check.id in self._checks:
            raise StsconfError(
                f"{check.id} ended twice", "a check says one thing per run", "rename one of two checks of this id"
            )
        self._checks[check.id] = check
        self._line("check", **shallow(check))

    def finish(self, seconds: float, interrupted: str = "") -> RunResult:
        """Write the footer, close the file and return the run as a whole."""
        result = RunResult(self._header, self.checks, seconds, interrupted)
        self._line("footer", **encode(Footer.of(result)), seal=True)
        self.close()
        return result

    def close(self) -> None:
        """Close the file without a footer; does nothing after `finish`."""
        self._file.close()

    def __enter__(self) -> Self:
        """Return the writer itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Close the file."""
        self.close()

    def _line(self, record: str, *, seal: bool = False, **content: object) -> None:
        line = as_line({"record": record, "run": self._header.run} | content)
        if seal:
            line = line.removesuffix("}")
            self._digest.update(line.encode())
            line += f'{_SEAL}{self._digest.hexdigest()}"}}'
        self._digest.update(f"{line}\n".encode())
        self._file.write(f"{line}\n")
        self._file.flush()


def read_stream(path: Path) -> RunResult:
    """Rebuild a run from its stream.

    A stream without a footer, or whose last line was cut, gives a result that is marked as interrupted.

    Raises:
        StsconfError: the file cannot be read, or is not the stream of exactly one run.
    """
    reader = _Reader()
    number = 1
    try:
        with path.open("rb") as file:
            for line in bounded_lines(file):
                reader.take(line)
                number += line.endswith(b"\n")
        return reader.result()
    except OSError as error:
        raise StsconfError(
            f"cannot read {path}", error.strerror or "", "name the stream.jsonl of a report folder"
        ) from error
    except ValueError as error:
        raise StsconfError(
            f"{path} is not the stream of one run",
            f"line {number}: {reason(error)}",
            "render the file that the run wrote, unchanged and with the version that wrote it",
        ) from error


class _Reader:
    """Takes a stream line by line; raises `ValueError` for whatever cannot be part of one run."""

    def __init__(self) -> None:
        self.header: RunHeader | None = None
        self.checks: dict[str, CheckResult] = {}
        self.footer: Footer | None = None
        self._digest = hashlib.sha256()

    def take(self, line: bytes) -> None:
        """Take one line; half a line, without its end, is what a kill leaves, and tells nothing."""
        if self.footer is not None:
            raise ValueError("something follows the footer")
        if not line.endswith(b"\n"):
            return
        content = parse(line)
        if not isinstance(content, dict) or not {"record", "run"} <= content.keys():
            raise ValueError("the line is no record of a run")
        self._place(content.pop("record"), content, line)
        self._digest.update(line)

    def result(self) -> RunResult:
        """Return the run that the lines told."""
        if self.header is None:
            raise ValueError("there is no header: the run ended before it had begun")
        checks = tuple(self.checks.values())
        if self.footer is None:
            return RunResult(self.header, checks, 0.0, NO_FOOTER)
        result = RunResult(self.header, checks, self.footer.seconds, self.footer.interrupted)
        if Footer.of(result) != self.footer:
            raise ValueError("the footer does not agree with the checks")
        return result

    def _place(self, record: str, content: dict[str, Any], line: bytes) -> None:
        if record == "header":
            self._take_header(content)
            return
        if self.header is None:
            raise ValueError("there is no header before it")
        if content.pop("run") != self.header.run:
            raise ValueError("the line belongs to another run")
        if record == "check":
            self._take_check(decode(CheckResult, content))
        elif record == "footer":
            self._take_footer(content, line)
        else:
            raise ValueError(f"the record {record!r} is not known")

    def _take_header(self, content: dict[str, Any]) -> None:
        if self.header is not None:
            raise ValueError("there is a second header")
        if (schema := content.pop("schema", None)) != SCHEMA:
            raise ValueError(f"its schema is {schema}, this reader knows {SCHEMA}")
        self.header = decode(RunHeader, content)

    def _take_check(self, check: CheckResult) -> None:
        if check.id in self.checks:
            raise ValueError(f"{check.id} stands there twice")
        for folder, path in (("histories", check.history), ("evidence", check.evidence)):
            if path and (Path(path).parts[:-1] != (folder,) or Path(path).name == ".."):
                raise ValueError(f"{path!r} is no file of {folder}/")
        self.checks[check.id] = check

    def _take_footer(self, content: dict[str, Any], line: bytes) -> None:
        content.pop("sha256", None)
        self.footer = decode(Footer, content)
        self.result()
        before, comma, seal = line.rpartition(b",")
        self._digest.update(before)
        if (comma + seal).replace(b" ", b"") != f'{_SEAL}{self._digest.hexdigest()}"}}\n'.encode():
            raise ValueError("the seal is broken: a line was altered after the run")
