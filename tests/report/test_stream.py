"""The stream of a run: written line by line, read strictly."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stsconf.errors import ExitCode, StsconfError
from stsconf.model.result import RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.stream import NO_FOOTER, StreamWriter, read_stream
from tests.report.samples import HEADER, check, every_outcome, large, run

Lines = list[dict[str, Any]]


def written(path: Path, result: RunResult) -> RunResult:
    """Write a run to a stream, whole."""
    with StreamWriter(path, result.header) as stream:
        for done in result.checks:
            stream.write(done)
        return stream.finish(result.seconds, result.interrupted)


def lines(path: Path) -> Lines:
    """Return the stream's lines as JSON."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def put(path: Path, content: Lines) -> None:
    """Write lines as a stream."""
    path.write_text("".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in content))


@pytest.mark.parametrize("result", [every_outcome(), large(), RunResult(HEADER, ())], ids=["all", "large", "empty"])
def test_a_run_is_read_as_it_was_written(tmp_path: Path, result: RunResult) -> None:
    """The reader rebuilds an equal result, which is also what the writer returned."""
    path = tmp_path / "run" / "stream.jsonl"
    assert written(path, result) == read_stream(path) == result


def test_each_line_is_on_disk_before_the_next(tmp_path: Path) -> None:
    """A reader sees a check as soon as it was written, with no one closing the file."""
    path = tmp_path / "stream.jsonl"
    with StreamWriter(path, HEADER) as stream:
        seen = [len(lines(path))]
        for number in range(2):
            stream.write(check(number))
            seen.append(len(lines(path)))
    assert seen == [1, 2, 3]


def test_the_lines_say_what_they_are(tmp_path: Path) -> None:
    """Header, checks and footer carry their kind and the run; the footer sums up."""
    path = tmp_path / "stream.jsonl"
    written(path, every_outcome())
    header, *checks, footer = lines(path)
    assert {line["run"] for line in (header, *checks, footer)} == {"r1"}
    assert [header["record"], *(line["record"] for line in checks)] == ["header"] + ["check"] * 9
    assert (header["schema"], header["checks_expected"], header["catalogue"]) == (2, 9, "sha256:4f1c")
    assert len(footer.pop("sha256")) == 64
    assert footer == {
        "record": "footer",
        "run": "r1",
        "checks": 9,
        "totals": {"failed": 3, "inconclusive": 1, "not-supported": 2, "passed": 2, "skipped": 1},
        "profiles": {"core": "failed", "storage": "not-supported"},
        "verdict": "failed",
        "exit_code": 1,
        "seconds": 12.34,
        "interrupted": "",
    }


def test_without_a_footer_the_run_did_not_end(tmp_path: Path) -> None:
    """What a killed run left is read, marked as interrupted, and is no verdict."""
    path = tmp_path / "stream.jsonl"
    with StreamWriter(path, HEADER) as stream:
        stream.write(check())
    result = read_stream(path)
    assert (result.checks, result.interrupted) == ((check(),), NO_FOOTER)
    assert (result.verdict, result.exit_code) == (Verdict.INCONCLUSIVE, ExitCode.NOT_JUDGED)


def test_what_is_known_so_far_is_what_a_kill_would_leave(tmp_path: Path) -> None:
    """While a run goes on, its reports say of it what a reader of its stream would say."""
    path = tmp_path / "stream.jsonl"
    with StreamWriter(path, HEADER) as stream:
        stream.write(check())
        assert stream.so_far(0.0) == read_stream(path)
        assert not stream.so_far(3.0).complete


def test_half_a_last_line_is_an_interruption(tmp_path: Path) -> None:
    """A line cut by the kill is dropped; those before it stand."""
    path = tmp_path / "stream.jsonl"
    written(path, every_outcome())
    path.write_bytes(path.read_bytes()[:-9])
    result = read_stream(path)
    assert (len(result.checks), result.interrupted) == (9, NO_FOOTER)


