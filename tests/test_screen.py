"""Where a run's lines go, read as a terminal shows them."""

from __future__ import annotations

import io

import pytest
from _pytest.terminal import TerminalReporter

from stsconf.screen import Screen


class Terminal(io.StringIO):
    """A file that is a terminal, or says so."""

    def __init__(self, *, moves: bool = True) -> None:
        """Begin empty."""
        super().__init__()
        self._moves = moves

    def isatty(self) -> bool:
        """Tell what it was told to be."""
        return self._moves

    @property
    def seen(self) -> list[str]:
        """What stands there, with what a carriage return led to being written over."""
        lines = []
        for written in self.getvalue().split("\n"):
            line = ""
            for part in written.split("\r"):
                line = part + line[len(part) :]
            lines.append(line.rstrip())
        return lines


def screen_on(pytester: pytest.Pytester, terminal: Terminal) -> Screen:
    """Make a screen whose lines go to this terminal."""
    config = pytester.parseconfigure("-qq")
    config.pluginmanager.unregister(name="terminalreporter")
    config.pluginmanager.register(TerminalReporter(config, terminal), "terminalreporter")
    return Screen(config)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns that can move its cursor, and colours nothing."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.usefixtures("narrow")
def test_the_live_line_stands_below_all_others(pytester: pytest.Pytester) -> None:
    """It is drawn over, makes room for lines that stay, and leaves nothing behind; no other control is sent."""
    terminal = Terminal()
    screen = screen_on(pytester, terminal)
    seen = []
    for show, text in (
        (screen.live, "... 12 s: a long line about what is on stage"),
        (screen.live, "... 13 s: a short one"),
        (screen.line, "[1/2] passed"),
        (screen.live, ""),
        (screen.line, "[2/2] passed"),
    ):
        show(text)
        seen.append(terminal.seen)
    assert seen == [
        ["... 12 s: a long line about what is on stage"],
        ["... 13 s: a short one"],
        ["[1/2] passed", "... 13 s: a short one"],
        ["[1/2] passed", ""],
        ["[1/2] passed", "[2/2] passed", ""],
    ]
    assert "\033" not in terminal.getvalue()


@pytest.mark.usefixtures("narrow")
def test_a_live_line_never_fills_the_last_column(pytester: pytest.Pytester) -> None:
    """There the terminal would go to a new line, and the old one would stay."""
    terminal = Terminal()
    screen_on(pytester, terminal).live("x" * 200)
    assert [len(part) for part in terminal.getvalue().split("\r")] == [0, 79]


@pytest.mark.usefixtures("narrow")
def test_without_a_live_line_nothing_is_drawn_over(pytester: pytest.Pytester) -> None:
    """A log has lines and nothing else."""
    terminal = Terminal(moves=False)
    screen = screen_on(pytester, terminal)
    screen.live("")
    screen.line("one")
    screen.line()
    screen.live("")
    assert terminal.getvalue() == "one\n\n"


@pytest.mark.parametrize(
    ("moves", "kind", "told"), [(True, "xterm", True), (False, "xterm", False), (True, "dumb", False)]
)
def test_only_a_terminal_moves(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, *, moves: bool, kind: str, told: bool
) -> None:
    """A pipe, a file and a terminal that says it is dumb get lines that stay."""
    monkeypatch.setenv("TERM", kind)
    assert screen_on(pytester, Terminal(moves=moves)).moves is told


def test_colour_is_the_terminals_decision(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who set NO_COLOR gets none, on any terminal."""
    for name in ("NO_COLOR", "PY_COLORS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert screen_on(pytester, Terminal()).colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not screen_on(pytester, Terminal()).colour
