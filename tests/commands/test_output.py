"""Where renderings go."""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from pathlib import Path

import pytest

from stsconf.commands.output import add_output, chosen_format, coloured, note, put, say

FORMATS = ("text", "json", "html")


class Terminal(io.StringIO):
    """A screen."""

    def isatty(self) -> bool:
        """Tell that somebody looks at it."""
        return True


def parsed(*words: str) -> argparse.Namespace:
    """Parse options of a command."""
    parser = argparse.ArgumentParser()
    add_output(parser, FORMATS)
    return parser.parse_args(words)


@pytest.mark.parametrize(
    ("words", "stdout", "expected"),
    [
        ([], Terminal, "text"),
        ([], io.StringIO, "json"),
        (["--format=html"], Terminal, "html"),
        (["--output=x.html"], Terminal, "html"),
        (["--output=x.xml"], Terminal, "json"),
        (["--output=x.html", "--format=text"], io.StringIO, "text"),
        (["--output=x"], Terminal, "json"),
    ],
)
def test_the_format_goes_with_the_place(
    monkeypatch: pytest.MonkeyPatch, words: list[str], stdout: type[io.StringIO], expected: str
) -> None:
    """Text for eyes, JSON for pipes, else what the caller or the file's suffix says."""
    monkeypatch.setattr(sys, "stdout", stdout())
    assert chosen_format(parsed(*words), FORMATS) == expected


def test_colour_is_for_terminals_whose_users_like_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR forbids it."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert not coloured()
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert coloured()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured()


def test_text_goes_to_stdout_or_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Notes go to stderr, so that they are no part of either."""
    put("a\n", None)
    put("b\n", tmp_path / "new" / "b.txt")
    note("c")
    assert tuple(capsys.readouterr()) == ("a\n", "c\n")
    assert (tmp_path / "new" / "b.txt").read_text() == "b\n"


@pytest.mark.parametrize("told", ["put('x' * 10**6, None)", "[say('x' * 1000) for _ in range(1000)]"])
def test_a_reader_that_leaves_is_no_error(told: str) -> None:
    """`stsconf report RUN | head` ends quietly, as does a list."""
    script = f"from stsconf.commands.output import put, say; {told}"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_line_of_progress(capsys: pytest.CaptureFixture[str]) -> None:
    """On stdout, as it is."""
    say("it is ready")
    assert capsys.readouterr().out == "it is ready\n"
