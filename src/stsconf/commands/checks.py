"""The checks of this checkout, and pytest called on them."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stsconf.errors import ExitCode

if TYPE_CHECKING:
    import pytest

CHECKOUT = Path(__file__).parents[3]
CONFORMANCE = CHECKOUT / "conformance"
_GARBAGE = 100_000
"""Objects after which Python looks for cycles among them. A run keeps more and more, none of it in cycles: by default
the search takes a tenth of the suite's time."""
_PYTESTS_OWN = {4: ExitCode.USAGE, 5: ExitCode.NOT_JUDGED}
"""Exit codes with which pytest ends before a run begins: it was called wrongly, or collected nothing."""


def call_pytest(options: Sequence[str], *plugins: object, root: Path = CHECKOUT, folder: str = "conformance") -> int:
    """Run pytest in this process, all but mute; on all checks of the folder unless some are named."""
    import pytest  # noqa: PLC0415 -- takes a while to load, and only two commands need it

    quiet = (
        "-qq",
        "--assert=plain",
        "--no-header",
        "--no-summary",
        "--tb=no",
        "-s",
        "-pno:cacheprovider",
        "-pno:unraisableexception",  # looks for garbage five times more in the end; Python itself tells what it found
        "-ofilterwarnings=default",
    )
    gc.set_threshold(_GARBAGE)
    settings = (f"--rootdir={root}", "-c", str(root / "pyproject.toml"))
    code = pytest.main([*settings, *quiet, *options], plugins=[_AllOf(root / folder), *plugins])
    return _PYTESTS_OWN.get(code, code)


@dataclass(frozen=True, slots=True)
class _AllOf:
    """The plugin that names a folder of checks where the caller names none: pytest alone tells a path from a value."""

    folder: Path

    def pytest_load_initial_conftests(self, early_config: pytest.Config, args: list[str]) -> None:
        """Name it to the parser, and to pytest's own hook, which looks for conftest files next."""
        named = early_config.known_args_namespace.file_or_dir
        if not named:
            args.append(str(self.folder))
            named.append(str(self.folder))
