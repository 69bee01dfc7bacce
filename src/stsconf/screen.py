"""Where a run's lines go: through pytest's terminal, which knows about capturing and colour."""

from __future__ import annotations

import os

import pytest

from stsconf.report.text import shorten


class Screen:
    """Lines that stay, and on a terminal one line below them that is drawn over."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin without a live line."""
        self._config = config
        self._live = ""

    @property
    def colour(self) -> bool:
        """Tell whether the terminal shows colour."""
        return bool(self._config.get_terminal_writer().hasmarkup)

    @property
    def moves(self) -> bool:
        """Tell whether a line can be drawn over: on a terminal that knows how, and in no log."""
        reporter = self._reporter
        return reporter is not None and reporter.isatty() and os.environ.get("TERM") != "dumb"

    def line(self, text: str = "") -> None:
        """Show text that stays, above the live line."""
        if (reporter := self._reporter) is not None:
            live = self._live
            self._draw(reporter, "")
            reporter.ensure_newline()
            reporter.write_line(text)
            self._draw(reporter, live)
            reporter.flush()

    def live(self, text: str) -> None:
        """Draw the live line over; an empty text ends it."""
        if (reporter := self._reporter) is not None:
            self._draw(reporter, text)
            reporter.flush()

    def _draw(self, reporter: pytest.TerminalReporter, text: str) -> None:
        """Cover what stands there; a column stays free, or the terminal would begin another line."""
        if text or self._live:
            reporter.rewrite(shorten(text, self._config.get_terminal_writer().fullwidth - 1), erase=True)
        if self._live and not text:
            reporter.write("\r")
        self._live = text

    @property
    def _reporter(self) -> pytest.TerminalReporter | None:
        reporter: pytest.TerminalReporter | None = self._config.pluginmanager.get_plugin("terminalreporter")
        return reporter