def test_fewer_checks_than_announced_are_no_verdict(tmp_path: Path) -> None:
    """A run that ended without all its checks is inconclusive although each of them passed."""
    path = tmp_path / "stream.jsonl"
    written(path, RunResult(replace(HEADER, checks_expected=2), (check(),), 1.0))
    assert read_stream(path).exit_code is ExitCode.NOT_JUDGED


def test_an_interruption_is_kept(tmp_path: Path) -> None:
    """The reason why a run ended early survives."""
    path = tmp_path / "stream.jsonl"
    written(path, RunResult(HEADER, (check(),), 1.0, "stopped by Ctrl-C"))
    assert read_stream(path).interrupted == "stopped by Ctrl-C"


def twice(content: Lines) -> Lines:
    """Repeat the first check."""
    return [*content[:2], *content[1:]]


def mixed(content: Lines) -> Lines:
    """Let the second check come from another run."""
    return [*content[:2], content[2] | {"run": "r2"}, *content[3:]]


def renamed(content: Lines) -> Lines:
    """Let the first check lose a field to a typo."""
    return [content[0], {("verdit" if k == "verdict" else k): v for k, v in content[1].items()}, *content[2:]]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (twice, "line 3: conformance/test_ordering.py::TestOrderedStartup::test_00000_waits[kubia] stands there twice"),
        (mixed, "line 3: the line belongs to another run"),
        (renamed, "line 2: CheckResult.verdict is missing"),
        (lambda content: content[1:], "line 1: there is no header before it"),
        (lambda content: [content[0], *content], "line 2: there is a second header"),
        (lambda content: [*content, content[-1]], "line 12: something follows the footer"),
        (lambda content: [content[0], *content[2:]], "line 10: the footer does not agree with the checks"),
        (lambda content: [*content[:-1], content[-1] | {"verdict": "passed"}], "line 11: the footer does not agree"),
        (lambda content: [*content[:-1], content[-1] | {"seconds": "1"}], "line 11: Footer.seconds is not a float"),
        (lambda content: [content[0] | {"schema": 3}, *content[1:]], "line 1: its schema is 3, this reader knows 2"),
        (lambda content: [*content[:2], {"record": "check"}, *content[2:]], "line 3: the line is no record of a run"),
        (lambda content: [*content[:2], content[2] | {"record": "note"}], "line 3: the record 'note' is not known"),
        (lambda content: content[:0], "line 1: there is no header: the run ended before it had begun"),
        (
            lambda content: [*content[:-1], content[-1] | {"seconds": float("nan")}],
            "line 11: the line is not JSON: NaN",
        ),
    ],
)
def test_what_is_not_one_run_is_refused(tmp_path: Path, spoil: Callable[[Lines], Lines], why: str) -> None:
    """Doubled, foreign, missing and altered lines are errors that name the line."""
    path = tmp_path / "stream.jsonl"
    written(path, every_outcome())
    put(path, spoil(lines(path)))
    with pytest.raises(StsconfError) as caught:
        read_stream(path)
    assert caught.value.why.startswith(why)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: [content[0], content[1] | {"title": "x"}, *content[2:]],
        lambda content: [content[0], content[2], content[1], *content[3:]],
        lambda content: [*content[:-1], content[-1] | {"seconds": 9.9}],
        lambda content: [*content[:-1], content[-1] | {"sha256": "0" * 64}],
        lambda content: [*content[:-1], {key: value for key, value in content[-1].items() if key != "sha256"}],
    ],
    ids=["title", "order", "seconds", "seal", "no-seal"],
)
def test_the_seal_tells_what_the_numbers_do_not(tmp_path: Path, spoil: Callable[[Lines], Lines]) -> None:
    """Whatever was altered after the run is told, also where the footer still agrees with the checks."""
    path = tmp_path / "stream.jsonl"
    written(path, every_outcome())
    put(path, spoil(lines(path)))
    with pytest.raises(StsconfError, match="line 11: the seal is broken: a line was altered after the run"):
        read_stream(path)


def verdict(path: Path, content: bytes) -> Verdict | str:
    """Return what a reader makes of these bytes: a verdict, or the reason of its refusal."""
    path.write_bytes(content)
    try:
        return read_stream(path).verdict
    except StsconfError as error:
        return error.why


