"""What reporting costs: the processor's time of all that a run writes, held against the time that the run takes.

    python -m tests.report.cost --cluster simulated

Takes the options of `stsconf run`, makes that run in this process, and tells what each part of reporting took of the
processor. Nothing is asserted: a number of this kind is looked at, and depends on who else is at work on the machine.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from stsconf import cli, runner
from stsconf.report import junit
from stsconf.report.stream import StreamWriter

PARTS = {
    "stream": (StreamWriter, "write"),
    "histories": (runner, "save_history"),
    "evidence": (runner.ConformanceRun, "_keep_evidence"),
    "junit": (junit, "write_junit"),
    "page": (runner, "write_page"),
    "all that is done for a check": (runner.ConformanceRun, "judged"),
    "all that is done at the end": (runner.ConformanceRun, "_finish"),
}
"""Where each part is done; the last two contain the others, but for the files for readers of JUnit on the way."""


def processor() -> float:
    """Return the seconds that this thread was at work."""
    used = resource.getrusage(resource.RUSAGE_THREAD)
    return used.ru_utime + used.ru_stime


def measured(work: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    """Return a function with its time added to what was spent under a name."""

    @wraps(work)
    def timed(*arguments: Any, **named: Any) -> Any:
        start = processor()
        try:
            return work(*arguments, **named)
        finally:
            spent[name] = spent.get(name, 0.0) + processor() - start

    return timed


def main() -> None:
    """Make a run with each part measured, and tell what they took."""
    spent: dict[str, float] = {}
    for name, (owner, function) in PARTS.items():
        setattr(owner, function, measured(getattr(owner, function), name, spent))
    start = os.times().elapsed
    code = cli.main(["run", *sys.argv[1:]])
    wall = os.times().elapsed - start
    for name, seconds in spent.items():
        print(f"{seconds:8.3f} s  {name}")  # noqa: T201 -- a measurement speaks on stdout
    whole = sum(spent[name] for name in list(PARTS)[-2:])
    print(f"{whole:8.3f} s  in all: {whole / wall:.2%} of the {wall:.1f} s that the run took, with its cluster")  # noqa: T201 -- as above
    sys.exit(code)


if __name__ == "__main__":
    main()
