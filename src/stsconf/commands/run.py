"""`stsconf run`: judge a cluster."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from stsconf.commands.checks import call_pytest
from stsconf.errors import ExitCode


def run(arguments: Sequence[str]) -> int:
    """Run the checks with pytest; options are the plugin's and pytest's own."""
    options = [option for option in arguments if option != "--"]
    if {"-h", "--help"} & set(options):
        _parser().print_help()
        return ExitCode.CONFORMANT
    if not any(option.startswith("--cluster") for option in options):
        options.insert(0, "--cluster=embedded")
    return call_pytest(options)


def _parser() -> argparse.ArgumentParser:
    from stsconf.plugin import add_options  # noqa: PLC0415 -- loads pytest

    top = argparse.ArgumentParser(
        prog="stsconf run",
        usage="stsconf run [options] [FILE.py or check ...]",
        description="Judge a cluster; the one that this machine starts by itself if no other is named.",
        epilog="All other options are pytest's: -k TestScaling chooses checks, -x stops at the first that fails.",
    )
    add_options(top.add_argument)
    return top