def test_no_cut_leaves_a_verdict(tmp_path: Path) -> None:
    """A conformant stream that ends at any byte but its last is incomplete, or no stream at all."""
    path = tmp_path / "stream.jsonl"
    written(path, run(check(0), check(1)))
    whole = path.read_bytes()
    told = [verdict(path, whole[:length]) for length in range(len(whole) + 1)]
    header = whole.index(b"\n") + 1
    assert set(told[:header]) == {"line 1: there is no header: the run ended before it had begun"}
    assert set(told[header:-1]) == {Verdict.INCONCLUSIVE}
    assert told[-1] is Verdict.PASSED


def test_no_altered_byte_leaves_a_verdict(tmp_path: Path) -> None:
    """A conformant stream of which any one byte is another is refused, or read as a run that did not end."""
    path = tmp_path / "stream.jsonl"
    written(path, run(check(0)))
    whole = path.read_bytes()
    spoilt = (whole[:place] + bytes([byte ^ 1]) + whole[place + 1 :] for place, byte in enumerate(whole))
    told = [verdict(path, content) for content in spoilt]
    assert [place for place, one in enumerate(told[:-1]) if not one.startswith("line ")] == []
    assert told[-1] is Verdict.INCONCLUSIVE  # the end of the last line: a kill cuts it just so


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"a": "' + b"x" * (4 * 2**20) + b'"}\n', "line 2: the line is longer than 4 MiB"),
        (b"[" * 100_000 + b"\n", "line 2: the line is nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}\n", "line 2: the line is not JSON: Exceeds the limit"),
    ],
    ids=["long", "nested", "digits"],
)
def test_what_would_exhaust_a_reader_is_refused(tmp_path: Path, line: bytes, why: str) -> None:
    """A line that no run writes is refused before it has cost anything."""
    path = tmp_path / "stream.jsonl"
    written(path, every_outcome())
    first, rest = path.read_bytes().split(b"\n", 1)
    assert str(verdict(path, first + b"\n" + line + rest)).startswith(why)


@pytest.mark.parametrize("line", [b"PASS ok\n", b"\xff\xfe\n", b"[]\n", b"\n"], ids=["text", "bytes", "list", "blank"])
def test_lines_that_are_no_records_are_refused(tmp_path: Path, line: bytes) -> None:
    """Anything between the lines that a run does not write is an error."""
    path = tmp_path / "stream.jsonl"
    written(path, every_outcome())
    first, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(first + b"\n" + line + rest)
    with pytest.raises(StsconfError, match="line 2: the line is no"):
        read_stream(path)


def test_text_after_the_footer_is_refused(tmp_path: Path) -> None:
    """Half a line after a footer is no interruption: the run had ended."""
    path = tmp_path / "stream.jsonl"
    written(path, every_outcome())
    path.write_bytes(path.read_bytes() + b"{")
    with pytest.raises(StsconfError, match="line 12: something follows the footer"):
        read_stream(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The error names the file, the reason and the remedy."""
    with pytest.raises(StsconfError) as caught:
        read_stream(tmp_path / "none.jsonl")
    assert str(caught.value).splitlines() == [
        f"cannot read {tmp_path}/none.jsonl",
        "No such file or directory",
        "name the stream.jsonl of a report folder",
    ]


def test_a_stream_is_never_overwritten(tmp_path: Path) -> None:
    """A second run cannot take the first one's file."""
    path = tmp_path / "stream.jsonl"
    written(path, every_outcome())
    with pytest.raises(StsconfError, match="a stream holds one run"):
        StreamWriter(path, HEADER)
    assert read_stream(path) == every_outcome()


def test_a_check_ends_once(tmp_path: Path) -> None:
    """The writer refuses what its reader would refuse, and the stream stays readable."""
    path = tmp_path / "stream.jsonl"
    with StreamWriter(path, HEADER) as stream:
        stream.write(check())
        with pytest.raises(StsconfError, match="ended twice"):
            stream.write(check(verdict=Verdict.FAILED))
        assert stream.checks == (check(),)
    assert read_stream(path).checks == (check(),)
